#pragma once

#include <kafka/error.hpp>

#include "detail/secrets.hpp"

struct rd_kafka_message_s;

namespace kafka {
inline namespace v1 {

/// Why a record failed, from its delivery report. The error has the broker's own words where
/// librdkafka passes them on, which it does since 2.4. Success when the record did not fail.
Error delivery_error(const rd_kafka_message_s& message, const Secrets& secrets) noexcept;

/// The same from its parts. `broker_text` may be null.
Error delivery_error(Errc code, const char* broker_text, const Secrets& secrets) noexcept;

}  // namespace v1
}  // namespace kafka
