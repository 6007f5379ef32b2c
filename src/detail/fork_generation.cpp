#include "detail/fork_generation.hpp"

#include <pthread.h>

namespace kafka {
inline namespace v1 {

std::atomic<std::uint64_t> fork_generation{0};

void count_forks() {
  static const int registered = ::pthread_atfork(
      nullptr, nullptr, [] { fork_generation.fetch_add(1, std::memory_order_relaxed); });
  static_cast<void>(registered);
}

}  // namespace v1
}  // namespace kafka
