#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_map>

#include "descriptor.hpp"

/// Waits for many descriptors at once, and calls the handler of each one that is ready. All
/// handlers run on the thread that calls run_once().
class EventLoop {
 public:
  /// Identifies a watched descriptor. Unlike the number of a descriptor it is never used again, so
  /// an event of a closed connection never reaches a new one.
  using Watch = std::uint64_t;
  /// `events` has one or more of EPOLLIN, EPOLLOUT, EPOLLHUP and EPOLLERR.
  using Handler = std::function<void(Watch watch, std::uint32_t events)>;

  EventLoop();

  /// The handler gets EPOLLHUP and EPOLLERR even when `events` is 0. Throws std::system_error.
  Watch watch(const Descriptor& descriptor, std::uint32_t events, Handler handler);
  void change(Watch watch, std::uint32_t events);
  /// Call it before the descriptor is closed. A handler may end its own watch.
  void unwatch(Watch watch);

  /// Waits for events up to the timeout, and calls their handlers.
  void run_once(std::chrono::milliseconds timeout);

 private:
  struct Watched {
    int descriptor;
    std::uint32_t events;
    Handler handler;
  };
  void control(int operation, Watch watch, const Watched& watched);

  Descriptor epoll_;
  Watch last_ = 0;
  // run_once() shares a handler while it runs.
  std::unordered_map<Watch, std::shared_ptr<Watched>> watched_;
};
