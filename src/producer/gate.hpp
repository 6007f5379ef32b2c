#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <thread>

#include "detail/mutex.hpp"

namespace kafka {
inline namespace v1 {

/// Gives one thread at a time the turn to serve a producer's callbacks, and ends all turns when the
/// producer closes. Other threads wait here for their turn, not inside librdkafka, so that each can
/// be woken.
///
/// Two bits tell poll() whether there is work: `ready`, something waits to be served, and `busy`, a
/// thread has the turn. Both are written under the mutex and read without it. A thread that takes
/// the turn clears `ready` before it takes anything from librdkafka, so that what arrives while it
/// serves is not forgotten.
///
/// The mutex is never held while librdkafka is called: librdkafka calls signal() with its own queue
/// locked. All waiting is by the steady clock.
class KAFKA_CAPABILITY("turn") Gate {
 public:
  using Clock = std::chrono::steady_clock;

  /// What a thread waits for.
  enum class Wait {
    to_poll,     ///< For something to serve.
    for_room,    ///< For something to serve, or for reports that another thread serves.
    to_flush,    ///< For the turn, or for the last outcome.
    for_turn,    ///< For the turn. Goes before the kinds above.
    past_close,  ///< The same, and closing does not turn it away.
  };
  enum class Entry {
    entered,    ///< The calling thread has the turn until it calls leave().
    passed,     ///< Another thread's turn has ended meanwhile.
    timed_out,  ///< The deadline came first.
    closed,     ///< The producer is closed or is being closed.
  };

  /// Nothing is ready and no thread has the turn.
  [[nodiscard]] bool idle() const noexcept { return state_.load(std::memory_order_acquire) == 0; }
  /// Something is ready.
  [[nodiscard]] bool ready() const noexcept {
    return (state_.load(std::memory_order_acquire) & ready_bit) != 0;
  }
  /// A thread has the turn.
  [[nodiscard]] bool busy() const noexcept {
    return (state_.load(std::memory_order_acquire) & busy_bit) != 0;
  }
  /// Whether the calling thread has the turn, which means that the caller is a callback.
  [[nodiscard]] bool running_in_this_thread() const noexcept {
    return holder_.load(std::memory_order_relaxed) == std::this_thread::get_id();
  }
  /// Tells the compiler what running_in_this_thread() tells at run time.
  void assert_turn() const noexcept KAFKA_ASSERT_CAPABILITY(this) {}
  /// How often a turn has ended or has served reports. Read it before the attempt that a later
  /// Wait::for_room repeats.
  [[nodiscard]] std::uint64_t turns() const noexcept {
    return turns_.load(std::memory_order_acquire);
  }

  /// Something waits to be served. Wakes at most one thread. Called by librdkafka's threads.
  void signal() KAFKA_EXCLUDES(mutex_);

  /// Waits for the turn and takes it. With `seen_turns`, returns Entry::passed when a turn has
  /// ended since turns() returned that number.
  Entry enter(Wait wait, Clock::time_point deadline,
              std::optional<std::uint64_t> seen_turns = std::nullopt) KAFKA_EXCLUDES(mutex_);

  /// What a turn leaves behind.
  struct Result {
    /// There is more to do than librdkafka would signal.
    bool still_ready = false;
    /// How many delivery reports it served: each may have made room for a record.
    std::size_t reports = 0;
    /// No record waits for its outcome: the threads that flush may return.
    bool drained = false;
  };
  /// Ends the turn. Returns whether something is ready.
  bool leave(Result result) KAFKA_EXCLUDES(mutex_);

  /// By the thread that has the turn: waits until something is ready or the deadline comes, and
  /// clears `ready`. `reports` are those served since the turn began or since the last wait.
  /// Returns false when the thread should leave: another one needs the turn, or the producer
  /// closes.
  bool wait_in_turn(std::size_t reports, Clock::time_point deadline) KAFKA_EXCLUDES(mutex_);

  /// Wakes all threads that wait and turns away those that come; false when closing began before.
  bool begin_closing() KAFKA_EXCLUDES(mutex_);
  /// After begin_closing(), by the thread that began and has no turn.
  void finish_closing() KAFKA_EXCLUDES(mutex_);
  /// Waits until another thread has finished closing; false when the deadline comes first.
  bool wait_closed(Clock::time_point deadline) KAFKA_EXCLUDES(mutex_);

 private:
  static constexpr unsigned ready_bit = 1;
  static constexpr unsigned busy_bit = 2;
  enum class Phase { open, closing, closed };

  /// Threads that wait for the same thing.
  struct Waiters {
    std::condition_variable wake;
    int count = 0;
  };

  Waiters& waiters_of(Wait wait) KAFKA_REQUIRES(mutex_);
  /// A thread that comes anew does not overtake threads that wait for the turn.
  bool may_enter(Wait wait, bool has_waited) const KAFKA_REQUIRES(mutex_);
  bool turned_away(Wait wait) const KAFKA_REQUIRES(mutex_);
  void take_turn() KAFKA_REQUIRES(mutex_);
  void count_served(std::size_t reports) KAFKA_REQUIRES(mutex_);
  /// Wakes the thread whose turn is next, if the turn is free.
  void wake_next() KAFKA_REQUIRES(mutex_);
  [[nodiscard]] unsigned state() const noexcept { return state_.load(std::memory_order_relaxed); }

  // poll() reads this line on every call. What librdkafka queued before the gate existed is not
  // signalled, so the gate starts ready.
  alignas(64) std::atomic<unsigned> state_{ready_bit};
  std::atomic<std::thread::id> holder_{};

  // Written at every turn.
  alignas(64) std::atomic<std::uint64_t> turns_{0};
  Mutex mutex_;
  Phase phase_ KAFKA_GUARDED_BY(mutex_) = Phase::open;
  Waiters to_poll_ KAFKA_GUARDED_BY(mutex_);
  Waiters for_room_ KAFKA_GUARDED_BY(mutex_);
  Waiters to_flush_ KAFKA_GUARDED_BY(mutex_);
  Waiters for_turn_ KAFKA_GUARDED_BY(mutex_);
  Waiters in_turn_ KAFKA_GUARDED_BY(mutex_);
  Waiters for_close_ KAFKA_GUARDED_BY(mutex_);
};

}  // namespace v1
}  // namespace kafka
