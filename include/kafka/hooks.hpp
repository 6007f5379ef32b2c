#pragma once

#include <functional>
#include <kafka/error.hpp>
#include <string_view>

namespace kafka {
inline namespace v1 {

/// What a producer tells beside the outcome of records. Each may be left empty.
struct Hooks {
  /// A problem of the client as a whole: brokers that cannot be reached, a failed authentication,
  /// and, with Error::fatal(), the end of this producer. Most pass by themselves; log them. It is
  /// run like a delivery callback, inside poll() and its like, and may throw as one may.
  std::function<void(const Error& error)> on_error = {};

  /// A line of librdkafka's log, without secrets and control characters. `level` is syslog's, 0
  /// (emergency) to 7 (debug). It runs on librdkafka's threads, several at once and before the
  /// constructor has returned: it must be thread-safe, return soon, and not call the producer.
  /// What it throws is dropped. Without this hook lines go to standard error.
  std::function<void(int level, std::string_view facility, std::string_view text)> on_log = {};

  /// Every `statistics.interval.ms`, which is off by default, a JSON document
  /// (https://github.com/confluentinc/librdkafka/blob/master/STATISTICS.md). It is run like a
  /// delivery callback.
  std::function<void(std::string_view json)> on_statistics = {};
};

}  // namespace v1
}  // namespace kafka
