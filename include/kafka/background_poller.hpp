#pragma once

#include <exception>
#include <functional>
#include <kafka/export.hpp>
#include <kafka/fwd.hpp>
#include <memory>

namespace kafka {
inline namespace v1 {

/// Serves a producer's callbacks on a thread of its own for as long as it lives, for programs that
/// have no loop in which to call Producer::poll().
///
///     kafka::Producer producer(config);
///     kafka::BackgroundPoller poller(producer);
///
/// Callbacks then run on that thread. It is made after the producer and destroyed before it, and
/// the producer must not be moved meanwhile; closing the producer ends its work early. Other
/// threads may use the producer as before. The poller itself is made and destroyed by one thread,
/// which must not be its own: not inside a callback.
class KAFKA_EXPORT BackgroundPoller {
 public:
  /// What is called with an exception that a callback has thrown.
  using OnException = std::function<void(std::exception_ptr)>;

  /// `on_exception` is told, on the poller's thread, what callbacks throw; by default it is a line
  /// on standard error. It must not throw. Throws std::system_error when no thread can be started.
  explicit BackgroundPoller(Producer& producer, OnException on_exception = {});
  BackgroundPoller(const BackgroundPoller&) = delete;
  BackgroundPoller& operator=(const BackgroundPoller&) = delete;
  /// Waits for a callback in progress to return, and at most 100 ms beyond. Does not flush.
  ~BackgroundPoller();

 private:
  class Thread;
  std::unique_ptr<Thread> thread_;
};

}  // namespace v1
}  // namespace kafka
