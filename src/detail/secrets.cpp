#include "detail/secrets.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cctype>
#include <cstddef>
#include <kafka/config.hpp>
#include <utility>
#include <vector>

#include "detail/printable.hpp"

namespace kafka {
inline namespace v1 {
namespace {

constexpr std::string_view mark = "[redacted]";
constexpr std::string_view scheme_end = "://";

bool is_word_byte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || std::isalnum(byte) != 0;
}

/// Whether a word goes on across the position.
bool splits_word(std::string_view text, std::size_t at) {
  return at > 0 && at < text.size() && is_word_byte(text[at - 1]) && is_word_byte(text[at]);
}

/// Whether a secret that is found at [begin, end) is hidden there. One of a letter or two must not
/// be hidden inside every word.
bool hides_secret(std::string_view text, std::size_t begin, std::size_t end) {
  constexpr std::size_t long_enough = 4;
  return end - begin >= long_enough || (!splits_word(text, begin) && !splits_word(text, end));
}

/// Whether the beginning of a secret that is found at [begin, end) is hidden there.
bool hides_beginning(std::string_view text, std::size_t begin, std::size_t end) {
  constexpr std::size_t long_enough = 8;
  constexpr std::size_t long_enough_at_the_end = 4;
  constexpr std::size_t smallest_buffer = 128;
  const std::size_t length = end - begin;
  if (length >= long_enough) return true;
  if (length == 0 || end + 1 < smallest_buffer || splits_word(text, begin)) return false;
  // A text that fills a buffer, whose last byte is a NUL, was cut off.
  const bool at_the_end = end == text.size();
  if (at_the_end && std::has_single_bit(end + 1)) return true;
  // librdkafka appends the error's name in parentheses to a text that was cut off before.
  return length >= long_enough_at_the_end && (at_the_end || text.substr(end, 2) == " (");
}

/// The length of what may be shown at the front of the value: the `-----BEGIN KEY-----` of a PEM
/// block, or the `%{property}` of a command.
std::size_t public_length(std::string_view value) {
  const auto length = [&](std::string_view open, std::string_view close) -> std::size_t {
    if (!value.starts_with(open)) return 0;
    const std::size_t end = value.substr(0, value.find('\n')).find(close, open.size());
    return end == std::string_view::npos ? 0 : end + close.size();
  };
  return std::max(length("-----", "-----"), length("%{", "}"));
}

/// Words that stand in a value beside its secrets.
bool is_public(std::string_view part) {
  constexpr std::array<std::string_view, 10> words = {
      "principal",   "principalClaimName", "scope",    "scopeClaimName", "lifeSeconds",
      "LoginModule", "username",           "password", "kinit",          "echo"};
  return part.starts_with("extension_") || std::none_of(part.begin(), part.end(), is_word_byte) ||
         std::find(words.begin(), words.end(), part) != words.end();
}

/// The parts of a value that may be quoted one by one: the lines of a PEM block, the values of
/// `name=value name=value`, the words of a command.
void add_parts(std::vector<std::string>& secrets, std::string_view value) {
  constexpr std::string_view separators = "\r\n\t ,;=\"'";
  while (!value.empty()) {
    if (const std::size_t length = public_length(value); length > 0) {
      value.remove_prefix(length);
      continue;
    }
    std::string_view part = value.substr(0, value.find_first_of(separators));
    part = part.substr(0, part.find("%{", 1));
    if (!is_public(part)) secrets.emplace_back(part);
    value.remove_prefix(std::max<std::size_t>(part.size(), 1));
  }
}

/// The password of a URL may be quoted without the rest of it; so may a user without a password,
/// which may be a token.
void add_url_secrets(std::vector<std::string>& secrets, std::string_view value) {
  constexpr std::size_t shortest_token = 8;
  for (std::size_t at; (at = value.find(scheme_end)) != std::string_view::npos;) {
    value.remove_prefix(at + scheme_end.size());
    const std::string_view authority = value.substr(0, value.find_first_of(" \t\r\n\"'<>,?#"));
    const std::size_t user_end = authority.rfind('@');
    if (user_end == std::string_view::npos) continue;
    const std::string_view user = authority.substr(0, user_end);
    if (const std::size_t colon = user.find(':'); colon != std::string_view::npos) {
      secrets.emplace_back(user.substr(colon + 1));
    } else if (user.size() >= shortest_token) {
      secrets.emplace_back(user);
    }
  }
}

std::vector<std::string> secrets_of(const Config& config) {
  constexpr std::array<std::string_view, 4> of_many_parts = {"pem", "jaas", "oauthbearer.config",
                                                             "kinit.cmd"};
  std::vector<std::string> secrets;
  for (const auto& [property, value] : config.properties()) {
    const std::string_view name = property;
    add_url_secrets(secrets, value);
    // The place of a key is no secret, and an error that hides it helps nobody.
    if (!is_secret(name) || name == "ssl.key.location") continue;
    if (std::any_of(of_many_parts.begin(), of_many_parts.end(), [&](std::string_view part) {
          return name.find(part) != std::string_view::npos;
        })) {
      add_parts(secrets, value);
    } else {
      secrets.push_back(value);
    }
  }
  // An error that comes back in an exception is escaped already.
  for (std::size_t i = 0, count = secrets.size(); i < count; ++i) {
    std::string escaped = printable(secrets[i]);
    if (escaped != secrets[i]) secrets.push_back(std::move(escaped));
  }
  return secrets;
}

}  // namespace

bool is_secret(std::string_view property) {
  std::string name(property);
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  // The properties that librdkafka marks as sensitive, and the words that other clients use in the
  // names of theirs. A part of the name is enough, so that a misspelled name hides its value too.
  constexpr std::array<std::string_view, 18> parts = {
      "password",      "passwd",      "passphrase",    "secret",
      "token",         "credential",  "jaas",          "key.pem",
      "ssl.ca.pem",    "ssl.key.",    "ssl_key",       "apikey",
      "api.key",       "private.key", "sasl.username", "oauthbearer.config",
      "assertion.jwt", "kinit.cmd"};
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

Secrets::Secrets(const Config& config) : finder_(secrets_of(config)) {}

std::string Secrets::redact(std::string_view text) const {
  struct Range {
    std::size_t begin;
    std::size_t end;
  };
  std::vector<Range> hidden;  // in order, with something between them
  WordFinder::State state = 0;
  for (std::size_t end = 1; end <= text.size(); ++end) {
    state = finder_.next(state, text[end - 1]);
    std::size_t length = finder_.beginning(state);
    if (!hides_beginning(text, end - length, end)) {
      WordFinder::State word = finder_.word(state);
      while (word != 0 && !hides_secret(text, end - finder_.beginning(word), end)) {
        word = finder_.shorter_word(word);
      }
      length = finder_.beginning(word);
    }
    if (length == 0) continue;
    std::size_t begin = end - length;
    while (!hidden.empty() && hidden.back().end >= begin) {
      begin = std::min(begin, hidden.back().begin);
      hidden.pop_back();
    }
    hidden.push_back({begin, end});
  }

  std::string result;
  std::size_t shown = 0;
  for (const Range& range : hidden) {
    result.append(text, shown, range.begin - shown).append(mark);
    shown = range.end;
  }
  return redact_urls(result.append(text, shown));
}

std::string Secrets::redact_json(std::string_view json) const {
  std::string result;
  result.reserve(json.size());
  std::vector<bool> named;  // for each open object: whether its members have names of the user's
  std::string_view last;    // string
  while (!json.empty()) {
    if (json.front() != '"') {
      if (json.front() == '{') {
        named.push_back(last == "brokers" || last == "topics" || last == "toppars");
      } else if (json.front() == '}' && !named.empty()) {
        named.pop_back();
      }
      result += json.front();
      json.remove_prefix(1);
      continue;
    }
    std::size_t end = 1;
    while (end < json.size() && json[end] != '"') end += json[end] == '\\' ? 2 : 1;
    last = json.substr(1, end - 1);
    json.remove_prefix(std::min(end, json.size()));
    const std::size_t after = json.find_first_not_of(" \t\r\n", 1);
    const bool is_name = after != std::string_view::npos && json[after] == ':';
    const bool shown = is_name && !(!named.empty() && named.back());
    result += '"';
    result += shown ? std::string(last) : redact(last);
    if (!json.empty()) result += '"';
    json.remove_prefix(std::min<std::size_t>(1, json.size()));
  }
  return result;
}

}  // namespace v1
}  // namespace kafka
