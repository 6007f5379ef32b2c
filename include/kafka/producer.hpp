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
  /// Index of the record in the batch, from 0.
  std::size_t index;
  /// Why.
  Error error;
};

/// Sends records to Kafka asynchronously. produce() puts a record into a queue, librdkafka's
/// threads send it, and poll() runs its callback when the outcome is known.
///
///     kafka::Producer producer({{"bootstrap.servers", "localhost:9092"}});
///     producer.produce("task-created", "task-001", json,
///                      [](const kafka::Error& error, const kafka::Message& message) { … });
///     producer.poll();     // from time to time, for instance after every produce()
///     producer.flush();    // at the end
///
/// The contract:
///
/// 1.  The callback of every accepted record runs exactly once, before the destructor returns: on
///     delivery, failure, purge and close, and when the cluster is down. Point 17 is the exception.
/// 2.  When a record is refused, the call throws or returns the error, and the callback never runs.
///     try_ members leave the record as it was, so that it can be tried again.
/// 3.  produce() and try_produce() never wait, neither for the network nor for room in the queue.
/// 4.  Callbacks run only inside poll(), flush(), purge(), close(), try_produce_for() and the
///     destructor, on the calling thread. They never run on a thread of librdkafka.
/// 5.  One callback runs at a time, whatever the number of threads. The delivered records of a
///     partition are reported in the order of their offsets. A callback may call produce(). poll(),
///     flush(), purge(), close() and try_produce_for() throw std::logic_error there. When a
///     callback destroys the producer, the producer ends after the call that runs the callback.
/// 6.  poll() returns how many reports it served. A timeout bounds the waiting. Everything that was
///     ready is served, and the time that callbacks take is added.
/// 7.  flush() returns exactly how many records have no outcome yet. It does not wait for
///     `linger.ms`. Records that other threads and callbacks produce meanwhile count.
/// 8.  An exception of a callback comes out of the call that ran it, after that call has served the
///     reports that it took. Of several exceptions, each comes out of one call, in order. close()
///     runs every callback and then throws the first exception. The destructor logs them.
/// 9.  A delivered record can be read back byte for byte at the reported partition and offset.
/// 10. A failed record reports why, and by Message::persistence() whether it may be in the log
///     nevertheless. Decide by the persistence whether sending it again can make a duplicate.
/// 11. While a thread polls, every outcome comes within `delivery.timeout.ms` (5 minutes by
///     default) and two seconds.
/// 12. An acknowledged record is in the log, in order for each key, and with `enable.idempotence`
///     once. Without idempotence a change of leaders may leave a duplicate. With idempotence, a
///     record that fails by `delivery.timeout.ms` starts a new epoch of the producer: brokers
///     cannot detect duplicates or reordering across epochs.
/// 13. A fatal error stays. Every later produce() reports it, and so does fatal_error().
/// 14. The destructor never throws. It does what close() does, within set_close_timeout(). After
///     close(), every produce() fails, and waiting threads return. The timeout does not cover what
///     cannot be interrupted: a running callback, hook or function of on_ready(), and what
///     librdkafka's threads are doing, such as a name lookup, `sasl.kerberos.kinit.cmd`, or a
///     request for an OAuth token. Waiting follows the steady clock, but for moments of 10 ms
///     inside librdkafka, whose waits follow the wall clock.
/// 15. Any thread may call any member at any time, except those that make, assign or destroy the
///     producer.
/// 16. No secret of the configuration, and no control character of a topic or a key, reaches a log
///     line or an error.
/// 17. In a child process after fork(), a producer of the parent refuses to work (Errc::state),
///     runs no callback, and has a destructor that does nothing. A producer made in the child
///     works.
///
/// A moved-from producer refuses to work (Errc::state). It may be assigned to and destroyed.
///
/// Two producers must not wait for each other: when a callback of each flushes the other one, both
/// wait for ever.
class KAFKA_EXPORT Producer {
 public:
  /// Starts the client. Does not wait for a connection: `hooks.on_error` and the callbacks of the
  /// records report brokers that cannot be reached. Throws Exception when a property is unknown or
  /// wrong; the error names the property and the reason.
  explicit Producer(const Config& config, Hooks hooks = {});

  /// Callbacks of the records then run inside the calls of the new producer. No other thread may
  /// use the old one meanwhile.
  Producer(Producer&&) noexcept;
  /// First closes the client that this producer held, as the destructor does.
  Producer& operator=(Producer&&) noexcept;
  Producer(const Producer&) = delete;
  Producer& operator=(const Producer&) = delete;
  /// Calls close() with the timeout of set_close_timeout(), and logs what callbacks throw.
  ~Producer();

  /// Queues a record and copies its key and value. The callback, if there is one, runs once when
  /// the outcome is known. Does not wait. Throws Exception when the record is refused, for instance
  /// with:
  ///  - Errc::queue_full: as many records as `queue.buffering.max.messages`, or as many bytes as
  ///    `queue.buffering.max.kbytes`, wait for their outcome or for their callback. Call poll().
  ///  - Errc::msg_size_too_large: larger than `message.max.bytes`.
  ///  - Errc::topic_exception: no topic can have this name.
  ///  - Errc::unknown_topic, Errc::unknown_partition: the client knows that it does not exist.
  ///  While
  ///    the client does not know, the callback reports it later.
  ///  - Errc::fatal: see fatal_error().
  ///  - Errc::state: the producer is closed or moved from, or this is a forked child, or the caller
  ///    is the producer's own log hook.
  void produce(std::string_view topic, BytesView key, BytesView value,
               DeliveryCallback callback = {});
  /// The same for a value made by owned(), which librdkafka does not copy.
  template <std::same_as<Value> V>
  void produce(std::string_view topic, BytesView key, V&& value, DeliveryCallback callback = {}) {
    produce(Record{.topic = topic,
                   .key = key,
                   .value = std::forward<V>(value),
                   .callback = std::move(callback)});
  }
  void produce(std::nullptr_t, BytesView, BytesView, DeliveryCallback = {}) = delete;
  /// The same, with headers, a partition and a timestamp if the record has them. Leaves a refused
  /// record as it was, like try_produce().
  void produce(Record&& record);

  /// Like produce(), but returns the error. Takes the callback and an owned value out of the record
  /// only when it accepts the record.
  [[nodiscard]] Error try_produce(Record& record);
  /// The same, for a record that will not be tried again.
  [[nodiscard]] Error try_produce(Record&& record) { return try_produce(record); }

  /// Like try_produce(), but waits for room in the queue up to the timeout, and serves callbacks
  /// meanwhile. Returns Errc::queue_full when no room came in time. Throws what a callback throws;
  /// the record has then not been accepted.
  [[nodiscard]] Error try_produce_for(Record& record, std::chrono::milliseconds timeout);
  /// The same, for a record that will not be tried again.
  [[nodiscard]] Error try_produce_for(Record&& record, std::chrono::milliseconds timeout) {
    return try_produce_for(record, timeout);
  }

  /// Queues many records. Cheaper per record than try_produce(), and cheaper the more records each
  /// partition gets: the records are sorted by partition, and each partition gets its own at once.
  /// Records of one key or one partition keep their order, also beside single records; records of
  /// different partitions have no order among them. Returns the refused records in their order, and
  /// leaves them as they were. Allocates nothing when there are none. Once a record was refused
  /// because the queue is full, no other record is accepted, so that trying the refused ones again
  /// keeps the order. Headers, timestamps, owned values and any mixture of topics are allowed, and
  /// cost as much as in a single record. Does not wait. Needs about 34 kB of stack.
  [[nodiscard]] std::vector<Refused> try_produce_batch(std::span<Record> records);

  /// Serves the callbacks and hooks that are ready. When none is, waits for the first up to the
  /// timeout, and returns as soon as anything was served. Returns the number of delivery reports
  /// served, with a callback or without. Returns 0 after close(), and while another thread serves:
  /// at once with a timeout of 0, else after the timeout. When nothing is ready, poll() costs two
  /// comparisons.
  std::size_t poll(std::chrono::milliseconds timeout = std::chrono::milliseconds(0));

  /// Sends lingering records at once, and serves callbacks until every record has its outcome.
  /// Returns 0. Can take as long as `delivery.timeout.ms`. When another thread serves, waits for
  /// its callbacks instead.
  std::size_t flush();
  /// The same, but returns at the timeout. Returns how many records have no outcome yet.
  std::size_t flush(std::chrono::milliseconds timeout);

  /// Gives up the records that are queued (Errc::purge_queue) or in flight (Errc::purge_inflight),
  /// and serves their callbacks. Returns how many records it gave up. Waits for librdkafka's
  /// threads to hand the records over. That takes milliseconds, unless a thread looks up a host's
  /// name.
  std::size_t purge();

  /// Ends the producer: flushes up to the timeout, purges the rest, and serves every callback.
  /// Returns how many records it gave up. When another thread closes, waits for that thread and
  /// returns 0; returns 0 also when the producer is closed already. Afterwards produce() fails with
  /// Errc::state, and the other members return 0. Throws the first exception of the callbacks at
  /// the end, and logs the others.
  std::size_t close(std::chrono::milliseconds timeout = std::chrono::seconds(10));
  /// True once close() has been called or the producer was moved from.
  [[nodiscard]] bool closed() const noexcept;
  /// How long the destructor waits for deliveries; 10 seconds by default.
  void set_close_timeout(std::chrono::milliseconds timeout) noexcept;

  /// How many accepted records have no outcome yet, or have one whose callback has not returned.
  [[nodiscard]] std::size_t undelivered() const noexcept;

  /// The error that ended this producer, for instance a gap in the sequence of an idempotent
  /// producer; success while there is none. The code is that of the cause, and Error::fatal() is
  /// true.
  [[nodiscard]] Error fatal_error() const;

  /// Every property in force, under Kafka's name: those that were set, those that librdkafka
  /// derived from them, and defaults. Properties without a value, and properties of consumers, are
  /// left out. Secrets are in the clear in the Config, and `[redacted]` when it is printed. Does
  /// not wait. Throws Exception (Errc::state) if the producer was moved from, and in a forked
  /// child.
  [[nodiscard]] Config effective_config() const;

  /// Calls the function whenever poll() has something to do, and at once when it has already. For
  /// event loops: the function writes to an eventfd, and the loop calls poll().
  ///
  /// The function runs on a thread of librdkafka, or on one that leaves a member that serves. It
  /// must return soon, must not call the producer (members that serve throw std::logic_error), and
  /// must not lock a mutex that a thread holds while it calls the producer: both would wait for
  /// each other for ever. What the function throws is logged. It may be called once too often.
  ///
  /// Pass an empty function to unsubscribe, also inside a callback or inside the function itself.
  /// After this returns, the previous function is never called again.
  void on_ready(std::function<void()> function);

  /// librdkafka's handle, for functions that this library does not wrap. Null when moved from.
  ///
  /// The producer owns it: do not destroy it. rd_kafka_poll(), rd_kafka_flush(), and the functions
  /// that commit or abort a transaction run callbacks on the calling thread. They wait for their
  /// turn like poll(), and an exception of a callback comes out of the next poll(). A record that
  /// is produced through the handle must have a null opaque pointer; it is not counted, and has no
  /// callback. Do not take delivery reports from the handle's queue: their callbacks never run.
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
