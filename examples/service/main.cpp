// Receives lines over TCP, writes them to Kafka, and answers each line when its record is in the
// log. It shows a producer in a service with an event loop: one thread, and bounded memory whatever
// the clients do.

#include <sys/resource.h>

#include <algorithm>
#include <exception>
#include <iostream>
#include <kafka/mock_cluster.hpp>
#include <memory>
#include <stdexcept>
#include <string>

#include "options.hpp"
#include "service.hpp"
#include "stop_signals.hpp"

namespace {

std::unique_ptr<kafka::MockCluster> start_cluster(Options& options) {
  auto cluster = std::make_unique<kafka::MockCluster>();
  constexpr int partitions = 3;
  cluster->create_topic(options.topic, partitions);
  options.config.set("bootstrap.servers", cluster->bootstrap_servers());
  std::cerr << "No --bootstrap-servers: using an embedded cluster at "
            << cluster->bootstrap_servers() << '\n';
  return cluster;
}

/// Clients must not use up the descriptors that the producer's connections and the health port
/// need.
void reserve_descriptors(std::size_t clients) {
  constexpr rlim_t own = 200;
  const rlim_t needed = clients + own;
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_max < needed) {
    throw std::runtime_error("--max-clients " + std::to_string(clients) + " needs " +
                             std::to_string(needed) + " file descriptors, and the limit is " +
                             std::to_string(limit.rlim_max) +
                             ": lower --max-clients, or raise the limit with ulimit -n");
  }
  limit.rlim_cur = std::max(limit.rlim_cur, needed);
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

int main(int argc, char** argv) try {
  int code = 0;
  auto options = parse_options(argc, argv, code);
  if (!options) return code;
  reserve_descriptors(options->most_clients);
  // Before any thread starts: threads inherit the set of blocked signals.
  const StopSignals signals;
  std::unique_ptr<kafka::MockCluster> cluster;
  if (options->embedded()) cluster = start_cluster(*options);

  Service service(*options, signals);
  std::cout << "Listening at " << service.address() << '\n'
            << "Health at http://" << service.health_address() << "/healthz" << std::endl;
  return service.run();
} catch (const std::exception& exception) {
  std::cerr << exception.what() << '\n';
  return exit_code::usage;
}
