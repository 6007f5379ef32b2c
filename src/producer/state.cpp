#include "producer/state.hpp"

#include <librdkafka/rdkafka.h>

#include <memory>
#include <stdexcept>
#include <string>

#include "detail/advice.hpp"
#include "producer/librdkafka_conf.hpp"
#include "producer/security_check.hpp"

namespace kafka {
inline namespace v1 {
namespace {

using Handle = std::unique_ptr<rd_kafka_t, decltype(&rd_kafka_destroy)>;

std::uint64_t limit(rd_kafka_conf_t* conf, const char* property) {
  char text[32] = "";
  std::size_t size = sizeof text;
  if (rd_kafka_conf_get(conf, property, text, &size) != RD_KAFKA_CONF_OK) return 0;
  return std::stoull(text);
}

}  // namespace

Producer::State::State(const Config& config, Hooks hooks)
    : secrets_(config),
      hooks_(std::move(hooks)),
      log_(secrets_, hooks_.on_log),
      birth_((count_forks(), fork_generation)),
      generation_(birth_) {
  Conf conf = make_conf(config, secrets_, hooks_);
  rd_kafka_conf_set_opaque(conf.get(), this);
  rd_kafka_conf_set_log_cb(conf.get(), on_log);
  rd_kafka_conf_set_dr_msg_cb(conf.get(), on_delivery);
  if (hooks_.on_error) rd_kafka_conf_set_error_cb(conf.get(), on_error);
  rd_kafka_conf_set_ssl_cert_verify_cb(conf.get(), on_certificate);
  if (hooks_.on_statistics) rd_kafka_conf_set_stats_cb(conf.get(), on_statistics);
  broker_texts_.install(conf.get());
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
    // librdkafka may have cut a secret at the end of its text, so that end is redacted first.
    const std::string reason = explain_failure(config, secrets_.redact(text));
    throw Exception(Error(static_cast<Errc>(rd_kafka_last_error()),
                          "the producer cannot be made: " + secrets_.redact(reason)));
  }
  static_cast<void>(conf.release());
  topics_.emplace(made.get());
  handle_ = made.release();
  queue_ = rd_kafka_queue_get_main(handle_);
  rd_kafka_queue_cb_event_enable(queue_, on_queue, this);
}

Producer::State::~State() {
  rd_kafka_queue_cb_event_enable(queue_, nullptr, nullptr);
  rd_kafka_queue_destroy(queue_);
  topics_.reset();
  rd_kafka_destroy(handle_);
}

Error Producer::State::fatal_error() const {
  if (forked()) return out_of_service_error();
  char text[512] = "";
  const rd_kafka_resp_err_t code = rd_kafka_fatal_error(handle_, text, sizeof text);
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  const auto errc = static_cast<Errc>(code);
  return {errc, with_advice(errc, secrets_.redact(text), true), true};
}

Config Producer::State::effective_config() const {
  if (forked()) throw Exception(out_of_service_error());
  return read_conf(rd_kafka_conf(handle_));
}

void Producer::State::on_ready(std::function<void()> function) {
  if (function == nullptr) {
    // In a child the lock may belong to a thread of the parent.
    if (!forked()) ready_notifier_.set({});
    return;
  }
  if (forked()) throw Exception(out_of_service_error());
  ready_notifier_.set([this, function = std::move(function)] {
    try {
      function();
    } catch (...) {
      // The caller may be a thread of librdkafka.
      log_exception("the function of on_ready()", std::current_exception());
    }
  });
  if (gate_.ready()) ready_notifier_.notify();
}

Producer::State& Producer::State::require(State* state) {
  if (state == nullptr) throw Exception(moved_from_error());
  return *state;
}

Error Producer::State::moved_from_error() {
  return {Errc::state, "this producer was moved from: use the one it went to"};
}

void Producer::State::check_caller(const char* member) const {
  if (forked()) throw Exception(out_of_service_error());
  const char* place = nullptr;
  if (gate_.running_in_this_thread()) place = "a callback";
  if (ready_notifier_.notifying_in_this_thread()) place = "the function of on_ready()";
  if (log_.writing_in_this_thread()) place = "the log hook";
  if (place == nullptr) return;
  throw std::logic_error(
      std::string("kafka::Producer::") + member + "() must not be called inside " + place +
      ": call it after that has returned, for instance from the loop that polls");
}

Error Producer::State::out_of_service_error() const {
  if (forked()) {
    return {Errc::state,
            "this producer belongs to the parent process, whose threads this child does not have: "
            "make a new one after fork()"};
  }
  if (!closed() && log_.writing_in_this_thread()) {
    return {Errc::state,
            "a producer accepts no records inside its own log hook: keep the line, and produce it "
            "after the hook has returned"};
  }
  return {Errc::state, "this producer is closed: make a new one"};
}

}  // namespace v1
}  // namespace kafka
