#pragma once

#include <chrono>
#include <cstddef>
#include <kafka/config.hpp>
#include <optional>
#include <string>

/// The command line's options.
struct Options {
  /// The producer's properties. Without brokers the service uses an embedded cluster.
  kafka::Config config;
  std::string topic = "task-created";
  std::string listen = "127.0.0.1:7070";
  std::string health = "127.0.0.1:7071";
  std::size_t longest_line = 1'000'000;
  std::size_t most_clients = 1000;
  std::chrono::milliseconds idle_timeout = std::chrono::seconds(60);
  std::chrono::milliseconds drain_timeout = std::chrono::seconds(10);

  [[nodiscard]] bool embedded() const;
};

/// The values that main() returns.
namespace exit_code {
inline constexpr int all_delivered = 0;
inline constexpr int not_all_delivered = 1;
inline constexpr int usage = 2;
}  // namespace exit_code

/// Returns no options when the program has to exit with `code`: after `--help`, and when the
/// arguments are wrong. Then everything has been printed.
std::optional<Options> parse_options(int argc, char** argv, int& code);
