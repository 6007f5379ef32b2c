#pragma once

#include <string>
#include <string_view>

#include "detail/property_table.hpp"

namespace kafka {
inline namespace v1 {

/// Throws Exception where librdkafka would accept the value and then ignore or change it: an empty
/// value, a number followed by text or too large for its type, a blank that belongs to a password.
/// `shown` is the value as an error may quote it.
void check_property_value(const Property& property, const std::string& value,
                          std::string_view shown);

/// The value as librdkafka reads it: it expects numbers with a fraction in the process's locale.
std::string value_for_librdkafka(const Property& property, const std::string& value);

/// A value that librdkafka printed, independent of the process's locale.
std::string value_from_librdkafka(const Property& property, std::string value);

/// Throws Exception that says which values the property takes.
[[noreturn]] void throw_bad_value(const Property& property, std::string_view shown);

}  // namespace v1
}  // namespace kafka
