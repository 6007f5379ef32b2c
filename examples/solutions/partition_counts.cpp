// Exercise 1: counts the records of each partition.

#include <iostream>
#include <kafka/producer.hpp>
#include <map>
#include <string>

#include "cluster.hpp"

int main(int argc, char** argv) try {
  Cluster cluster("Counts the records of each partition, with keys and without.", argc, argv);
  cluster.need_topic("task-events", 3);
  kafka::Producer producer({{"bootstrap.servers", cluster.bootstrap_servers()}});

  for (const bool with_key : {true, false}) {
    std::map<int, int> records;
    for (int i = 0; i < 1000; ++i) {
      const std::string key = "task-" + std::to_string(i);
      kafka::Record record{
          .topic = "task-events",
          .value = "{}",
          .callback = [&records](const kafka::Error& error, const kafka::Message& message) {
            if (error) throw kafka::Exception(error);
            ++records[message.partition()];
          }};
      if (with_key) record.key = key;
      producer.produce(std::move(record));
      producer.poll();
    }
    producer.flush();
    std::cout << (with_key ? "With keys:\n" : "Without keys:\n");
    for (const auto& [partition, count] : records) {
      std::cout << "  partition " << partition << ": " << count << " records\n";
    }
  }
} catch (const kafka::Exception& exception) {
  std::cerr << exception.what() << '\n';
  return 1;
}
