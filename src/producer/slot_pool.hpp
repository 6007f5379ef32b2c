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
  /// Lives while the slot is taken.
  union {
    DeliveryCallback callback;
  };
  std::atomic<std::uint32_t> next{0};
  const std::uint32_t index;

  explicit Slot(std::uint32_t own_index) noexcept : index(own_index) {}
  ~Slot() {}
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
  /// All slots must have been released: what is in them is not destroyed.
  ~SlotPool() = default;

  /// What stands for the slot of a record without a callback. It is not null, which records have
  /// that were produced through native_handle(). It points to nothing.
  [[nodiscard]] static Slot* no_callback() noexcept { return reinterpret_cast<Slot*>(1); }
  /// False for null and for no_callback(), in one comparison.
  [[nodiscard]] static bool holds_callback(const Slot* slot) noexcept {
    return reinterpret_cast<std::uintptr_t>(slot) > 1;
  }

  /// A slot to which the callback has moved; no_callback() when that is empty.
  [[nodiscard]] Slot* acquire(DeliveryCallback& callback) {
    if (!callback) return no_callback();
    Slot* slot = nullptr;
    if (!try_acquire(slot)) slot = new Slot(none);
    ::new (&slot->callback) DeliveryCallback(std::move(callback));
    return slot;
  }

  /// Undoes acquire().
  void give_back(Slot* slot, DeliveryCallback& callback) noexcept {
    if (!holds_callback(slot)) return;
    callback = std::move(slot->callback);
    release(slot);
  }

  /// Gives a slot in which the caller constructs a callback; false when one would have to be
  /// allocated.
  [[nodiscard]] bool try_acquire(Slot*& slot) noexcept {
    std::uint64_t head = head_.load(std::memory_order_acquire);
    while (index_of(head) != none) {
      slot = &block_[index_of(head)];
      const std::uint64_t taken =
          head_of(count_of(head) + 1, slot->next.load(std::memory_order_relaxed));
      if (head_.compare_exchange_weak(head, taken, std::memory_order_acquire)) return true;
    }
    // None has come back: take one that was never used.
    if (used_.load(std::memory_order_relaxed) >= capacity_) return false;
    const std::size_t index = used_.fetch_add(1, std::memory_order_relaxed);
    if (index >= capacity_) return false;
    slot = std::construct_at(&block_[index], static_cast<std::uint32_t>(index));
    return true;
  }

  /// Destroys the callback, which was run or has moved away, and takes the slot back.
  void release(Slot* slot) noexcept {
    std::destroy_at(&slot->callback);
    if (slot->index == none) {
      delete slot;
      return;
    }
    std::uint64_t head = head_.load(std::memory_order_relaxed);
    do {
      slot->next.store(index_of(head), std::memory_order_relaxed);
    } while (!head_.compare_exchange_weak(head, head_of(count_of(head), slot->index),
                                          std::memory_order_release, std::memory_order_relaxed));
  }

 private:
  static constexpr std::uint32_t none = 0xFFFF'FFFF;

  static std::uint32_t index_of(std::uint64_t head) { return static_cast<std::uint32_t>(head); }
  static std::uint64_t count_of(std::uint64_t head) { return head >> 32; }
  static std::uint64_t head_of(std::uint64_t count, std::uint32_t index) {
    return count << 32 | index;
  }

  struct Free {
    void operator()(Slot* block) const noexcept;
  };

  const std::size_t capacity_;
  const std::unique_ptr<Slot[], Free> block_;
  // How many of the block's slots have ever been used; when all have, it may be more than that.
  std::atomic<std::size_t> used_{0};
  // On a line of its own: producing and dispatching threads both write it.
  alignas(64) std::atomic<std::uint64_t> head_{none};
};

}  // namespace v1
}  // namespace kafka
