#pragma once

#include <kafka/delivery_callback.hpp>
#include <utility>

#include "producer/slot_pool.hpp"

namespace kafka {
inline namespace v1 {

/// Moves a record's callback into a slot, and back unless commit() is called.
class PendingCallback {
 public:
  /// Throws std::bad_alloc when the pool is exhausted and there is no memory; the callback stays.
  PendingCallback(SlotPool& pool, DeliveryCallback& callback)
      : pool_(pool), callback_(callback), slot_(pool.acquire(callback)) {}
  PendingCallback(const PendingCallback&) = delete;
  PendingCallback& operator=(const PendingCallback&) = delete;
  ~PendingCallback() {
    if (slot_ != nullptr) pool_.give_back(slot_, callback_);
  }

  [[nodiscard]] Slot* slot() const noexcept { return slot_; }
  /// librdkafka has the slot now.
  void commit() noexcept { slot_ = nullptr; }

 private:
  SlotPool& pool_;
  DeliveryCallback& callback_;
  Slot* slot_;
};

}  // namespace v1
}  // namespace kafka
