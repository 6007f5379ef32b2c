#pragma once

#include <functional>
#include <kafka/error.hpp>
#include <string_view>

namespace kafka {
inline namespace v1 {

/// Functions that a producer calls besides the callbacks of records. Each may be empty.
struct Hooks {
  /// Receives problems of the client as a whole: brokers that cannot be reached, a failed
  /// authentication, and, with Error::fatal(), the end of this producer. Most problems pass by
  /// themselves: log them. Runs like a delivery callback, inside poll() and the other members that
  /// serve, and may throw.
  std::function<void(const Error& error)> on_error = {};

  /// Receives the lines of librdkafka's log, without secrets and control characters. `level` is
  /// syslog's, from 0 (emergency) to 7 (debug). Without this hook the lines go to standard error.
  ///
  /// Runs on librdkafka's threads, on several at once, and before the constructor has returned.
  /// With the property `debug` it also runs on the thread that constructs, produces, flushes,
  /// purges or destroys. It must be thread-safe and return soon. What it throws is dropped.
  ///
  /// The hook must not use its own producer: produce() and try_produce() refuse the record
  /// (Errc::state), and the members that serve throw std::logic_error. When it destroys the
  /// producer, a thread of its own ends the producer and runs the remaining callbacks. The hook may
  /// use another producer.
  std::function<void(int level, std::string_view facility, std::string_view text)> on_log = {};

  /// Receives a JSON document every `statistics.interval.ms`, which is off by default, without
  /// secrets (https://github.com/confluentinc/librdkafka/blob/master/STATISTICS.md). Runs like a
  /// delivery callback.
  std::function<void(std::string_view json)> on_statistics = {};
};

}  // namespace v1
}  // namespace kafka
