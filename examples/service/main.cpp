// Writes the lines that it receives over TCP to Kafka, and answers each when its record is in the
// log: how the producer lives in a service with an event loop.

#include <exception>
#include <iostream>
#include <kafka/mock_cluster.hpp>
#include <memory>

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

}  // namespace

int main(int argc, char** argv) try {
  int code = 0;
  auto options = parse_options(argc, argv, code);
  if (!options) return code;
  // Before any thread is started, for they inherit which signals are blocked.
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
