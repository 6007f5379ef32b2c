#include <atomic>
#include <cstdint>
#include <iostream>
#include <kafka/background_poller.hpp>
#include <kafka/producer.hpp>
#include <string>
#include <thread>
#include <utility>

#include "detail/fork_generation.hpp"
#include "detail/printable.hpp"

namespace kafka {
inline namespace v1 {
namespace {

void print(const std::exception_ptr& exception) {
  std::string text = "something that is no std::exception";
  try {
    std::rethrow_exception(exception);
  } catch (const std::exception& caught) {
    text = printable(caught.what());
  } catch (...) {
  }
  std::cerr << "kafka::BackgroundPoller: a callback threw: " + text + "\n";
}

}  // namespace

class BackgroundPoller::Thread {
 public:
  Thread(Producer& producer, OnException on_exception)
      : producer_(producer), on_exception_(std::move(on_exception)), thread_([this] { run(); }) {}
  Thread(const Thread&) = delete;
  Thread& operator=(const Thread&) = delete;

  ~Thread() {
    stop_ = true;
    // In a forked child there is no thread that could be waited for.
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

BackgroundPoller::BackgroundPoller(Producer& producer, OnException on_exception)
    : thread_(std::make_unique<Thread>(
          producer, on_exception ? std::move(on_exception) : OnException(print))) {}

BackgroundPoller::~BackgroundPoller() = default;

}  // namespace v1
}  // namespace kafka
