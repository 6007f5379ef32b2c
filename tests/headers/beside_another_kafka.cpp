// Both libraries in one file, as docs/migration.md describes it.

#ifdef THEIRS_FIRST
#include <another_kafka.hpp>
#include <kafka/producer.hpp>
#else
#include <another_kafka.hpp>
#include <kafka/producer.hpp>
#endif

int main() {
  const KAFKA_API::clients::consumer::KafkaConsumer consumer;
  kafka::v1::Producer producer({{"bootstrap.servers", "localhost:9092"}});
  kafka::v1::Record record{.topic = "task-created", .value = "Hello"};
  const kafka::v1::Error error = producer.try_produce(record);
  return error || consumer.commit().value != 0 ? 1 : 0;
}
