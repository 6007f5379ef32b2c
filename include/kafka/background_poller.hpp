#pragma once

#include <exception>
#include <functional>
#include <kafka/export.hpp>
#include <kafka/fwd.hpp>
#include <memory>

namespace kafka {
inline namespace v1 {

/// Calls Producer::poll() on a thread of its own until it is destroyed. Use it in programs that
/// have no loop of their own.
///
///     kafka::Producer producer(config);
///     kafka::BackgroundPoller poller(producer);
///
/// The producer's callbacks then run on that thread. Other threads may use the producer as before.
///
/// Create the poller after the producer, destroy it before the producer, and do not move the
/// producer in between. When the producer is closed, the poller stops polling. One thread creates
/// and destroys the poller. That thread must not be the poller's own: do not destroy the poller
/// inside a callback.
class KAFKA_EXPORT BackgroundPoller {
 public:
  /// Receives an exception that a callback threw.
  using OnException = std::function<void(std::exception_ptr)>;

  /// Starts the thread. The poller calls `on_exception` on that thread with each exception that a
  /// callback throws. Without it, the exception becomes a line of the producer's log, in which
  /// secrets are redacted. `on_exception` must not throw. Throws std::system_error when the thread
  /// cannot be started.
  explicit BackgroundPoller(Producer& producer, OnException on_exception = {});
  BackgroundPoller(const BackgroundPoller&) = delete;
  BackgroundPoller& operator=(const BackgroundPoller&) = delete;
  /// Stops the thread. Waits until a callback in progress returns, and at most 100 ms longer. Does
  /// not flush.
  ~BackgroundPoller();

 private:
  class Thread;
  std::unique_ptr<Thread> thread_;
};

}  // namespace v1
}  // namespace kafka
