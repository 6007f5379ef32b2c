// Causes four common errors on purpose, and fixes each.

#include <atomic>
#include <chrono>
#include <iomanip>
#include <iostream>
#include <kafka/producer.hpp>
#include <sstream>

#include "cluster.hpp"

using namespace std::chrono_literals;

namespace {

using Clock = std::chrono::steady_clock;

Clock::time_point start;

/// Prints a heading. say() prints the time since then.
void begin(const std::string& heading) {
  std::cout << '\n' << heading << '\n';
  start = Clock::now();
}

template <class Text>
void say(const char* source, const Text& text) {
  const std::chrono::duration<double> after = Clock::now() - start;
  std::cout << "  after " << std::fixed << std::setprecision(3) << after.count() << " s, " << source
            << ": " << text << std::endl;
}

void delivery_report(const kafka::Error& error, const kafka::Message& message) {
  if (error) return say("the callback", error);
  std::ostringstream place;
  place << "delivered to " << message.topic() << " [" << message.partition() << "]";
  say("the callback", place.str());
}

/// produce() throws when it refuses a record. The callback of a refused record never runs.
void produce(kafka::Producer& producer, const std::string& topic, const std::string& value) try {
  producer.produce({.topic = topic, .value = value, .callback = delivery_report});
} catch (const kafka::Exception& exception) {
  say("produce() throws", exception.error());
}

void no_broker(Cluster& cluster) {
  begin("1. No broker is reachable: the address is wrong, or the port-forward does not run");
  // No broker listens on port 1.
  kafka::Config config{{"bootstrap.servers", "127.0.0.1:1"},
                       {"log_level", "0"},  // the hook reports errors
                       // A record fails after this time. The default is 5 minutes.
                       {"delivery.timeout.ms", "1000"}};
  const kafka::Hooks hooks{.on_error = [](const kafka::Error& error) { say("the hook", error); }};
  {
    kafka::Producer producer(config, hooks);
    produce(producer, "task-created", "Hello, Kafka!");
    producer.flush();
  }

  begin("   Fixed: the address of a running broker");
  kafka::Producer producer(config.set("bootstrap.servers", cluster.bootstrap_servers()), hooks);
  produce(producer, "task-created", "Hello, Kafka!");
  producer.flush();
}

void unknown_topic(Cluster& cluster) {
  begin("2. The topic does not exist");
  if (cluster.embedded() == nullptr) {
    std::cout << "   Skipped: a real cluster may create a topic that is missing\n";
    return;
  }
  const std::string topic = "task-craeted";
  cluster.embedded()->create_topic(topic, 1);
  cluster.embedded()->set_topic_error(topic, kafka::Errc::unknown_topic_or_part);
  kafka::Producer producer({{"bootstrap.servers", cluster.bootstrap_servers()},
                            // How long a new topic may stay unknown. The default is 30 seconds.
                            {"topic.metadata.propagation.max.ms", "1000"}});
  produce(producer, topic, "Hello, Kafka!");
  producer.flush();
  produce(producer, topic, "Hello again!");

  begin("   Fixed: the right name");
  produce(producer, "task-created", "Hello, Kafka!");
  producer.flush();
}

void message_too_large(Cluster& cluster) {
  begin("3. The message is too large for the producer");
  kafka::Producer producer({{"bootstrap.servers", cluster.bootstrap_servers()}});
  produce(producer, "task-created", std::string(1'500'000, 'x'));

  begin("   The message is too large for the broker, but not for the producer");
  // The embedded cluster has no limit.
  if (cluster.embedded() != nullptr) {
    cluster.embedded()->fail_next(kafka::Request::produce, {kafka::Errc::msg_size_too_large});
  }
  kafka::Producer raised(
      {{"bootstrap.servers", cluster.bootstrap_servers()}, {"message.max.bytes", "2000000"}});
  produce(raised, "task-created", std::string(1'500'000, 'x'));
  raised.flush();

  begin("   Fixed: a smaller message, which refers to a file");
  produce(producer, "task-created", R"({"id": "task-001", "attachment": "files/4711"})");
  producer.flush();
}

void callback_never_called(Cluster& cluster) {
  begin("4. The callback is never called");
  std::atomic<bool> answered = false;
  kafka::Producer producer({{"bootstrap.servers", cluster.bootstrap_servers()}});
  producer.on_ready([&] {
    answered = true;
    answered.notify_all();
  });
  produce(producer, "task-created", "Hello, Kafka!");
  answered.wait(false);
  say("no callback", "the broker has answered, but the program has not called poll()");

  begin("   Fixed: poll() after produce(), and flush() at the end");
  producer.flush();
}

}  // namespace

int main(int argc, char** argv) try {
  Cluster cluster("Causes four common errors on purpose, and fixes each.", argc, argv);
  cluster.need_topic("task-created", 1);
  no_broker(cluster);
  unknown_topic(cluster);
  message_too_large(cluster);
  callback_never_called(cluster);
} catch (const kafka::Exception& exception) {
  std::cerr << exception.what() << '\n';
  return 1;
}
