// Reproduces callbacks that never run, with three fixes.

#include <atomic>
#include <iostream>
#include <kafka/background_poller.hpp>
#include <kafka/producer.hpp>

#include "cluster.hpp"

namespace {

std::atomic<int> callbacks = 0;

void delivery_report(const kafka::Error&, const kafka::Message&) {
  ++callbacks;
  callbacks.notify_all();
}

void produce_three(kafka::Producer& producer) {
  callbacks = 0;
  for (int i = 0; i < 3; ++i) {
    producer.produce({.topic = "events", .value = "test", .callback = delivery_report});
  }
}

void silent(const kafka::Config& config) {
  std::atomic<bool> outcome_is_known = false;
  kafka::Producer producer(config);
  producer.on_ready([&] {
    outcome_is_known = true;
    outcome_is_known.notify_all();
  });
  produce_three(producer);
  outcome_is_known.wait(false);
  std::cout << "Without poll(): Kafka has answered, and " << callbacks
            << " of 3 callbacks have run.\n";
  producer.poll();
}

void polled_and_flushed(const kafka::Config& config) {
  kafka::Producer producer(config);
  produce_three(producer);
  producer.poll();   // in a loop, after each produce()
  producer.flush();  // before the end
  std::cout << "With poll() and flush(): " << callbacks << " of 3.\n";
}

void destroyed(const kafka::Config& config) {
  {
    kafka::Producer producer(config);
    produce_three(producer);
    std::cout << "Done sending\n";
  }
  std::cout << "With the destructor, which flushes for up to 10 s: " << callbacks << " of 3.\n";
}

void polled_in_background(const kafka::Config& config) {
  kafka::Producer producer(config);
  const kafka::BackgroundPoller poller(producer);
  produce_three(producer);
  // This thread can do other work. Here it waits for the callbacks.
  for (int seen = callbacks; seen < 3; seen = callbacks) callbacks.wait(seen);
  std::cout << "With a BackgroundPoller: " << callbacks << " of 3.\n";
}

}  // namespace

int main(int argc, char** argv) try {
  Cluster cluster("Reproduces a producer whose callbacks do not run, and fixes it in three ways.",
                  argc, argv);
  cluster.need_topic("events", 1);
  const kafka::Config config{{"bootstrap.servers", cluster.bootstrap_servers()}};
  silent(config);
  polled_and_flushed(config);
  destroyed(config);
  polled_in_background(config);
} catch (const kafka::Exception& exception) {
  std::cerr << exception.what() << '\n';
  return 1;
}
