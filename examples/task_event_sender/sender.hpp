#pragma once

#include <chrono>
#include <cstdint>
#include <kafka/producer.hpp>
#include <kafka/task_event.hpp>
#include <string>
#include <utility>
#include <vector>

#include "options.hpp"
#include "summary.hpp"

/// Sends the events that the options ask for, and prints the outcome of each.
class Sender {
 public:
  /// Throws kafka::Exception when a property is wrong.
  explicit Sender(const Options& options);

  /// The three events of the lesson.
  void send_lesson();
  /// One event per line. A line that is not an event is reported with its number and skipped.
  /// Throws std::system_error when the input cannot be read.
  void send_input();
  void send_generated();

  /// Waits for the deliveries, prints a summary, and returns the exit code.
  int finish();

  struct Place {
    std::int32_t partition;
    std::int64_t offset;
  };
  /// Where the events landed, in the order of sending. Generated events are not listed.
  [[nodiscard]] const std::vector<Place>& places() const { return places_; }

 private:
  struct Event {
    std::string key;
    std::string json;
  };
  /// Large batches cost less per record. Beyond this size, little is gained.
  static constexpr std::size_t largest_batch = 1000;

  /// After Ctrl-C, and when the output cannot be written.
  [[nodiscard]] static bool has_to_stop();
  /// Queues the events that have been collected. Waits for room in the queue.
  void send_batch();
  kafka::DeliveryCallback print_delivery();
  kafka::DeliveryCallback count_delivery();
  void on_delivery();
  void on_error(const kafka::Error& error);
  void report_failure(std::string_view key, const kafka::Error& error);
  void show_progress();
  void wait_for_deliveries();
  /// Says once per reason what the sender waits for, when nothing has happened for a second.
  void explain_waiting();
  /// "no broker reachable at ...", or empty when nothing points to that.
  [[nodiscard]] std::string connection_problem() const;

  using Clock = std::chrono::steady_clock;

  const Options& options_;
  Summary summary_;
  std::uint64_t queued_ = 0;
  std::uint64_t delivered_ = 0;
  std::uint64_t not_queued_ = 0;
  std::uint64_t given_up_ = 0;
  std::vector<Event> batch_;
  std::vector<Place> places_;
  std::string connection_error_;
  std::string explained_;
  kafka::Error last_failure_;
  Clock::time_point last_progress_ = Clock::now();
  // Last, so that it is closed before the members that its callbacks use are destroyed.
  kafka::Producer producer_;
};
