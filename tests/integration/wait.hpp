#pragma once

#include <chrono>
#include <thread>

namespace integration {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// How long what has to come is waited for: long, because the machine may be busy.
inline constexpr auto patience = std::chrono::seconds(60);

/// Waits for the condition, not for a time.
template <class Condition>
bool eventually(Condition condition, Clock::duration timeout = patience) {
  const auto deadline = Clock::now() + timeout;
  while (!condition()) {
    if (Clock::now() >= deadline) return false;
    std::this_thread::sleep_for(10ms);
  }
  return true;
}

}  // namespace integration
