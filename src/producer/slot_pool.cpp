#include "producer/slot_pool.hpp"

#include <algorithm>

namespace kafka {
inline namespace v1 {

SlotPool::SlotPool(std::size_t capacity)
    : capacity_(std::min<std::size_t>(capacity, none)),
      block_(static_cast<Slot*>(
          ::operator new (capacity_ * sizeof(Slot), std::align_val_t{alignof(Slot)}))) {}

void SlotPool::Free::operator()(Slot* block) const noexcept {
  ::operator delete (static_cast<void*>(block), std::align_val_t{alignof(Slot)});
}

}  // namespace v1
}  // namespace kafka
