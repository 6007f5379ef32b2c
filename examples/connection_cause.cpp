#include "connection_cause.hpp"

#include <string_view>

/// The text has the form "BROKER: ATTEMPT failed: CAUSE (after TIME in state STATE)".
std::string connection_cause(const kafka::Error& error) {
  std::string cause = error.message().substr(0, error.message().find(" (after "));
  for (const std::string_view before : {"/bootstrap: ", " failed: "}) {
    const std::size_t found = cause.find(before);
    if (found != std::string::npos) cause.erase(0, found + before.size());
  }
  return cause;
}
