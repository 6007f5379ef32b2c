#pragma once

#include <cstdint>
#include <kafka/export.hpp>

namespace kafka {
inline namespace v1 {

/// Counts the forks between the first process and this one. A producer remembers the number under
/// which it was made: its threads do not exist in a child, and there the number differs. It changes
/// in a child that has one thread yet, so that no thread reads it meanwhile.
KAFKA_HIDDEN extern std::uint64_t fork_generation;

/// The object whose callbacks this thread runs; null when there is none, and in a child that was
/// forked inside such a callback.
#if defined(__ELF__)
[[gnu::tls_model("initial-exec")]]
#endif
KAFKA_HIDDEN extern constinit thread_local const void* serving;

/// From the first call on, forks are noticed.
void count_forks();

}  // namespace v1
}  // namespace kafka
