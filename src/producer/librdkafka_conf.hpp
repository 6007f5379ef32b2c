#pragma once

#include <kafka/fwd.hpp>
#include <kafka/hooks.hpp>
#include <memory>

#include "detail/secrets.hpp"

struct rd_kafka_conf_s;

namespace kafka {
inline namespace v1 {

struct ConfDestroy {
  void operator()(rd_kafka_conf_s* conf) const noexcept;
};
using Conf = std::unique_ptr<rd_kafka_conf_s, ConfDestroy>;

/// librdkafka's configuration with every property of the config. Throws Exception where librdkafka
/// would accept a property and then ignore it, misread it or crash: a name that librdkafka does not
/// document, a value that it would change, wrong addresses, security settings that cannot work, and
/// properties that would take the delivery reports away from the producer.
///
/// Statistics are switched off where no hook receives them: they would collect in memory. Brokers
/// are told this library's name and version, unless the config sets others.
Conf make_conf(const Config& config, const Secrets& secrets, const Hooks& hooks = {});

/// Every property that has a value and an effect on a producer, under the name that this library
/// uses. Secrets are in the clear.
Config read_conf(const rd_kafka_conf_s* conf);

}  // namespace v1
}  // namespace kafka
