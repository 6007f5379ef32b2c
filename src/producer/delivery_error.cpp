#include "producer/delivery_error.hpp"

#include <librdkafka/rdkafka.h>

#include <string>

#include "detail/advice.hpp"

namespace kafka {
inline namespace v1 {

Error delivery_error(const rd_kafka_message_s& message, const Secrets& secrets) noexcept {
#if RD_KAFKA_VERSION >= 0x020400ff
  const char* const broker_text = rd_kafka_message_produce_errstr(&message);
#else
  const char* const broker_text = nullptr;
#endif
  return delivery_error(static_cast<Errc>(message.err), broker_text, secrets);
}

Error delivery_error(Errc code, const char* broker_text, const Secrets& secrets) noexcept try {
  // What librdkafka says of an innocent record of a refused batch repeats the code's own text.
  if (broker_text == nullptr || *broker_text == '\0' || code == Errc::invalid_different_record) {
    return code;
  }
  const std::string text = rd_kafka_err2str(static_cast<rd_kafka_resp_err_t>(code));
  return {code, with_advice(code, text + ": " + secrets.redact(broker_text))};
} catch (...) {
  return code;  // no memory for the text
}

}  // namespace v1
}  // namespace kafka
