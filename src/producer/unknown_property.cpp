#include "producer/unknown_property.hpp"

#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <numeric>
#include <utility>
#include <vector>

#include "detail/property_table.hpp"

namespace kafka {
inline namespace v1 {
namespace {

/// Letters of either case, and the separators of other clients' names, count as equal.
char folded(char c) {
  if (c == '_' || c == '-') return '.';
  return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

/// How many characters must be inserted, removed or replaced to get from one to the other.
std::size_t edit_distance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < from.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < to.size(); ++j) {
      const std::size_t replaced = diagonal + (folded(from[i]) == folded(to[j]) ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

/// Empty where no property of a producer has nearly this name.
std::string nearest_property(std::string_view name) {
  constexpr std::size_t longest_name = 100;
  if (name.size() > longest_name) return {};
  const std::size_t largest_distance = std::clamp<std::size_t>(name.size() / 4, 1, 3);
  std::string nearest;
  std::size_t smallest = largest_distance + 1;
  const auto consider = [&](const std::string& candidate) {
    const std::size_t distance = edit_distance(name, candidate);
    if (candidate.empty() || distance >= smallest) return;
    smallest = distance;
    nearest = candidate;
  };
  for (const Property& property : documented_properties()) {
    if (property.consumer_only || property.type == Property::Type::api) continue;
    consider(property.name);
    consider(property.other_name);
  }
  return nearest;
}

/// Properties whose name the given one begins, such as linger.ms for linger.
std::string longer_names(std::string_view name) {
  std::string result;
  for (const Property& property : documented_properties()) {
    if (property.consumer_only || property.type == Property::Type::api || name.empty()) continue;
    if (!property.name.starts_with(std::string(name) + ".")) continue;
    if (!result.empty()) result += " or ";
    result += property.name;
  }
  constexpr std::size_t longest = 100;  // about three names
  return result.size() > longest ? std::string() : result;
}

bool may_be_key_material(std::string_view name, bool key_is_cut) {
  constexpr std::size_t shortest_line = 16;
  const bool base64 = std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '+' || c == '/' || c == '=';
  });
  if (name.find("-----") != std::string_view::npos) return true;
  if (!base64) return false;
  return key_is_cut || (name.size() >= shortest_line &&
                        name.find_first_of("0123456789+/") != std::string_view::npos);
}

}  // namespace

std::string describe_unknown_property(std::string_view name, bool key_is_cut) {
  std::string meant = nearest_property(name);
  if (meant.empty() && may_be_key_material(name, key_is_cut)) {
    return "a property name looks like part of a private key or a certificate: end each line of a "
           "value but the last with a backslash";
  }
  if (meant.empty()) meant = longer_names(name);
  constexpr std::size_t longest = 200;
  const std::string begin =
      "no property is called \"" + std::string(name.substr(0, longest)) + "\"";
  if (!meant.empty()) return begin + ": did you mean " + meant + "?";
  return begin + ": choose one that librdkafka " + rd_kafka_version_str() +
         " documents (https://github.com/confluentinc/librdkafka/blob/master/CONFIGURATION.md)";
}

}  // namespace v1
}  // namespace kafka
