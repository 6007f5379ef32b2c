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

/// The properties of a producer: names and values, as librdkafka documents them
/// (https://github.com/confluentinc/librdkafka/blob/master/CONFIGURATION.md). Only
/// `bootstrap.servers` is required.
///
///     kafka::Config config{{"bootstrap.servers", "localhost:9092"}, {"linger.ms", "5"}};
///
/// A Config is a plain value. It is as thread-safe as an std::map.
///
/// Some properties have two names, such as `linger.ms` and `queue.buffering.max.ms`. A Config keeps
/// one entry for both, under Kafka's own name (`bootstrap.servers`, `linger.ms`, `acks`,
/// `delivery.timeout.ms`, `compression.type`, ...). The value that was set last counts, whichever
/// name it was set by. Every member accepts both names.
///
/// The constructor of Producer checks names and values. It rejects, with an error that says what to
/// write instead:
///  - a name that the linked librdkafka does not document. `client.software.name` and
///    `client.software.version` are accepted as well. They tell brokers which client this is, and
///    default to this library's name and version.
///  - a value that librdkafka would ignore or change, such as `linger.ms=5ms`, an empty value, a
///    blank in front of a password, or an address with a wrong port.
///  - security settings that cannot work, such as `security.protocol=sasl_ssl` without
///    `sasl.mechanism`, or an `ssl.ca.location` that cannot be read.
///
/// `bootstrap.servers` is a list of `host:port` with commas between. The port defaults to 9092. An
/// IPv6 address stands in brackets: `[::1]:9092`. `security.protocol` selects TLS and SASL. An
/// address may have a scheme, as in `SASL_SSL://host:9092`, only if `security.protocol` agrees.
///
/// Some properties run code, or pass text to a shell: `plugin.library.paths`,
/// `ssl.engine.location`, `ssl.providers`, `sasl.kerberos.kinit.cmd`, and with the mechanism GSSAPI
/// also the other properties of `sasl.kerberos.`, which are inserted into that command. Accept them
/// only from trusted sources. A plugin may have properties of its own. They are accepted when
/// `plugin.library.paths` is set.
///
/// A property has no effect where `security.protocol` does not need it: `sasl.mechanism` alone does
/// not switch SASL on. librdkafka logs a warning for that, and for properties of consumers.
///
/// With librdkafka 2.5 or later, a producer sends metrics about itself to brokers that ask for them
/// (KIP-714). Set `enable.metrics.push=false` to switch that off. `statistics.interval.ms` has an
/// effect only with Hooks::on_statistics. Statistics wait in memory until the producer is polled.
///
/// Files and environment variables:
///
/// Neither this library nor librdkafka has a configuration file or an environment variable that
/// applies by itself. A file is read only by from_file(). These parts read files and variables of
/// their own while a producer is made or runs:
///  - TLS reads the files of the `ssl.*.location` properties. Without `ssl.ca.location` and
///    `ssl.ca.pem`, OpenSSL reads the system's certificates, or those of the variables
///    `SSL_CERT_FILE` and `SSL_CERT_DIR`. OpenSSL reads `openssl.cnf`, or the file of
///    `OPENSSL_CONF`.
///  - Host names are resolved by the C library: `/etc/hosts`, `/etc/resolv.conf`,
///    `/etc/nsswitch.conf`, and glibc's variables such as `RES_OPTIONS` and `LOCALDOMAIN`.
///  - The mechanism GSSAPI runs `kinit`, found by `PATH`. Kerberos reads `/etc/krb5.conf` or the
///    file of `KRB5_CONFIG`, the keytab, and the ticket cache of `KRB5CCNAME`. A librdkafka with
///    GSSAPI loads the plugins of Cyrus SASL when the first producer is made, whatever the
///    mechanism, from the system's directory or those of `SASL_PATH`.
///  - `sasl.oauthbearer.method=oidc` uses libcurl, which reads `https_proxy`, `http_proxy`,
///    `all_proxy` and `no_proxy`.
///  - The libraries of `plugin.library.paths` are found by `LD_LIBRARY_PATH` where a path is not
///    absolute.
class KAFKA_EXPORT Config {
 public:
  /// Name to value, in the order of the names.
  using Properties = std::map<std::string, std::string, std::less<>>;

  /// Makes a Config without properties.
  Config() = default;

  /// Sets the properties one after another: where a property appears twice, by one name or by two,
  /// the last value counts.
  Config(std::initializer_list<std::pair<std::string_view, std::string_view>> properties);

  /// Implicit, because many programs keep their settings in a map. A map has no last value: throws
  /// Exception (Errc::invalid_arg) if it holds both names of a property, with different values.
  Config(const std::map<std::string, std::string>& properties);
  /// The same. Moves the values.
  Config(Properties properties);

  /// Reads a file in Java's properties format, as Kafka's own tools do: one `name=value`,
  /// `name: value` or `name value` per line, and comments after `#` or `!`. A backslash continues a
  /// line, or escapes a character (`\t`, `\n`, `\uXXXX`). Blanks at the end of a value belong to
  /// it. The file is UTF-8, with LF or CRLF at the end of a line. Where a property appears twice,
  /// the last value counts. Throws Exception (Errc::fs, Errc::invalid_arg) that names the file and
  /// the line.
  [[nodiscard]] static Config from_file(const std::filesystem::path& path);

  /// Reads the same format from a text. Errors call the text `source`.
  [[nodiscard]] static Config parse(std::string_view text, std::string_view source = "config");

  /// Adds the property, or replaces its value. Returns *this, so that calls can be chained.
  Config& set(std::string_view name, std::string_view value);

  /// Sets all properties of `other`, which replaces the values of those that both have.
  Config& merge(const Config& other);

  /// Returns the value, or std::nullopt if the property is not set. The value may be a secret.
  [[nodiscard]] std::optional<std::string> get(std::string_view name) const;
  /// Whether the property is set, even to an empty value.
  [[nodiscard]] bool contains(std::string_view name) const;

  /// All properties in the order of their names. Secrets are in the clear.
  [[nodiscard]] const Properties& properties() const& noexcept { return properties_; }
  /// The same for a temporary Config, so that a loop over `Config::from_file(path).properties()` is
  /// safe.
  [[nodiscard]] Properties properties() && noexcept { return std::move(properties_); }

  /// Whether both have the same properties with the same values, secrets included.
  friend bool operator==(const Config&, const Config&) = default;

  /// Prints one `name=value` per line. Prints `[redacted]` for the values of secrets, and escapes
  /// control characters.
  KAFKA_EXPORT friend std::ostream& operator<<(std::ostream& stream, const Config& config);

 private:
  Properties properties_;
};

}  // namespace v1
}  // namespace kafka
