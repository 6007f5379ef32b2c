// Sends one message, and prints its partition and offset.

#include <iostream>
#include <kafka/producer.hpp>

#include "cluster.hpp"

/// Runs once for each message.
void delivery_report(const kafka::Error& error, const kafka::Message& message) {
  if (error) {
    std::cout << "FAILED: " << error << '\n';
  } else {
    std::cout << "SUCCESS: topic=" << message.topic() << " partition=" << message.partition()
              << " offset=" << message.offset() << '\n';
  }
}

int main(int argc, char** argv) try {
  Cluster cluster("Sends one message, and prints its partition and offset.", argc, argv);
  cluster.need_topic("task-created", 1);

  kafka::Producer producer(
      {{"bootstrap.servers", cluster.bootstrap_servers()}, {"client.id", "task-api-producer"}});

  producer.produce({.topic = "task-created",
                    .value = R"({"id": "task-001", "title": "Buy groceries"})",
                    .callback = delivery_report});

  producer.poll();   // runs the callbacks that are ready, without waiting
  producer.flush();  // waits for the other outcomes, and runs their callbacks
} catch (const kafka::Exception& exception) {
  std::cerr << exception.what() << '\n';
  return 1;
}
