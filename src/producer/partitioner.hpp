#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <kafka/bytes_view.hpp>

struct rd_kafka_conf_s;
struct rd_kafka_topic_s;

namespace kafka {
inline namespace v1 {

/// The partitioner that the property `partitioner` names, for who has to know the partition of a
/// key before librdkafka does. The computing stays librdkafka's.
class Partitioner {
 public:
  /// Puts itself in front of librdkafka's partitioner, in the default topic configuration of
  /// `conf`: to whoever does, librdkafka tells how many partitions a topic has, and to nobody else
  /// without waiting.
  explicit Partitioner(rd_kafka_conf_s* conf);
  Partitioner(const Partitioner&) = delete;
  Partitioner& operator=(const Partitioner&) = delete;

  /// Whether all records of this key go to the same partition, as long as their number stays.
  [[nodiscard]] bool places(BytesView key) const noexcept {
    return hash_ != nullptr && !key.is_null() && !(key.empty() && empty_is_random_);
  }
  /// Of a key that it places, among so many partitions.
  [[nodiscard]] std::int32_t partition_of(BytesView key, std::int32_t partitions) const noexcept {
    return hash_(nullptr, key.data(), key.size(), partitions, nullptr, nullptr);
  }

  /// Hears, while it lives, how many partitions there are for whatever librdkafka chooses one for
  /// on this thread.
  class Listener {
   public:
    explicit Listener(Partitioner& partitioner) noexcept;
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
    ~Listener() { partitioner_.listeners_.fetch_sub(1, std::memory_order_relaxed); }

    /// The last number heard; 0 when there was none.
    [[nodiscard]] std::int32_t partitions() const noexcept;

   private:
    Partitioner& partitioner_;
  };

  [[nodiscard]] bool has_listener() const noexcept {
    return listeners_.load(std::memory_order_relaxed) != 0;
  }

  using Function = std::int32_t(const rd_kafka_topic_s*, const void* key, std::size_t key_size,
                                std::int32_t partitions, void*, void*);

 private:
  Function* hash_ = nullptr;
  bool empty_is_random_ = false;
  std::atomic<int> listeners_{0};
};

}  // namespace v1
}  // namespace kafka
