#pragma once

#include <kafka/fwd.hpp>

#include "secrets.hpp"

struct rd_kafka_conf_s;

namespace kafka {
inline namespace v1 {

/// Sets every property of the config on librdkafka's, with the checks that librdkafka leaves out:
/// an unknown name (the error tells the nearest one), a number with something behind it, a NUL, no
/// brokers, and what would take the delivery reports away from the producer. Throws Exception.
void apply(const Config& config, rd_kafka_conf_s* target, const Secrets& secrets);

}  // namespace v1
}  // namespace kafka
