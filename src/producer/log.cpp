#include "producer/log.hpp"

#include <chrono>
#include <cstdio>

#include "detail/printable.hpp"

namespace kafka {
inline namespace v1 {

constinit thread_local const Log::Writing* Log::innermost = nullptr;

bool Log::writing_in_this_thread() const noexcept {
  for (const Writing* writing = innermost; writing != nullptr; writing = writing->outer) {
    if (writing->log == this) return true;
  }
  return false;
}

void Log::write(int level, std::string_view facility, std::string_view client,
                std::string_view text) const noexcept try {
  const std::string line = printable(secrets_.redact(text));
  if (hook_) {
    const Writing writing{this, innermost};
    innermost = &writing;
    try {
      hook_(level, printable(facility), line);
    } catch (...) {
    }
    innermost = writing.outer;
    return;
  }
  const auto since_epoch = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::system_clock::now().time_since_epoch());
  // One call writes the whole line, so that lines of several threads do not mix.
  std::fprintf(stderr, "%%%d|%lld.%03lld|%s|%s| %s\n", level,
               static_cast<long long>(since_epoch.count() / 1000),
               static_cast<long long>(since_epoch.count() % 1000), printable(facility).c_str(),
               printable(secrets_.redact(client)).c_str(), line.c_str());
} catch (...) {
}

}  // namespace v1
}  // namespace kafka
