#pragma once

#include <string>
#include <string_view>

namespace kafka {
inline namespace v1 {

/// The text with control characters (C0, DEL, C1) and bytes that are not UTF-8 written as `\xNN`,
/// so that text from outside can neither steer a terminal nor forge a line of a log.
std::string printable(std::string_view text);

}  // namespace v1
}  // namespace kafka
