#include "producer/security_check.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <kafka/config.hpp>
#include <kafka/error.hpp>
#include <string>
#include <string_view>
#include <system_error>

#include "detail/property_table.hpp"
#include "producer/invalid_config.hpp"

namespace kafka {
inline namespace v1 {
namespace {

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

/// Without blanks in front, which librdkafka removes. Empty where the property is not set.
std::string value_of(const Config& config, std::string_view name) {
  std::string value = config.get(name).value_or("");
  return value.erase(0, value.find_first_not_of(" \t\r\n\f\v"));
}

bool is_true(const Config& config, std::string_view name) {
  const std::string value = lower(value_of(config, name));
  return value == "true" || value == "t" || value == "1";
}

// ---- SASL

const char* const mechanisms =
    "the one that the brokers use: PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER or GSSAPI "
    "(Kerberos)";

void require_credentials(const Config& config, const std::string& mechanism) {
  for (const auto* name : {"sasl.username", "sasl.password"}) {
    if (config.contains(name)) continue;
    throw_invalid_config("sasl.mechanism=" + mechanism +
                         " needs sasl.username and sasl.password: set " + name);
  }
}

void require_token_source(const Config& config) {
  if (is_true(config, "enable.sasl.oauthbearer.unsecure.jwt")) {
    if (config.contains("sasl.oauthbearer.config")) return;
    throw_invalid_config(
        "enable.sasl.oauthbearer.unsecure.jwt needs sasl.oauthbearer.config: set it to the content "
        "of the token, such as principal=me");
  }
  const std::string method = lower(value_of(config, "sasl.oauthbearer.method"));
  if (!method.empty() && method != "default") return;
  throw_invalid_config(
      "sasl.mechanism=OAUTHBEARER needs a source of tokens: set sasl.oauthbearer.method=oidc with "
      "sasl.oauthbearer.client.id, sasl.oauthbearer.client.secret and "
      "sasl.oauthbearer.token.endpoint.url, or, for tests without security, "
      "enable.sasl.oauthbearer.unsecure.jwt=true");
}

/// librdkafka runs the command once at the start, and then again and again.
void require_keytab(const Config& config) {
  const bool renews = value_of(config, "sasl.kerberos.min.time.before.relogin") != "0";
  if (!renews || config.contains("sasl.kerberos.keytab") ||
      config.contains("sasl.kerberos.kinit.cmd")) {
    return;
  }
  throw_invalid_config(
      "sasl.mechanism=GSSAPI needs a Kerberos ticket: set sasl.kerberos.keytab and "
      "sasl.kerberos.principal, or sasl.kerberos.kinit.cmd, or "
      "sasl.kerberos.min.time.before.relogin=0 if another program renews the ticket");
}

bool has_kerberos_properties(const Config& config) {
  const auto& properties = config.properties();
  const auto first = properties.lower_bound("sasl.kerberos.");
  return first != properties.end() && first->first.starts_with("sasl.kerberos.");
}

void check_sasl(const Config& config, const std::string& protocol) {
  constexpr std::array<std::string_view, 5> names = {"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512",
                                                     "OAUTHBEARER", "GSSAPI"};
  const std::string mechanism = value_of(config, "sasl.mechanism");
  if (mechanism.empty() && !has_kerberos_properties(config)) {
    throw_invalid_config("security.protocol=" + protocol + " needs sasl.mechanism: set it to " +
                         mechanisms);
  }
  for (const std::string_view name : names) {
    if (mechanism == name || lower(mechanism) != lower(std::string(name))) continue;
    throw_invalid_config("property sasl.mechanism takes " + std::string(name) +
                         " in capital letters, not \"" + mechanism + "\"");
  }
  if (mechanism.empty() || mechanism == "GSSAPI") return require_keytab(config);
  if (mechanism == "OAUTHBEARER") return require_token_source(config);
  if (mechanism == "PLAIN" || mechanism.starts_with("SCRAM-")) {
    require_credentials(config, mechanism);
  }
}

// ---- Files

[[noreturn]] void throw_unusable_file(const char* property, const std::string& path,
                                      const std::string& problem) {
  throw_invalid_config("property " + std::string(property) + ": \"" + path + "\" " + problem);
}

std::string read_file(const char* property, const std::string& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string content;
  if (file) content.assign(std::istreambuf_iterator<char>(file), {});
  if (!file.is_open() || file.bad()) {
    const int reason = errno != 0 ? errno : EIO;
    throw_unusable_file(property, path,
                        "cannot be read (" + std::generic_category().message(reason) +
                            "): check the path and the permissions");
  }
  return content;
}

/// `content` is in every file that OpenSSL can read for the property.
void check_file(const Config& config, const char* property, std::string_view content) {
  const std::string path = value_of(config, property);
  std::error_code ignored;
  const auto type = std::filesystem::status(path, ignored).type();
  const bool is_directory = type == std::filesystem::file_type::directory;
  const bool takes_directory = std::string_view(property) == "ssl.ca.location";
  if (path.empty() || (is_directory && takes_directory)) return;
  if (is_directory) throw_unusable_file(property, path, "is a directory: set it to a file");
  // What comes out of a pipe can be read only once.
  if (type != std::filesystem::file_type::regular && std::filesystem::exists(path, ignored)) return;
  const std::string found = read_file(property, path);
  if (found.starts_with("\xFE\xED\xFE\xED")) {
    throw_unusable_file(property, path,
                        "is a Java keystore (JKS): convert it to PKCS#12 with keytool "
                        "-importkeystore -deststoretype PKCS12, and to PEM with openssl pkcs12");
  }
  if (found.find(content) == std::string::npos) {
    throw_unusable_file(property, path,
                        "is not in PEM format, because it has no line that starts with -----BEGIN: "
                        "convert it with openssl x509, openssl pkey or openssl pkcs12");
  }
}

void check_files(const Config& config) {
  constexpr std::string_view pem = "-----BEGIN ";
  // librdkafka then looks for the system's certificates in several places.
  if (config.get("ssl.ca.location") != "probe") check_file(config, "ssl.ca.location", pem);
  check_file(config, "ssl.certificate.location", pem);
  check_file(config, "ssl.key.location", pem);
  check_file(config, "ssl.crl.location", pem);
  check_file(config, "ssl.keystore.location", "");
}

}  // namespace

std::string security_protocol(const Config& config) {
  const std::string protocol = lower(value_of(config, "security.protocol"));
  return protocol.empty() ? "plaintext" : protocol;
}

void check_security(const Config& config) {
  const std::string protocol = security_protocol(config);
  if (protocol.starts_with("sasl_")) check_sasl(config, protocol);
  if (protocol.ends_with("ssl")) check_files(config);
}

std::string explain_failure(const Config& config, std::string reason) {
  // librdkafka writes names of properties in backticks, and uses the older of two names.
  for (std::size_t begin = 0; (begin = reason.find('`', begin)) != std::string::npos;) {
    const std::size_t end = reason.find('`', begin + 1);
    if (end == std::string::npos) break;
    const std::string name(canonical_name(reason.substr(begin + 1, end - begin - 1)));
    reason.replace(begin + 1, end - begin - 1, name);
    begin += name.size() + 2;
  }
  for (const auto& [name, value] : config.properties()) {
    if (!name.ends_with(".location") || reason.find(name) == std::string::npos) continue;
    if (reason.find(value) == std::string::npos) reason += " (" + name + " is \"" + value + "\")";
  }
  if (reason.find("SASL mechanism") != std::string::npos) {
    reason += std::string(": set sasl.mechanism to ") + mechanisms;
  }
  return reason;
}

}  // namespace v1
}  // namespace kafka
