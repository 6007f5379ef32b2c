#include "producer/broker_texts.hpp"

#include <librdkafka/rdkafka.h>

#include <utility>

namespace kafka {
inline namespace v1 {

#if RD_KAFKA_VERSION >= 0x020400ff
namespace {

/// Only for these codes is the message surely one of librdkafka's own, which has a text. In
/// rd_kafka_produce_batch() it calls the interceptor with the caller's, for errors of the topic.
bool has_text(rd_kafka_resp_err_t code) {
  return code == RD_KAFKA_RESP_ERR_INVALID_RECORD || code == RD_KAFKA_RESP_ERR_INVALID_MSG ||
         code == RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP;
}

rd_kafka_resp_err_t on_acknowledgement(rd_kafka_t*, rd_kafka_message_t* message, void* texts) {
  if (has_text(message->err)) {
    if (const char* text = rd_kafka_message_produce_errstr(message); text != nullptr) {
      static_cast<BrokerTexts*>(texts)->keep(message, text);
    }
  }
  return RD_KAFKA_RESP_ERR_NO_ERROR;
}

rd_kafka_resp_err_t on_new(rd_kafka_t* handle, const rd_kafka_conf_t*, void* texts, char*,
                           std::size_t) {
  return rd_kafka_interceptor_add_on_acknowledgement(handle, "kafka::BrokerTexts",
                                                     on_acknowledgement, texts);
}

}  // namespace

void BrokerTexts::install(rd_kafka_conf_s* conf) {
  rd_kafka_conf_interceptor_add_on_new(conf, "kafka::BrokerTexts", on_new, this);
}
#else
void BrokerTexts::install(rd_kafka_conf_s*) {}
#endif

void BrokerTexts::keep(const rd_kafka_message_s* message, std::string_view text) noexcept try {
  const std::lock_guard lock(mutex_);
  texts_.insert_or_assign(message, std::string(text));
} catch (...) {
}

std::optional<std::string> BrokerTexts::take(const rd_kafka_message_s* message) noexcept {
  const std::lock_guard lock(mutex_);
  const auto entry = texts_.find(message);
  if (entry == texts_.end()) return std::nullopt;
  std::optional<std::string> text(std::move(entry->second));
  texts_.erase(entry);
  return text;
}

bool BrokerTexts::is_about_another_record(std::string_view text) noexcept {
  return text.starts_with("Failed to append record because it was part of a batch");
}

}  // namespace v1
}  // namespace kafka
