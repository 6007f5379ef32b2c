#pragma once

#include <functional>
#include <kafka/export.hpp>
#include <string>
#include <string_view>

#include "detail/secrets.hpp"

namespace kafka {
inline namespace v1 {

/// Writes a producer's log lines to the user's hook, or to standard error in librdkafka's own
/// format. Secrets are redacted and control characters escaped. Any thread may call write().
class Log {
 public:
  using Hook = std::function<void(int level, std::string_view facility, std::string_view text)>;

  Log(const Secrets& secrets, Hook hook) : secrets_(secrets), hook_(std::move(hook)) {}

  /// `client` is the producer's name. An exception that the hook throws is dropped, because no
  /// caller could handle it.
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
