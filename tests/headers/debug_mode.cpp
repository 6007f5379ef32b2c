// Its vector of refusals has the layout of this file's compilation.

#include <kafka/producer.hpp>

int main() {
  kafka::Producer producer({{"bootstrap.servers", "localhost:9092"}});
  std::vector<kafka::Record> records(1);
  return producer.try_produce_batch(records).empty() ? 1 : 0;
}
