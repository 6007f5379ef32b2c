// Causes the four common errors on purpose, and mends each.

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

/// Prints a heading, from which on say() counts the time.
void begin(const std::string& heading) {
  std::cout << '\n' << heading << '\n';
  start = Clock::now();
}

template <class Text>
void say(const char* who, const Text& text) {
  const std::chrono::duration<double> after = Clock::now() - start;
  std::cout << "  after " << std::fixed << std::setprecision(3) << after.count() << " s, " << who
            << ": " << text << std::endl;
}

void delivery_report(const kafka::Error& error, const kafka::Message& message) {
  if (error) return say("the callback", error);
  std::ostringstream place;
  place << "delivered to " << message.topic() << " [" << message.partition() << "]";
  say("the callback", place.str());
}

/// A refusal is thrown, and the callback of what is refused never runs.
void produce(kafka::Producer& producer, const std::string& topic, const std::string& value) try {
  producer.produce({.topic = topic, .value = value, .callback = delivery_report});
} catch (const kafka::Exception& exception) {
  say("produce() throws", exception.error());
}

void no_broker(Cluster& cluster) {
  begin("1. No broker can be reached: the address is wrong, or the port-forward does not run");
  // Nobody listens on port 1.
  kafka::Config config{{"bootstrap.servers", "127.0.0.1:1"},
                       {"log_level", "0"},  // the hook tells
                       // What has not been delivered by then has failed. By default 5 minutes.
                       {"delivery.timeout.ms", "1000"}};
  const kafka::Hooks hooks{.on_error = [](const kafka::Error& error) { say("the hook", error); }};
  {
    kafka::Producer producer(config, hooks);
    produce(producer, "task-created", "Hello, Kafka!");
    producer.flush();
  }

  begin("   Mended: with the address of a broker that runs");
  kafka::Producer producer(config.set("bootstrap.servers", cluster.bootstrap_servers()), hooks);
  produce(producer, "task-created", "Hello, Kafka!");
  producer.flush();
}

void unknown_topic(Cluster& cluster) {
  begin("2. The topic does not exist");
  const std::string topic = "task-craeted";
  if (cluster.embedded() != nullptr) {
    cluster.create_topic(topic, 1);
    cluster.embedded()->set_topic_error(topic, kafka::Errc::unknown_topic_or_part);
  }
  kafka::Producer producer({{"bootstrap.servers", cluster.bootstrap_servers()},
                            // How long a topic may be on its way. By default 30 seconds.
                            {"topic.metadata.propagation.max.ms", "1000"}});
  produce(producer, topic, "Hello, Kafka!");
  producer.flush();
  produce(producer, topic, "The next one, now that it is known");

  begin("   Mended: with the right name (or kafka-topics.sh --create --topic task-craeted)");
  produce(producer, "task-created", "Hello, Kafka!");
  producer.flush();
}

void message_too_large(Cluster& cluster) {
  begin("3. The message is too large: here");
  kafka::Producer producer({{"bootstrap.servers", cluster.bootstrap_servers()}});
  produce(producer, "task-created", std::string(1'500'000, 'x'));

  begin("   The message is too large: at the broker, though the producer was told to allow it");
  // The embedded cluster knows no limits of its own.
  if (cluster.embedded() != nullptr) {
    cluster.embedded()->fail_next(kafka::Request::produce, {kafka::Errc::msg_size_too_large});
  }
  kafka::Producer raised(
      {{"bootstrap.servers", cluster.bootstrap_servers()}, {"message.max.bytes", "2000000"}});
  produce(raised, "task-created", std::string(1'500'000, 'x'));
  raised.flush();

  begin("   Mended: with a smaller message, here a reference to what is stored elsewhere");
  produce(producer, "task-created", R"({"id": "task-001", "attachment": "store/4711"})");
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
  say("nobody", "the broker has answered; nobody has called poll() or flush()");

  begin("   Mended: with poll() after produce(), and flush() in the end");
  producer.flush();
}

}  // namespace

int main(int argc, char** argv) try {
  Cluster cluster("Causes the four common errors on purpose, and mends each.", argc, argv);
  cluster.create_topic("task-created", 1);
  no_broker(cluster);
  unknown_topic(cluster);
  message_too_large(cluster);
  callback_never_called(cluster);
} catch (const kafka::Exception& exception) {
  std::cerr << exception.what() << '\n';
  return 1;
}
