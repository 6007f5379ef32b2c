#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

namespace kafka {
inline namespace v1 {

/// Lets one thread at a time serve a producer's callbacks, and the others wait for their turn here
/// rather than inside librdkafka, from where nobody could call them back.
///
/// Two bits say all that poll() has to know: `ready`, something waits to be served, and `busy`, a
/// thread serves. Both are written under the mutex and read without it. Who enters clears `ready`
/// before it takes anything from librdkafka, so that what comes while it serves is not forgotten.
///
/// The mutex is never held while librdkafka is called: librdkafka calls signal() with its queue
/// locked.
class Gate {
 public:
  using Clock = std::chrono::steady_clock;
  enum class Entry {
    entered,    ///< It is this thread's turn, until it calls leave().
    passed,     ///< Another thread's turn has ended meanwhile.
    timed_out,  ///< The deadline came first.
    closed,     ///< The producer is closed or being closed.
  };

  /// Nothing is ready and nobody serves, or all is closed: poll() has nothing to do.
  [[nodiscard]] bool idle() const noexcept { return state_.load(std::memory_order_acquire) == 0; }
  [[nodiscard]] bool ready() const noexcept {
    return (state_.load(std::memory_order_acquire) & ready_bit) != 0;
  }
  /// Whether it is this thread's turn, which means that the caller is a callback.
  [[nodiscard]] bool inside() const noexcept {
    return dispatcher_.load(std::memory_order_relaxed) == std::this_thread::get_id();
  }
  /// Whether the caller is the function of on_ready().
  [[nodiscard]] bool telling() const noexcept {
    return telling_.load(std::memory_order_relaxed) == std::this_thread::get_id();
  }
  /// How many turns have ended.
  [[nodiscard]] std::uint64_t turns() const noexcept {
    return turns_.load(std::memory_order_acquire);
  }

  /// Something waits to be served. Called by librdkafka's threads.
  void signal();
  /// Calls the function at every signal from now on, and at once when something is ready. It must
  /// not throw.
  void on_ready(std::function<void()> function);

  /// With `seen_turns`, waits no longer than until another thread's turn has ended since.
  Entry enter_when_ready(Clock::time_point deadline,
                         std::optional<std::uint64_t> seen_turns = std::nullopt);
  /// A thread whose turn was the last one lets others go first who wait for theirs.
  Entry enter_when_free(Clock::time_point deadline);
  /// Ends the turn. `still_ready` when there is more to do than librdkafka would signal.
  void leave(bool still_ready);

  /// Sends home all who wait, and lets nobody in any more; false when that has been done before.
  bool begin_closing();
  /// After begin_closing(): waits for the current turn to end, and takes the last one.
  void enter_last();
  void finish_closing();
  /// Waits until another thread has finished closing; false when the deadline comes first.
  bool wait_closed(Clock::time_point deadline);

  /// A thread that calls arrive() is waited for until it calls depart(), so that nothing is
  /// destroyed under it.
  void arrive() noexcept { visitors_.fetch_add(1); }
  void depart() noexcept { visitors_.fetch_sub(1, std::memory_order_release); }
  /// Waits until the visitors have gone. They have been sent home, and are on their way.
  void wait_for_visitors() const;

 private:
  static constexpr unsigned ready_bit = 1;
  static constexpr unsigned busy_bit = 2;
  enum class Phase { open, closing, closed };

  Entry enter(unsigned needed, Clock::time_point deadline, std::optional<std::uint64_t> seen_turns);
  void take_turn() noexcept;
  void call_on_ready();

  // What librdkafka has queued before the gate existed is not signalled.
  std::atomic<unsigned> state_{ready_bit};
  std::atomic<std::thread::id> dispatcher_{};
  std::atomic<std::uint64_t> turns_{0};
  std::atomic<int> visitors_{0};
  std::mutex mutex_;
  std::condition_variable changed_;
  Phase phase_ = Phase::open;
  std::thread::id last_dispatcher_{};
  int waiting_when_free_ = 0;
  // Apart from the other mutex, because the function is the user's.
  std::mutex on_ready_mutex_;
  std::function<void()> on_ready_;
  std::atomic<std::thread::id> telling_{};
};

}  // namespace v1
}  // namespace kafka
