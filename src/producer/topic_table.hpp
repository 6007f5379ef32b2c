#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

struct rd_kafka_s;
struct rd_kafka_topic_s;

namespace kafka {
inline namespace v1 {

/// A producer's topic handles by name. Topics are only ever added, so that they are found without
/// a lock; the first one, which for many producers is the only one, without hashing its name.
///
/// All members may be called from any threads.
class TopicTable {
 public:
  explicit TopicTable(rd_kafka_s* handle);
  TopicTable(const TopicTable&) = delete;
  TopicTable& operator=(const TopicTable&) = delete;
  /// Gives the handles back: before the producer's own handle is destroyed.
  ~TopicTable();

  /// Whether this is the name of the topic that was first, and its handle.
  [[nodiscard]] bool is_first(std::string_view name) const noexcept {
    // The rest of the first topic is there to be read once its size is.
    const std::size_t size = first_size_.load(std::memory_order_acquire);
    return size == name.size() && same({first_name_, size}, name);
  }
  [[nodiscard]] rd_kafka_topic_s* first() const noexcept { return first_handle_; }

  /// The topic's handle; null when there is none yet.
  [[nodiscard]] rd_kafka_topic_s* find(std::string_view name) const noexcept {
    if (is_first(name)) return first();
    const Topic* topic = find(*buckets_.load(std::memory_order_acquire), name);
    return topic != nullptr ? topic->handle : nullptr;
  }

  /// The topic's handle, which is made when there is none. Throws Exception (Errc::topic_exception)
  /// for a name that no topic can have.
  [[nodiscard]] rd_kafka_topic_s* get(std::string_view name) {
    rd_kafka_topic_s* handle = find(name);
    return handle != nullptr ? handle : add(name);
  }

 private:
  struct Topic {
    std::string name;
    rd_kafka_topic_s* handle;
  };

  // Open addressing, of a size that is a power of two, never more than half full.
  struct Buckets {
    explicit Buckets(std::size_t size)
        : mask(size - 1), shift(std::countl_zero(mask)), topics(size) {}
    /// Where the search for a hash begins: its highest bits, which all characters have changed.
    [[nodiscard]] std::size_t first(std::uint64_t hash) const noexcept { return hash >> shift; }
    std::size_t mask;
    int shift;
    std::vector<std::atomic<Topic*>> topics;
  };

  // Names are read eight characters at a time, the last eight of which may overlap the ones before:
  // a call would cost more than what it does.
  static constexpr std::size_t word_size = sizeof(std::uint64_t);
  static std::uint64_t word(std::string_view name, std::size_t at) noexcept {
    std::uint64_t result;
    std::memcpy(&result, name.data() + at, sizeof result);
    return result;
  }

  static bool same(std::string_view left, std::string_view right) noexcept {
    const std::size_t size = left.size();
    if (size != right.size()) return false;
    if (size < word_size) [[unlikely]]
      return same_short(left, right);
    for (std::size_t at = 0; at + word_size < size; at += word_size) {
      if (word(left, at) != word(right, at)) return false;
    }
    return word(left, size - word_size) == word(right, size - word_size);
  }
  static bool same_short(std::string_view left, std::string_view right) noexcept {
    for (std::size_t at = 0; at < left.size(); ++at) {
      if (left[at] != right[at]) return false;
    }
    return true;
  }
  static std::uint64_t hash(std::string_view name) noexcept;

  static Topic* find(const Buckets& buckets, std::string_view name) noexcept;
  static void insert(Buckets& buckets, Topic* topic) noexcept;
  rd_kafka_topic_s* add(std::string_view name);

  rd_kafka_s* const handle_;
  // The first topic, here once more. No name is as long as this size, which is written last.
  std::atomic<std::size_t> first_size_{~std::size_t{0}};
  const char* first_name_ = nullptr;
  rd_kafka_topic_s* first_handle_ = nullptr;
  std::atomic<Buckets*> buckets_;
  std::mutex adding_;
  std::vector<std::unique_ptr<Topic>> topics_;
  // The last is in use; readers may still be in the ones before it.
  std::vector<std::unique_ptr<Buckets>> all_buckets_;
};

}  // namespace v1
}  // namespace kafka
