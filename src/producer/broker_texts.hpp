#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

struct rd_kafka_conf_s;
struct rd_kafka_message_s;

namespace kafka {
inline namespace v1 {

/// Keeps what a broker says about the records that it refuses (KIP-467), from its answer until the
/// delivery reports are served. Thread-safe.
///
/// librdkafka 2.4 to 2.16 frees these texts before it serves the reports, so that
/// rd_kafka_message_produce_errstr() must not be called there. Its acknowledgement interceptor runs
/// before that, on its own threads.
class BrokerTexts {
 public:
  BrokerTexts() = default;
  BrokerTexts(const BrokerTexts&) = delete;
  BrokerTexts& operator=(const BrokerTexts&) = delete;
  ~BrokerTexts() = default;

  /// Adds the interceptor to the configuration. The handle that is made of it must not outlive this
  /// object. Does nothing with a librdkafka before 2.4.
  void install(rd_kafka_conf_s* conf);

  /// Keeps the text for the message. Drops it when there is no memory.
  void keep(const rd_kafka_message_s* message, std::string_view text) noexcept;

  /// Gives the text for the message away. None when the broker said nothing.
  std::optional<std::string> take(const rd_kafka_message_s* message) noexcept;

  /// Whether the text is the one that librdkafka gives to the valid records of a refused batch.
  static bool is_about_another_record(std::string_view text) noexcept;

 private:
  std::mutex mutex_;
  std::unordered_map<const rd_kafka_message_s*, std::string> texts_;  // guarded by mutex_
};

}  // namespace v1
}  // namespace kafka
