#pragma once

#include <chrono>
#include <cstdint>
#include <kafka/config.hpp>
#include <kafka/task_event.hpp>
#include <optional>
#include <string>

/// What the command line says.
struct Options {
  /// Of the producer; without brokers when an embedded cluster is to be used.
  kafka::Config config;
  std::string topic = "task-created";
  kafka::KeyBy key_by = kafka::KeyBy::task;
  /// A file of events, `-` for standard input.
  std::optional<std::string> input;
  /// How many events to generate.
  std::optional<std::uint64_t> count;
  std::chrono::milliseconds flush_timeout = std::chrono::seconds(10);
  /// Print the configuration in force instead of sending.
  bool print_config = false;

  [[nodiscard]] bool embedded() const;
};

/// What main() returns.
namespace exit_code {
inline constexpr int all_delivered = 0;
inline constexpr int not_all_delivered = 1;
inline constexpr int usage = 2;
}  // namespace exit_code

/// Prints what there is to print and returns no options when the program shall exit at once with
/// `code`: after `--help`, and when the arguments are wrong.
std::optional<Options> parse_options(int argc, char** argv, int& code);
