#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <kafka/producer.hpp>
#include <memory>
#include <optional>
#include <thread>

#include "detail/fork_generation.hpp"
#include "detail/secrets.hpp"
#include "producer/gate.hpp"
#include "producer/log.hpp"
#include "producer/partitioner.hpp"
#include "producer/slot_pool.hpp"
#include "producer/topic_table.hpp"

struct rd_kafka_message_s;
struct rd_kafka_queue_s;

namespace kafka {
inline namespace v1 {

/// What a Producer owns, at an address of its own, so that the producer can be moved.
class KAFKA_HIDDEN Producer::State {
 public:
  using Milliseconds = std::chrono::milliseconds;

  State(const Config& config, Hooks hooks);
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  /// It must be closed.
  ~State();

  bool hand_over(rd_kafka_topic_s* topic, std::int32_t partition, BytesView key, BytesView value,
                 Slot* slot) noexcept;
  Error refused(Slot* slot, std::string_view topic, std::int32_t partition, std::size_t key_size,
                std::size_t value_size);
  void refuse(Slot* slot, std::size_t key_size, std::size_t value_size);
  Error send_any(Record& record);
  Error try_produce(Record& record);
  std::vector<Refused> try_produce_batch(std::span<Record> records);
  Error try_produce_for(Record& record, Milliseconds timeout);
  std::size_t poll(Milliseconds timeout);
  std::size_t flush(Milliseconds timeout);
  std::size_t purge();
  std::size_t close(Milliseconds timeout);
  void on_ready(std::function<void()> function);
  [[nodiscard]] std::size_t undelivered() const noexcept;
  [[nodiscard]] Error fatal_error() const;

  [[nodiscard]] bool closed() const noexcept { return generation_.load() == closed_generation; }
  /// Whether this is a child of the process that the producer belongs to.
  [[nodiscard]] bool forked() const noexcept { return birth_ != fork_generation.load(); }
  /// Throws std::logic_error inside a callback, Exception in a forked child.
  void check_caller(const char* member) const;

  /// The end of the producer: at once, or put off to the end of the call that runs the callback
  /// that this is called from.
  static void dispose(State* state) noexcept;

  Gate gate;
  std::atomic<Milliseconds::rep> close_timeout{10'000};
  rd_kafka_s* handle = nullptr;

  std::optional<Partitioner> partitioner_;
  std::optional<SlotPool> slots_;
  std::optional<TopicTable> topics_;

 private:
  // Keeps the state while a member that serves callbacks runs, and then disposes of it, if one of
  // them has destroyed the producer.
  class Call;
  class PendingCallback;
  class Batch;

  // Told by librdkafka.
  static void on_delivery(rd_kafka_s*, const rd_kafka_message_s* message, void* state);
  static void on_error(rd_kafka_s*, int code, const char* reason, void* state);
  static int on_statistics(rd_kafka_s*, char* json, std::size_t size, void* state);
  static void on_log(const rd_kafka_s* handle, int level, const char* facility, const char* text);
  static void on_queue(rd_kafka_s*, void* state);
  static int on_certificate(rd_kafka_s*, const char* broker, std::int32_t broker_id, int* error,
                            int depth, const char*, std::size_t, char* text, std::size_t size,
                            void* state);

  /// Runs what the user wrote, and keeps what it throws for end_turn(): an exception must not pass
  /// through librdkafka's C frames.
  template <class Function>
  void run_guarded(Function function) noexcept;
  void keep_exception();
  void run_callback(Slot& slot, const Error& error, const rd_kafka_message_s& message) noexcept;
  /// By the thread whose turn it is.
  void count_completed() noexcept {
    completed_.store(completed_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }
  /// Counts a record as accepted, if `send` accepts it.
  template <class Function>
  Error accept(Function send);
  Error send_owned(Record& record);
  Error send(std::string_view topic, std::int32_t partition, BytesView key, BytesView value,
             int flags, void* opaque);
  Error send(const Record& record, int flags, void* opaque);
  Error send_extended(const Record& record, int flags, void* opaque);
  [[nodiscard]] Error refusal(int code, std::string_view topic, std::int32_t partition,
                              std::size_t value_size, std::size_t record_size) const;
  [[nodiscard]] Error out_of_service_error() const;

  /// Ends the turn; throws the oldest exception that a callback has left.
  void end_turn();
  std::size_t run_close(Milliseconds timeout);
  /// What is left to do when nobody can reach the producer any more.
  static void end(State* state, bool began_closing) noexcept;
  void log_exception(std::string_view from, const std::exception_ptr& exception) const noexcept;

  /// Neither closed nor in a forked child, in one comparison.
  [[nodiscard]] bool in_service() const noexcept {
    return generation_.load() == fork_generation.load(std::memory_order_relaxed);
  }

  static constexpr std::uint64_t closed_generation = ~std::uint64_t{0};

  const Secrets secrets_;
  const Hooks hooks_;
  const Log log_;
  rd_kafka_queue_s* queue_ = nullptr;
  std::uint64_t queue_limit_bytes_ = 0;
  std::uint64_t message_limit_bytes_ = 0;

  const std::uint64_t birth_;
  // The count of forks under which it was made, until it is closed. Every produce() compares it.
  alignas(64) std::atomic<std::uint64_t> generation_;
  // Written by producing threads.
  alignas(64) std::atomic<std::uint64_t> accepted_{0};
  // Written by the thread whose turn it is.
  alignas(64) std::atomic<std::uint64_t> completed_{0};
  std::uint64_t purged_ = 0;
  std::deque<std::exception_ptr> exceptions_;
  // Why a broker's certificate has been refused the last time, by OpenSSL's number.
  std::atomic<int> certificate_error_{0};
  // The thread in one of whose callbacks the producer was destroyed.
  std::atomic<std::thread::id> orphaned_by_{};
  bool orphan_began_closing_ = false;
  State* next_in_child_ = nullptr;
};

}  // namespace v1
}  // namespace kafka
