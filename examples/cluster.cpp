#include "cluster.hpp"

#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <kafka/producer.hpp>
#include <memory>

#include "command_line.hpp"
#include "connection_cause.hpp"
#include "terminal.hpp"

namespace {

/// Asks a real cluster for its topics. No topic is created by that.
std::map<std::string, int> read_topics(const std::string& servers) {
  std::string cause = "no answer";
  kafka::Producer producer({{"bootstrap.servers", servers}, {"log_level", "0"}},
                           {.on_error = [&](const kafka::Error& error) {
                             if (error != kafka::Errc::all_brokers_down)
                               cause = connection_cause(error);
                           }});
  constexpr int timeout_ms = 5000;
  const rd_kafka_metadata_t* metadata = nullptr;
  if (rd_kafka_metadata(producer.native_handle(), 1, nullptr, &metadata, timeout_ms) != 0) {
    producer.poll();
    std::cerr << "No broker reachable at " << servers << ": " << cause
              << ". Check the address, and that Kafka runs there. Without --bootstrap-servers, no "
                 "Kafka is needed.\n";
    std::exit(EXIT_FAILURE);
  }
  const std::unique_ptr<const rd_kafka_metadata_t, void (*)(const rd_kafka_metadata_t*)> owner(
      metadata, rd_kafka_metadata_destroy);
  std::map<std::string, int> topics;
  for (int i = 0; i < metadata->topic_cnt; ++i) {
    topics[metadata->topics[i].topic] = metadata->topics[i].partition_cnt;
  }
  return topics;
}

}  // namespace

Cluster::Cluster(const std::string& description, int argc, char** argv) {
  command_line::App app(description, std::filesystem::path(argv[0]).filename());
  start(app, argc, argv);
}

Cluster::Cluster(CLI::App& app, int argc, char** argv) {
  start(app, argc, argv);
}

void Cluster::need_topic(const std::string& name, int partitions) {
  if (embedded_) return embedded_->create_topic(name, partitions);
  const auto topic = topics_.find(name);
  if (topic == topics_.end()) {
    std::cerr << "The cluster at " << bootstrap_servers_ << " has no topic " << name
              << ". If it is a cluster for development, create the topic:\n"
              << "  kafka-topics.sh --bootstrap-server " << bootstrap_servers_
              << " --create --topic " << name << " --partitions " << std::max(partitions, 3)
              << '\n';
    std::exit(command_line::usage_error);
  }
  std::cerr << "Using topic " << name << " ("
            << terminal::counted(static_cast<std::uint64_t>(topic->second), "partition")
            << ") of the cluster at " << bootstrap_servers_ << '\n';
}

void Cluster::start(CLI::App& app, int argc, char** argv) {
  terminal::set_up();
  command_line::add_bootstrap_servers(app, bootstrap_servers_);
  app.footer("Without --bootstrap-servers, the program starts an embedded cluster.");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::exit(command_line::exit_code(app, error));
  }
  if (!bootstrap_servers_.empty()) {
    topics_ = read_topics(bootstrap_servers_);
    return;
  }
  bootstrap_servers_ = embedded_.emplace().bootstrap_servers();
  std::cerr << "No --bootstrap-servers: using an embedded cluster at " << bootstrap_servers_
            << '\n';
}
