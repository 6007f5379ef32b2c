#pragma once

#include <kafka/fwd.hpp>
#include <memory>

#include "detail/secrets.hpp"

struct rd_kafka_conf_s;

namespace kafka {
inline namespace v1 {

struct ConfDestroy {
  void operator()(rd_kafka_conf_s* conf) const noexcept;
};
using Conf = std::unique_ptr<rd_kafka_conf_s, ConfDestroy>;

/// librdkafka's configuration with every property of the config, after the checks that librdkafka
/// leaves out: an unknown name (the error suggests the nearest one), a number followed by text, a
/// NUL, no brokers, and properties that would take the delivery reports away from the producer.
/// Throws Exception.
Conf make_conf(const Config& config, const Secrets& secrets);

}  // namespace v1
}  // namespace kafka
