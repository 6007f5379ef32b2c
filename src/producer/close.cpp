#include <librdkafka/rdkafka.h>

#include <string>
#include <utility>

#include "producer/state.hpp"

// The end of a producer.

namespace kafka {
inline namespace v1 {

using std::chrono::milliseconds;

std::size_t Producer::State::close(Milliseconds timeout) {
  const Call call(*this);
  if (gate_.begin_closing()) return close_now(timeout);
  gate_.wait_closed(deadline_after(timeout));
  return 0;
}

/// The last calls that serve take a turn each, so that a thread that serves through native_handle()
/// gets in between.
template <class Serve>
Producer::State::Turn Producer::State::in_last_turns(Serve serve) {
  gate_.enter(Gate::Wait::past_close, never());
  const Turn turn = serve_in_turn(serve);
  if (forked()) throw Exception(out_of_service_error());
  leave_turn(turn);
  return turn;
}

std::size_t Producer::State::close_now(Milliseconds timeout) {
  const auto deadline = deadline_after(timeout);
  generation_.store(closed_generation);
  do {
    in_last_turns([&] { flush_in_turn(deadline); });
  } while (!counts_.all_complete() && Clock::now() < deadline);
  const std::size_t given_up = counts_.all_complete() ? 0 : purge_all();

  gate_.assert_turn();  // no other thread gets one any more
  std::exception_ptr first;
  if (!exceptions_.empty()) {
    first = std::move(exceptions_.front());
    exceptions_.pop_front();
  }
  for (const auto& exception : exceptions_) log_exception("a callback", exception);
  exceptions_.clear();
  gate_.finish_closing();
  if (first) std::rethrow_exception(first);
  return given_up;
}

std::size_t Producer::State::purge_all() {
  // After a purge the reports are there at once. They fail to come only when something else took
  // them from librdkafka's queue, which native_handle() makes possible.
  constexpr std::chrono::seconds patience(3);
  constexpr milliseconds pause(10);
  std::size_t given_up = 0;
  auto last_progress = Clock::now();
  while (!counts_.all_complete()) {
    const Turn turn = in_last_turns([&] {
      gate_.assert_turn();
      const std::uint64_t before = purged_;
      rd_kafka_purge(handle_, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
      rd_kafka_poll(handle_, 0);
      given_up += purged_ - before;
      if (!forked() && !counts_.all_complete()) gate_.wait_in_turn(0, Clock::now() + pause);
    });
    if (turn.reports > 0) {
      last_progress = Clock::now();
    } else if (Clock::now() - last_progress > patience) {
      constexpr int error_level = 3;
      log_.write(error_level, "CLOSE", rd_kafka_name(handle_),
                 "some delivery reports were not served: something else took them from the queue "
                 "through native_handle()");
      return given_up + undelivered();
    }
  }
  return given_up;
}

void Producer::State::destroy_or_defer(State* state) noexcept {
  if (state->forked()) {
    // The threads that rd_kafka_destroy() waits for do not exist here. The list keeps the state
    // reachable, so that it does not look like a leak.
    static std::atomic<State*> kept{nullptr};
    state->next_in_child_ = kept.exchange(state);
    return;
  }
  // Whatever the function uses may end with the producer.
  state->ready_notifier_.set({});
  if (state->gate_.running_in_this_thread()) {
    state->orphan_began_closing_ = state->gate_.begin_closing();
    state->generation_.store(closed_generation);
    state->orphaned_by_.store(std::this_thread::get_id());
  } else if (state->ready_notifier_.notifying_in_this_thread() ||
             state->log_.writing_in_this_thread()) {
    close_on_another_thread(state);
  } else {
    close_and_delete(state, false);
  }
}

/// librdkafka waits for the calling thread, or holds a lock that closing needs.
void Producer::State::close_on_another_thread(State* state) noexcept {
  std::thread([state] { close_and_delete(state, state->orphan_began_closing_); }).detach();
}

void Producer::State::close_and_delete(State* state, bool began_closing) noexcept {
  try {
    if (began_closing || state->gate_.begin_closing()) {
      state->close_now(Milliseconds(state->close_timeout_.load()));
    } else {
      state->gate_.wait_closed(never());
    }
  } catch (...) {
    if (state->forked()) return destroy_or_defer(state);
    state->log_exception("a callback", std::current_exception());
  }
  state->active_calls_.wait_for_none();
  delete state;
}

void Producer::State::log_exception(std::string_view from,
                                    const std::exception_ptr& exception) const noexcept try {
  std::string text(from);
  try {
    std::rethrow_exception(exception);
  } catch (const std::exception& caught) {
    text.append(" threw: ").append(caught.what());
  } catch (...) {
    text.append(" threw something that is no std::exception");
  }
  constexpr int error_level = 3;
  log_.write(error_level, "CALLBACK", rd_kafka_name(handle_), text);
} catch (...) {
}

}  // namespace v1
}  // namespace kafka
