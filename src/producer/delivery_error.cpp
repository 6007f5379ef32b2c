#include "producer/delivery_error.hpp"

#include <librdkafka/rdkafka.h>

#include <string>

#include "detail/advice.hpp"

namespace kafka {
inline namespace v1 {

Error delivery_error(const rd_kafka_message_s& message, BrokerTexts& texts,
                     const Secrets& secrets) noexcept {
  const auto code = static_cast<Errc>(message.err);
  if (code == Errc::no_error) return {};
  const auto text = texts.take(&message);
  if (!text || text->empty()) return code;
  if (BrokerTexts::is_about_another_record(*text)) return Errc::invalid_different_record;
  try {
    const std::string description = rd_kafka_err2str(message.err);
    return {code, with_advice(code, description + ": " + secrets.redact(*text))};
  } catch (...) {
    return code;  // no memory for the text
  }
}

}  // namespace v1
}  // namespace kafka
