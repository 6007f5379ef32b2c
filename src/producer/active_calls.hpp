#pragma once

#include <atomic>
#include <chrono>
#include <thread>

namespace kafka {
inline namespace v1 {

/// Counts the calls of a producer that are in progress, so that nothing is destroyed under them.
class ActiveCalls {
 public:
  void begin_call() noexcept { calls_.fetch_add(1, std::memory_order_relaxed); }
  /// The calling thread touches nothing of the producer afterwards.
  void end_call() noexcept { calls_.fetch_sub(1, std::memory_order_release); }

  /// Returns when no call is in progress. Call it when each call is about to return: it looks again
  /// and again, because a call that ends must not touch a lock that may be destroyed.
  void wait_for_none() const {
    constexpr std::chrono::microseconds pause(50);
    while (calls_.load(std::memory_order_acquire) != 0) std::this_thread::sleep_for(pause);
  }

 private:
  std::atomic<int> calls_{0};
};

}  // namespace v1
}  // namespace kafka
