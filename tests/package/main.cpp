#include <cstdlib>
#include <iostream>
#include <kafka/mock_cluster.hpp>
#include <kafka/producer.hpp>
#include <kafka/task_event.hpp>
#include <string>
#include <vector>

// The consumer that each way in builds: what it sends has to be in the cluster's log, and an
// exception has to come through the library's border.

namespace {

void check(bool holds, const char* what) {
  if (holds) return;
  std::cerr << "Not so: " << what << '\n';
  std::exit(EXIT_FAILURE);
}

}  // namespace

int main() {
  kafka::MockCluster cluster;
  cluster.create_topic("task-created", 3);
  kafka::Producer producer({{"bootstrap.servers", cluster.bootstrap_servers()}});

  const kafka::TaskEvent event{.id = "task-001", .title = "Buy groceries", .created_at = {}};
  const std::string sent = kafka::to_json(event);
  kafka::Error outcome = kafka::Errc::fail;
  producer.produce("task-created", key_of(event, kafka::KeyBy::task), sent,
                   [&](const kafka::Error& error, const kafka::Message&) { outcome = error; });
  check(producer.flush() == 0 && !outcome, "the record was delivered");

  const std::vector<kafka::StoredRecord> records = cluster.read("task-created");
  check(records.size() == 1 && records[0].key == event.id && records[0].value == sent,
        "the log holds what was sent");
  check(kafka::parse_task_event(*records[0].value).title == event.title, "the title survived");

  bool refused = false;
  try {
    producer.produce("", nullptr, "a topic without a name");
  } catch (const kafka::Exception& exception) {
    refused = exception.error() == kafka::Errc::topic_exception;
  }
  check(refused, "an empty topic is refused with kafka::Exception");
  std::cout << "One record sent and read back\n";
}
