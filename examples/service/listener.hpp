#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "descriptor.hpp"
#include "event_loop.hpp"

/// Accepts connections at one address.
class Listener {
 public:
  using OnConnection = std::function<void(Descriptor socket)>;

  /// `address` is numeric, such as 127.0.0.1:7070 or [::1]:7070. Port 0 takes a free port. Throws
  /// std::invalid_argument when it is not an address, else std::system_error when listening fails.
  Listener(EventLoop& loop, const std::string& address, OnConnection on_connection);
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  ~Listener();

  /// With the port in use, also where 0 was given.
  [[nodiscard]] std::string address() const;
  /// Leaves new connections in the system's queue until resume().
  void pause();
  /// Call it also after a descriptor has been closed: the listener pauses for a second by itself
  /// when the process has no free descriptor.
  void resume();
  /// Call it about once a second: ends such a pause.
  void tick();

 private:
  using Clock = std::chrono::steady_clock;
  void accept();
  void pause_until(Clock::time_point end);

  EventLoop& loop_;
  OnConnection on_connection_;
  Descriptor socket_;
  EventLoop::Watch watch_;
  Clock::time_point paused_until_ = {};
};
