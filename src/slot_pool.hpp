#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <kafka/delivery_callback.hpp>
#include <memory>

namespace kafka {
inline namespace v1 {

/// Where the callback of a record waits for its delivery report: one cache line.
struct alignas(64) Slot {
  DeliveryCallback callback;
  std::atomic<std::uint32_t> next{0};
  std::uint32_t index = 0;
};
static_assert(sizeof(Slot) == 64);

/// Slots without locks and, within its capacity, without allocations: all lie in one block, of
/// which the system provides memory only for what has been used.
///
/// Free slots form a stack. Its head holds, beside the index of the first free slot, a count that
/// grows with every slot taken: without it, a thread that was held up between reading the head and
/// exchanging it could find the same slot there with another successor (the ABA problem).
///
/// acquire() and release() may be called from any threads.
class SlotPool {
 public:
  /// Beyond this many slots at a time, each is allocated by itself.
  explicit SlotPool(std::size_t capacity);
  SlotPool(const SlotPool&) = delete;
  SlotPool& operator=(const SlotPool&) = delete;
  /// All slots must have been released.
  ~SlotPool();

  /// Its callback is empty.
  [[nodiscard]] Slot* acquire() {
    std::uint64_t head = head_.load(std::memory_order_acquire);
    while (index_of(head) != none) {
      Slot& slot = block_[index_of(head)];
      const std::uint64_t next =
          (head & count_mask) + one_count + slot.next.load(std::memory_order_relaxed);
      if (head_.compare_exchange_weak(head, next, std::memory_order_acquire)) return &slot;
    }
    return acquire_fresh();
  }

  /// Its callback must be empty.
  void release(Slot* slot) noexcept {
    if (slot->index == none) {
      delete slot;
      return;
    }
    std::uint64_t head = head_.load(std::memory_order_relaxed);
    do {
      slot->next.store(index_of(head), std::memory_order_relaxed);
    } while (!head_.compare_exchange_weak(head, (head & count_mask) + slot->index,
                                          std::memory_order_release, std::memory_order_relaxed));
  }

 private:
  static constexpr std::uint32_t none = 0xFFFF'FFFF;
  static constexpr std::uint64_t one_count = std::uint64_t{1} << 32;
  static constexpr std::uint64_t count_mask = ~(one_count - 1);

  static std::uint32_t index_of(std::uint64_t head) { return static_cast<std::uint32_t>(head); }

  /// A slot that was never used, from the block or, when that is used up, from the heap.
  Slot* acquire_fresh();

  struct Free {
    void operator()(Slot* block) const noexcept;
  };

  const std::size_t capacity_;
  const std::unique_ptr<Slot[], Free> block_;
  std::atomic<std::size_t> used_{0};
  // On a line of its own: producing and dispatching threads both write it.
  alignas(64) std::atomic<std::uint64_t> head_{none};
};

}  // namespace v1
}  // namespace kafka
