#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <thread>

#include "detail/mutex.hpp"

namespace kafka {
inline namespace v1 {

/// Calls the function of Producer::on_ready(), one call at a time.
class ReadyNotifier {
 public:
  using Function = std::function<void()>;

  /// Replaces the function; an empty one ends the calls. After this returns, the previous function
  /// is never called again, and no call of it is in progress, unless the caller is the function
  /// itself. The previous function is destroyed before this returns, or after its call.
  void set(Function function) KAFKA_EXCLUDES(mutex_);

  /// Calls the function, if there is one. It must not throw.
  void notify() KAFKA_EXCLUDES(mutex_);

  /// Whether the caller is the function.
  [[nodiscard]] bool notifying_in_this_thread() const noexcept {
    return notifying_.load(std::memory_order_relaxed) == std::this_thread::get_id();
  }

 private:
  // Held during the call, so that set() waits for it.
  Mutex mutex_;
  // Shared with the call, which may replace the function that it runs.
  std::shared_ptr<const Function> function_ KAFKA_GUARDED_BY(mutex_);
  std::atomic<std::thread::id> notifying_{};
};

}  // namespace v1
}  // namespace kafka
