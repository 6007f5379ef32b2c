#include <kafka/producer.hpp>

#include "producer/state.hpp"

namespace kafka {
inline namespace v1 {

using std::chrono::milliseconds;

Producer::Producer(const Config& config, Hooks hooks)
    : state_(new State(config, std::move(hooks))) {}

Producer::Producer(Producer&&) noexcept = default;
Producer& Producer::operator=(Producer&&) noexcept = default;
Producer::~Producer() = default;

void Producer::Dispose::operator()(State* state) const noexcept {
  State::dispose(state);
}

Error Producer::moved_from_error() {
  return {Errc::state, "this producer was moved from: use the one it went to"};
}

Producer::State& Producer::state() const {
  if (state_ == nullptr) throw Exception(moved_from_error());
  return *state_;
}

Producer::State& Producer::state_for(const char* member) const {
  State& state = this->state();
  state.check_caller(member);
  return state;
}

Error Producer::try_produce_for(Record& record, milliseconds timeout) {
  State* state = nullptr;
  try {
    state = &state_for("try_produce_for");
  } catch (const Exception& exception) {
    return exception.error();
  }
  // Apart from that, because an Exception out of a callback is not the error of this record.
  return state->try_produce_for(record, timeout);
}

std::size_t Producer::poll(milliseconds timeout) {
  const State* const state = state_.get();
  if (state != nullptr && timeout <= milliseconds(0) && state->gate.idle()) [[likely]]
    return 0;
  return poll_any(timeout);
}

std::size_t Producer::poll_any(milliseconds timeout) {
  return state_for("poll").poll(timeout);
}

std::size_t Producer::flush() {
  return flush(milliseconds::max());
}

std::size_t Producer::flush(milliseconds timeout) {
  return state_for("flush").flush(timeout);
}

std::size_t Producer::purge() {
  return state_for("purge").purge();
}

std::size_t Producer::close(milliseconds timeout) {
  return state_ == nullptr ? 0 : state_for("close").close(timeout);
}

bool Producer::closed() const noexcept {
  return state_ == nullptr || state_->closed();
}

void Producer::set_close_timeout(milliseconds timeout) noexcept {
  if (state_ != nullptr) state_->close_timeout.store(timeout.count());
}

std::size_t Producer::undelivered() const noexcept {
  return state_ == nullptr ? 0 : state_->undelivered();
}

Error Producer::fatal_error() const {
  return state().fatal_error();
}

void Producer::on_ready(std::function<void()> function) {
  state_for("on_ready").on_ready(std::move(function));
}

rd_kafka_s* Producer::native_handle() const noexcept {
  return state_ == nullptr ? nullptr : state_->handle;
}

}  // namespace v1
}  // namespace kafka
