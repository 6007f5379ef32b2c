#include <cerrno>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <kafka/config.hpp>
#include <kafka/error.hpp>
#include <ostream>
#include <system_error>

#include "detail/printable.hpp"
#include "detail/property_table.hpp"
#include "detail/secrets.hpp"

namespace kafka {
inline namespace v1 {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\f';
}

void append_utf8(std::string& text, std::uint32_t character) {
  const auto put = [&](std::uint32_t byte) { text += static_cast<char>(byte); };
  if (character < 0x80) {
    put(character);
  } else if (character < 0x800) {
    put(0xC0 | character >> 6);
    put(0x80 | (character & 0x3F));
  } else if (character < 0x10000) {
    put(0xE0 | character >> 12);
    put(0x80 | (character >> 6 & 0x3F));
    put(0x80 | (character & 0x3F));
  } else {
    put(0xF0 | character >> 18);
    put(0x80 | (character >> 12 & 0x3F));
    put(0x80 | (character >> 6 & 0x3F));
    put(0x80 | (character & 0x3F));
  }
}

/// Reads the format of java.util.Properties, one logical line after the other.
class PropertiesReader {
 public:
  PropertiesReader(std::string_view text, std::string_view source) : rest_(text), source_(source) {
    if (rest_.starts_with("\xEF\xBB\xBF")) rest_.remove_prefix(3);  // a byte order mark
  }

  void read_into(Config& config) {
    while (!rest_.empty()) {
      start_ = ++line_;
      const std::string line = logical_line();
      if (!line.empty()) read_property(line, config);
    }
  }

 private:
  std::string_view natural_line() {
    const std::size_t end = rest_.find_first_of("\r\n");
    const std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(line.size());
    if (rest_.starts_with("\r\n")) {
      rest_.remove_prefix(2);
    } else if (!rest_.empty()) {
      rest_.remove_prefix(1);
    }
    return line;
  }

  static std::string_view without_indent(std::string_view line) {
    while (!line.empty() && is_blank(line.front())) line.remove_prefix(1);
    return line;
  }

  /// Empty for comments and blank lines.
  std::string logical_line() {
    std::string_view line = without_indent(natural_line());
    if (line.starts_with('#') || line.starts_with('!')) return {};
    std::string result;
    while (continues(line)) {
      result += line.substr(0, line.size() - 1);
      if (rest_.empty()) return result;
      line = without_indent(natural_line());
      ++line_;
    }
    return result.append(line);
  }

  /// Whether the line ends in an odd number of backslashes.
  static bool continues(std::string_view line) {
    const std::size_t last = line.find_last_not_of('\\');
    const std::size_t count = last == std::string_view::npos ? line.size() : line.size() - last - 1;
    return count % 2 == 1;
  }

  void read_property(std::string_view line, Config& config) {
    std::size_t end = 0;
    while (end < line.size() && line[end] != '=' && line[end] != ':' && !is_blank(line[end])) {
      end += line[end] == '\\' ? 2 : 1;
    }
    end = end < line.size() ? end : line.size();
    const std::string name = unescape(line.substr(0, end));
    if (name.empty()) fail("there is no name in front of the value");
    line = without_indent(line.substr(end));
    if (line.starts_with('=') || line.starts_with(':')) line = without_indent(line.substr(1));
    config.set(name, unescape(line));
  }

  std::string unescape(std::string_view text) {
    std::string result;
    while (!text.empty()) {
      const char c = text.front();
      text.remove_prefix(1);
      if (c != '\\' || text.empty()) {
        result += c;
        continue;
      }
      const char escaped = text.front();
      text.remove_prefix(1);
      switch (escaped) {
        case 't':
          result += '\t';
          break;
        case 'n':
          result += '\n';
          break;
        case 'r':
          result += '\r';
          break;
        case 'f':
          result += '\f';
          break;
        case 'u':
          append_utf8(result, character(text));
          break;
        default:
          result += escaped;
      }
    }
    return result;
  }

  /// The code point of `\uXXXX`, of two such escapes for one beyond U+FFFF.
  std::uint32_t character(std::string_view& text) {
    const std::uint32_t first = code_unit(text);
    if (first < 0xD800 || first > 0xDFFF) return first;
    if (first > 0xDBFF || !text.starts_with("\\u")) fail("half a pair of \\u escapes");
    text.remove_prefix(2);
    const std::uint32_t second = code_unit(text);
    if (second < 0xDC00 || second > 0xDFFF) fail("half a pair of \\u escapes");
    return 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
  }

  std::uint32_t code_unit(std::string_view& text) {
    if (text.size() < 4) fail("\\u takes four hexadecimal digits");
    std::uint32_t result = 0;
    for (const char c : text.substr(0, 4)) {
      const std::size_t digit = std::string_view("0123456789abcdefABCDEF").find(c);
      if (digit == std::string_view::npos) fail("\\u takes four hexadecimal digits");
      result = result * 16 + static_cast<std::uint32_t>(digit < 16 ? digit : digit - 6);
    }
    text.remove_prefix(4);
    return result;
  }

  // The line itself is not quoted: it may hold a password.
  [[noreturn]] void fail(std::string_view reason) const {
    throw Exception(Error(Errc::invalid_arg, std::string(source_)
                                                 .append(", line ")
                                                 .append(std::to_string(start_))
                                                 .append(": ")
                                                 .append(reason)));
  }

  std::string_view rest_;
  std::string_view source_;
  std::size_t line_ = 0;
  std::size_t start_ = 0;
};

[[noreturn]] void fail_to_read(const std::filesystem::path& path, int reason) {
  throw Exception(Error(Errc::fs, "cannot read the config file " + path.string() + ": " +
                                      std::generic_category().message(reason)));
}

/// A map has no last value that could count.
void add_from_map(Config::Properties& properties, const std::string& name, std::string value) {
  const auto [property, added] =
      properties.try_emplace(std::string(canonical_name(name)), std::move(value));
  if (added || property->second == value) return;
  const Property& twice = *find_property(name);
  throw Exception(Error(Errc::invalid_arg, "a map sets " + twice.name + " and " + twice.other_name +
                                               ", two names of one property, to different values: "
                                               "leave one of them out"));
}

}  // namespace

Config::Config(std::initializer_list<std::pair<std::string_view, std::string_view>> properties) {
  for (const auto& [name, value] : properties) set(name, value);
}

Config::Config(const std::map<std::string, std::string>& properties) {
  for (const auto& [name, value] : properties) add_from_map(properties_, name, value);
}

Config::Config(Properties properties) {
  for (auto& [name, value] : properties) add_from_map(properties_, name, std::move(value));
}

Config Config::from_file(const std::filesystem::path& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) fail_to_read(path, EISDIR);
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) fail_to_read(path, errno != 0 ? errno : EIO);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (file.bad()) fail_to_read(path, EIO);
  return parse(text, path.string());
}

Config Config::parse(std::string_view text, std::string_view source) {
  Config config;
  PropertiesReader(text, source).read_into(config);
  return config;
}

Config& Config::set(std::string_view name, std::string_view value) {
  properties_.insert_or_assign(std::string(canonical_name(name)), std::string(value));
  return *this;
}

Config& Config::merge(const Config& other) {
  for (const auto& [name, value] : other.properties_) set(name, value);
  return *this;
}

std::optional<std::string> Config::get(std::string_view name) const {
  const auto property = properties_.find(canonical_name(name));
  if (property == properties_.end()) return std::nullopt;
  return property->second;
}

bool Config::contains(std::string_view name) const {
  return properties_.contains(canonical_name(name));
}

std::ostream& operator<<(std::ostream& stream, const Config& config) {
  const Secrets secrets(config);
  for (const auto& [name, value] : config.properties()) {
    stream << printable(name) << '='
           << (is_secret(name) ? "[redacted]" : printable(secrets.redact(value))) << '\n';
  }
  return stream;
}

}  // namespace v1
}  // namespace kafka
