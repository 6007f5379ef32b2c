#include <librdkafka/rdkafka.h>

#include <algorithm>

#include "detail/advice.hpp"
#include "producer/certificate.hpp"
#include "producer/delivery_error.hpp"
#include "producer/state.hpp"

// How outcomes get from librdkafka's queue to their callbacks.

namespace kafka {
inline namespace v1 {
namespace {

using std::chrono::milliseconds;
using Clock = Gate::Clock;

// How long one rd_kafka_flush() may wait: long enough for librdkafka's threads to see that the
// producer flushes, and to send what lingers. The rest of the waiting is done in the gate by the
// steady clock, because librdkafka's waits follow the wall clock.
constexpr milliseconds flush_window(10);
// How long a record may linger that is produced between two windows of a flush.
constexpr milliseconds flush_interval(100);

int window_until(Clock::time_point deadline) {
  const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
  return static_cast<int>(std::clamp(left, milliseconds(0), flush_window).count());
}

// In a union, because its member is never destroyed: exit handlers may still poll.
union Success {
  constexpr Success() : error() {}
  ~Success() {}
  Error error;
};
constinit Success success;

}  // namespace

Error Producer::State::try_produce_for(Record& record, Milliseconds timeout) {
  const Call call(*this);
  const auto deadline = deadline_after(timeout);
  while (true) {
    const bool last = Clock::now() >= deadline;
    const std::uint64_t seen_turns = gate_.turns();
    Error error = try_produce(record);
    if (error != Errc::queue_full) return error;
    const auto poll = [this] { rd_kafka_poll(handle_, 0); };
    const Turn turn = in_turn(Gate::Wait::for_room, deadline, poll, seen_turns);
    if (turn.entry == Gate::Entry::closed) return out_of_service_error();
    if (last) return try_produce(record);
  }
}

std::size_t Producer::State::poll(State* state, Milliseconds timeout) {
  require(state).check_caller("poll");
  return state->poll(timeout);
}

std::size_t Producer::State::poll(Milliseconds timeout) {
  if (timeout <= milliseconds(0) && gate_.busy()) return 0;
  const Call call(*this);
  const auto deadline = deadline_after(timeout);
  while (true) {
    const auto poll = [this] { rd_kafka_poll(handle_, 0); };
    const Turn turn = in_turn(Gate::Wait::to_poll, deadline, poll);
    if (turn.served || turn.entry != Gate::Entry::entered || Clock::now() >= deadline) {
      return turn.reports;
    }
  }
}

std::size_t Producer::State::flush(Milliseconds timeout) {
  const Call call(*this);
  const auto deadline = deadline_after(timeout);
  bool hooks_ready = gate_.ready();
  while (true) {
    const std::uint64_t seen_turns = gate_.turns();
    if (counts_.all_complete() && !hooks_ready) break;
    const auto flush = [&] { flush_in_turn(deadline); };
    const Turn turn = in_turn(Gate::Wait::to_flush, deadline, flush, seen_turns);
    if (turn.entry == Gate::Entry::closed) {
      if (!orphaned_by_this_thread()) gate_.wait_closed(deadline);
      break;
    }
    if (turn.entry == Gate::Entry::timed_out || Clock::now() >= deadline) break;
    if (turn.entry == Gate::Entry::entered) hooks_ready = false;
  }
  return undelivered();
}

void Producer::State::flush_in_turn(Clock::time_point deadline) {
  gate_.assert_turn();
  while (true) {
    const std::uint64_t completed = counts_.completed();
    rd_kafka_flush(handle_, window_until(deadline));
    // close() runs every callback before it throws.
    const bool thrown = !exceptions_.empty() && !closed();
    if (thrown || forked() || counts_.all_complete() || Clock::now() >= deadline) return;
    const std::uint64_t reports = counts_.completed() - completed;
    const auto next_window = std::min(deadline, Clock::now() + flush_interval);
    if (!gate_.wait_in_turn(reports, next_window)) return;
  }
}

std::size_t Producer::State::purge() {
  // The reports come at once, but for those that a busy thread of librdkafka still has to hand
  // over.
  constexpr std::chrono::seconds patience(1);
  constexpr milliseconds pause(10);
  const Call call(*this);
  std::uint64_t purged = 0;
  in_turn(Gate::Wait::for_turn, never(), [&] {
    gate_.assert_turn();
    const std::uint64_t before = purged_;
    const std::uint64_t due = counts_.completed() + undelivered();
    const auto deadline = Clock::now() + patience;
    rd_kafka_purge(handle_, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    rd_kafka_poll(handle_, 0);
    while (!forked() && counts_.completed() < due && Clock::now() < deadline &&
           gate_.wait_in_turn(0, Clock::now() + pause)) {
      rd_kafka_poll(handle_, 0);
    }
    purged = purged_ - before;
  });
  return purged;
}

void Producer::State::leave_turn(const Turn& turn) noexcept {
  gate_.assert_turn();
  const bool ready = gate_.leave({.still_ready = !exceptions_.empty(),
                                  .reports = turn.reports,
                                  .drained = counts_.all_complete()});
  // A thread that was notified during the turn found it taken.
  if (ready) ready_notifier_.notify();
}

void Producer::State::finish_turn_and_rethrow(const Turn& turn) {
  // The child of a fork inside a callback leaves the gate alone: other threads may have locked it.
  if (forked()) throw Exception(out_of_service_error());
  gate_.assert_turn();
  std::exception_ptr oldest;
  if (!exceptions_.empty()) {
    oldest = std::move(exceptions_.front());
    exceptions_.pop_front();
  }
  leave_turn(turn);
  if (oldest) std::rethrow_exception(oldest);
}

template <class Serve>
void Producer::State::serve_without_turn(Serve serve) noexcept {
  if (forked()) return;
  if (gate_.running_in_this_thread()) return serve();
  if (gate_.enter(Gate::Wait::past_close, never()) != Gate::Entry::entered) return;
  const Turn turn = serve_in_turn(serve);
  if (forked()) return;
  leave_turn(turn);
  // librdkafka still runs below this frame.
  if (orphaned_by_this_thread()) close_on_another_thread(this);
}

// ---- Called by librdkafka

// Every record passes here: what is rare is in functions of its own.
void Producer::State::on_delivery(rd_kafka_s*, const rd_kafka_message_s* message, void* opaque) {
  State& state = *static_cast<State*>(opaque);
  if (serving != &state) [[unlikely]]
    return state.report_without_turn(*message);
  state.report(*message);
}

[[gnu::noinline]] void Producer::State::report_without_turn(
    const rd_kafka_message_s& message) noexcept {
  serve_without_turn([&] { report(message); });
}

[[gnu::always_inline]] inline void Producer::State::report(
    const rd_kafka_message_s& message) noexcept {
  auto* const slot = static_cast<Slot*>(message._private);
  if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) [[unlikely]]
    return report_failure(slot, message);
  if (SlotPool::holds_callback(slot)) return run_callback(*slot, success.error, message);
  if (slot != nullptr) counts_.complete();  // null: produced through native_handle()
}

[[gnu::noinline]] void Producer::State::report_failure(Slot* slot,
                                                       const rd_kafka_message_s& message) noexcept {
  gate_.assert_turn();
  if (slot != nullptr && (message.err == RD_KAFKA_RESP_ERR__PURGE_QUEUE ||
                          message.err == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT)) {
    ++purged_;
  }
  const Error error = delivery_error(message, broker_texts_, secrets_);
  if (SlotPool::holds_callback(slot)) return run_callback(*slot, error, message);
  if (slot != nullptr) counts_.complete();
}

[[gnu::noinline]] void Producer::State::run_callback(Slot& slot, const Error& error,
                                                     const rd_kafka_message_s& message) noexcept {
  try {
    slot.callback(error, Message(message));
  } catch (...) {
    gate_.assert_turn();
    capture_exception();
  }
  slots_->release(&slot);
  counts_.complete();
}

void Producer::State::capture_exception() noexcept {
  const std::exception_ptr exception = std::current_exception();
  try {
    exceptions_.push_back(exception);
  } catch (const std::bad_alloc&) {
    log_exception("a callback, for which there was no memory,", exception);
  }
}

template <class Hook>
void Producer::State::run_hook(Hook hook) noexcept {
  const auto run = [&] {
    gate_.assert_turn();
    ++hooks_run_;
    try {
      hook();
    } catch (...) {
      capture_exception();
    }
  };
  serving == this ? run() : serve_without_turn(run);
}

void Producer::State::on_error(rd_kafka_s*, int code, const char* reason, void* opaque) {
  State& state = *static_cast<State*>(opaque);
  state.run_hook([&] {
    const auto errc = static_cast<Errc>(code);
    if (errc == Errc::fatal) return state.hooks_.on_error(state.fatal_error());
    std::string text = state.secrets_.redact(reason);
    const int problem = state.certificate_error_.load(std::memory_order_relaxed);
    if (errc == Errc::ssl && problem != 0) text += ": " + certificate_problem(problem);
    state.hooks_.on_error(Error(errc, with_advice(errc, text)));
  });
}

int Producer::State::on_statistics(rd_kafka_s*, char* json, std::size_t size, void* opaque) {
  State& state = *static_cast<State*>(opaque);
  state.run_hook([&] { state.hooks_.on_statistics(state.secrets_.redact_json({json, size})); });
  return 0;
}

int Producer::State::on_certificate(rd_kafka_s*, const char*, std::int32_t, int* error, int,
                                    const char*, std::size_t, char* text, std::size_t size,
                                    void* opaque) {
  if (*error == 0) return 1;
  static_cast<State*>(opaque)->certificate_error_.store(*error, std::memory_order_relaxed);
  const std::string problem = certificate_problem(*error);
  text[problem.copy(text, size - 1)] = '\0';
  return 0;
}

void Producer::State::on_log(const rd_kafka_s* handle, int level, const char* facility,
                             const char* text) {
  // Some lines come while the handle is being made, and lead to no state.
  if (handle == nullptr) return;
  static_cast<const State*>(rd_kafka_opaque(handle))
      ->log_.write(level, facility, rd_kafka_name(handle), text);
}

void Producer::State::on_queue(rd_kafka_s*, void* opaque) {
  State& state = *static_cast<State*>(opaque);
  state.gate_.signal();
  state.ready_notifier_.notify();
}

}  // namespace v1
}  // namespace kafka
