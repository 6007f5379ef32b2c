#include <atomic>
#include <cstdint>
#include <kafka/background_poller.hpp>
#include <thread>
#include <utility>

#include "detail/fork_generation.hpp"
#include "producer/state.hpp"

namespace kafka {
inline namespace v1 {
class BackgroundPoller::Thread {
 public:
  Thread(Producer& producer, OnException on_exception)
      : producer_(producer), on_exception_(std::move(on_exception)), thread_([this] { run(); }) {}
  Thread(const Thread&) = delete;
  Thread& operator=(const Thread&) = delete;

  ~Thread() {
    stop_ = true;
    // A forked child does not have the thread, so it cannot wait for it.
    if (birth_ != fork_generation) {
      thread_.detach();
    } else {
      thread_.join();
    }
  }

 private:
  void run() {
    constexpr std::chrono::milliseconds slice(100);
    while (!stop_ && !producer_.closed()) {
      try {
        producer_.poll(slice);
      } catch (...) {
        on_exception_(std::current_exception());
      }
    }
  }

  Producer& producer_;
  const OnException on_exception_;
  const std::uint64_t birth_ = fork_generation;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

BackgroundPoller::BackgroundPoller(Producer& producer, OnException on_exception) {
  if (!on_exception) {
    on_exception = [&producer](const std::exception_ptr& exception) {
      if (producer.state_ != nullptr) producer.state_->log_exception("a callback", exception);
    };
  }
  thread_ = std::make_unique<Thread>(producer, std::move(on_exception));
}

BackgroundPoller::~BackgroundPoller() = default;

}  // namespace v1
}  // namespace kafka
