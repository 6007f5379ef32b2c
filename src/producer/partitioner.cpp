#include "producer/partitioner.hpp"

#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <string_view>

namespace kafka {
inline namespace v1 {
namespace {

thread_local std::int32_t partitions_observed = 0;

template <Partitioner::Function* original>
[[gnu::noinline]] std::int32_t choose_observed(const rd_kafka_topic_t* topic, const void* key,
                                               std::size_t key_size, std::int32_t partitions,
                                               void* topic_opaque, void* record_opaque) {
  partitions_observed = partitions;
  return original(topic, key, key_size, partitions, topic_opaque, record_opaque);
}

/// Every record with a key passes here, and hardly any is observed.
template <Partitioner::Function* original>
std::int32_t choose(const rd_kafka_topic_t* topic, const void* key, std::size_t key_size,
                    std::int32_t partitions, void* topic_opaque, void* record_opaque) {
  if (static_cast<const Partitioner*>(topic_opaque)->is_observed()) [[unlikely]] {
    return choose_observed<original>(topic, key, key_size, partitions, topic_opaque, record_opaque);
  }
  return original(topic, key, key_size, partitions, topic_opaque, record_opaque);
}

struct Kind {
  std::string_view name;
  /// What takes the place of librdkafka's.
  Partitioner::Function* choose;
  /// librdkafka's choice for a key, a function of key and count alone.
  Partitioner::Function* hash;
  bool empty_is_random;
  /// librdkafka gives records without a key to its partitioner, rather than to whatever partition
  /// is the sticky one.
  bool asked_without_key;
};

// `random` is not here: it places no key, and stays librdkafka's own.
constexpr Kind kinds[] = {
    {"consistent_random", choose<rd_kafka_msg_partitioner_consistent_random>,
     rd_kafka_msg_partitioner_consistent, true, false},
    {"consistent", choose<rd_kafka_msg_partitioner_consistent>, rd_kafka_msg_partitioner_consistent,
     false, true},
    {"murmur2_random", choose<rd_kafka_msg_partitioner_murmur2_random>,
     rd_kafka_msg_partitioner_murmur2, false, false},
    {"murmur2", choose<rd_kafka_msg_partitioner_murmur2>, rd_kafka_msg_partitioner_murmur2, false,
     true},
    {"fnv1a_random", choose<rd_kafka_msg_partitioner_fnv1a_random>, rd_kafka_msg_partitioner_fnv1a,
     false, false},
    {"fnv1a", choose<rd_kafka_msg_partitioner_fnv1a>, rd_kafka_msg_partitioner_fnv1a, false, true},
};

}  // namespace

Partitioner::Partitioner(rd_kafka_conf_s* conf) {
  rd_kafka_topic_conf_t* topic_conf = rd_kafka_conf_get_default_topic_conf(conf);
  if (topic_conf == nullptr) {
    topic_conf = rd_kafka_topic_conf_new();
    rd_kafka_conf_set_default_topic_conf(conf, topic_conf);
  }
  char name[64] = "";
  std::size_t size = sizeof name;
  if (rd_kafka_topic_conf_get(topic_conf, "partitioner", name, &size) != RD_KAFKA_CONF_OK) return;
  const auto* kind = std::find_if(std::begin(kinds), std::end(kinds),
                                  [&](const Kind& candidate) { return candidate.name == name; });
  if (kind == std::end(kinds)) return;

  rd_kafka_topic_conf_set_partitioner_cb(topic_conf, kind->choose);
  rd_kafka_topic_conf_set_opaque(topic_conf, this);
  // librdkafka knows its own partitioners by their addresses, and would make another one's records
  // without a key stick.
  if (kind->asked_without_key) {
    rd_kafka_conf_set(conf, "sticky.partitioning.linger.ms", "0", nullptr, 0);
  }
  hash_ = kind->hash;
  empty_is_random_ = kind->empty_is_random;
}

PartitionCountObserver::PartitionCountObserver(Partitioner& partitioner) noexcept
    : partitioner_(partitioner) {
  partitions_observed = 0;
  partitioner_.observers_.fetch_add(1, std::memory_order_relaxed);
}

std::int32_t PartitionCountObserver::partitions() const noexcept {
  return partitions_observed;
}

}  // namespace v1
}  // namespace kafka
