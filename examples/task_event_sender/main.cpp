// Sends task events: the complete example, extended to a tool.

#include <algorithm>
#include <iostream>
#include <kafka/error.hpp>
#include <kafka/mock_cluster.hpp>
#include <memory>
#include <system_error>

#include "interrupt.hpp"
#include "options.hpp"
#include "sender.hpp"
#include "terminal.hpp"

namespace {

/// A cluster in the state of the lesson: a topic with three partitions, of which the first one
/// holds the record of the delivery callback.
std::unique_ptr<kafka::MockCluster> start_cluster(Options& options) {
  auto cluster = std::make_unique<kafka::MockCluster>();
  cluster->create_topic(options.topic, 3);
  options.config.set("bootstrap.servers", cluster->bootstrap_servers());
  kafka::Producer producer({{"bootstrap.servers", cluster->bootstrap_servers()}});
  producer.produce({.topic = options.topic,
                    .value = R"({"id": "task-001", "title": "Buy groceries"})",
                    .partition = 0});
  producer.flush();
  return cluster;
}

/// The values as a console consumer prints them, in the order in which they were sent.
void read_back(const kafka::MockCluster& cluster, const std::string& topic,
               const std::vector<Sender::Place>& places) {
  const auto records = cluster.read(topic);
  std::cout << "\nRead back from topic " << topic << ":\n";
  for (const auto& place : places) {
    const auto record = std::find_if(records.begin(), records.end(), [&](const auto& candidate) {
      return candidate.partition == place.partition && candidate.offset == place.offset;
    });
    if (record != records.end()) std::cout << record->value.value_or("null") << '\n';
  }
}

}  // namespace

int main(int argc, char** argv) try {
  terminal::set_up();
  int code = 0;
  auto options = parse_options(argc, argv, code);
  if (!options) return code;
  interrupt::install();
  std::unique_ptr<kafka::MockCluster> cluster;
  if (options->embedded()) cluster = start_cluster(*options);
  if (options->print_config) {
    std::cout << kafka::Producer(options->config).effective_config();
    return exit_code::all_delivered;
  }

  Sender sender(*options);
  if (cluster) {
    std::cerr << "No --bootstrap-servers: using an embedded cluster at "
              << cluster->bootstrap_servers() << '\n';
  }
  if (options->input) {
    sender.send_input();
  } else if (options->count) {
    sender.send_generated();
  } else {
    sender.send_lesson();
  }
  code = sender.finish();
  if (cluster && !sender.places().empty()) read_back(*cluster, options->topic, sender.places());
  return code;
} catch (const kafka::Exception& exception) {
  std::cerr << exception.what() << '\n';
  return exit_code::usage;
} catch (const std::system_error& error) {
  std::cerr << error.what() << '\n';
  return exit_code::usage;
}
