#include "detail/fork_generation.hpp"

#include <pthread.h>

namespace kafka {
inline namespace v1 {

std::uint64_t fork_generation = 0;
constinit thread_local const void* serving = nullptr;

void count_forks() {
  static const int registered = ::pthread_atfork(nullptr, nullptr, [] {
    ++fork_generation;
    serving = nullptr;
  });
  static_cast<void>(registered);
}

}  // namespace v1
}  // namespace kafka
