#pragma once

#include <kafka/error.hpp>

#include "detail/secrets.hpp"
#include "producer/broker_texts.hpp"

namespace kafka {
inline namespace v1 {

/// Why a record failed, from its delivery report; success when it did not fail. The error has the
/// broker's own words where there are any.
///
/// When only one record of a batch is invalid, librdkafka 2.4 to 2.16 gives all of them its code.
/// The others get Errc::invalid_different_record here, as they do when several are invalid.
Error delivery_error(const rd_kafka_message_s& message, BrokerTexts& texts,
                     const Secrets& secrets) noexcept;

}  // namespace v1
}  // namespace kafka
