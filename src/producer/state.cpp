#include "producer/state.hpp"

#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

#include "producer/certificate.hpp"
#include "producer/librdkafka_conf.hpp"

namespace kafka {
inline namespace v1 {
namespace {

using Clock = Gate::Clock;
using std::chrono::milliseconds;

/// No timeout is too long: what would overflow the clock waits for years.
Clock::time_point deadline_after(milliseconds timeout) {
  constexpr milliseconds longest = std::chrono::hours(24 * 365 * 10);
  return Clock::now() + std::clamp(timeout, milliseconds(0), longest);
}

/// librdkafka is left this often, so that others get in.
int slice_until(Clock::time_point deadline) {
  constexpr milliseconds slice(100);
  const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
  return static_cast<int>(std::clamp(left, milliseconds(0), slice).count());
}

std::uint64_t limit(rd_kafka_conf_t* conf, const char* property) {
  char text[32] = "";
  std::size_t size = sizeof text;
  if (rd_kafka_conf_get(conf, property, text, &size) != RD_KAFKA_CONF_OK) return 0;
  return std::stoull(text);
}

const Error success;

using Handle = std::unique_ptr<rd_kafka_t, decltype(&rd_kafka_destroy)>;

}  // namespace

class Producer::State::Call {
 public:
  explicit Call(State& state) : state_(state) { state.gate.arrive(); }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;
  ~Call() {
    const bool orphaned =
        state_.orphaned_by_.load(std::memory_order_relaxed) == std::this_thread::get_id();
    state_.gate.depart();
    if (orphaned) end(&state_, state_.orphan_began_closing_);
  }

 private:
  State& state_;
};

Producer::State::State(const Config& config, Hooks hooks)
    : secrets_(config),
      hooks_(std::move(hooks)),
      log_(secrets_, hooks_.on_log),
      birth_((count_forks(), fork_generation.load())),
      generation_(birth_) {
  Conf conf = make_conf(config, secrets_);
  rd_kafka_conf_set_opaque(conf.get(), this);
  rd_kafka_conf_set_log_cb(conf.get(), on_log);
  rd_kafka_conf_set_dr_msg_cb(conf.get(), on_delivery);
  if (hooks_.on_error) rd_kafka_conf_set_error_cb(conf.get(), on_error);
  rd_kafka_conf_set_ssl_cert_verify_cb(conf.get(), on_certificate);
  if (hooks_.on_statistics) rd_kafka_conf_set_stats_cb(conf.get(), on_statistics);
  partitioner_.emplace(conf.get());

  message_limit_bytes_ = limit(conf.get(), "message.max.bytes");
  queue_limit_bytes_ = limit(conf.get(), "queue.buffering.max.kbytes") * 1024;
  // 64 MiB of addresses, of which only what is used becomes memory; beyond it slots are allocated.
  constexpr std::uint64_t most_slots = std::uint64_t{1} << 20U;
  const std::uint64_t most_messages = limit(conf.get(), "queue.buffering.max.messages");
  slots_.emplace(most_messages == 0 ? most_slots : std::min(most_messages, most_slots));

  char text[512] = "";
  Handle made(rd_kafka_new(RD_KAFKA_PRODUCER, conf.get(), text, sizeof text), rd_kafka_destroy);
  if (made == nullptr) {
    throw Exception(Error(static_cast<Errc>(rd_kafka_last_error()),
                          "the producer cannot be made: " + secrets_.redact(text)));
  }
  static_cast<void>(conf.release());
  topics_.emplace(made.get());
  handle = made.release();
  queue_ = rd_kafka_queue_get_main(handle);
  rd_kafka_queue_cb_event_enable(queue_, on_queue, this);
}

Producer::State::~State() {
  rd_kafka_queue_cb_event_enable(queue_, nullptr, nullptr);
  rd_kafka_queue_destroy(queue_);
  topics_.reset();
  rd_kafka_destroy(handle);
}

// ---- Serving

Error Producer::State::try_produce_for(Record& record, Milliseconds timeout) {
  const Call call(*this);
  const auto deadline = deadline_after(timeout);
  while (true) {
    const std::uint64_t turns = gate.turns();
    Error error = try_produce(record);
    if (error.code() != Errc::queue_full) return error;
    switch (gate.enter_when_ready(deadline, turns)) {
      case Gate::Entry::entered:
        rd_kafka_poll(handle, 0);
        end_turn();
        break;
      case Gate::Entry::passed:
        break;
      case Gate::Entry::timed_out:
        return error;
      case Gate::Entry::closed:
        return out_of_service_error();
    }
  }
}

std::size_t Producer::State::poll(Milliseconds timeout) {
  const Call call(*this);
  const auto deadline = deadline_after(timeout);
  while (gate.enter_when_ready(deadline) == Gate::Entry::entered) {
    const std::uint64_t before = completed_.load(std::memory_order_relaxed);
    rd_kafka_poll(handle, 0);
    const std::uint64_t served = completed_.load(std::memory_order_relaxed) - before;
    end_turn();
    if (served > 0) return served;
  }
  return 0;
}

std::size_t Producer::State::flush(Milliseconds timeout) {
  const Call call(*this);
  const auto deadline = deadline_after(timeout);
  while (undelivered() > 0 || gate.ready()) {
    const Gate::Entry entry = gate.enter_when_free(deadline);
    if (entry == Gate::Entry::closed && orphaned_by_.load() != std::this_thread::get_id()) {
      gate.wait_closed(deadline);
    }
    if (entry != Gate::Entry::entered) break;
    rd_kafka_flush(handle, slice_until(deadline));
    end_turn();
    if (Clock::now() >= deadline) break;
  }
  return undelivered();
}

std::size_t Producer::State::purge() {
  const Call call(*this);
  if (gate.enter_when_free(deadline_after(milliseconds::max())) != Gate::Entry::entered) return 0;
  const std::uint64_t before = purged_;
  rd_kafka_purge(handle, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  while (rd_kafka_poll(handle, 0) > 0) {
  }
  const std::uint64_t purged = purged_ - before;
  end_turn();
  return purged;
}

void Producer::State::end_turn() {
  std::exception_ptr first;
  if (!exceptions_.empty()) {
    first = std::move(exceptions_.front());
    exceptions_.pop_front();
  }
  gate.leave(!exceptions_.empty());
  if (first) std::rethrow_exception(first);
}

std::size_t Producer::State::undelivered() const noexcept {
  // In this order: what completes in between is counted, and never more than was accepted.
  const std::uint64_t completed = completed_.load();
  return accepted_.load() - completed;
}

Error Producer::State::fatal_error() const {
  if (forked()) return out_of_service_error();
  char text[512] = "";
  const rd_kafka_resp_err_t code = rd_kafka_fatal_error(handle, text, sizeof text);
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  return {static_cast<Errc>(code), secrets_.redact(text), true};
}

void Producer::State::on_ready(std::function<void()> function) {
  if (function == nullptr) return gate.on_ready({});
  gate.on_ready([this, function = std::move(function)] {
    try {
      function();
    } catch (...) {
      // Here is nobody to tell: the caller may be a thread of librdkafka.
      log_exception("the function of on_ready()", std::current_exception());
    }
  });
}

void Producer::State::check_caller(const char* member) const {
  if (forked()) throw Exception(out_of_service_error());
  if (!gate.inside() && !gate.telling()) return;
  throw std::logic_error(std::string("kafka::Producer::") + member +
                         "() must not be called inside a callback: call produce() or "
                         "try_produce() there, and the rest after the callback has returned");
}

// ---- The end

std::size_t Producer::State::close(Milliseconds timeout) {
  const Call call(*this);
  if (gate.begin_closing()) return run_close(timeout);
  gate.wait_closed(deadline_after(timeout));
  return 0;
}

std::size_t Producer::State::run_close(Milliseconds timeout) {
  const auto deadline = deadline_after(timeout);
  generation_.store(closed_generation);
  gate.enter_last();
  do {
    rd_kafka_flush(handle, slice_until(deadline));
  } while (undelivered() > 0 && Clock::now() < deadline);
  rd_kafka_poll(handle, 0);

  const std::uint64_t before = purged_;
  constexpr int wait_ms = 10;
  while (undelivered() > 0) {
    rd_kafka_purge(handle, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    rd_kafka_poll(handle, wait_ms);
  }
  const std::uint64_t purged = purged_ - before;
  const auto exceptions = std::exchange(exceptions_, {});
  gate.finish_closing();
  if (!exceptions.empty()) {
    std::for_each(exceptions.begin() + 1, exceptions.end(),
                  [this](const auto& exception) { log_exception("a callback", exception); });
    std::rethrow_exception(exceptions.front());
  }
  return purged;
}

void Producer::State::dispose(State* state) noexcept {
  if (state->forked()) {
    // The threads that rd_kafka_destroy() waits for do not exist here. The list keeps it reachable,
    // so that it does not look like a leak.
    static std::atomic<State*> kept{nullptr};
    state->next_in_child_ = kept.exchange(state);
  } else if (state->gate.inside()) {
    state->orphan_began_closing_ = state->gate.begin_closing();
    state->generation_.store(closed_generation);
    state->orphaned_by_.store(std::this_thread::get_id());
  } else {
    end(state, false);
  }
}

void Producer::State::end(State* state, bool began_closing) noexcept {
  try {
    if (began_closing || state->gate.begin_closing()) {
      state->run_close(Milliseconds(state->close_timeout.load()));
    } else {
      state->gate.wait_closed(deadline_after(milliseconds::max()));
    }
  } catch (...) {
    state->log_exception("a callback", std::current_exception());
  }
  state->gate.wait_for_visitors();
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
  log_.write(error_level, "CALLBACK", rd_kafka_name(handle), text);
} catch (...) {
}

// ---- What librdkafka calls

template <class Function>
void Producer::State::run_guarded(Function function) noexcept {
  try {
    function();
  } catch (...) {
    keep_exception();
  }
}

void Producer::State::keep_exception() {
  exceptions_.push_back(std::current_exception());
}

void Producer::State::on_delivery(rd_kafka_s*, const rd_kafka_message_s* message, void* opaque) {
  State& state = *static_cast<State*>(opaque);
  auto* const slot = static_cast<Slot*>(message->_private);
  if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) [[unlikely]] {
    if (message->err == RD_KAFKA_RESP_ERR__PURGE_QUEUE ||
        message->err == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT) {
      ++state.purged_;
    }
    if (slot != nullptr) {
      return state.run_callback(*slot, Error(static_cast<Errc>(message->err)), *message);
    }
  } else if (slot != nullptr) {
    return state.run_callback(*slot, success, *message);
  }
  state.count_completed();
}

void Producer::State::run_callback(Slot& slot, const Error& error,
                                   const rd_kafka_message_s& message) noexcept {
  run_guarded([&] { slot.callback(error, Message(message)); });
  slots_->release(&slot);
  count_completed();
}

void Producer::State::on_error(rd_kafka_s*, int code, const char* reason, void* opaque) {
  State& state = *static_cast<State*>(opaque);
  state.run_guarded([&] {
    const auto errc = static_cast<Errc>(code);
    if (errc == Errc::fatal) return state.hooks_.on_error(state.fatal_error());
    std::string text = state.secrets_.redact(reason);
    const int problem = state.certificate_error_.load(std::memory_order_relaxed);
    if (errc == Errc::ssl && problem != 0) text += ": " + certificate_problem(problem);
    state.hooks_.on_error(Error(errc, text));
  });
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

int Producer::State::on_statistics(rd_kafka_s*, char* json, std::size_t size, void* opaque) {
  State& state = *static_cast<State*>(opaque);
  state.run_guarded([&] { state.hooks_.on_statistics({json, size}); });
  return 0;
}

void Producer::State::on_log(const rd_kafka_s* handle, int level, const char* facility,
                             const char* text) {
  // While the handle is being made there is none yet in some lines, and no way to the hook.
  if (handle == nullptr) return;
  static_cast<const State*>(rd_kafka_opaque(handle))
      ->log_.write(level, facility, rd_kafka_name(handle), text);
}

void Producer::State::on_queue(rd_kafka_s*, void* opaque) {
  static_cast<State*>(opaque)->gate.signal();
}

}  // namespace v1
}  // namespace kafka
