#include "detail/secrets.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <kafka/config.hpp>
#include <utility>

namespace kafka {
inline namespace v1 {
namespace {

constexpr std::string_view mark = "[redacted]";
constexpr std::string_view scheme_end = "://";

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0;
}

void replace_all(std::string& text, std::string_view secret) {
  for (std::size_t at = 0; (at = text.find(secret, at)) != std::string::npos;) {
    const std::size_t end = at + secret.size();
    // A password of a letter or two is hidden where it stands alone, not inside every word.
    const bool alone =
        (at == 0 || !is_word(text[at - 1])) && (end == text.size() || !is_word(text[end]));
    if (secret.size() < 4 && !alone) {
      ++at;
      continue;
    }
    text.replace(at, secret.size(), mark);
    at += mark.size();
  }
}

/// The lines of a PEM block, and the parts of `name=value, name=value`, may be quoted one by one.
void add_parts(std::vector<std::string>& values, std::string_view value) {
  constexpr std::size_t shortest_part = 8;
  constexpr std::string_view separators = "\r\n\t ,;=\"'";
  while (!value.empty()) {
    const std::size_t end = std::min(value.find_first_of(separators), value.size());
    const std::string_view part = value.substr(0, end);
    if (part.size() >= shortest_part && part.find("----") == std::string_view::npos) {
      values.emplace_back(part);
    }
    value.remove_prefix(std::min(end + 1, value.size()));
  }
}

/// What stands between the colon and the at sign of a URL may be quoted without the rest of it.
void add_url_passwords(std::vector<std::string>& values, std::string_view value) {
  for (std::size_t at; (at = value.find(scheme_end)) != std::string_view::npos;) {
    value.remove_prefix(at + scheme_end.size());
    const std::string_view authority = value.substr(0, value.find_first_of(" \t\r\n\"'<>,?#"));
    const std::size_t user_end = authority.rfind('@');
    const std::size_t colon = authority.find(':');
    if (user_end == std::string_view::npos || colon >= user_end) continue;
    const std::string_view password = authority.substr(colon + 1, user_end - colon - 1);
    if (!password.empty()) values.emplace_back(password);
  }
}

}  // namespace

bool is_secret(std::string_view property) {
  std::string name(property);
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  // What librdkafka marks as sensitive, and what other clients' and future properties call theirs.
  // A part of the name is enough, so that a misspelled one hides its value too.
  constexpr std::array<std::string_view, 17> parts = {
      "password",     "passwd",      "passphrase",    "secret",
      "token",        "credential",  "jaas",          "key.pem",
      "ssl.ca.pem",   "ssl.key.",    "ssl_key",       "apikey",
      "api.key",      "private.key", "sasl.username", "oauthbearer.config",
      "assertion.jwt"};
  constexpr std::string_view url = "sasl.oauthbearer.token.endpoint.url";
  return name != url && std::any_of(parts.begin(), parts.end(), [&](std::string_view part) {
           return name.find(part) != std::string::npos;
         });
}

std::string redact_urls(std::string_view text) {
  std::string result;
  for (std::size_t at; (at = text.find(scheme_end)) != std::string_view::npos;) {
    result += text.substr(0, at + scheme_end.size());
    text.remove_prefix(at + scheme_end.size());
    std::string_view rest =
        text.substr(0, std::min(text.find_first_of(" \t\r\n\"'<>"), text.size()));
    text.remove_prefix(rest.size());
    const std::size_t authority_end = std::min(rest.find_first_of("?#"), rest.size());
    if (const std::size_t user = rest.substr(0, authority_end).rfind('@');
        user != std::string_view::npos) {
      result.append(mark);
      rest.remove_prefix(user);
    }
    const std::size_t query = rest.find_first_of("?#");
    result += rest.substr(0, query);
    if (query != std::string_view::npos) (result += rest[query]).append(mark);
  }
  return result.append(text);
}

Secrets::Secrets(const Config& config) {
  for (const auto& [name, value] : config.properties()) {
    add_url_passwords(values_, value);
    // The place of a key is no secret, and an error that hides it helps nobody.
    if (value.empty() || !is_secret(name) || name == "ssl.key.location") continue;
    values_.push_back(value);
    if (name.find("pem") != std::string::npos || name == "sasl.oauthbearer.config" ||
        name.find("jaas") != std::string::npos) {
      add_parts(values_, value);
    }
  }
  // The longest first: a secret that contains another one must go as a whole.
  std::sort(values_.begin(), values_.end(),
            [](const auto& left, const auto& right) { return left.size() > right.size(); });
}

std::string Secrets::redact(std::string_view text) const {
  std::string result = redact_urls(text);
  for (const std::string& value : values_) replace_all(result, value);
  return result;
}

}  // namespace v1
}  // namespace kafka
