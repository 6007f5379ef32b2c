#pragma once

#include <cstddef>
#include <filesystem>
#include <initializer_list>
#include <iosfwd>
#include <kafka/export.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace kafka {
inline namespace v1 {

/// The properties of a producer, name to value, as librdkafka's documentation lists them
/// (https://github.com/confluentinc/librdkafka/blob/master/CONFIGURATION.md). `bootstrap.servers`
/// is the one that must be there.
///
///     kafka::Config config{{"bootstrap.servers", "localhost:9092"}, {"linger.ms", "5"}};
///
/// A Config is a plain value, as thread-safe as an std::map. The names and values are checked when
/// a Producer is made from it. Some properties run code or read files (`plugin.library.paths`,
/// `sasl.kerberos.kinit.cmd`, `ssl.engine.location`, `ssl.providers`): take them from nobody whom
/// you would not let run a program.
class KAFKA_EXPORT Config {
 public:
  /// Name to value, in the order of the names.
  using Properties = std::map<std::string, std::string, std::less<>>;

  /// Without any property.
  Config() = default;

  /// Of a name that is given twice, the last value counts.
  Config(std::initializer_list<std::pair<std::string_view, std::string_view>> properties);

  /// Implicit, because many programs keep their settings in a map already.
  Config(const std::map<std::string, std::string>& properties);
  /// The same without a copy.
  Config(Properties properties) noexcept : properties_(std::move(properties)) {}

  /// Reads a file of properties in Java's format, as Kafka's own tools do: `name=value`,
  /// `name: value` or `name value` a line, comments after `#` or `!`, a backslash to continue a
  /// line or to escape a character (`\t`, `\n`, `\uXXXX`). Blanks at the end
  /// of a value belong to it. Text is UTF-8; LF and CRLF both end a line. Throws Exception
  /// (Errc::fs, Errc::invalid_arg) that names the file and the line.
  [[nodiscard]] static Config from_file(const std::filesystem::path& path);

  /// The same from a text; `source` is what errors call it.
  [[nodiscard]] static Config parse(std::string_view text, std::string_view source = "config");

  /// Adds the property, or replaces its value. Returns *this, so that calls can be chained.
  Config& set(std::string_view name, std::string_view value);

  /// Adds all properties of the other one; where both have a name, the other one's value counts.
  Config& merge(const Config& other);

  /// The value, or std::nullopt where the property is not set. It may be a secret.
  [[nodiscard]] std::optional<std::string> get(std::string_view name) const;
  /// Whether the property is set, be it to an empty value.
  [[nodiscard]] bool contains(std::string_view name) const;

  /// In the order of the names. Values are in the clear.
  [[nodiscard]] const Properties& properties() const& noexcept { return properties_; }
  /// Of a temporary Config, so that a loop over `Config::from_file(path).properties()` is safe.
  [[nodiscard]] Properties properties() && noexcept { return std::move(properties_); }

  /// Whether both have the same names with the same values, secrets included.
  friend bool operator==(const Config&, const Config&) = default;

  /// `name=value` a line; the values of secrets are printed as `[redacted]`, control characters
  /// escaped.
  KAFKA_EXPORT friend std::ostream& operator<<(std::ostream& stream, const Config& config);

 private:
  Properties properties_;
};

}  // namespace v1
}  // namespace kafka
