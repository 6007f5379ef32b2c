#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <kafka/producer.hpp>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "client.hpp"
#include "event_loop.hpp"
#include "health.hpp"
#include "listener.hpp"
#include "options.hpp"
#include "stop_signals.hpp"
#include "wakeup.hpp"

/// Produces each line that a client sends, and answers it with the outcome of its record. One
/// thread does everything: the producer wakes the loop when there are callbacks to run.
class Service {
 public:
  /// Starts to listen. Throws kafka::Exception when a property is wrong, and std::system_error or
  /// std::invalid_argument when it cannot listen.
  Service(const Options& options, const StopSignals& signals);

  [[nodiscard]] std::string address() const { return listener_->address(); }
  [[nodiscard]] std::string health_address() const { return health_.address(); }

  /// Serves until a signal comes, then drains. Returns the exit code.
  int run();

 private:
  using Clock = std::chrono::steady_clock;
  using Id = EventLoop::Watch;

  /// Called about once a second: drops clients that have timed out.
  void tick();
  void on_stop();
  void drain();
  [[nodiscard]] Health::Report report() const;

  // The clients.
  void on_connection(Descriptor socket);
  void on_client(Id id, std::uint32_t events);
  /// Produces the client's lines and sends its answers, until both have to wait. Does nothing when
  /// the client has disconnected.
  void serve(Id id);
  void serve_answered();
  /// Serves the clients that wait for room, the longest waiting first, while there is room.
  void serve_waiting();
  [[nodiscard]] bool is_waiting(Id id) const;
  [[nodiscard]] bool is_full() const;
  void drop(Id id);

  // The records. The first two return false when the producer's queue has no room.
  bool produce_lines(Id id, Client& client);
  bool produce_line(Id id, Client& client, const LineBuffer::Line& line);
  void on_outcome(Id id, std::uint64_t line, const kafka::Error& error,
                  kafka::Persistence persistence);
  void on_ready();
  void on_error(const kafka::Error& error);

  const Options& options_;
  const StopSignals& signals_;
  // Set by the first signal.
  std::optional<Clock::time_point> deadline_;
  std::uint64_t accepted_ = 0;
  std::uint64_t delivered_ = 0;
  std::uint64_t failed_ = 0;
  std::uint64_t timed_out_ = 0;
  std::optional<Clock::time_point> last_delivery_;
  std::string last_error_;

  EventLoop loop_;
  Wakeup wakeup_;
  std::map<Id, Client> clients_;
  // Those with a line for which the producer's queue had no room.
  std::deque<Id> waiting_;
  // Those with a new answer; they may have disconnected.
  std::set<Id> answered_;
  std::optional<Listener> listener_;
  Health health_;
  // Last, so that it is closed before the members that its callbacks use.
  kafka::Producer producer_;
};
