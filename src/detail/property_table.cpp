#include "detail/property_table.hpp"

#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <new>
#include <optional>
#include <utility>

namespace kafka {
inline namespace v1 {
namespace {

/// librdkafka's documentation of its properties, which it can only print.
std::string print_documentation() {
  char* text = nullptr;
  std::size_t size = 0;
  std::FILE* stream = ::open_memstream(&text, &size);
  if (stream == nullptr) throw std::bad_alloc();
  rd_kafka_conf_properties_show(stream);
  const bool complete = std::fclose(stream) == 0;
  const std::unique_ptr<char, decltype(&std::free)> owner(text, std::free);
  if (!complete) throw std::bad_alloc();
  return {text, size};
}

/// Removes the text up to the delimiter, and the delimiter, from `rest`. Returns it without blanks
/// at its ends.
std::string_view take_until(std::string_view& rest, char delimiter) {
  std::string_view field = rest.substr(0, rest.find(delimiter));
  rest.remove_prefix(std::min(field.size() + 1, rest.size()));
  field.remove_prefix(std::min(field.find_first_not_of(' '), field.size()));
  return field.substr(0, field.find_last_not_of(' ') + 1);
}

Property::Type type_of(std::string_view name) {
  if (name == "boolean") return Property::Type::boolean;
  if (name == "integer") return Property::Type::integer;
  if (name == "float") return Property::Type::number;
  if (name == "enum value") return Property::Type::word;
  if (name == "CSV flags") return Property::Type::flags;
  if (name == "see dedicated API") return Property::Type::api;
  return Property::Type::text;
}

std::string_view text_between(std::string_view text, std::string_view begin, std::string_view end) {
  const std::size_t at = text.find(begin);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + begin.size());
  return text.substr(0, text.find(end));
}

struct Row {
  Property property;
  /// The other property that this one is an alias for.
  std::string_view alias_for;
};

/// A row of the printed tables: name | C/P | range | default | importance | description.
std::optional<Row> parse_row(std::string_view line) {
  const std::string_view type = text_between(line, "*Type: ", "*");
  if (type.empty()) return std::nullopt;
  Row row;
  row.alias_for = text_between(line, "Alias for `", "`");
  row.property.type = type_of(type);
  row.property.unused = line.find("No longer used.") != std::string_view::npos;
  row.property.name = take_until(line, '|');
  row.property.consumer_only = take_until(line, '|') == "C";
  row.property.range = take_until(line, '|');
  row.property.default_value = take_until(line, '|');
  return row;
}

class PropertyTable {
 public:
  PropertyTable() {
    const std::string documentation = print_documentation();
    std::vector<std::pair<std::string, std::string>> aliases;
    for (std::string_view rest = documentation; !rest.empty();) {
      const auto row = parse_row(take_until(rest, '\n'));
      if (!row) continue;
      if (!row->alias_for.empty()) {
        aliases.emplace_back(row->property.name, row->alias_for);
      } else if (index_.emplace(row->property.name, properties_.size()).second) {
        // Topic properties come last. A global property of the same name takes precedence.
        properties_.push_back(row->property);
      }
    }
    for (const auto& [alias, name] : aliases) add_alias(alias, name);
  }

  [[nodiscard]] const std::vector<Property>& properties() const { return properties_; }

  [[nodiscard]] const Property* find(std::string_view name) const {
    const auto entry = index_.find(name);
    return entry == index_.end() ? nullptr : &properties_[entry->second];
  }

 private:
  void add_alias(const std::string& alias, const std::string& name) {
    const auto entry = index_.find(name);
    if (entry == index_.end()) return;
    const std::size_t position = entry->second;
    if (!index_.emplace(alias, position).second) return;
    // librdkafka's aliases are Kafka's names, except this one, which shortens Kafka's name.
    const bool is_kafkas_name = alias != "max.in.flight";
    Property& property = properties_[position];
    property.other_name = is_kafkas_name ? std::exchange(property.name, alias) : alias;
  }

  std::vector<Property> properties_;
  std::map<std::string, std::size_t, std::less<>> index_;
};

const PropertyTable& property_table() {
  static const auto& table = *new PropertyTable;
  return table;
}

}  // namespace

const std::vector<Property>& documented_properties() {
  return property_table().properties();
}

const Property* find_property(std::string_view name) {
  return property_table().find(name);
}

std::string_view canonical_name(std::string_view name) {
  const Property* property = find_property(name);
  return property == nullptr ? name : std::string_view(property->name);
}

}  // namespace v1
}  // namespace kafka
