#pragma once

#include <atomic>
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

  /// The topic's handle, made when it is not there yet. Throws Exception (Errc::topic_exception)
  /// for a name that no topic can have.
  [[nodiscard]] rd_kafka_topic_s* get(std::string_view name) {
    const Topic* first = first_.load(std::memory_order_acquire);
    if (first != nullptr && first->name == name) return first->handle;
    return find_or_add(name);
  }

 private:
  struct Topic {
    std::string name;
    rd_kafka_topic_s* handle;
  };
  // Open addressing, of a size that is a power of two, never more than half full.
  struct Buckets {
    explicit Buckets(std::size_t size) : mask(size - 1), topics(size) {}
    std::size_t mask;
    std::vector<std::atomic<Topic*>> topics;
  };

  static Topic* find(const Buckets& buckets, std::string_view name) noexcept;
  static void insert(Buckets& buckets, Topic* topic) noexcept;
  rd_kafka_topic_s* find_or_add(std::string_view name);
  rd_kafka_topic_s* add(std::string_view name);

  rd_kafka_s* const handle_;
  std::atomic<const Topic*> first_{nullptr};
  std::atomic<Buckets*> buckets_;
  std::mutex adding_;
  std::vector<std::unique_ptr<Topic>> topics_;
  // The last is in use; readers may still be in the ones before it.
  std::vector<std::unique_ptr<Buckets>> all_buckets_;
};

}  // namespace v1
}  // namespace kafka
