#include "producer/gate.hpp"

#include <utility>

namespace kafka {
inline namespace v1 {

void Gate::signal() {
  {
    const std::lock_guard lock(mutex_);
    if (phase_ == Phase::closed) return;
    state_.fetch_or(ready_bit, std::memory_order_release);
  }
  changed_.notify_all();
  call_on_ready();
}

void Gate::on_ready(std::function<void()> function) {
  {
    const std::lock_guard lock(on_ready_mutex_);
    on_ready_ = std::move(function);
  }
  if (ready()) call_on_ready();
}

void Gate::call_on_ready() {
  const std::lock_guard lock(on_ready_mutex_);
  if (!on_ready_) return;
  telling_.store(std::this_thread::get_id(), std::memory_order_relaxed);
  on_ready_();
  telling_.store(std::thread::id(), std::memory_order_relaxed);
}

Gate::Entry Gate::enter_when_ready(Clock::time_point deadline,
                                   std::optional<std::uint64_t> seen_turns) {
  return enter(ready_bit, deadline, seen_turns);
}

Gate::Entry Gate::enter_when_free(Clock::time_point deadline) {
  return enter(0, deadline, std::nullopt);
}

Gate::Entry Gate::enter(unsigned needed, Clock::time_point deadline,
                        std::optional<std::uint64_t> seen_turns) {
  std::unique_lock lock(mutex_);
  while (true) {
    if (phase_ != Phase::open) return Entry::closed;
    if (seen_turns && turns() != *seen_turns) return Entry::passed;
    const bool free = (state_.load(std::memory_order_relaxed) & (needed | busy_bit)) == needed;
    // Without this, a thread that flushes without end would always be the first to come back.
    const bool others_first =
        waiting_when_free_ > 0 && last_dispatcher_ == std::this_thread::get_id();
    if (free && !others_first) {
      take_turn();
      return Entry::entered;
    }
    if (Clock::now() >= deadline) return Entry::timed_out;
    if (needed == 0 && !others_first) {
      ++waiting_when_free_;
      changed_.wait_until(lock, deadline);
      --waiting_when_free_;
      // Whoever let this thread go first has to look again, if it gives up now.
      changed_.notify_all();
    } else {
      changed_.wait_until(lock, deadline);
    }
  }
}

void Gate::take_turn() noexcept {
  state_.store(busy_bit, std::memory_order_relaxed);
  dispatcher_.store(std::this_thread::get_id(), std::memory_order_relaxed);
  last_dispatcher_ = std::this_thread::get_id();
}

void Gate::leave(bool still_ready) {
  bool ready = still_ready;
  {
    const std::lock_guard lock(mutex_);
    dispatcher_.store(std::thread::id(), std::memory_order_relaxed);
    ready = ready || (state_.load(std::memory_order_relaxed) & ready_bit) != 0;
    turns_.fetch_add(1, std::memory_order_release);
    state_.store(ready ? ready_bit : 0, std::memory_order_release);
  }
  changed_.notify_all();
  // Whoever was told of it while this turn went on found the gate busy.
  if (ready) call_on_ready();
}

bool Gate::begin_closing() {
  {
    const std::lock_guard lock(mutex_);
    if (phase_ != Phase::open) return false;
    phase_ = Phase::closing;
  }
  changed_.notify_all();
  return true;
}

void Gate::enter_last() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return (state_.load(std::memory_order_relaxed) & busy_bit) == 0; });
  take_turn();
}

void Gate::finish_closing() {
  {
    const std::lock_guard lock(mutex_);
    phase_ = Phase::closed;
    dispatcher_.store(std::thread::id(), std::memory_order_relaxed);
    turns_.fetch_add(1, std::memory_order_release);
    state_.store(0, std::memory_order_release);
  }
  changed_.notify_all();
}

bool Gate::wait_closed(Clock::time_point deadline) {
  std::unique_lock lock(mutex_);
  return changed_.wait_until(lock, deadline, [this] { return phase_ == Phase::closed; });
}

void Gate::wait_for_visitors() const {
  while (visitors_.load(std::memory_order_acquire) != 0) std::this_thread::yield();
}

}  // namespace v1
}  // namespace kafka
