#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

struct rd_kafka_topic_s;

namespace kafka {
inline namespace v1 {

/// Sorts up to `capacity` records of a batch, which it knows by their indices, into groups of one
/// topic and partition. The order within a group is that of adding. It holds all in itself, 24 kB,
/// so that nothing is allocated.
class PartitionGroups {
 public:
  static constexpr std::size_t capacity = 1024;

  struct Group {
    rd_kafka_topic_s* topic;
    std::int32_t partition;
    std::uint16_t first;
    std::uint16_t last;
  };

  /// For so many records at the most.
  explicit PartitionGroups(std::size_t records) noexcept : mask_(std::bit_ceil(records * 2) - 1) {
    clear();
  }

  void add(rd_kafka_topic_s* topic, std::int32_t partition, std::size_t index) noexcept {
    const auto record = static_cast<std::uint16_t>(index);
    std::size_t at = hash(topic, partition) & mask_;
    for (; table_[at] != 0; at = (at + 1) & mask_) {
      Group& group = groups_[table_[at] - std::size_t{1}];
      if (group.partition == partition && group.topic == topic) {
        next_[group.last] = record;
        group.last = record;
        return;
      }
    }
    groups_[size_++] = {topic, partition, record, record};
    table_[at] = static_cast<std::uint16_t>(size_);
  }

  [[nodiscard]] const Group* begin() const noexcept { return groups_.data(); }
  [[nodiscard]] const Group* end() const noexcept { return groups_.data() + size_; }
  /// The record after this one in its group, which must not be the group's last.
  [[nodiscard]] std::uint16_t next(std::uint16_t record) const noexcept { return next_[record]; }

  void clear() noexcept {
    size_ = 0;
    std::fill_n(table_.begin(), mask_ + 1, std::uint16_t{0});
  }

 private:
  static std::size_t hash(const rd_kafka_topic_s* topic, std::int32_t partition) noexcept {
    // Handles lie at least so many bytes apart.
    constexpr int handle_size_bits = 6;
    return (reinterpret_cast<std::uintptr_t>(topic) >> handle_size_bits) * 31 +
           static_cast<std::uint32_t>(partition);
  }

  const std::size_t mask_;
  std::size_t size_ = 0;
  // Open addressing: the number of a group and one, 0 for none.
  std::array<std::uint16_t, capacity * 2> table_;
  std::array<Group, capacity> groups_;
  std::array<std::uint16_t, capacity> next_;
};

}  // namespace v1
}  // namespace kafka
