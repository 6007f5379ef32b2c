#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <kafka/producer.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "client.hpp"
#include "event_loop.hpp"
#include "health.hpp"
#include "listener.hpp"
#include "options.hpp"
#include "stop_signals.hpp"
#include "wakeup.hpp"

/// Produces each line that a client sends, and tells the client what became of it. One thread does
/// everything: the producer wakes its loop when there are callbacks to run.
class Service {
 public:
  /// Listens from now on. Throws kafka::Exception when a property is wrong, std::system_error and
  /// std::invalid_argument when it cannot listen.
  Service(const Options& options, const StopSignals& signals);

  [[nodiscard]] std::string address() const { return listener_->address(); }
  [[nodiscard]] std::string health_address() const { return health_.address(); }

  /// Serves until a signal comes, then drains. Returns the exit code.
  int run();

 private:
  using Clock = std::chrono::steady_clock;
  using Id = EventLoop::Watch;

  // The clients.
  void on_connection(Descriptor socket);
  void on_client(Id id, std::uint32_t events);
  /// Sends the answers that are ready, and sees what there is to wait for.
  void settle(Id id);
  void settle_news();
  void drop(Id id);

  // The records.
  /// False when there is no room for the next line.
  bool produce_lines(Id id, Client& client);
  bool produce(Id id, Client& client, const LineBuffer::Line& line);
  void on_outcome(Id id, std::uint64_t line, const kafka::Error& error,
                  kafka::Persistence persistence);
  /// Lets clients go on that wait for room, the longest waiting first.
  void resume_clients();
  void on_ready();

  void on_error(const kafka::Error& error);
  [[nodiscard]] Health::Report report() const;
  void on_stop();
  void drain();

  const Options& options_;
  const StopSignals& signals_;
  std::optional<Clock::time_point> deadline_;
  std::uint64_t accepted_ = 0;
  std::uint64_t delivered_ = 0;
  std::uint64_t failed_ = 0;
  std::optional<Clock::time_point> last_delivery_;
  std::string last_error_;

  EventLoop loop_;
  Wakeup wakeup_;
  std::map<Id, Client> clients_;
  // Who has a line for which there was no room.
  std::deque<Id> waiting_;
  // Whose answers have come.
  std::vector<Id> news_;
  std::optional<Listener> listener_;
  Health health_;
  // Last, so that it is closed before what its callbacks use is destroyed.
  kafka::Producer producer_;
};
