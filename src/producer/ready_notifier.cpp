#include "producer/ready_notifier.hpp"

#include <utility>

namespace kafka {
inline namespace v1 {

void ReadyNotifier::set(Function function) {
  // The previous function dies with this variable, after the lock.
  auto next = function ? std::make_shared<const Function>(std::move(function)) : nullptr;
  if (notifying_in_this_thread()) {
    mutex_.assert_held();  // by notify()
    return function_.swap(next);
  }
  const MutexLock lock(mutex_);
  function_.swap(next);
}

void ReadyNotifier::notify() {
  // A function that makes librdkafka signal again must not wait for itself.
  if (notifying_in_this_thread()) return;
  const MutexLock lock(mutex_);
  if (function_ == nullptr) return;
  notifying_.store(std::this_thread::get_id(), std::memory_order_relaxed);
  {
    const std::shared_ptr<const Function> running = function_;
    (*running)();
  }
  notifying_.store(std::thread::id(), std::memory_order_relaxed);
}

}  // namespace v1
}  // namespace kafka
