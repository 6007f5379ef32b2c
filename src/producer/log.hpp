#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "detail/secrets.hpp"

namespace kafka {
inline namespace v1 {

/// Where a producer's log lines go: to the user's hook, or to standard error in librdkafka's own
/// format; without secrets and control characters. write() may be called from any threads.
class Log {
 public:
  using Hook = std::function<void(int level, std::string_view facility, std::string_view text)>;

  Log(const Secrets& secrets, Hook hook) : secrets_(secrets), hook_(std::move(hook)) {}

  /// Drops what the hook throws: there is no caller to tell. `client` names the producer.
  void write(int level, std::string_view facility, std::string_view client,
             std::string_view text) const noexcept;

 private:
  const Secrets& secrets_;
  const Hook hook_;
};

}  // namespace v1
}  // namespace kafka
