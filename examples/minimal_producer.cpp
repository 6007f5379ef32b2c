// The simplest producer that works. It is blind: it does not learn where the message landed.

#include <iostream>
#include <kafka/producer.hpp>

#include "cluster.hpp"

int main(int argc, char** argv) try {
  const Cluster cluster("Sends one message.", argc, argv);

  kafka::Producer producer(
      {{"bootstrap.servers", cluster.bootstrap_servers()}, {"client.id", "my-first-producer"}});

  producer.produce({.topic = "task-created", .value = "Hello, Kafka!"});

  producer.flush();  // waits until the outcome of every message is known

  std::cout << "Message sent!\n";
} catch (const kafka::Exception& exception) {
  std::cerr << exception.what() << '\n';
  return 1;
}
