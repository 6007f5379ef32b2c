#pragma once

#include <cstdint>
#include <kafka/producer.hpp>
#include <kafka/task_event.hpp>
#include <string>
#include <utility>
#include <vector>

#include "options.hpp"
#include "summary.hpp"

/// Sends the events that the options ask for, and prints what becomes of them.
class Sender {
 public:
  /// Throws kafka::Exception when a property is wrong.
  explicit Sender(const Options& options);

  /// The three events of the tutorial's complete example.
  void send_lesson();
  /// One event a line; what is no event is reported with the line's number, and left out. Throws
  /// std::system_error when the input cannot be read.
  void send_input();
  void send_generated();

  /// Waits for the deliveries, prints how it went, and returns the exit code.
  int finish();

  struct Place {
    std::int32_t partition;
    std::int64_t offset;
  };
  /// Where the events landed, in the order of sending, except generated ones.
  [[nodiscard]] const std::vector<Place>& places() const { return places_; }

 private:
  struct Event {
    std::string key;
    std::string json;
  };
  /// Batches cost less than single records, and the more so the larger they are, up to about here.
  static constexpr std::size_t largest_batch = 1000;

  /// Queues the events that have been collected. Waits for room in the queue.
  void send_batch();
  kafka::DeliveryCallback print_delivery();
  kafka::DeliveryCallback count_delivery();
  void on_error(const kafka::Error& error);
  void report_failure(std::string_view key, const kafka::Error& error);
  void show_progress(bool last);

  const Options& options_;
  Summary summary_;
  std::uint64_t queued_ = 0;
  std::uint64_t delivered_ = 0;
  std::uint64_t not_queued_ = 0;
  std::vector<Event> batch_;
  std::vector<Place> places_;
  std::string last_error_;
  // Last, so that it is closed before what its callbacks use is destroyed.
  kafka::Producer producer_;
};
