// Handles errors for production: logs, retries, and alerts.

#include <iostream>
#include <kafka/producer.hpp>
#include <string>
#include <string_view>

#include "cluster.hpp"
#include "terminal.hpp"

using namespace std::chrono_literals;

namespace {

class Sender {
 public:
  explicit Sender(const kafka::Config& config)
      : producer_(config,
                  {.on_error = [this](const kafka::Error& error) { client_error(error); }}) {}

  void send(std::string_view topic, std::string_view key, std::string_view value) {
    kafka::Record record = make_record(topic, key, value, 1);
    // Waits when the queue is full. For other errors, such as a size, waiting does not help.
    if (const kafka::Error error = producer_.try_produce_for(record, 10s)) alert(key, error);
  }

  /// Returns how many records have no outcome yet.
  std::size_t flush(std::chrono::milliseconds timeout) {
    const auto end = std::chrono::steady_clock::now() + timeout;
    while (producer_.flush(100ms) > 0 && std::chrono::steady_clock::now() < end) {
      terminal::show_progress("  waiting");
    }
    return producer_.undelivered();
  }
  [[nodiscard]] int failures() const { return failures_; }

 private:
  static constexpr int max_attempts = 3;

  kafka::Record make_record(std::string_view topic, std::string_view key, std::string_view value,
                            int attempt) {
    return {.topic = topic,
            .key = key,
            .value = value,
            .callback = [this, attempt](const kafka::Error& error, const kafka::Message& message) {
              delivery_report(error, message, attempt);
            }};
  }

  void delivery_report(const kafka::Error& error, const kafka::Message& message, int attempt) {
    if (!error) {
      std::cout << "  delivered: " << message.key() << '\n';
      return;
    }
    ++failures_;
    std::cout << "  log: attempt " << attempt << " of " << message.key() << " failed, "
              << message.persistence() << ": " << error << '\n';
    // The persistence says whether a retry can make a duplicate, and the error whether it can help.
    const bool safe = message.persistence() == kafka::Persistence::not_persisted;
    if (safe && error.retriable() && attempt < max_attempts) {
      retry(message, attempt + 1);
    } else {
      alert(message.key(), error);
    }
  }

  /// A callback must not wait, therefore this calls try_produce().
  void retry(const kafka::Message& message, int attempt) {
    kafka::Record record = make_record(message.topic(), message.key(), message.value(), attempt);
    if (const kafka::Error error = producer_.try_produce(record)) alert(message.key(), error);
  }

  void client_error(const kafka::Error& error) {
    std::cout << "  log: " << error << '\n';
    if (error.fatal()) alert("all records from now on", error);
  }

  /// In production, this calls the person on duty.
  static void alert(std::string_view key, const kafka::Error& error) {
    std::cout << "  ALERT: " << key << ": " << error << '\n';
  }

  int failures_ = 0;
  kafka::Producer producer_;
};

void unreachable_for_a_moment(kafka::MockCluster& cluster, const kafka::Config& config) {
  std::cout << "\nKafka is unreachable for a moment: the record waits\n";
  Sender sender(config);
  cluster.broker_down(1);
  sender.send("task-created", "task-001", "{}");
  const std::size_t waiting = sender.flush(1s);
  std::cout << "  waiting: " << terminal::counted(waiting, "record") << '\n';
  cluster.broker_up(1);
  sender.flush(1min);
}

void unreachable_for_long(kafka::MockCluster& cluster, const kafka::Config& config) {
  std::cout << "\nKafka is unreachable for longer than delivery.timeout.ms\n";
  Sender sender(config);
  cluster.broker_down(1);
  sender.send("task-created", "task-002", "{}");
  while (sender.failures() == 0) sender.flush(100ms);
  cluster.broker_up(1);
  sender.flush(1min);
}

void unacknowledged(kafka::MockCluster& cluster, const kafka::Config& config) {
  std::cout << "\nThe acknowledgement does not arrive in time\n";
  Sender sender(config);
  sender.send("task-created", "task-003", "{}");
  sender.flush(1min);
  cluster.set_round_trip_time(1, 10s);
  sender.send("task-created", "task-004", "{}");
  sender.flush(1min);
  cluster.set_round_trip_time(1, 0ms);
  std::cout << "  in the log: " << cluster.read("task-created").back().key.value_or("") << '\n';
}

}  // namespace

int main(int argc, char** argv) try {
  Cluster cluster("Causes failures as in production, and handles them.", argc, argv);
  cluster.need_topic("task-created", 1);
  const kafka::Config config{{"bootstrap.servers", cluster.bootstrap_servers()},
                             {"log_level", "0"},
                             {"reconnect.backoff.max.ms", "100"},
                             // How long a new topic may stay unknown. The default is 30 seconds.
                             {"topic.metadata.propagation.max.ms", "1000"}};
  // A real cluster must not be broken, and may create a topic that is missing.
  if (cluster.embedded() != nullptr) {
    unreachable_for_a_moment(*cluster.embedded(), config);
    // The default is 5 minutes.
    const kafka::Config impatient = kafka::Config(config).set("delivery.timeout.ms", "3000");
    unreachable_for_long(*cluster.embedded(), impatient);
    unacknowledged(*cluster.embedded(), impatient);
  }

  Sender sender(config);
  std::cout << "\nA message is too large\n";
  sender.send("task-created", "task-005", std::string(2'000'000, 'x'));
  if (cluster.embedded() == nullptr) return 0;
  std::cout << "\nThe topic does not exist\n";
  cluster.embedded()->create_topic("task-deleted", 1);
  cluster.embedded()->set_topic_error("task-deleted", kafka::Errc::unknown_topic_or_part);
  sender.send("task-deleted", "task-006", "{}");
  sender.flush(1min);
} catch (const kafka::Exception& exception) {
  std::cerr << exception.what() << '\n';
  return 1;
}
