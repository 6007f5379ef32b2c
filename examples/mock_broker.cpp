// Runs an embedded Kafka cluster until Ctrl-C, for any client to talk to.

#include <pthread.h>
#include <signal.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <kafka/error.hpp>
#include <kafka/mock_cluster.hpp>
#include <string>
#include <vector>

namespace {

constexpr int usage_error = 2;

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

/// Blocks the signals that end the program, for all threads to come, so that they can be waited
/// for.
sigset_t block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  return signals;
}

}  // namespace

int main(int argc, char** argv) try {
  CLI::App app("Runs an embedded Kafka cluster on loopback until Ctrl-C and prints its address.",
               "mock_broker");
  int brokers = 1;
  std::vector<std::string> topics{"task-created:3"};
  app.add_option("--brokers", brokers, "Number of brokers")
      ->check(CLI::Range(1, 100).description(""))
      ->type_name("N")
      ->capture_default_str();
  app.add_option("--topic", topics, "NAME:PARTITIONS of a topic to create (repeatable)")
      ->take_all()
      ->type_name("NAME:PARTITIONS")
      ->capture_default_str();
  app.set_version_flag("--version", KAFKA_PRODUCER_VERSION);
  app.footer(
      "Other topics are made at their first use, with 4 partitions. Nothing is kept on disk.");
  std::vector<Topic> parsed;
  try {
    app.parse(argc, argv);
    for (const std::string& topic : topics) parsed.push_back(parse_topic(topic));
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : usage_error;
  }

  const sigset_t signals = block_signals();
  kafka::MockCluster cluster(brokers);
  for (const auto& [name, partitions] : parsed) cluster.create_topic(name, partitions);
  std::cout << "Listening on " << cluster.bootstrap_servers() << std::endl;
  int received = 0;
  sigwait(&signals, &received);
  return 0;
} catch (const kafka::Exception& exception) {
  std::cerr << exception.what() << '\n';
  return usage_error;
}
