#pragma once

#include <chrono>
#include <cstdint>
#include <kafka/config.hpp>
#include <kafka/task_event.hpp>
#include <optional>
#include <string>

/// The settings on the command line.
struct Options {
  /// The producer's. Without brokers, the sender uses an embedded cluster.
  kafka::Config config;
  std::string topic = "task-created";
  kafka::KeyBy key_by = kafka::KeyBy::task;
  /// A file of events. `-` is standard input.
  std::optional<std::string> input;
  /// The number of events to generate.
  std::optional<std::uint64_t> count;
  std::chrono::milliseconds flush_timeout = std::chrono::seconds(10);
  /// Print the configuration in force instead of sending.
  bool print_config = false;

  [[nodiscard]] bool embedded() const;
};

/// The exit codes.
namespace exit_code {
inline constexpr int all_delivered = 0;
inline constexpr int not_all_delivered = 1;
inline constexpr int usage = 2;
}  // namespace exit_code

/// Parses the command line. After `--help` and after wrong usage, it prints a text, sets `code`,
/// and returns no options: the program ends with that exit code.
std::optional<Options> parse_options(int argc, char** argv, int& code);
