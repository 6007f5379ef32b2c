#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <kafka/producer.hpp>
#include <optional>
#include <thread>
#include <utility>

#include "detail/fork_generation.hpp"
#include "detail/secrets.hpp"
#include "producer/active_calls.hpp"
#include "producer/broker_texts.hpp"
#include "producer/gate.hpp"
#include "producer/log.hpp"
#include "producer/partitioner.hpp"
#include "producer/ready_notifier.hpp"
#include "producer/record_counts.hpp"
#include "producer/slot_pool.hpp"
#include "producer/topic_table.hpp"

struct rd_kafka_message_s;
struct rd_kafka_queue_s;

namespace kafka {
inline namespace v1 {

/// No timeout is too long: ten years stand for all that the clock cannot count.
inline Gate::Clock::time_point deadline_after(std::chrono::milliseconds timeout) {
  constexpr std::chrono::milliseconds longest = std::chrono::hours(24 * 365 * 10);
  return Gate::Clock::now() + std::clamp(timeout, std::chrono::milliseconds(0), longest);
}
inline Gate::Clock::time_point never() {
  return deadline_after(std::chrono::milliseconds::max());
}

/// What a Producer owns, at an address of its own, so that the producer can be moved.
///
/// There are two ways through it. enqueue() is the only way into librdkafka's queue: it counts
/// records, checks that the producer works, and takes back the count of those that are refused.
/// in_turn() is the only way to librdkafka's calls that run callbacks: it takes the turn, runs the
/// call, counts the reports, leaves the turn and rethrows what a callback threw.
class KAFKA_HIDDEN Producer::State {
 public:
  using Clock = Gate::Clock;
  using Milliseconds = std::chrono::milliseconds;

  State(const Config& config, Hooks hooks);
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  /// It must be closed.
  ~State();

  // ---- Sending: send.cpp, batch.cpp

  /// Everything that the straight path of Producer::produce() leaves out.
  static void produce_general(State* state, std::string_view topic, BytesView key, BytesView value,
                              DeliveryCallback& callback);
  Error try_produce(Record& record);
  std::vector<Refused> try_produce_batch(std::span<Record> records);

  /// Hands `records` records over by `call`, which returns how many librdkafka took; returns how
  /// many were taken.
  template <class Call>
  std::size_t enqueue(std::size_t records, Call call) noexcept {
    // Counted before the check: close() marks the producer and then counts, and misses no record.
    counts_.begin(records);
    std::size_t taken = 0;
    if (in_service()) [[likely]]
      taken = call();
    counts_.end(records, taken);
    return taken;
  }
  /// Releases the slot and throws the description of the rejection.
  [[noreturn]] void throw_rejection(Slot* slot, Errc code, std::size_t key_size,
                                    std::size_t value_size);

  // ---- Serving: serve.cpp

  Error try_produce_for(Record& record, Milliseconds timeout);
  static std::size_t poll(State* state, Milliseconds timeout);
  /// All that poll() has to know most times.
  [[nodiscard]] bool has_nothing_to_serve() const noexcept { return gate_.idle() && !forked(); }
  std::size_t flush(Milliseconds timeout);
  std::size_t purge();

  // ---- The end: close.cpp

  std::size_t close(Milliseconds timeout);
  /// Ends the producer and deletes the state: at once, or when the callback has returned that
  /// destroyed the producer.
  static void destroy_or_defer(State* state) noexcept;

  // ---- state.cpp

  void on_ready(std::function<void()> function);
  [[nodiscard]] std::size_t undelivered() const noexcept { return counts_.undelivered(); }
  [[nodiscard]] Error fatal_error() const;
  [[nodiscard]] Config effective_config() const;
  [[nodiscard]] bool closed() const noexcept { return generation_.load() == closed_generation; }
  /// Neither closed nor in a forked child, in one comparison.
  [[nodiscard]] bool in_service() const noexcept { return generation_.load() == fork_generation; }
  [[nodiscard]] Error out_of_service_error() const;
  /// Writes the exception to the log. `from` names the code that threw it.
  void log_exception(std::string_view from, const std::exception_ptr& exception) const noexcept;
  /// Throws std::logic_error inside a callback, Exception in a forked child.
  void check_caller(const char* member) const;
  /// Null becomes an Exception: the producer was moved from.
  static State& require(State* state);
  static Error moved_from_error();

 private:
  class Call;
  class Batch;
  class Serving;
  struct Turn;

  // ---- Sending

  /// Whether librdkafka's plainest call sends the record, which is also the one for batches.
  static bool is_plain(const Record& record) noexcept {
    return record.headers.empty() && !record.timestamp && record.value.owner() == nullptr &&
           record.partition >= -1;
  }
  Error try_produce_general(Record& record);
  /// Whether the caller is this producer's own log hook, from which it accepts nothing.
  [[nodiscard]] bool in_log_hook() const noexcept {
    return Log::any_writing_in_this_thread() && log_.writing_in_this_thread();
  }
  /// Why a record was not accepted: `code` is librdkafka's, or Errc::state when it was not asked.
  [[nodiscard]] Error describe_rejection(Errc code, std::string_view topic, std::int32_t partition,
                                         std::size_t key_size, std::size_t value_size,
                                         std::size_t header_size = 0) const;

  // ---- Serving

  std::size_t poll(Milliseconds timeout);
  /// Takes the turn and serves; throws what a callback threw.
  template <class Serve>
  Turn in_turn(Gate::Wait wait, Clock::time_point deadline, Serve serve,
               std::optional<std::uint64_t> seen_turns = std::nullopt);
  /// By the thread that has the turn.
  template <class Serve>
  Turn serve_in_turn(Serve serve);
  void leave_turn(const Turn& turn) noexcept;
  void finish_turn_and_rethrow(const Turn& turn);
  /// Serves until every record has its outcome, the deadline comes, a callback throws, or another
  /// thread needs the turn.
  void flush_in_turn(Clock::time_point deadline);

  // Called by librdkafka.
  static void on_delivery(rd_kafka_s*, const rd_kafka_message_s* message, void* state);
  static void on_error(rd_kafka_s*, int code, const char* reason, void* state);
  static int on_statistics(rd_kafka_s*, char* json, std::size_t size, void* state);
  static void on_log(const rd_kafka_s* handle, int level, const char* facility, const char* text);
  static void on_queue(rd_kafka_s*, void* state);
  static int on_certificate(rd_kafka_s*, const char* broker, std::int32_t broker_id, int* error,
                            int depth, const char*, std::size_t, char* text, std::size_t size,
                            void* state);
  void report(const rd_kafka_message_s& message) noexcept;
  void report_failure(Slot* slot, const rd_kafka_message_s& message) noexcept;
  void report_without_turn(const rd_kafka_message_s& message) noexcept;
  /// Runs the callback and counts the record as complete.
  void run_callback(Slot& slot, const Error& error, const rd_kafka_message_s& message) noexcept;
  /// Runs a hook, and captures what it throws: an exception must not pass through librdkafka's C
  /// frames.
  template <class Hook>
  void run_hook(Hook hook) noexcept;
  void capture_exception() noexcept KAFKA_REQUIRES(gate_);
  /// Takes the turn first, for a thread that serves through native_handle() and has none. Does
  /// nothing in a forked child.
  template <class Serve>
  void serve_without_turn(Serve serve) noexcept;

  // ---- The end

  std::size_t close_now(Milliseconds timeout);
  std::size_t purge_all();
  template <class Serve>
  Turn in_last_turns(Serve serve);
  static void close_and_delete(State* state, bool began_closing) noexcept;
  static void close_on_another_thread(State* state) noexcept;
  [[nodiscard]] bool orphaned_by_this_thread() const noexcept {
    return orphaned_by_.load(std::memory_order_relaxed) == std::this_thread::get_id();
  }
  /// Whether this is a child of the process that the producer belongs to.
  [[nodiscard]] bool forked() const noexcept { return birth_ != fork_generation; }

  friend Producer;
  static constexpr std::uint64_t closed_generation = ~std::uint64_t{0};

  // ---- Constant after construction
  const Secrets secrets_;
  const Hooks hooks_;
  const Log log_;
  const std::uint64_t birth_;
  std::uint64_t queue_limit_bytes_ = 0;
  std::uint64_t message_limit_bytes_ = 0;
  rd_kafka_s* handle_ = nullptr;
  rd_kafka_queue_s* queue_ = nullptr;

  // ---- Safe for any threads
  std::optional<Partitioner> partitioner_;
  std::optional<SlotPool> slots_;
  std::optional<TopicTable> topics_;
  Gate gate_;
  BrokerTexts broker_texts_;
  ReadyNotifier ready_notifier_;
  ActiveCalls active_calls_;

  // ---- Atomic
  std::atomic<Milliseconds::rep> close_timeout_{10'000};
  // The count of forks under which the producer was made, until it is closed. Every produce()
  // reads it.
  alignas(64) std::atomic<std::uint64_t> generation_;
  RecordCounts counts_;
  // Why a broker's certificate was refused last, by OpenSSL's number.
  std::atomic<int> certificate_error_{0};
  // The thread in one of whose callbacks the producer was destroyed.
  std::atomic<std::thread::id> orphaned_by_{};

  // ---- Guarded by the turn
  std::uint64_t purged_ KAFKA_GUARDED_BY(gate_) = 0;
  std::uint64_t hooks_run_ KAFKA_GUARDED_BY(gate_) = 0;
  std::deque<std::exception_ptr> exceptions_ KAFKA_GUARDED_BY(gate_);
  bool orphan_began_closing_ = false;

  State* next_in_child_ = nullptr;
};

/// What became of an attempt to serve.
struct Producer::State::Turn {
  Gate::Entry entry;
  /// How many delivery reports were served.
  std::size_t reports = 0;
  /// A report or a hook was served.
  bool served = false;
};

/// A call of a member that serves. When a callback of the call destroyed the producer, the end of
/// the call ends the producer.
class Producer::State::Call {
 public:
  explicit Call(State& state) noexcept : state_(state) { state.active_calls_.begin_call(); }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;
  ~Call() {
    const bool orphaned = state_.orphaned_by_this_thread() && !state_.forked();
    state_.active_calls_.end_call();
    if (orphaned) close_and_delete(&state_, state_.orphan_began_closing_);
  }

 private:
  State& state_;
};

/// Marks that this thread runs the callbacks of a producer.
class Producer::State::Serving {
 public:
  explicit Serving(const State& state) noexcept : previous_(std::exchange(serving, &state)) {}
  Serving(const Serving&) = delete;
  Serving& operator=(const Serving&) = delete;
  ~Serving() {
    // A child that was forked meanwhile runs no callbacks, those of an outer call neither.
    if (serving != nullptr) serving = previous_;
  }

 private:
  const void* const previous_;
};

template <class Serve>
Producer::State::Turn Producer::State::serve_in_turn(Serve serve) {
  gate_.assert_turn();
  const std::uint64_t completed = counts_.completed();
  const std::uint64_t hooks = hooks_run_;
  {
    const Serving here(*this);
    serve();
  }
  const std::uint64_t reports = counts_.completed() - completed;
  return {Gate::Entry::entered, reports, reports > 0 || hooks_run_ != hooks};
}

template <class Serve>
Producer::State::Turn Producer::State::in_turn(Gate::Wait wait, Clock::time_point deadline,
                                               Serve serve,
                                               std::optional<std::uint64_t> seen_turns) {
  const Gate::Entry entry = gate_.enter(wait, deadline, seen_turns);
  if (entry != Gate::Entry::entered) return {entry};
  const Turn turn = serve_in_turn(serve);
  finish_turn_and_rethrow(turn);
  return turn;
}

}  // namespace v1
}  // namespace kafka
