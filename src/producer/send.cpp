#include <librdkafka/rdkafka.h>

#include <chrono>
#include <string>
#include <utility>

#include "producer/state.hpp"

// How a record gets into librdkafka's queue: the part of a producer's state that does not serve.

namespace kafka {
inline namespace v1 {

/// A slot with a record's callback, which goes back to the record unless that is accepted.
class Producer::State::PendingCallback {
 public:
  PendingCallback(SlotPool& pool, DeliveryCallback& callback) : pool_(pool), callback_(callback) {
    slot_ = pool.acquire(callback);
  }
  PendingCallback(const PendingCallback&) = delete;
  PendingCallback& operator=(const PendingCallback&) = delete;
  ~PendingCallback() {
    if (slot_ == nullptr) return;
    callback_ = std::move(slot_->callback);
    pool_.release(slot_);
  }

  [[nodiscard]] Slot* slot() const noexcept { return slot_; }
  void accepted() noexcept { slot_ = nullptr; }

 private:
  SlotPool& pool_;
  DeliveryCallback& callback_;
  Slot* slot_ = nullptr;
};

/// Whether librdkafka takes the record.
inline bool Producer::State::hand_over(rd_kafka_topic_s* topic, std::int32_t partition,
                                       BytesView key, BytesView value, Slot* slot) noexcept {
  // Counted before the check, so that close(), which marks and then counts, misses none.
  accepted_.fetch_add(1);
  return in_service() &&
         rd_kafka_produce(topic, partition, RD_KAFKA_MSG_F_COPY, const_cast<void*>(value.data()),
                          value.size(), key.data(), key.size(), slot) == 0;
}

/// The straight path, which nearly every record takes: to the first topic, with a callback that is
/// moved by copying its bytes. Up to rd_kafka_produce() it calls nothing, takes no lock and
/// allocates nothing, so that a callback for each record costs no more than C's one for all. What
/// is rare, and would keep more registers busy, is somewhere else.
void Producer::produce(std::string_view topic, BytesView key, BytesView value,
                       DeliveryCallback callback) {
  State* const state = state_.get();
  if (state == nullptr) [[unlikely]]
    return produce_any(topic, key, value, callback);
  if (!state->topics_->is_first(topic)) [[unlikely]] {
    return produce_any(topic, key, value, callback);
  }
  Slot* slot = nullptr;
  if (callback) {
    if (!callback.moves_as_bytes() || !state->slots_->try_acquire(slot)) [[unlikely]] {
      return produce_any(topic, key, value, callback);
    }
    ::new (&slot->callback) DeliveryCallback(callback, DeliveryCallback::AsBytes());
  }
  if (!state->hand_over(state->topics_->first(), RD_KAFKA_PARTITION_UA, key, value, slot))
      [[unlikely]] {
    state->refuse(slot, key.size(), value.size());
  }
}

void Producer::produce_any(std::string_view topic, BytesView key, BytesView value,
                           DeliveryCallback& callback) {
  State& state = this->state();
  if (rd_kafka_topic_s* const found = state.topics_->find(topic)) [[likely]] {
    Slot* const slot = state.slots_->acquire(callback);
    if (!state.hand_over(found, RD_KAFKA_PARTITION_UA, key, value, slot)) {
      state.refuse(slot, key.size(), value.size());
    }
    return;
  }
  Record record{.topic = topic, .key = key, .value = value, .callback = std::move(callback)};
  Error error = state.send_any(record);
  if (error) throw Exception(std::move(error));
}

void Producer::produce(Record&& record) {
  Error error = try_produce(record);
  if (error) throw Exception(std::move(error));
}

Error Producer::try_produce(Record& record) {
  if (state_ == nullptr) return moved_from_error();
  return state_->try_produce(record);
}

template <class Function>
Error Producer::State::accept(Function send) {
  // Counted before the check, so that close(), which marks and then counts, misses none.
  accepted_.fetch_add(1);
  if (!in_service()) {
    accepted_.fetch_sub(1);
    return out_of_service_error();
  }
  try {
    Error error = send();
    if (error) accepted_.fetch_sub(1);
    return error;
  } catch (const Exception& exception) {
    accepted_.fetch_sub(1);
    return exception.error();
  } catch (...) {
    accepted_.fetch_sub(1);
    throw;
  }
}

Error Producer::State::try_produce(Record& record) {
  const bool plain = record.headers.empty() && !record.timestamp && record.value.owner() == nullptr;
  if (!plain || record.partition < RD_KAFKA_PARTITION_UA) return send_any(record);
  rd_kafka_topic_s* const topic = topics_->find(record.topic);
  if (topic == nullptr) return send_any(record);
  Slot* const slot = slots_->acquire(record.callback);
  if (hand_over(topic, record.partition, record.key, record.value, slot)) return {};
  if (slot != nullptr) record.callback = std::move(slot->callback);
  return refused(slot, record.topic, record.partition, record.key.size(), record.value.size());
}

void Producer::State::refuse(Slot* slot, std::size_t key_size, std::size_t value_size) {
  throw Exception(refused(slot, {}, RD_KAFKA_PARTITION_UA, key_size, value_size));
}

/// Takes back what hand_over() has counted, and the slot; the error says why the record was
/// refused.
Error Producer::State::refused(Slot* slot, std::string_view topic, std::int32_t partition,
                               std::size_t key_size, std::size_t value_size) {
  Error error = in_service() ? refusal(rd_kafka_last_error(), topic, partition, value_size,
                                       key_size + value_size)
                             : out_of_service_error();
  accepted_.fetch_sub(1);
  if (slot != nullptr) slots_->release(slot);
  return error;
}

Error Producer::State::send_any(Record& record) {
  if (record.partition < RD_KAFKA_PARTITION_UA) {
    return {Errc::unknown_partition, "there is no partition " + std::to_string(record.partition) +
                                         ": give -1 to have one chosen, or 0 and up"};
  }
  if (record.value.owner() != nullptr) return send_owned(record);
  return accept([&] {
    PendingCallback pending(*slots_, record.callback);
    Error error = send(record, RD_KAFKA_MSG_F_COPY, pending.slot());
    if (!error) pending.accepted();
    return error;
  });
}

/// The value is released together with a callback that is put round the record's own.
Error Producer::State::send_owned(Record& record) {
  struct Held {
    std::shared_ptr<const void> owner;
    DeliveryCallback callback;
  };
  auto owned = std::make_unique<Held>(Held{record.value.owner(), {}});
  Held& held = *owned;
  DeliveryCallback outer = [owned = std::move(owned)](const Error& error, const Message& message) {
    if (owned->callback) owned->callback(error, message);
  };
  Error result = accept([&] {
    PendingCallback pending(*slots_, outer);
    held.callback = std::move(record.callback);
    Error error;
    try {
      error = send(record, 0, pending.slot());
    } catch (...) {
      record.callback = std::move(held.callback);
      throw;
    }
    if (error) {
      record.callback = std::move(held.callback);
    } else {
      pending.accepted();
    }
    return error;
  });
  if (!result) record.value = {};
  return result;
}

Error Producer::State::send(const Record& record, int flags, void* opaque) {
  if (!record.headers.empty() || record.timestamp) return send_extended(record, flags, opaque);
  return send(record.topic, record.partition, record.key, record.value, flags, opaque);
}

Error Producer::State::send(std::string_view topic, std::int32_t partition, BytesView key,
                            BytesView value, int flags, void* opaque) {
  const int failed =
      rd_kafka_produce(topics_->get(topic), partition, flags, const_cast<void*>(value.data()),
                       value.size(), key.data(), key.size(), opaque);
  if (failed == 0) return {};
  return refusal(rd_kafka_last_error(), topic, partition, value.size(), key.size() + value.size());
}

Error Producer::State::send_extended(const Record& record, int flags, void* opaque) {
  std::int64_t timestamp = 0;  // which librdkafka takes for now
  if (record.timestamp) {
    timestamp = std::chrono::floor<Milliseconds>(*record.timestamp).time_since_epoch().count();
    if (timestamp <= 0) {
      return {Errc::invalid_timestamp,
              "the timestamp is not after 1970-01-01: leave it unset to have it set to now"};
    }
  }
  std::unique_ptr<rd_kafka_headers_t, decltype(&rd_kafka_headers_destroy)> headers(
      rd_kafka_headers_new(record.headers.size()), rd_kafka_headers_destroy);
  std::size_t header_bytes = 0;
  for (const Header& header : record.headers) {
    if (header.name.find('\0') != std::string_view::npos) {
      return {Errc::invalid_arg, "the name of a header contains a NUL: remove it"};
    }
    header_bytes += header.name.size() + header.value.size();
    rd_kafka_header_add(headers.get(), header.name.data(), static_cast<ssize_t>(header.name.size()),
                        header.value.data(), static_cast<ssize_t>(header.value.size()));
  }
#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wgnu-statement-expression"  // librdkafka's own macros
#endif
  const rd_kafka_resp_err_t code = rd_kafka_producev(
      handle, RD_KAFKA_V_RKT(topics_->get(record.topic)), RD_KAFKA_V_PARTITION(record.partition),
      RD_KAFKA_V_MSGFLAGS(flags),
      RD_KAFKA_V_VALUE(const_cast<void*>(record.value.data()), record.value.size()),
      RD_KAFKA_V_KEY(record.key.data(), record.key.size()), RD_KAFKA_V_TIMESTAMP(timestamp),
      RD_KAFKA_V_HEADERS(headers.get()), RD_KAFKA_V_OPAQUE(opaque), RD_KAFKA_V_END);
#if defined(__clang__)
#pragma clang diagnostic pop
#endif
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return refusal(code, record.topic, record.partition, record.value.size(),
                   record.key.size() + record.value.size() + header_bytes);
  }
  static_cast<void>(headers.release());  // librdkafka's now
  return {};
}

Error Producer::State::refusal(int code, std::string_view topic, std::int32_t partition,
                               std::size_t value_size, std::size_t record_size) const {
  const auto errc = static_cast<Errc>(code);
  if (errc == Errc::queue_full && queue_limit_bytes_ != 0 && value_size > queue_limit_bytes_) {
    // Even an empty queue has no room for it: to try again would never end.
    return {Errc::msg_size_too_large,
            "the value has " + std::to_string(value_size) +
                " bytes, more than the whole queue may hold: make it smaller, or raise "
                "queue.buffering.max.kbytes"};
  }
  if (errc == Errc::msg_size_too_large) {
    return {errc, "key, value and headers have " + std::to_string(record_size) +
                      " bytes, too many for message.max.bytes (" +
                      std::to_string(message_limit_bytes_) +
                      "): make them smaller, or raise it here and max.message.bytes of the topic"};
  }
  if (errc == Errc::unknown_partition) {
    return {errc, "topic " + std::string(topic) + " has no partition " + std::to_string(partition) +
                      ": give -1 to have one chosen, or add partitions to the topic"};
  }
  if (errc == Errc::state) {
    return {errc,
            "librdkafka accepts no records now: with transactional.id set, begin a transaction "
            "through native_handle() first"};
  }
  if (errc == Errc::fatal) {
    const Error cause = fatal_error();
    return {errc,
            std::string(cause.name()) + ": " + cause.message() +
                ": destroy this producer and make a new one",
            true};
  }
  return errc;
}

Error Producer::State::out_of_service_error() const {
  if (forked()) {
    return {Errc::state,
            "this producer belongs to the parent process, whose threads this child does not have: "
            "make a new one after fork()"};
  }
  return {Errc::state, "this producer is closed: make a new one"};
}

}  // namespace v1
}  // namespace kafka
