#pragma once

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <kafka/export.hpp>
#include <kafka/fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct rd_kafka_message_s;

namespace kafka {
inline namespace v1 {

/// What is known about a record after its delivery report: whether it is in the log. Decide by it,
/// and never by the error's code, whether sending the record again may make a duplicate.
enum class Persistence {
  not_persisted,       ///< Never sent: sending it again makes no duplicate.
  possibly_persisted,  ///< Sent, and no acknowledgement came: it may be in the log.
  persisted,           ///< Acknowledged, as the property `acks` asks.
};

/// Prints `not persisted`, `possibly persisted` or `persisted`.
KAFKA_EXPORT std::ostream& operator<<(std::ostream& stream, Persistence persistence);

/// Where a record landed: the copy of a Message that may be kept. It owns what it holds, and is as
/// thread-safe as a string.
struct RecordMetadata {
  /// The topic's name.
  std::string topic = {};
  /// -1 when the record failed before a partition was chosen.
  std::int32_t partition = -1;
  /// -1 when it is not known: the record failed, or `acks` is 0.
  std::int64_t offset = -1;
  /// As Message::timestamp(); std::nullopt when it is not known.
  std::optional<std::chrono::sys_time<std::chrono::milliseconds>> timestamp = {};
  /// Message::latency() at the moment when metadata() was called.
  std::chrono::microseconds latency = {};
  /// Whether it is in the log.
  Persistence persistence = Persistence::not_persisted;
};

/// The record that a delivery report is about, with its outcome. It is a view: it lives during the
/// callback only, on the thread that runs the callback, and all that it returns lives as long. Keep
/// metadata(), or copies.
class KAFKA_EXPORT Message {
 public:
  /// Wraps what librdkafka passes to a delivery report callback.
  explicit Message(const rd_kafka_message_s& message) noexcept : message_(message) {}
  Message(const Message&) = delete;
  Message& operator=(const Message&) = delete;
  ~Message() = default;

  /// The topic's name.
  [[nodiscard]] std::string_view topic() const noexcept;
  /// -1 when the record failed before a partition was chosen.
  [[nodiscard]] std::int32_t partition() const noexcept;
  /// -1 when it is not known: the record failed, or `acks` is 0.
  [[nodiscard]] std::int64_t offset() const noexcept;
  /// Empty when the key is null: see has_key().
  [[nodiscard]] std::string_view key() const noexcept;
  /// False when the key is null, which an empty one is not.
  [[nodiscard]] bool has_key() const noexcept;
  /// Empty when the value is null: see has_value().
  [[nodiscard]] std::string_view value() const noexcept;
  /// False when the value is null, which an empty one is not.
  [[nodiscard]] bool has_value() const noexcept;
  /// In the order in which they were given.
  [[nodiscard]] std::vector<Header> headers() const;
  /// The broker's when the topic stamps at append, the record's own otherwise; std::nullopt when it
  /// is not known.
  [[nodiscard]] std::optional<std::chrono::sys_time<std::chrono::milliseconds>> timestamp()
      const noexcept;
  /// The time from produce() to this call, by librdkafka's clock; 0 when it is not known. It is
  /// longer than the time to the acknowledgement by the time that the report waited for poll(). A
  /// record that failed or was purged has one too.
  [[nodiscard]] std::chrono::microseconds latency() const noexcept;
  /// Whether the record is in the log, for the decision to send it again.
  [[nodiscard]] Persistence persistence() const noexcept;
  /// A copy of all but key, value and headers, to be kept.
  [[nodiscard]] RecordMetadata metadata() const;

 private:
  const rd_kafka_message_s& message_;
};

}  // namespace v1
}  // namespace kafka
