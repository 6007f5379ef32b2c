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

  /// `address` is numeric, 127.0.0.1:7070 or [::1]:7070; of port 0 the system makes a free one.
  /// Throws std::system_error, or std::invalid_argument when this is no address.
  Listener(EventLoop& loop, const std::string& address, OnConnection on_connection);
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  ~Listener();

  /// With the port that the system has chosen.
  [[nodiscard]] std::string address() const;
  /// Lets connections wait in the system's queue, until resume().
  void pause();
  /// To be called as well when a descriptor has been closed: when the process runs out of them, the
  /// listener pauses by itself.
  void resume();
  /// To be called every second or so, for descriptors that others have closed.
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
