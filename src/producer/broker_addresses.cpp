#include "producer/broker_addresses.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstddef>
#include <system_error>

#include "producer/invalid_config.hpp"

namespace kafka {
inline namespace v1 {
namespace {

constexpr std::string_view blanks = " \t\r\n\f\v";
constexpr std::string_view digits = "0123456789";
constexpr std::string_view scheme_end = "://";
constexpr std::string_view default_port = "9092";

std::string_view trim(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
  return text.substr(0, text.find_last_not_of(blanks) + 1);
}

bool contains_any(std::string_view text, std::string_view characters) {
  return text.find_first_of(characters) != std::string_view::npos;
}

bool consists_of(std::string_view text, std::string_view characters) {
  return !text.empty() && text.find_first_not_of(characters) == std::string_view::npos;
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

bool is_ipv4(std::string_view host) {
  in_addr address{};
  return ::inet_pton(AF_INET, std::string(host).c_str(), &address) == 1;
}

/// With or without a zone: `fe80::1%eth0`.
bool is_ipv6(std::string_view host) {
  in6_addr address{};
  return ::inet_pton(AF_INET6, std::string(host.substr(0, host.find('%'))).c_str(), &address) == 1;
}

bool is_security_protocol(std::string_view scheme) {
  constexpr std::array<std::string_view, 4> protocols = {"plaintext", "ssl", "sasl_plaintext",
                                                         "sasl_ssl"};
  return std::find(protocols.begin(), protocols.end(), scheme) != protocols.end();
}

/// One address of the list.
class Address {
 public:
  Address(std::string_view text, const Secrets& secrets) : text_(text), secrets_(secrets) {}

  [[nodiscard]] std::string checked(std::string_view security_protocol) const {
    if (contains_any(text_, "@")) {
      // Not quoted: it may hold a password.
      throw_invalid_config(
          "property bootstrap.servers has a user in an address: leave it out, and set "
          "sasl.username and sasl.password");
    }
    std::string_view address = text_;
    const std::size_t scheme = address.find(scheme_end);
    if (scheme != std::string_view::npos) {
      address.remove_prefix(scheme + scheme_end.size());
      if (address.ends_with('/')) address.remove_suffix(1);
      check_scheme(text_.substr(0, scheme), address, security_protocol);
    }
    check_punctuation(address);
    return host_and_port(address);
  }

 private:
  [[noreturn]] void fail(const std::string& problem) const {
    constexpr std::size_t longest = 100;
    const std::string shown(text_.substr(0, longest));
    throw_invalid_config("property bootstrap.servers: \"" + secrets_.redact(shown) +
                         (text_.size() > longest ? "...\" " : "\" ") + secrets_.redact(problem));
  }

  void check_scheme(std::string_view scheme, std::string_view address,
                    std::string_view security_protocol) const {
    const std::string protocol = lower(scheme);
    // A path, if there is one, is not part of what to write.
    std::string instead(address.substr(0, address.find_first_of("/?#")));
    if (instead.empty()) instead = "host:9092";
    if (!is_security_protocol(protocol)) {
      fail("has a scheme that Kafka does not use: write " + instead +
           ", and set security.protocol if the brokers need TLS or SASL");
    }
    if (protocol != security_protocol) {
      fail("does not agree with security.protocol, which is " + std::string(security_protocol) +
           ": write " + instead + ", and set security.protocol=" + protocol);
    }
  }

  void check_punctuation(std::string_view address) const {
    const bool half_list = address.starts_with('[') != contains_any(address, "]");
    if (half_list && !contains_any(address, "'\"`") && address.find(':') != address.rfind(':')) {
      fail("has only one of the two brackets of an IPv6 address: write both, as in [::1]:9092");
    }
    if (contains_any(address, "'\"`") || half_list) {
      fail(
          "has quotes or brackets of a list: write the addresses without them, separated by "
          "commas, such as host1:9092,host2:9092");
    }
    if (contains_any(address, ";|")) {
      fail("has a separator other than a comma: write host1:9092,host2:9092");
    }
    if (contains_any(address, "${}<>")) {
      fail("has a placeholder that was not replaced: write the host and port of a broker");
    }
    if (contains_any(address, "/?#\\")) {
      const std::string_view instead = trim(address.substr(0, address.find_first_of("/?#\\")));
      const bool complete = !instead.empty() && !instead.ends_with(':');
      fail("has more than a host and a port: write " +
           std::string(complete ? instead : std::string_view("host:9092")));
    }
  }

  [[nodiscard]] std::string host_and_port(std::string_view address) const {
    if (address.starts_with('[')) return bracketed(address);
    const std::size_t colon = address.rfind(':');
    if (colon != address.find(':')) return with_several_colons(address, colon);
    const std::string_view host = trim(address.substr(0, colon));
    const bool has_port = colon != std::string_view::npos;
    check_host(host);
    return join(host, has_port ? trim(address.substr(colon + 1)) : default_port);
  }

  [[nodiscard]] std::string bracketed(std::string_view address) const {
    const std::size_t end = address.find(']');
    const std::string_view host = address.substr(1, end - 1);
    const std::string_view rest = address.substr(end + 1);
    if (!is_ipv6(host)) {
      fail("has no IPv6 address in its brackets: write [::1]:9092, or a host without brackets");
    }
    const std::string in_brackets(address.substr(0, end + 1));
    if (rest.empty()) return join(in_brackets, default_port);
    if (!rest.starts_with(':')) {
      fail("has no colon between the brackets and the port: write " + in_brackets + ":9092");
    }
    return join(in_brackets, trim(rest.substr(1)));
  }

  [[nodiscard]] std::string with_several_colons(std::string_view address, std::size_t last) const {
    if (contains_any(address, blanks)) {
      fail("has a blank inside: separate addresses by commas, such as host1:9092,host2:9092");
    }
    const std::string host(address.substr(0, last));
    const std::string port(address.substr(last + 1));
    if (is_ipv6(host) && consists_of(port, digits)) {
      std::string advice = "is an IPv6 address without brackets: write [" + host + "]:" + port;
      if (is_ipv6(address)) advice += " or [" + std::string(address) + "]:9092";
      fail(advice);
    }
    if (!is_ipv6(address)) {
      fail(
          "has several colons: write host:port, and separate addresses by commas, such as "
          "host1:9092,host2:9092; put an IPv6 address in brackets, such as [::1]:9092");
    }
    return join("[" + std::string(address) + "]", default_port);
  }

  void check_host(std::string_view host) const {
    constexpr std::string_view characters =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
    constexpr std::size_t longest = 253;
    if (host.empty()) fail("has no host: write the name of a broker, such as localhost:9092");
    if (contains_any(host, blanks)) {
      fail("has a blank inside: separate addresses by commas, such as host1:9092,host2:9092");
    }
    if (!consists_of(host, characters)) {
      fail(
          "has characters that no host name has: write the name in ASCII letters, digits, dots "
          "and hyphens");
    }
    if (host.size() > longest) fail("has a longer host name than the 253 characters that exist");
    if (consists_of(host, digits)) {
      fail("has a number in place of the host: write host:" + std::string(host) +
           ", with a colon between host and port");
    }
    if (consists_of(host, "0123456789.") && !is_ipv4(host)) {
      fail("has no valid IPv4 address: write four numbers from 0 to 255, such as 127.0.0.1:9092");
    }
  }

  [[nodiscard]] std::string join(std::string_view host, std::string_view port) const {
    const std::string prefix = std::string(host) + ":";
    constexpr unsigned highest = 65535;
    unsigned number = 0;
    const char* end = port.data() + port.size();
    const auto [stop, error] = std::from_chars(port.data(), end, number);
    if (port.empty()) fail("has no port behind the colon: write " + prefix + "9092");
    if (error != std::errc() || stop != end || number == 0 || number > highest) {
      fail("has no valid port: write a number from 1 to 65535, such as " + prefix + "9092");
    }
    return prefix + std::to_string(number);
  }

  std::string_view text_;
  const Secrets& secrets_;
};

}  // namespace

std::string checked_broker_addresses(std::string_view servers, std::string_view security_protocol,
                                     const Secrets& secrets) {
  std::string result;
  while (!servers.empty()) {
    const std::string_view entry = servers.substr(0, servers.find(','));
    servers.remove_prefix(std::min(entry.size() + 1, servers.size()));
    const std::string_view address = trim(entry);
    if (address.empty()) continue;
    if (!result.empty()) result += ',';
    result += Address(address, secrets).checked(security_protocol);
  }
  if (result.empty()) {
    throw_invalid_config(
        "property bootstrap.servers is empty: set it to the address of at least one broker, such "
        "as localhost:9092");
  }
  return result;
}

}  // namespace v1
}  // namespace kafka
