#include "producer/property_value.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <clocale>
#include <csignal>
#include <locale>
#include <sstream>
#include <system_error>

#include "detail/printable.hpp"
#include "detail/secrets.hpp"
#include "producer/invalid_config.hpp"

namespace kafka {
inline namespace v1 {
namespace {

constexpr std::string_view blanks = " \t\r\n\f\v";
constexpr std::string_view letters_and_digits =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

bool is_empty(const Property& property, std::string_view value) {
  const bool list = property.type == Property::Type::flags;
  return value.find_first_not_of(list ? " \t\r\n\f\v,+-" : blanks) == std::string_view::npos;
}

/// A property of numbers may take words as well (`acks=all`), which librdkafka checks.
bool is_word(const std::string& value) {
  return letters_and_digits.substr(0, 52).find(value.front()) != std::string_view::npos;
}

/// librdkafka reads as many digits as there are, reads 010 as 8, and cuts large numbers.
bool is_integer(const std::string& value) {
  int number = 0;
  const char* end = value.data() + value.size();
  const auto [stop, error] = std::from_chars(value.data(), end, number);
  return error == std::errc() && stop == end && std::to_string(number) == value;
}

/// A decimal number, in whatever locale the process runs. librdkafka also reads `nan` and `0x10`.
bool is_number(const std::string& value) {
  std::istringstream stream(value);
  stream.imbue(std::locale::classic());
  double number = 0;
  return value.find_first_not_of("0123456789.eE+-") == std::string::npos && stream >> number &&
         stream.peek() == std::istringstream::traits_type::eof();
}

/// `none, gzip, snappy` as `none, gzip or snappy`.
std::string as_choice(const std::string& range) {
  const std::size_t last = range.rfind(", ");
  if (last == std::string::npos) return range;
  return range.substr(0, last) + " or " + range.substr(last + 2);
}

/// `0 .. 900000` as ` from 0 to 900000`.
std::string as_interval(const std::string& range) {
  constexpr std::string_view dots = " .. ";
  const std::size_t at = range.find(dots);
  if (at == std::string::npos) return {};
  return " from " + range.substr(0, at) + " to " + range.substr(at + dots.size());
}

std::string accepted_values(const Property& property) {
  if (property.name == "partitioner") {
    return "random, consistent, consistent_random, murmur2, murmur2_random (that of Kafka's Java "
           "client), fnv1a or fnv1a_random";
  }
  switch (property.type) {
    case Property::Type::boolean:
      return "true or false";
    case Property::Type::integer:
      return "a whole number" + as_interval(property.range) +
             (property.name == "acks" ? ", or all" : "");
    case Property::Type::number:
      return "a number" + as_interval(property.range);
    case Property::Type::flags:
      return "a list of " + property.range;
    default:
      return property.range.empty() ? "another value" : as_choice(property.range);
  }
}

std::string alias_note(const Property& property) {
  if (property.other_name.empty()) return {};
  return " (" + property.other_name + " is another name of it)";
}

void check_numbers(const Property& property, const std::string& value, std::string_view shown) {
  const bool integer = property.type == Property::Type::integer;
  if (integer && !is_word(value) && !is_integer(value)) throw_bad_value(property, shown);
  if (property.type == Property::Type::number && !is_number(value)) {
    throw_bad_value(property, shown);
  }
}

/// librdkafka puts it into its statistics as it is, and they are JSON; and it cuts it after 127
/// bytes for the name of the client.
void check_client_id(const std::string& value) {
  constexpr std::size_t longest = 100;
  const bool ascii =
      std::all_of(value.begin(), value.end(), [](unsigned char c) { return c < 0x80; });
  if (value.find_first_of("\"\\") != std::string::npos || printable(value) != value) {
    throw_invalid_config(
        "property client.id has a quote, a backslash, a control character or a byte that is not "
        "UTF-8: write it without, because librdkafka's statistics become invalid JSON with it");
  }
  if (!ascii && value.size() > longest) {
    throw_invalid_config(
        "property client.id is longer than 100 bytes and not in ASCII: shorten it, because "
        "librdkafka cuts it inside a character");
  }
}

/// What a broker accepts. librdkafka would replace the other characters.
void check_software(const Property& property, const std::string& value, std::string_view shown) {
  const bool right =
      value.find_first_not_of(std::string(letters_and_digits) + ".-") == std::string::npos &&
      std::string_view(".-").find(value.front()) == std::string_view::npos &&
      std::string_view(".-").find(value.back()) == std::string_view::npos;
  if (right) return;
  throw_invalid_config("property " + property.name +
                       " takes letters, digits, dots and hyphens, with a letter or a digit at "
                       "both ends, not \"" +
                       std::string(shown) + "\"");
}

/// librdkafka sends it to its threads, and handles it by doing nothing.
void check_termination_signal(const std::string& value) {
  if (!is_integer(value)) return;
  const int signal = std::stoi(value);
  constexpr std::array<int, 5> harmless = {0, SIGIO, SIGURG, SIGUSR1, SIGUSR2};
  const bool real_time = signal >= SIGRTMIN && signal <= SIGRTMAX;
  if (real_time || std::find(harmless.begin(), harmless.end(), signal) != harmless.end()) return;
  throw_invalid_config("property internal.termination.signal cannot be " + value +
                       ", which has another meaning for the process: use " + std::to_string(SIGIO) +
                       " (SIGIO), or leave it out");
}

/// Blanks that librdkafka removes, or that a file or a variable added.
void check_credential(const Property& property, const std::string& value) {
  const auto ends_with = [&](std::string_view end) { return property.name.ends_with(end); };
  if (!ends_with("password") && !ends_with("secret") && !ends_with("username") &&
      !ends_with("passphrase")) {
    return;
  }
  if (blanks.find(value.front()) != std::string_view::npos) {
    throw_invalid_config("property " + property.name +
                         " starts with a blank, which librdkafka removes: remove it, or choose a "
                         "value without it");
  }
  if (value.back() == '\n' || value.back() == '\r') {
    throw_invalid_config("property " + property.name +
                         " ends in a line break, probably that of the file it was read from: "
                         "remove it");
  }
}

}  // namespace

void check_property_value(const Property& property, const std::string& value,
                          std::string_view shown) {
  if (is_empty(property, value)) {
    const bool host_check = property.name == "ssl.endpoint.identification.algorithm";
    throw_invalid_config("property " + property.name + " is empty: " +
                         (host_check ? "write none to switch the check of host names off"
                                     : "give it a value, or leave it out") +
                         alias_note(property));
  }
  check_numbers(property, value, shown);
  check_credential(property, value);
  if (property.name == "client.id") check_client_id(value);
  if (property.name.starts_with("client.software.")) check_software(property, value, shown);
  if (property.name == "internal.termination.signal") check_termination_signal(value);
  if (property.name == "broker.version.fallback" &&
      value.find_first_not_of("0123456789.") != std::string::npos) {
    throw_invalid_config("property broker.version.fallback takes a version such as 0.10.0, not \"" +
                         std::string(shown) + "\"");
  }
}

std::string value_for_librdkafka(const Property& property, const std::string& value) {
  std::string result = value;
  if (property.type == Property::Type::number) {
    const std::size_t point = result.find('.');
    if (point != std::string::npos) result.replace(point, 1, std::localeconv()->decimal_point);
  }
  return result;
}

std::string value_from_librdkafka(const Property& property, std::string value) {
  if (property.type == Property::Type::number) {
    const std::size_t point = value.find(std::localeconv()->decimal_point);
    if (point != std::string::npos) value[point] = '.';
  }
  return value;
}

void throw_bad_value(const Property& property, std::string_view shown) {
  throw_invalid_config("property " + property.name + " takes " + accepted_values(property) +
                       ", not \"" + std::string(shown) + "\"" + alias_note(property));
}

}  // namespace v1
}  // namespace kafka
