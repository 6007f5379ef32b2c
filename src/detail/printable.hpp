#pragma once

#include <string>
#include <string_view>

namespace kafka {
inline namespace v1 {

/// The text with control characters (C0, DEL, C1) and bytes that are not UTF-8 written as `\xNN`.
/// Printed this way, a text from outside cannot control a terminal or forge a line of a log.
std::string printable(std::string_view text);

}  // namespace v1
}  // namespace kafka
