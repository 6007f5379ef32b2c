// Exercise 3: sends a record with headers and reads it back.

#include <iostream>
#include <kafka/producer.hpp>

#include "cluster.hpp"

int main(int argc, char** argv) try {
  Cluster cluster("Sends a record with headers.", argc, argv);
  cluster.need_topic("task-events", 3);
  kafka::Producer producer({{"bootstrap.servers", cluster.bootstrap_servers()}});

  producer.produce({.topic = "task-events",
                    .key = "task-001",
                    .value = R"({"type": "created"})",
                    .headers = {{"content-type", "application/json"}, {"source", "lesson"}}});
  producer.flush();

  // Only the embedded cluster can be read: the library has no consumer.
  if (cluster.embedded() == nullptr) return 0;
  for (const kafka::StoredRecord& record : cluster.embedded()->read("task-events")) {
    for (const auto& [name, value] : record.headers) {
      std::cout << name << ": " << value.value_or("null") << '\n';
    }
  }
} catch (const kafka::Exception& exception) {
  std::cerr << exception.what() << '\n';
  return 1;
}
