// Sends messages one at a time, and then all at once.

#include <chrono>
#include <future>
#include <iomanip>
#include <iostream>
#include <kafka/producer.hpp>

#include "cluster.hpp"

namespace {

constexpr int count = 200;

/// Waits for the outcome. Returns where the record is. Throws the error when the delivery failed.
kafka::RecordMetadata produce_and_wait(kafka::Producer& producer, kafka::Record record) {
  std::promise<kafka::RecordMetadata> promise;
  std::future<kafka::RecordMetadata> future = promise.get_future();
  record.callback = [promise = std::move(promise)](const kafka::Error& error,
                                                   const kafka::Message& message) mutable {
    if (error) {
      promise.set_exception(std::make_exception_ptr(kafka::Exception(error)));
    } else {
      promise.set_value(message.metadata());
    }
  };
  producer.produce(std::move(record));
  producer.flush();  // sends at once, without waiting for linger.ms
  return future.get();
}

void synchronously(kafka::Producer& producer) {
  for (int i = 0; i < count; ++i) {
    const kafka::RecordMetadata metadata =
        produce_and_wait(producer, {.topic = "task-created", .value = "one at a time"});
    if (i == 0) {
      std::cout << "The first is at " << metadata.topic << " [" << metadata.partition << "] @ "
                << metadata.offset << " before the second is produced\n";
    }
  }
}

void asynchronously(kafka::Producer& producer) {
  for (int i = 0; i < count; ++i) {
    producer.produce({.topic = "task-created",
                      .value = "all at once",
                      .callback = [](const kafka::Error& error, const kafka::Message&) {
                        if (error) std::cout << "FAILED: " << error << '\n';
                      }});
    producer.poll();
  }
  producer.flush();
}

void measure(const char* name, void (*send)(kafka::Producer&), kafka::Producer& producer) {
  const auto start = std::chrono::steady_clock::now();
  send(producer);
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
  std::cout << count << " messages " << name << ": " << std::fixed << std::setprecision(1)
            << took.count() << " ms\n";
}

}  // namespace

int main(int argc, char** argv) try {
  Cluster cluster("Sends the same messages synchronously and asynchronously.", argc, argv);
  cluster.need_topic("task-created", 1);
  kafka::Producer producer({{"bootstrap.servers", cluster.bootstrap_servers()}});
  measure("synchronously", synchronously, producer);
  measure("asynchronously", asynchronously, producer);
} catch (const kafka::Exception& exception) {
  std::cerr << exception.what() << '\n';
  return 1;
}
