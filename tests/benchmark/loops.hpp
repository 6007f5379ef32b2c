#pragma once

/// The loop that is measured, `produce` and then `poll`, as it is written against librdkafka's C
/// API, its C++ API, and this library.

#include <cstddef>
#include <functional>
#include <kafka/config.hpp>
#include <span>
#include <string>
#include <vector>

/// What a loop sends, made beforehand, so that only sending is measured.
struct Load {
  kafka::Config config;
  std::vector<std::string> topics;
  std::vector<std::string> keys;
  std::string value;
  std::size_t messages = 0;
  /// Called when the topic is known and its broker connected, and when the last report has come.
  std::function<void()> begin = [] {};
  std::function<void()> end = [] {};
};

/// A thousand of 14 bytes.
std::vector<std::string> make_keys();

struct Loop {
  const char* name;
  const char* description;
  /// Sends the load's messages and returns when each has had its report.
  void (*run)(const Load& load);
};

/// All of them; raw C with a cached topic handle, which the others are compared with, comes first.
std::span<const Loop> loops();
