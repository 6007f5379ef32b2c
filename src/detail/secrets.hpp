#pragma once

#include <kafka/fwd.hpp>
#include <string>
#include <string_view>

#include "detail/word_finder.hpp"

namespace kafka {
inline namespace v1 {

/// Whether the value of the property is a secret, judged by its name: a password, a token, a
/// private key, a command that may hold one.
bool is_secret(std::string_view property);

/// The text with the user information and the query of every URL replaced by `[redacted]`.
std::string redact_urls(std::string_view text);

/// Keeps the secrets of a configuration out of texts that people see. Immutable, so it may be used
/// from any thread.
///
/// A text may quote a whole secret, a part of it (a line of a key, a word of a command), or the
/// beginning of either, because librdkafka writes its texts into buffers that cut them off. Hidden
/// are
///  - secrets and parts of four bytes or more everywhere, shorter ones where they stand alone,
///  - beginnings of eight bytes or more everywhere,
///  - shorter beginnings where a buffer may have cut the text off.
class Secrets {
 public:
  explicit Secrets(const Config& config);

  /// The text with every secret, and everything that redact_urls() finds, replaced by `[redacted]`.
  /// Takes time proportional to the text.
  [[nodiscard]] std::string redact(std::string_view text) const;

  /// The same for librdkafka's statistics. Only strings change, so that they remain JSON, and of
  /// the members' names only those of brokers, topics and partitions.
  [[nodiscard]] std::string redact_json(std::string_view json) const;

 private:
  WordFinder finder_;
};

}  // namespace v1
}  // namespace kafka
