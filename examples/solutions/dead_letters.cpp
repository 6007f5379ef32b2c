// Exercise 2: writes records that failed to a file.

#include <fstream>
#include <iostream>
#include <kafka/producer.hpp>
#include <string>

int main() try {
  std::ofstream dead_letters("dead_letters.jsonl");
  int written = 0;

  // No broker listens on port 1. A record fails after one second.
  kafka::Producer producer(
      {{"bootstrap.servers", "127.0.0.1:1"}, {"delivery.timeout.ms", "1000"}, {"log_level", "0"}});
  for (const char* task : {"task-001", "task-002", "task-003"}) {
    producer.produce("task-created", task, std::string(R"({"id": ")") + task + R"("})",
                     [&](const kafka::Error& error, const kafka::Message& message) {
                       if (!error) return;
                       dead_letters << message.value() << '\n';
                       ++written;
                       if (message.persistence() != kafka::Persistence::not_persisted) {
                         std::cout << message.key() << " may be in the log already\n";
                       }
                     });
  }
  producer.flush();
  std::cout << written << " records written to dead_letters.jsonl\n";
} catch (const kafka::Exception& exception) {
  std::cerr << exception.what() << '\n';
  return 1;
}
