#pragma once

#include <chrono>
#include <functional>
#include <list>
#include <string>

#include "descriptor.hpp"
#include "event_loop.hpp"
#include "listener.hpp"

/// Answers the questions of supervisors over HTTP with status 200 or 503, and lines of text for
/// people: `GET /healthz`, whether the process should be kept, and `GET /readyz`, whether new
/// clients should come here.
class Health {
 public:
  struct Report {
    bool alive;
    bool ready;
    std::string text;
  };

  /// Listens at the address, like a Listener. `report` is called for every answer.
  Health(EventLoop& loop, const std::string& address, std::function<Report()> report);
  Health(const Health&) = delete;
  Health& operator=(const Health&) = delete;
  ~Health();

  [[nodiscard]] std::string address() const { return listener_.address(); }
  /// Call it about once a second: drops connections that have not sent their request in time.
  void tick();

 private:
  using Clock = std::chrono::steady_clock;
  struct Probe {
    Descriptor socket;
    Clock::time_point begin = Clock::now();
    EventLoop::Watch watch = 0;
    std::string request = {};
  };
  using Place = std::list<Probe>::iterator;

  void on_connection(Descriptor socket);
  void on_probe(Place probe);
  void drop(Place probe);
  [[nodiscard]] std::string answer(const std::string& request) const;

  EventLoop& loop_;
  const std::function<Report()> report_;
  // The oldest first.
  std::list<Probe> probes_;
  Listener listener_;
};
