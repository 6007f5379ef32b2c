#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <kafka/bytes_view.hpp>

struct rd_kafka_conf_s;
struct rd_kafka_topic_s;

namespace kafka {
inline namespace v1 {

/// The partitioner that the property `partitioner` names. It tells the partition of a key before
/// librdkafka chooses it, by librdkafka's own functions.
class Partitioner {
 public:
  /// Puts itself in front of librdkafka's partitioner, in the default topic configuration of
  /// `conf`. There is no other way to learn without waiting how many partitions a topic has.
  explicit Partitioner(rd_kafka_conf_s* conf);
  Partitioner(const Partitioner&) = delete;
  Partitioner& operator=(const Partitioner&) = delete;

  /// Whether all records of this key go to the same partition, as long as their number stays.
  [[nodiscard]] bool is_deterministic(BytesView key) const noexcept {
    return hash_ != nullptr && !key.is_null() && !(key.empty() && empty_is_random_);
  }
  /// The partition of such a key, among so many partitions.
  [[nodiscard]] std::int32_t partition_of(BytesView key, std::int32_t partitions) const noexcept {
    return hash_(nullptr, key.data(), key.size(), partitions, nullptr, nullptr);
  }

  [[nodiscard]] bool is_observed() const noexcept {
    return observers_.load(std::memory_order_relaxed) != 0;
  }

  using Function = std::int32_t(const rd_kafka_topic_s*, const void* key, std::size_t key_size,
                                std::int32_t partitions, void*, void*);

 private:
  friend class PartitionCountObserver;

  Function* hash_ = nullptr;
  bool empty_is_random_ = false;
  std::atomic<int> observers_{0};
};

/// Learns, while it lives, how many partitions the topics have for which librdkafka chooses a
/// partition on this thread.
class PartitionCountObserver {
 public:
  explicit PartitionCountObserver(Partitioner& partitioner) noexcept;
  PartitionCountObserver(const PartitionCountObserver&) = delete;
  PartitionCountObserver& operator=(const PartitionCountObserver&) = delete;
  ~PartitionCountObserver() { partitioner_.observers_.fetch_sub(1, std::memory_order_relaxed); }

  /// Of the last such topic; 0 when there was none.
  [[nodiscard]] std::int32_t partitions() const noexcept;

 private:
  Partitioner& partitioner_;
};

}  // namespace v1
}  // namespace kafka
