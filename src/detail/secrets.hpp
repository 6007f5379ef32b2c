#pragma once

#include <kafka/fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace kafka {
inline namespace v1 {

/// Whether the value of the property is a secret, by its name: a password, a token, a private key.
bool is_secret(std::string_view property);

/// The user information and the query of every URL in the text replaced by `[redacted]`.
std::string redact_urls(std::string_view text);

/// Keeps the secrets of a configuration out of texts that people see. Immutable, so it may be used
/// from any thread.
class Secrets {
 public:
  explicit Secrets(const Config& config);

  /// The text with every secret value, and what redact_urls() knows, replaced by `[redacted]`.
  [[nodiscard]] std::string redact(std::string_view text) const;

 private:
  std::vector<std::string> values_;
};

}  // namespace v1
}  // namespace kafka
