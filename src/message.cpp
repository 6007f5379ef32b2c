#include <librdkafka/rdkafka.h>

#include <kafka/message.hpp>
#include <kafka/record.hpp>
#include <ostream>

namespace kafka {
inline namespace v1 {
namespace {

std::string_view text(const void* bytes, std::size_t size) noexcept {
  return bytes == nullptr ? std::string_view()
                          : std::string_view(static_cast<const char*>(bytes), size);
}

}  // namespace

std::ostream& operator<<(std::ostream& stream, Persistence persistence) {
  switch (persistence) {
    case Persistence::not_persisted:
      return stream << "not persisted";
    case Persistence::possibly_persisted:
      return stream << "possibly persisted";
    case Persistence::persisted:
      return stream << "persisted";
  }
  return stream << "unknown persistence " << static_cast<int>(persistence);
}

std::string_view Message::topic() const noexcept {
  return rd_kafka_topic_name(message_.rkt);
}

std::int32_t Message::partition() const noexcept {
  return message_.partition;
}

std::int64_t Message::offset() const noexcept {
  // librdkafka numbers the failed records of a batch too: -1, 0, 1, ...
  return message_.err != RD_KAFKA_RESP_ERR_NO_ERROR || message_.offset < 0 ? -1 : message_.offset;
}

std::string_view Message::key() const noexcept {
  return text(message_.key, message_.key_len);
}

bool Message::has_key() const noexcept {
  return message_.key != nullptr;
}

std::string_view Message::value() const noexcept {
  return text(message_.payload, message_.len);
}

bool Message::has_value() const noexcept {
  return message_.payload != nullptr;
}

std::vector<Header> Message::headers() const {
  std::vector<Header> result;
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&message_, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return result;
  result.reserve(rd_kafka_header_cnt(headers));
  const char* name = nullptr;
  const void* value = nullptr;
  std::size_t size = 0;
  while (rd_kafka_header_get_all(headers, result.size(), &name, &value, &size) ==
         RD_KAFKA_RESP_ERR_NO_ERROR) {
    result.push_back({name, BytesView(value, size)});
  }
  return result;
}

std::optional<std::chrono::sys_time<std::chrono::milliseconds>> Message::timestamp()
    const noexcept {
  rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
  const std::int64_t timestamp = rd_kafka_message_timestamp(&message_, &type);
  if (type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE) return std::nullopt;
  return std::chrono::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(timestamp));
}

std::chrono::microseconds Message::latency() const noexcept {
  const std::int64_t latency = rd_kafka_message_latency(&message_);
  return std::chrono::microseconds(latency < 0 ? 0 : latency);
}

Persistence Message::persistence() const noexcept {
  switch (rd_kafka_message_status(&message_)) {
    case RD_KAFKA_MSG_STATUS_NOT_PERSISTED:
      return Persistence::not_persisted;
    case RD_KAFKA_MSG_STATUS_PERSISTED:
      return Persistence::persisted;
    case RD_KAFKA_MSG_STATUS_POSSIBLY_PERSISTED:
      break;
  }
  return Persistence::possibly_persisted;
}

RecordMetadata Message::metadata() const {
  return {.topic = std::string(topic()),
          .partition = partition(),
          .offset = offset(),
          .timestamp = timestamp(),
          .latency = latency(),
          .persistence = persistence()};
}

}  // namespace v1
}  // namespace kafka
