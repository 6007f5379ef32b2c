#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kafka {
inline namespace v1 {

/// A property as the linked librdkafka documents it.
struct Property {
  enum class Type { text, boolean, integer, number, word, flags, api };

  /// The name that this library uses: Kafka's own where librdkafka has several.
  std::string name;
  /// Another name of the same property. Empty where there is none.
  std::string other_name;
  /// `api`: only a function of librdkafka's C API can set it.
  Type type = Type::text;
  /// The values that librdkafka accepts, as it prints them: `0 .. 900000`, `none, gzip, snappy`.
  std::string range;
  std::string default_value;
  /// A producer ignores it.
  bool consumer_only = false;
  /// Every client ignores it.
  bool unused = false;
};

/// All properties that the linked librdkafka documents, in the order of its documentation. The
/// table is never destroyed, so it can be used in exit handlers.
const std::vector<Property>& documented_properties();

/// The property with this name, or null. Accepts any of a property's names.
const Property* find_property(std::string_view name);

/// The name that this library uses for the property. Returns the name unchanged where librdkafka
/// does not document it.
std::string_view canonical_name(std::string_view name);

}  // namespace v1
}  // namespace kafka
