#include "slot_pool.hpp"

#include <algorithm>
#include <new>

namespace kafka {
inline namespace v1 {

SlotPool::SlotPool(std::size_t capacity)
    : capacity_(std::min<std::size_t>(capacity, none)),
      block_(static_cast<Slot*>(
          ::operator new (capacity_ * sizeof(Slot), std::align_val_t{alignof(Slot)}))) {}

SlotPool::~SlotPool() {
  const std::size_t used = std::min(used_.load(std::memory_order_relaxed), capacity_);
  for (std::size_t i = 0; i < used; ++i) block_[i].~Slot();
}

void SlotPool::Free::operator()(Slot* block) const noexcept {
  ::operator delete (static_cast<void*>(block), std::align_val_t{alignof(Slot)});
}

Slot* SlotPool::acquire_fresh() {
  std::size_t used = used_.load(std::memory_order_relaxed);
  while (used < capacity_) {
    if (used_.compare_exchange_weak(used, used + 1, std::memory_order_relaxed)) {
      Slot* slot = ::new (static_cast<void*>(&block_[used])) Slot;
      slot->index = static_cast<std::uint32_t>(used);
      return slot;
    }
  }
  auto* slot = new Slot;
  slot->index = none;
  return slot;
}

}  // namespace v1
}  // namespace kafka
