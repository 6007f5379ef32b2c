#include "producer/librdkafka_conf.hpp"

#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <kafka/config.hpp>
#include <kafka/error.hpp>
#include <map>
#include <memory>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kafka {
inline namespace v1 {
namespace {

enum class Type { integer, number, other };

/// What this build of librdkafka says about its properties, which it only prints: a table with the
/// name, the kind of client (`P`, `C`, `*`) and, last, the type.
std::map<std::string, Type, std::less<>> read_property_table() {
  char* text = nullptr;
  std::size_t size = 0;
  std::FILE* stream = ::open_memstream(&text, &size);
  if (stream == nullptr) return {};
  rd_kafka_conf_properties_show(stream);
  std::fclose(stream);
  const std::unique_ptr<char, decltype(&std::free)> owner(text, std::free);

  std::map<std::string, Type, std::less<>> table;
  std::string_view rest(text, size);
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    const std::size_t name_end = line.find_first_of(" |");
    const std::size_t client = line.find('|');
    if (name_end == 0 || client == std::string_view::npos || client + 2 >= line.size() ||
        line.substr(0, name_end) == "Property" || line.starts_with("---")) {
      continue;
    }
    const bool consumer_only = line.substr(client, 5).find('C') != std::string_view::npos;
    if (consumer_only || line.find("see dedicated API") != std::string_view::npos) continue;
    table.emplace(line.substr(0, name_end), line.ends_with("*Type: integer*") ? Type::integer
                                            : line.ends_with("*Type: float*") ? Type::number
                                                                              : Type::other);
  }
  return table;
}

const std::map<std::string, Type, std::less<>>& property_table() {
  static const auto table = read_property_table();
  return table;
}

/// How many letters must be put in, left out or replaced to get from one to the other.
std::size_t edit_distance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < from.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < to.size(); ++j) {
      const bool same = std::tolower(static_cast<unsigned char>(from[i])) ==
                        std::tolower(static_cast<unsigned char>(to[j]));
      const std::size_t replaced = diagonal + (same ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

std::string nearest_property(std::string_view name) {
  std::string nearest;
  // Nobody misspells a name of this length, and the distance takes time quadratic in it.
  constexpr std::size_t longest_name = 200;
  std::size_t smallest = longest_name;
  for (const auto& [candidate, type] : property_table()) {
    const std::size_t distance = edit_distance(name.substr(0, longest_name), candidate);
    if (distance < smallest) {
      smallest = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

/// Lines of a private key that was pasted into a file without backslashes become names.
bool may_be_key_material(std::string_view name) {
  return name.find_first_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ+/") != std::string_view::npos &&
         std::all_of(name.begin(), name.end(), [](unsigned char c) {
           return std::isalnum(c) != 0 || c == '+' || c == '/' || c == '=';
         });
}

[[noreturn]] void refuse(Errc code, const std::string& message) {
  throw Exception(Error(code, message));
}

/// librdkafka reads as many digits as there are, takes 010 for 8, and cuts what is too large.
bool is_integer(const std::string& value) {
  int number = 0;
  const char* end = value.data() + value.size();
  const auto [stop, error] = std::from_chars(value.data(), end, number);
  return error == std::errc() && stop == end && std::to_string(number) == value;
}

bool is_number(const std::string& value) {
  char* end = nullptr;
  std::strtod(value.c_str(), &end);
  return end == value.c_str() + value.size();
}

bool starts_like_a_number(const std::string& value) {
  return !value.empty() && (std::isalpha(static_cast<unsigned char>(value.front())) == 0);
}

void check_value(const std::string& name, const std::string& value, const std::string& shown) {
  const auto property = property_table().find(name);
  if (property == property_table().end()) return;
  // A property of numbers may know words as well (`acks=all`), which librdkafka checks.
  if (property->second == Type::integer && starts_like_a_number(value) && !is_integer(value)) {
    refuse(Errc::invalid_arg,
           "property " + name + " takes a whole number in decimal digits, not \"" + shown + "\"");
  }
  if (property->second == Type::number && starts_like_a_number(value) && !is_number(value)) {
    refuse(Errc::invalid_arg, "property " + name + " takes a number, not \"" + shown + "\"");
  }
}

/// What would make this library break its promises.
void check_conflict(const std::string& name, const std::string& value) {
  const bool off = value == "false" || value == "f" || value == "0";
  if (off) return;
  if (name == "delivery.report.only.error") {
    refuse(Errc::invalid_arg,
           "property delivery.report.only.error would lose the reports of delivered records: "
           "leave it out, and send without a callback what nobody asks for");
  }
  if (name == "log.queue") {
    refuse(Errc::invalid_arg,
           "property log.queue would keep the log lines from the log hook: leave it out");
  }
  if (name == "enabled_events") {
    refuse(Errc::invalid_arg,
           "property enabled_events would turn callbacks into events that nobody takes: leave it "
           "out");
  }
}

bool has_entry(const std::string& servers) {
  return servers.find_first_not_of(", \t\r\n") != std::string::npos;
}

void check_brokers(const Config& config) {
  for (const auto* name : {"bootstrap.servers", "metadata.broker.list"}) {
    const auto servers = config.get(name);
    if (servers && servers->find('@') != std::string::npos) {
      refuse(Errc::invalid_arg, std::string("property ") + name +
                                    " has a user in an address: leave it out, and set "
                                    "sasl.username and sasl.password");
    }
    if (servers && has_entry(*servers)) return;
    if (servers) {
      refuse(Errc::invalid_arg, std::string("property ") + name +
                                    " is empty: set it to the address of at least one broker, "
                                    "such as localhost:9092");
    }
  }
  if (config.contains("test.mock.num.brokers")) return;
  refuse(Errc::invalid_arg,
         "property bootstrap.servers is missing: set it to the address of at least one broker, "
         "such as localhost:9092");
}

}  // namespace

void ConfDestroy::operator()(rd_kafka_conf_s* conf) const noexcept {
  rd_kafka_conf_destroy(conf);
}

Conf make_conf(const Config& config, const Secrets& secrets) {
  Conf conf(rd_kafka_conf_new());
  for (const auto& [name, value] : config.properties()) {
    // librdkafka takes C strings, and would cut silently.
    if (name.find('\0') != std::string::npos || value.find('\0') != std::string::npos) {
      refuse(Errc::invalid_arg, "property " + name + " contains a NUL: remove it");
    }
    if (name.empty()) refuse(Errc::invalid_arg, "a property without a name: give it one");
    const std::string shown = is_secret(name) ? "[redacted]" : secrets.redact(value);
    check_value(name, value, shown);
    check_conflict(name, value);
    char text[512] = "";
    switch (rd_kafka_conf_set(conf.get(), name.c_str(), value.c_str(), text, sizeof text)) {
      case RD_KAFKA_CONF_OK:
        break;
      case RD_KAFKA_CONF_UNKNOWN:
        if (may_be_key_material(name)) {
          refuse(Errc::invalid_arg,
                 "no property is called as one that looks like a line of a key: end each line of a "
                 "value but the last with a backslash");
        }
        refuse(Errc::invalid_arg, "no property is called \"" + name.substr(0, 200) +
                                      "\": did you mean " + nearest_property(name) + "?");
      case RD_KAFKA_CONF_INVALID: {
        std::string reason = secrets.redact(text);
        reason.erase(reason.find_last_not_of("\r\n") + 1);
        const bool unsupported = reason.find("not supported in this build") != std::string::npos ||
                                 reason.find("Unsupported value") != std::string::npos;
        if (unsupported) {
          refuse(Errc::not_implemented,
                 "property " + name + ": " + reason +
                     ": leave it out, or use a librdkafka that was built with this feature");
        }
        refuse(Errc::invalid_arg, "property " + name + " cannot be \"" + shown + "\": " + reason);
      }
    }
  }
  check_brokers(config);
  return conf;
}

}  // namespace v1
}  // namespace kafka
