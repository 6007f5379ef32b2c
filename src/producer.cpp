#include <kafka/producer.hpp>

#include "producer/state.hpp"

// Each member checks its caller and leads to the state. The straight path of produce() is in
// producer/send.cpp.

namespace kafka {
inline namespace v1 {

using std::chrono::milliseconds;

Producer::Producer(const Config& config, Hooks hooks)
    : state_(new State(config, std::move(hooks))) {}

Producer::Producer(Producer&&) noexcept = default;
Producer& Producer::operator=(Producer&&) noexcept = default;
Producer::~Producer() = default;

void Producer::Destroy::operator()(State* state) const noexcept {
  State::destroy_or_defer(state);
}

void Producer::produce(Record&& record) {
  Error error = try_produce(record);
  if (error) throw Exception(std::move(error));
}

Error Producer::try_produce(Record& record) {
  if (state_ == nullptr) return State::moved_from_error();
  return state_->try_produce(record);
}

Error Producer::try_produce_for(Record& record, milliseconds timeout) {
  try {
    State::require(state_.get()).check_caller("try_produce_for");
  } catch (const Exception& exception) {
    return exception.error();
  }
  // Apart from that, because an Exception out of a callback is not the error of this record.
  return state_->try_produce_for(record, timeout);
}

std::vector<Refused> Producer::try_produce_batch(std::span<Record> records) {
  if (state_ != nullptr) return state_->try_produce_batch(records);
  std::vector<Refused> refused;
  for (std::size_t i = 0; i < records.size(); ++i)
    refused.push_back({i, State::moved_from_error()});
  return refused;
}

std::size_t Producer::poll(milliseconds timeout) {
  State* const state = state_.get();
  if (state == nullptr || timeout > milliseconds(0) || !state->has_nothing_to_serve())
      [[unlikely]] {
    return State::poll(state, timeout);
  }
  return 0;
}

std::size_t Producer::flush() {
  return flush(milliseconds::max());
}

std::size_t Producer::flush(milliseconds timeout) {
  State::require(state_.get()).check_caller("flush");
  return state_->flush(timeout);
}

std::size_t Producer::purge() {
  State::require(state_.get()).check_caller("purge");
  return state_->purge();
}

std::size_t Producer::close(milliseconds timeout) {
  if (state_ == nullptr) return 0;
  state_->check_caller("close");
  return state_->close(timeout);
}

bool Producer::closed() const noexcept {
  return state_ == nullptr || state_->closed();
}

void Producer::set_close_timeout(milliseconds timeout) noexcept {
  if (state_ != nullptr) state_->close_timeout_.store(timeout.count());
}

std::size_t Producer::undelivered() const noexcept {
  return state_ == nullptr ? 0 : state_->undelivered();
}

Error Producer::fatal_error() const {
  return State::require(state_.get()).fatal_error();
}

Config Producer::effective_config() const {
  return State::require(state_.get()).effective_config();
}

void Producer::on_ready(std::function<void()> function) {
  if (state_ == nullptr && function == nullptr) return;
  State::require(state_.get()).on_ready(std::move(function));
}

rd_kafka_s* Producer::native_handle() const noexcept {
  return state_ == nullptr ? nullptr : state_->handle_;
}

}  // namespace v1
}  // namespace kafka
