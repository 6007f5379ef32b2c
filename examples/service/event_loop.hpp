#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_map>

#include "descriptor.hpp"

/// Waits for many descriptors at once, and calls for each that is ready the function that was given
/// for it. Everything happens on the thread that calls run_once().
class EventLoop {
 public:
  /// Names what is watched. It is never used again, unlike a descriptor, so that an event that was
  /// fetched for a connection that has ended meanwhile does not reach its successor.
  using Watch = std::uint64_t;
  /// Gets EPOLLIN, EPOLLOUT, EPOLLHUP, EPOLLERR, or several of them.
  using Handler = std::function<void(Watch watch, std::uint32_t events)>;

  EventLoop();

  /// EPOLLHUP and EPOLLERR are told even when `events` is 0. Throws std::system_error.
  Watch watch(const Descriptor& descriptor, std::uint32_t events, Handler handler);
  void change(Watch watch, std::uint32_t events);
  /// Has to come before the descriptor is closed. A handler may end its own watch.
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
  // Shared with run_once() for as long as a handler runs.
  std::unordered_map<Watch, std::shared_ptr<Watched>> watched_;
};
