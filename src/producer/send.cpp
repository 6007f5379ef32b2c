#include <librdkafka/rdkafka.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "detail/advice.hpp"
#include "producer/pending_callback.hpp"
#include "producer/state.hpp"

// How a record gets into librdkafka's queue.

namespace kafka {
inline namespace v1 {
namespace {

Errc produce_plain(rd_kafka_topic_s* topic, std::int32_t partition, int flags, BytesView key,
                   BytesView value, Slot* slot) noexcept {
  const int failed = rd_kafka_produce(topic, partition, flags, const_cast<void*>(value.data()),
                                      value.size(), key.data(), key.size(), slot);
  return failed == 0 ? Errc::no_error : static_cast<Errc>(rd_kafka_last_error());
}

}  // namespace

/// The straight path, which nearly every record takes: to the first topic, with a callback that is
/// moved by copying its bytes. Up to rd_kafka_produce() it calls nothing, takes no lock and
/// allocates nothing, so that a callback for each record costs no more than C's one for all. What
/// is rare, and would keep more registers busy, is elsewhere.
void Producer::produce(std::string_view topic, BytesView key, BytesView value,
                       DeliveryCallback callback) {
  State* const state = state_.get();
  if (state == nullptr || Log::any_writing_in_this_thread() || !state->topics_->is_first(topic))
      [[unlikely]] {
    return State::produce_general(state, topic, key, value, callback);
  }
  Slot* slot = SlotPool::no_callback();
  if (callback) {
    if (!callback.moves_as_bytes() || !state->slots_->try_acquire(slot)) [[unlikely]] {
      return State::produce_general(state, topic, key, value, callback);
    }
    ::new (&slot->callback) DeliveryCallback(callback, DeliveryCallback::AsBytes());
  }
  Errc code = Errc::state;
  if (!state->enqueue(1, [&] {
        code = produce_plain(state->topics_->first(), RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY,
                             key, value, slot);
        return code == Errc::no_error ? 1U : 0U;
      })) [[unlikely]] {
    state->throw_rejection(slot, code, key.size(), value.size());
  }
}

[[gnu::noinline]] void Producer::State::produce_general(State* state, std::string_view topic,
                                                        BytesView key, BytesView value,
                                                        DeliveryCallback& callback) {
  if (state == nullptr) throw Exception(moved_from_error());
  rd_kafka_topic_s* const found = state->in_log_hook() ? nullptr : state->topics_->find(topic);
  if (found != nullptr) [[likely]] {
    Slot* const slot = state->slots_->acquire(callback);
    Errc code = Errc::state;
    if (!state->enqueue(1, [&] {
          code = produce_plain(found, RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY, key, value, slot);
          return code == Errc::no_error ? 1U : 0U;
        })) [[unlikely]] {
      state->throw_rejection(slot, code, key.size(), value.size());
    }
    return;
  }
  Record record{.topic = topic, .key = key, .value = value, .callback = std::move(callback)};
  Error error = state->try_produce_general(record);
  if (error) throw Exception(std::move(error));
}

void Producer::State::throw_rejection(Slot* slot, Errc code, std::size_t key_size,
                                      std::size_t value_size) {
  if (SlotPool::holds_callback(slot)) slots_->release(slot);
  throw Exception(describe_rejection(code, {}, RD_KAFKA_PARTITION_UA, key_size, value_size));
}

Error Producer::State::try_produce(Record& record) {
  rd_kafka_topic_s* topic = nullptr;
  if (!is_plain(record) || in_log_hook() || (topic = topics_->find(record.topic)) == nullptr) {
    return try_produce_general(record);
  }
  PendingCallback pending(*slots_, record.callback);
  Errc code = Errc::state;
  if (enqueue(1, [&] {
        code = produce_plain(topic, record.partition, RD_KAFKA_MSG_F_COPY, record.key, record.value,
                             pending.slot());
        return code == Errc::no_error ? 1U : 0U;
      })) [[likely]] {
    pending.commit();
    return {};
  }
  return describe_rejection(code, record.topic, record.partition, record.key.size(),
                            record.value.size());
}

namespace {

struct DestroyHeaders {
  void operator()(rd_kafka_headers_t* headers) const noexcept { rd_kafka_headers_destroy(headers); }
};
using Headers = std::unique_ptr<rd_kafka_headers_t, DestroyHeaders>;

/// What a record has beside topic, partition, key and value.
struct Extras {
  std::int64_t timestamp = 0;  // which librdkafka takes for now
  Headers headers;
  std::size_t header_size = 0;
};

Error check(const Record& record) {
  if (record.partition < RD_KAFKA_PARTITION_UA) {
    return {Errc::unknown_partition, "there is no partition " + std::to_string(record.partition) +
                                         ": give -1 to have one chosen, or 0 and up"};
  }
  if (record.timestamp && record.timestamp->time_since_epoch() < std::chrono::milliseconds(1)) {
    return {Errc::invalid_timestamp,
            "the timestamp is not after 1970-01-01: leave it unset to have it set to now"};
  }
  for (const Header& header : record.headers) {
    if (header.name.find('\0') != std::string_view::npos) {
      return {Errc::invalid_arg, "the name of a header contains a NUL: remove it"};
    }
  }
  return {};
}

Extras make_extras(const Record& record) {
  Extras extras;
  if (record.timestamp) {
    extras.timestamp =
        std::chrono::floor<std::chrono::milliseconds>(*record.timestamp).time_since_epoch().count();
  }
  extras.headers.reset(rd_kafka_headers_new(record.headers.size()));
  for (const Header& header : record.headers) {
    extras.header_size += header.name.size() + header.value.size();
    rd_kafka_header_add(extras.headers.get(), header.name.data(),
                        static_cast<ssize_t>(header.name.size()), header.value.data(),
                        static_cast<ssize_t>(header.value.size()));
  }
  return extras;
}

/// librdkafka owns the headers when it accepts the record.
Errc produce_extended(rd_kafka_t* handle, rd_kafka_topic_s* topic, const Record& record, int flags,
                      Extras& extras, Slot* slot) noexcept {
#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wgnu-statement-expression"  // librdkafka's own macros
#endif
  const rd_kafka_resp_err_t code = rd_kafka_producev(
      handle, RD_KAFKA_V_RKT(topic), RD_KAFKA_V_PARTITION(record.partition),
      RD_KAFKA_V_MSGFLAGS(flags),
      RD_KAFKA_V_VALUE(const_cast<void*>(record.value.data()), record.value.size()),
      RD_KAFKA_V_KEY(record.key.data(), record.key.size()), RD_KAFKA_V_TIMESTAMP(extras.timestamp),
      RD_KAFKA_V_HEADERS(extras.headers.get()), RD_KAFKA_V_OPAQUE(slot), RD_KAFKA_V_END);
#if defined(__clang__)
#pragma clang diagnostic pop
#endif
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) static_cast<void>(extras.headers.release());
  return static_cast<Errc>(code);
}

/// Keeps an owned value until its report, in a callback round the record's own.
struct HeldValue {
  std::shared_ptr<const void> owner;
  DeliveryCallback callback;
};

}  // namespace

Error Producer::State::try_produce_general(Record& record) {
  if (!in_service() || in_log_hook()) return out_of_service_error();
  if (Error error = check(record)) return error;
  rd_kafka_topic_s* topic = nullptr;
  try {
    topic = topics_->get(record.topic);
  } catch (const Exception& exception) {
    return exception.error();
  }
  const bool extended = !record.headers.empty() || record.timestamp;
  Extras extras;
  if (extended) extras = make_extras(record);
  HeldValue* held = nullptr;
  DeliveryCallback outer;
  if (record.value.owner() != nullptr) {
    auto value = std::make_unique<HeldValue>(HeldValue{record.value.owner(), {}});
    held = value.get();
    outer = [value = std::move(value)](const Error& error, const Message& message) {
      if (value->callback) value->callback(error, message);
    };
  }
  PendingCallback pending(*slots_, held != nullptr ? outer : record.callback);
  if (held != nullptr) held->callback = std::move(record.callback);

  const int flags = held != nullptr ? 0 : RD_KAFKA_MSG_F_COPY;
  Errc code = Errc::state;
  enqueue(1, [&] {
    code = extended ? produce_extended(handle_, topic, record, flags, extras, pending.slot())
                    : produce_plain(topic, record.partition, flags, record.key, record.value,
                                    pending.slot());
    return code == Errc::no_error ? 1U : 0U;
  });
  if (code == Errc::no_error) {
    pending.commit();
    if (held != nullptr) record.value = {};
    return {};
  }
  if (held != nullptr) record.callback = std::move(held->callback);
  return describe_rejection(code, record.topic, record.partition, record.key.size(),
                            record.value.size(), extras.header_size);
}

Error Producer::State::describe_rejection(Errc code, std::string_view topic, std::int32_t partition,
                                          std::size_t key_size, std::size_t value_size,
                                          std::size_t header_size) const {
  if (code == Errc::queue_full && queue_limit_bytes_ != 0 && value_size > queue_limit_bytes_) {
    // Even an empty queue has no room for it: to try again would never end.
    return {Errc::msg_size_too_large,
            "the value has " + std::to_string(value_size) +
                " bytes, more than the whole queue may hold: make it smaller, or raise "
                "queue.buffering.max.kbytes"};
  }
  if (code == Errc::msg_size_too_large) {
    return {code,
            "key, value and headers have " + std::to_string(key_size + value_size + header_size) +
                " bytes, too many for message.max.bytes (" + std::to_string(message_limit_bytes_) +
                "): make them smaller, or raise it here and max.message.bytes of the topic"};
  }
  if (code == Errc::unknown_partition) {
    return {code,
            "this client knows no partition " + std::to_string(partition) + " of topic " +
                std::string(topic) +
                ": give -1 to have one chosen, or add partitions to the topic; the client sees "
                "new ones after topic.metadata.refresh.interval.ms, 5 minutes by default"};
  }
  if (code == Errc::state) {
    if (!in_service()) return out_of_service_error();
    return {code,
            "librdkafka accepts no records now: with transactional.id set it needs an open "
            "transaction, which this library does not support: leave transactional.id out"};
  }
  if (code == Errc::fatal) {
    const Error cause = fatal_error();
    return {code, with_advice(code, std::string(cause.name()) + ": " + cause.message()), true};
  }
  return code;
}

}  // namespace v1
}  // namespace kafka
