#pragma once

#include <functional>
#include <kafka/export.hpp>
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

  /// Whether the caller is the hook of any log.
  [[nodiscard]] static bool any_writing_in_this_thread() noexcept { return innermost != nullptr; }
  /// Whether the caller is this log's hook.
  [[nodiscard]] bool writing_in_this_thread() const noexcept;

 private:
  /// A call of a hook in progress on this thread. A hook may use another producer, whose lines call
  /// its own hook.
  struct Writing {
    const Log* log;
    const Writing* outer;
  };
#if defined(__ELF__)
  [[gnu::tls_model("initial-exec")]]
#endif
  KAFKA_HIDDEN static constinit thread_local const Writing* innermost;

  const Secrets& secrets_;
  const Hook hook_;
};

}  // namespace v1
}  // namespace kafka
