// Sends messages with keys: one key, one partition, in order.

#include <iostream>
#include <kafka/producer.hpp>

#include "cluster.hpp"

void delivery_report(const kafka::Error& error, const kafka::Message& message) {
  if (error) {
    std::cout << "FAILED: " << message.key() << ": " << error << '\n';
  } else {
    std::cout << "SUCCESS: key=" << message.key() << " partition=" << message.partition()
              << " offset=" << message.offset() << " value=" << message.value() << '\n';
  }
}

int main(int argc, char** argv) try {
  Cluster cluster("Sends the events of two tasks, with the task's id as the key.", argc, argv);
  cluster.need_topic("task-events", 3);

  kafka::Producer producer({{"bootstrap.servers", cluster.bootstrap_servers()},
                            {"client.id", "task-api-producer"},
                            // The same partitions as with Kafka's Java clients.
                            {"partitioner", "murmur2_random"}});

  // topic, key, value, callback
  producer.produce("task-events", "task-001", R"({"type": "created"})", delivery_report);
  producer.produce("task-events", "task-002", R"({"type": "created"})", delivery_report);
  producer.produce("task-events", "task-001", R"({"type": "updated"})", delivery_report);
  producer.produce("task-events", "task-002", R"({"type": "completed"})", delivery_report);
  producer.produce("task-events", "task-001", R"({"type": "completed"})", delivery_report);

  producer.flush();
} catch (const kafka::Exception& exception) {
  std::cerr << exception.what() << '\n';
  return 1;
}
