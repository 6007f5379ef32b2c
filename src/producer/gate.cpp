#include "producer/gate.hpp"

#include <algorithm>

namespace kafka {
inline namespace v1 {

void Gate::signal() {
  const MutexLock lock(mutex_);
  if (phase_ == Phase::closed) return;
  state_.fetch_or(ready_bit, std::memory_order_release);
  if (in_turn_.count > 0) in_turn_.wake.notify_one();
  wake_next();
}

Gate::Entry Gate::enter(Wait wait, Clock::time_point deadline,
                        std::optional<std::uint64_t> seen_turns) {
  MutexLock lock(mutex_);
  for (bool has_waited = false;; has_waited = true) {
    Entry entry = Entry::timed_out;
    if (turned_away(wait)) {
      entry = Entry::closed;
    } else if (seen_turns && turns() != *seen_turns) {
      entry = Entry::passed;
    } else if (may_enter(wait, has_waited)) {
      take_turn();
      return Entry::entered;
    } else if (Clock::now() < deadline) {
      Waiters& waiters = waiters_of(wait);
      ++waiters.count;
      if (for_turn_.count > 0 && in_turn_.count > 0) in_turn_.wake.notify_one();
      waiters.wake.wait_until(lock.native(), deadline);
      --waiters.count;
      continue;
    }
    // This thread may be the only one that was woken for a free turn.
    wake_next();
    return entry;
  }
}

Gate::Waiters& Gate::waiters_of(Wait wait) {
  switch (wait) {
    case Wait::to_poll:
      return to_poll_;
    case Wait::for_room:
      return for_room_;
    case Wait::to_flush:
      return to_flush_;
    case Wait::for_turn:
    case Wait::past_close:
      break;
  }
  return for_turn_;
}

bool Gate::turned_away(Wait wait) const {
  return wait == Wait::past_close ? phase_ == Phase::closed : phase_ != Phase::open;
}

bool Gate::may_enter(Wait wait, bool has_waited) const {
  if ((state() & busy_bit) != 0) return false;
  switch (wait) {
    case Wait::to_poll:
    case Wait::for_room:
      return for_turn_.count == 0 && (state() & ready_bit) != 0;
    case Wait::to_flush:
      return for_turn_.count == 0;
    case Wait::for_turn:
    case Wait::past_close:
      break;
  }
  return has_waited || for_turn_.count == 0;
}

void Gate::take_turn() {
  state_.store(busy_bit, std::memory_order_relaxed);
  holder_.store(std::this_thread::get_id(), std::memory_order_relaxed);
}

void Gate::wake_next() {
  if ((state() & busy_bit) != 0) return;
  if (for_turn_.count > 0) return for_turn_.wake.notify_one();
  if (to_flush_.count > 0) return to_flush_.wake.notify_one();
  if ((state() & ready_bit) == 0) return;
  (to_poll_.count > 0 ? to_poll_ : for_room_).wake.notify_one();
}

bool Gate::leave(Result result) {
  const MutexLock lock(mutex_);
  const bool ready = result.still_ready || (state() & ready_bit) != 0;
  holder_.store(std::thread::id(), std::memory_order_relaxed);
  state_.store(ready ? ready_bit : 0, std::memory_order_release);
  count_served(result.reports);
  if (result.drained) to_flush_.wake.notify_all();
  wake_next();
  return ready;
}

void Gate::count_served(std::size_t reports) {
  turns_.fetch_add(1, std::memory_order_release);
  const auto room_for = std::min(reports, static_cast<std::size_t>(for_room_.count));
  for (std::size_t i = 0; i < room_for; ++i) for_room_.wake.notify_one();
}

bool Gate::wait_in_turn(std::size_t reports, Clock::time_point deadline) {
  MutexLock lock(mutex_);
  if (reports > 0) count_served(reports);
  bool in_time = true;
  while (in_time && (state() & ready_bit) == 0 && for_turn_.count == 0) {
    ++in_turn_.count;
    in_time = in_turn_.wake.wait_until(lock.native(), deadline) == std::cv_status::no_timeout;
    --in_turn_.count;
  }
  if (for_turn_.count > 0) return false;
  state_.store(busy_bit, std::memory_order_relaxed);
  return true;
}

bool Gate::begin_closing() {
  const MutexLock lock(mutex_);
  if (phase_ != Phase::open) return false;
  phase_ = Phase::closing;
  for (Waiters* waiters : {&to_poll_, &for_room_, &to_flush_, &for_turn_}) {
    waiters->wake.notify_all();
  }
  return true;
}

void Gate::finish_closing() {
  const MutexLock lock(mutex_);
  phase_ = Phase::closed;
  state_.store(0, std::memory_order_release);
  for_turn_.wake.notify_all();
  for_close_.wake.notify_all();
}

bool Gate::wait_closed(Clock::time_point deadline) {
  MutexLock lock(mutex_);
  while (phase_ != Phase::closed) {
    if (for_close_.wake.wait_until(lock.native(), deadline) == std::cv_status::timeout) {
      return phase_ == Phase::closed;
    }
  }
  return true;
}

}  // namespace v1
}  // namespace kafka
