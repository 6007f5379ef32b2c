#pragma once

#include <functional>
#include <list>
#include <string>

#include "descriptor.hpp"
#include "event_loop.hpp"
#include "listener.hpp"

/// Answers `GET /healthz`, as supervisors ask it over HTTP: status 200, or 503 when the process
/// should be replaced, and lines of text for people.
class Health {
 public:
  struct Report {
    bool alive;
    std::string text;
  };

  /// Listens at the address, like a Listener. `report` is called for every answer.
  Health(EventLoop& loop, const std::string& address, std::function<Report()> report);
  Health(const Health&) = delete;
  Health& operator=(const Health&) = delete;
  ~Health();

  [[nodiscard]] std::string address() const { return listener_.address(); }
  void tick() { listener_.tick(); }

 private:
  struct Probe {
    Descriptor socket;
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
