#pragma once

#include <atomic>
#include <cstdint>

namespace kafka {
inline namespace v1 {

/// Counts the forks between the first process and this one. A producer remembers the number under
/// which it was made: its threads do not exist in a child, and there the number differs.
extern std::atomic<std::uint64_t> fork_generation;

/// From the first call on, fork_generation counts.
void count_forks();

}  // namespace v1
}  // namespace kafka
