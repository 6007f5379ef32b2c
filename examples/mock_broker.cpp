// Runs an embedded Kafka cluster until Ctrl-C.

#include <pthread.h>
#include <signal.h>

#include <exception>
#include <iostream>
#include <kafka/error.hpp>
#include <kafka/mock_cluster.hpp>
#include <string>
#include <vector>

#include "command_line.hpp"
#include "port_forward.hpp"
#include "terminal.hpp"

namespace {

struct Topic {
  std::string name;
  int partitions = 1;
};

/// NAME:PARTITIONS, or NAME for one partition.
Topic parse_topic(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  Topic topic{.name = text.substr(0, colon)};
  if (colon == std::string::npos) return topic;
  if (!CLI::detail::lexical_cast(text.substr(colon + 1), topic.partitions)) {
    throw CLI::ValidationError("--topic", "\"" + text + "\" is not of the form NAME:PARTITIONS");
  }
  return topic;
}

/// Blocks the signals that end the program in this thread and in those that it starts, so that the
/// program can wait for them.
sigset_t block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

void print_instructions(const std::string& address, const std::string& topic) {
  std::cout << "Listening on " << address << "\n\n"
            << "In another terminal:\n"
            << "  sh examples/run.sh --bootstrap-servers " << address << '\n'
            << "  kcat -b " << address << " -t " << topic << " -C -e\n\n"
            << "Clients that are based on librdkafka work, such as kcat. Kafka's Java clients do\n"
            << "not work, and neither does its console consumer: see examples/README.md.\n"
            << "Ctrl-C stops it." << std::endl;
}

}  // namespace

int main(int argc, char** argv) try {
  terminal::set_up();
  command_line::App app(
      "Runs an embedded Kafka cluster on 127.0.0.1 until Ctrl-C, and prints its address.",
      "mock_broker");
  int port = 0;
  int brokers = 1;
  std::vector<std::string> topics{"task-created:3"};
  app.add_option("--port", port, "Port to listen on (default: any free port)")
      ->check(CLI::Range(1, 65535).description(""))
      ->type_name("PORT");
  app.add_option("--brokers", brokers, "Number of brokers")
      ->check(CLI::Range(1, 100).description(""))
      ->type_name("N")
      ->capture_default_str();
  app.add_option("--topic", topics, "Topic to create, can be repeated (default: task-created:3)")
      ->take_all()
      ->type_name("NAME:PARTITIONS");
  app.footer(
      "Other topics are created at their first use, with 4 partitions. Nothing is\n"
      "stored on disk.");
  std::vector<Topic> parsed;
  try {
    app.parse(argc, argv);
    for (const std::string& topic : topics) parsed.push_back(parse_topic(topic));
  } catch (const CLI::ParseError& error) {
    return command_line::exit_code(app, error);
  }

  const sigset_t signals = block_signals();
  kafka::MockCluster cluster(brokers);
  for (const auto& [name, partitions] : parsed) cluster.create_topic(name, partitions);
  std::string address = cluster.bootstrap_servers();
  if (port != 0) {
    // The embedded cluster chooses its own ports. Clients learn them from the first connection.
    const std::string first = address.substr(0, address.find(','));
    forward_port(port, std::stoi(first.substr(first.rfind(':') + 1)));
    address = "127.0.0.1:" + std::to_string(port);
  }
  print_instructions(address, parsed.front().name);
  int received = 0;
  sigwait(&signals, &received);
  return 0;
} catch (const std::exception& exception) {
  std::cerr << exception.what() << '\n';
  return command_line::usage_error;
}
