// Sends three task events, and reports the outcome of each.

#include <iostream>
#include <kafka/producer.hpp>
#include <kafka/task_event.hpp>
#include <utility>

#include "cluster.hpp"

using namespace std::chrono;

int failures = 0;

/// Runs inside poll() or flush(), once for each record.
void delivery_report(const kafka::Error& error, const kafka::Message& message) {
  if (error) {
    ++failures;
    std::cout << "Delivery failed for " << message.key() << ": " << error << '\n';
  } else {
    std::cout << "Delivered: " << message.topic() << " [" << message.partition() << "] @ "
              << message.offset() << '\n';
  }
}

kafka::Producer create_producer(const std::string& bootstrap_servers) {
  return kafka::Producer({{"bootstrap.servers", bootstrap_servers},
                          {"client.id", "task-api-producer"},
                          {"partitioner", "murmur2_random"}});
}

void send_task_event(kafka::Producer& producer, const std::string& id, const std::string& title) {
  const kafka::TaskEvent event{
      .id = id, .title = title, .created_at = floor<milliseconds>(system_clock::now())};
  producer.produce("task-created", id, kafka::to_json(event), delivery_report);
  producer.poll();  // runs the callbacks that are ready, without waiting
}

int main(int argc, char** argv) try {
  Cluster cluster("Sends three task events.", argc, argv);
  cluster.need_topic("task-created", 3);
  kafka::Producer producer = create_producer(cluster.bootstrap_servers());

  for (const auto& [id, title] :
       {std::pair{"task-001", "Buy groceries"}, std::pair{"task-002", "Review pull request"},
        std::pair{"task-003", "Deploy to production"}}) {
    send_task_event(producer, id, title);
    std::cout << "Queued: " << id << '\n';
  }

  const std::size_t remaining = producer.flush(10s);  // waits for the outcomes
  if (remaining > 0 || failures > 0) {
    std::cout << "WARNING: not delivered: " << failures << " failed, " << remaining << " pending\n";
    return 1;
  }
  std::cout << "All messages delivered successfully\n";
} catch (const kafka::Exception& exception) {
  std::cerr << exception.what() << '\n';
  return 1;
}
