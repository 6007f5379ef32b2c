// Shows poll() and flush(), and a program without them.

#include <iostream>
#include <kafka/producer.hpp>
#include <thread>

#include "cluster.hpp"

using namespace std::chrono_literals;

int main(int argc, char** argv) try {
  Cluster cluster("Shows what poll() and flush() do, and what happens without them.", argc, argv);
  cluster.need_topic("task-created", 1);
  const kafka::Config config{{"bootstrap.servers", cluster.bootstrap_servers()}};
  int callbacks = 0;
  const auto callback = [&](const kafka::Error&, const kafka::Message&) { ++callbacks; };

  kafka::Producer producer(config);
  std::size_t served = 0;
  for (int i = 0; i < 10; ++i) {
    producer.produce({.topic = "task-created", .value = "in a loop", .callback = callback});
    served += producer.poll();          // does not wait
    std::this_thread::sleep_for(10ms);  // stands for the program's own work
  }
  std::cout << "In the loop, poll() served " << served << " delivery reports\n";
  const std::size_t undelivered = producer.flush(10s);  // waits
  std::cout << "flush() left " << undelivered << ", and " << callbacks << " callbacks have run\n";

  kafka::Producer neglected(kafka::Config(config).set("queue.buffering.max.messages", "5"));
  kafka::Error error;
  while (!error) error = neglected.try_produce({.topic = "task-created", .value = "and no poll()"});
  std::cout << "Without poll(), " << neglected.undelivered() << " messages fill the queue of 5\n"
            << error << '\n';
  error = neglected.try_produce_for({.topic = "task-created", .value = "waits for room"}, 10s);
  std::cout << "try_produce_for() waits for room: " << (error ? "refused" : "accepted") << '\n';
} catch (const kafka::Exception& exception) {
  std::cerr << exception.what() << '\n';
  return 1;
}
