#pragma once

#include <kafka/error.hpp>
#include <string>

namespace kafka {
inline namespace v1 {

/// Throws Exception with Errc::invalid_arg.
[[noreturn]] inline void throw_invalid_config(const std::string& message) {
  throw Exception(Error(Errc::invalid_arg, message));
}

}  // namespace v1
}  // namespace kafka
