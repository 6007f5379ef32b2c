// The simplest producer. It does not check the outcome.

#include <iostream>
#include <kafka/producer.hpp>

#include "cluster.hpp"

int main(int argc, char** argv) try {
  Cluster cluster("Sends one message.", argc, argv);
  cluster.need_topic("task-created", 3);

  kafka::Producer producer(
      {{"bootstrap.servers", cluster.bootstrap_servers()}, {"client.id", "my-first-producer"}});

  producer.produce({.topic = "task-created", .value = "Hello, Kafka!"});

  producer.flush();  // waits until every message has its outcome

  std::cout << "Message sent!\n";
} catch (const kafka::Exception& exception) {
  std::cerr << exception.what() << '\n';
  return 1;
}
