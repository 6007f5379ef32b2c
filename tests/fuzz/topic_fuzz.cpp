// The check of topic names: it accepts what brokers do, and nothing else.

#include <librdkafka/rdkafka.h>

#include <memory>

#include "fuzz.hpp"
#include "producer/topic_table.hpp"

namespace {

/// The rule of org.apache.kafka.common.internals.Topic.
bool brokers_accept(std::string_view name) {
  constexpr std::string_view legal =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  return !name.empty() && name.size() <= 249 && name != "." && name != ".." &&
         name.find_first_not_of(legal) == std::string_view::npos;
}

class Topics {
 public:
  rd_kafka_topic_t* get(std::string_view name) {
    // A table keeps its topics: it is made anew before it fills the memory.
    constexpr int most = 1000;
    if (++names_ % most == 0) table_ = std::make_unique<kafka::TopicTable>(handle_.get());
    return table_->get(name);
  }

 private:
  using Handle = std::unique_ptr<rd_kafka_t, decltype(&rd_kafka_destroy)>;
  Handle handle_{rd_kafka_new(RD_KAFKA_PRODUCER, nullptr, nullptr, 0), rd_kafka_destroy};
  std::unique_ptr<kafka::TopicTable> table_ = std::make_unique<kafka::TopicTable>(handle_.get());
  int names_ = 0;
};

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Topics topics;
  const std::string_view name = fuzz::text_of(data, size);
  try {
    rd_kafka_topic_t* topic = topics.get(name);
    fuzz::require(brokers_accept(name), "what is accepted is legal", name);
    fuzz::require(rd_kafka_topic_name(topic) == name, "the name arrives whole", name);
    fuzz::require(topics.get(name) == topic, "there is one handle for a name", name);
  } catch (const kafka::Exception& exception) {
    fuzz::require(!brokers_accept(name), "what is legal is accepted", name);
    fuzz::require(exception.error() == kafka::Errc::topic_exception, "the error's code");
    fuzz::require_printable(exception.error());
  }
  return 0;
}
