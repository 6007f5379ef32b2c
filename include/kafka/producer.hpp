#pragma once

/// Start here. `Producer` sends records to Apache Kafka and reports what became of each.

#include <chrono>
#include <cstddef>
#include <functional>
#include <kafka/config.hpp>
#include <kafka/error.hpp>
#include <kafka/export.hpp>
#include <kafka/hooks.hpp>
#include <kafka/message.hpp>
#include <kafka/record.hpp>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

struct rd_kafka_s;

namespace kafka {
inline namespace v1 {

/// A record of a batch that was not accepted.
struct Refused {
  /// Of the record in the batch, from 0.
  std::size_t index;
  /// Why.
  Error error;
};

/// Sends records to Kafka without waiting: produce() puts a record into a queue, threads of
/// librdkafka send it, and poll() runs its callback when the outcome is known.
///
///     kafka::Producer producer({{"bootstrap.servers", "localhost:9092"}});
///     producer.produce("task-created", "task-001", json,
///                      [](const kafka::Error& error, const kafka::Message& message) { … });
///     producer.poll();     // now and then, for instance after every produce()
///     producer.flush();    // in the end
///
/// What may be relied upon:
///
/// 1.  The callback of every accepted record runs exactly once, before the destructor returns: on
///     delivery, failure, purge and close, and when the cluster is down. (But see 17.)
/// 2.  A record that is refused throws the error, or returns it; its callback never runs. try_
///     members leave the record as it was, to be tried again.
/// 3.  produce() and try_produce() never wait, neither for the network nor for room in the queue.
/// 4.  Callbacks run only inside poll(), flush(), purge(), close(), try_produce_for() and the
///     destructor, on the thread that called: never on a thread of librdkafka.
/// 5.  One callback runs at a time, whatever the number of threads, and the successes of a
///     partition come in the order of their offsets. Inside a callback produce() is fine; poll(),
///     flush(), purge(), close() and try_produce_for() throw std::logic_error. Destroying the
///     producer inside its own callback is put off to the end of the call that runs it.
/// 6.  poll() returns how many reports it has served. Timeouts bound the waiting: what is ready is
///     all served, and the time that callbacks take comes on top.
/// 7.  flush() returns exactly how many records have no outcome yet; it waits for no `linger.ms`,
///     and counts what other threads and callbacks produce meanwhile.
/// 8.  What a callback throws comes out of the call that ran it, after the reports that were
///     already taken have been served; of several exceptions each comes out of one call, in order.
///     close() serves everything, then throws the first; the destructor logs them.
/// 9.  What was delivered can be read back byte for byte at the reported partition and offset.
/// 10. What failed says why, and by Message::persistence() whether it may be in the log all the
///     same. Decide by the latter whether sending it again can make a duplicate.
/// 11. While somebody polls, every outcome comes within `delivery.timeout.ms` (also called
///     `message.timeout.ms`, 5 minutes by default) and two seconds.
/// 12. What was acknowledged is in the log, in order for each key; with `enable.idempotence` once.
///     Without it, a change of leaders may leave a duplicate, as it may with any client; with it,
///     so may a record that fails by `delivery.timeout.ms`, after which librdkafka goes on in a new
///     epoch: brokers do not know again what is repeated in it, and its order.
/// 13. A fatal error stays: every later produce() reports it, and so does fatal_error().
/// 14. The destructor never throws and does what close() does, within set_close_timeout(). After
///     close() every produce() fails, and threads that were waiting have been sent home. The time
///     that callbacks take, and a name lookup in progress, which nothing can stop, come on top.
/// 15. All members may be called from any threads at once, except those that make, assign or
///     destroy the producer.
/// 16. No secret of the configuration reaches a log line or an error, and no control character of a
///     topic or a key does.
/// 17. In a child process after fork() a producer of the parent refuses to work (Errc::state), and
///     its destructor touches nothing. A producer made in the child works.
///
/// A moved-from producer refuses to work (Errc::state); it may be assigned to and destroyed.
class KAFKA_EXPORT Producer {
 public:
  /// Starts the client. It does not wait for a connection: brokers that cannot be reached are
  /// reported to `hooks.on_error`, and to the callbacks of the records. Throws Exception when a
  /// property is unknown or wrong, and says which and why.
  explicit Producer(const Config& config, Hooks hooks = {});

  /// No other thread may use the moved one meanwhile; callbacks go on to come, to the new owner's
  /// calls.
  Producer(Producer&&) noexcept;
  /// What this producer held is closed first, as by the destructor.
  Producer& operator=(Producer&&) noexcept;
  Producer(const Producer&) = delete;
  Producer& operator=(const Producer&) = delete;
  /// close() with the timeout of set_close_timeout(); what callbacks throw is logged.
  ~Producer();

  /// Queues a record: key and value are copied, and the callback, if there is one, runs once when
  /// the outcome is known. Does not wait. Throws Exception when the record is refused, among
  /// others:
  ///  - Errc::queue_full: as many records as `queue.buffering.max.messages`, or as many bytes as
  ///    `queue.buffering.max.kbytes`, wait for their outcome or for their callback. Call poll().
  ///  - Errc::msg_size_too_large: larger than `message.max.bytes`.
  ///  - Errc::topic_exception: no topic can have this name.
  ///  - Errc::unknown_topic, Errc::unknown_partition: it is known already that there is none. While
  ///    it is not known, the callback is told.
  ///  - Errc::fatal: see fatal_error().  Errc::state: closed, moved from, or in a forked child.
  void produce(std::string_view topic, BytesView key, BytesView value,
               DeliveryCallback callback = {});
  /// The same for a value made by owned(), which is not copied.
  template <std::same_as<Value> V>
  void produce(std::string_view topic, BytesView key, V&& value, DeliveryCallback callback = {}) {
    produce(Record{.topic = topic,
                   .key = key,
                   .value = std::forward<V>(value),
                   .callback = std::move(callback)});
  }
  void produce(std::nullptr_t, BytesView, BytesView, DeliveryCallback = {}) = delete;
  /// The same with headers, a partition and a timestamp as well. A record that is refused is left
  /// as it was, like by try_produce().
  void produce(Record&& record);

  /// produce(), but returns the error. Takes the callback and an owned value out of the record only
  /// when it accepts it.
  [[nodiscard]] Error try_produce(Record& record);
  /// The same for a record that is not needed again.
  [[nodiscard]] Error try_produce(Record&& record) { return try_produce(record); }

  /// try_produce(), but waits for room in the queue up to the timeout, and serves callbacks while
  /// it does. Returns Errc::queue_full when there was none in time. When a callback throws, so does
  /// this, and the record has not been accepted.
  [[nodiscard]] Error try_produce_for(Record& record, std::chrono::milliseconds timeout);
  /// The same for a record that is not needed again.
  [[nodiscard]] Error try_produce_for(Record&& record, std::chrono::milliseconds timeout) {
    return try_produce_for(record, timeout);
  }

  /// Queues many records for less than as many calls of try_produce(), the less the more there are:
  /// they are sorted by partition, and each partition gets its own at once. Records of one key or
  /// one partition keep their order, also beside single records; those of different partitions have
  /// none among them. Returns those that were refused, in their order, and leaves them as they
  /// were; nothing is allocated when there are none. Once the queue is full, all that follow are
  /// refused too, so that trying again what was refused keeps the order. Headers, timestamps, owned
  /// values and any mixture of topics are fine, and cost what they cost singly. Does not wait.
  [[nodiscard]] std::vector<Refused> try_produce_batch(std::span<Record> records);

  /// Serves what is ready, and waits up to the timeout when nothing is. Returns the number of
  /// delivery reports served, with a callback or without. 0 while another thread serves, and after
  /// close(). When nothing is ready, poll() costs one load of an atomic.
  std::size_t poll(std::chrono::milliseconds timeout = std::chrono::milliseconds(0));

  /// Sends at once what lingers, and serves callbacks until every record has its outcome. Returns
  /// 0. It can take as long as `delivery.timeout.ms`.
  std::size_t flush();
  /// The same, up to the timeout. Returns how many records have no outcome yet.
  std::size_t flush(std::chrono::milliseconds timeout);

  /// Gives up what is queued (Errc::purge_queue) or in flight (Errc::purge_inflight), and serves
  /// its callbacks. Returns how many records it gave up. Waits for librdkafka's threads to hand
  /// them over, which takes milliseconds unless one of them looks up a host's name.
  std::size_t purge();

  /// Ends the producer: flushes up to the timeout, purges the rest, serves every callback. Returns
  /// how many records it gave up; 0 when the producer is closed already. Beside another thread's
  /// close() it waits for that one. Afterwards only the destructor is left to call: produce() fails
  /// with Errc::state, the others return 0. Throws the first of the callbacks' exceptions at the
  /// end, and logs the others.
  std::size_t close(std::chrono::milliseconds timeout = std::chrono::seconds(10));
  /// Whether close() has been called, or the producer was moved from.
  [[nodiscard]] bool closed() const noexcept;
  /// How long the destructor waits for deliveries; 10 seconds by default.
  void set_close_timeout(std::chrono::milliseconds timeout) noexcept;

  /// How many accepted records have no outcome yet, or one whose callback has not returned.
  [[nodiscard]] std::size_t undelivered() const noexcept;

  /// What has put an end to this producer (with `enable.idempotence`, a gap that cannot be closed);
  /// success while there is nothing. The code is the cause's own, and Error::fatal() is true.
  [[nodiscard]] Error fatal_error() const;

  /// Every property in force, under Kafka's name: those that were set, those that librdkafka
  /// derived from them, and defaults. Properties without a value, and properties of consumers, are
  /// left out. Secrets are in the clear in the Config, and `[redacted]` when it is printed. Does
  /// not wait. Throws Exception (Errc::state) if the producer was moved from, and in a forked
  /// child.
  [[nodiscard]] Config effective_config() const;

  /// Calls the function when poll() has something to do, and at once when it has already: write to
  /// an eventfd in it, and call poll() from the event loop. It runs on a thread of librdkafka, or
  /// on one that leaves poll(): it must return soon and not call the producer (poll() and its like
  /// throw std::logic_error there); what it throws is logged. It may be called once too often. An
  /// empty function ends it; once this returns, the function of before runs no more.
  void on_ready(std::function<void()> function);

  /// librdkafka's handle, for what this library leaves out. It stays the producer's: do not destroy
  /// it, and do not produce through it, for its delivery reports come here. Null when moved from.
  [[nodiscard]] rd_kafka_s* native_handle() const noexcept;

 private:
  friend class BackgroundPoller;  // logs what callbacks throw through the producer's log
  class State;
  struct Destroy {
    void operator()(State* state) const noexcept;
  };
  std::unique_ptr<State, Destroy> state_;
};

}  // namespace v1
}  // namespace kafka
