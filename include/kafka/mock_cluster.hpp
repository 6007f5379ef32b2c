#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <kafka/errc.hpp>
#include <kafka/export.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kafka {
inline namespace v1 {

/// A kind of request, by its number in Kafka's protocol.
enum class Request : short {
  produce = 0,
  fetch = 1,
  list_offsets = 2,
  metadata = 3,
  find_coordinator = 10,
  api_versions = 18,
  init_producer_id = 22,
};

/// A request that a broker of the mock cluster received.
struct ReceivedRequest {
  /// The broker's number, from 1.
  int broker = 0;
  /// Its kind. A kind that Request does not name keeps its number.
  Request request = Request::produce;
  /// When the broker received it: the time since an unspecified moment, by a clock that never goes
  /// back. Only differences have a meaning.
  std::chrono::microseconds time = {};
};

/// A header of a StoredRecord.
struct StoredHeader {
  /// The name. Several headers of a record may have the same one.
  std::string name;
  /// std::nullopt is null.
  std::optional<std::string> value;
};

/// A record in the log of a partition. It owns its members and is as thread-safe as a string.
struct StoredRecord {
  /// The topic's name.
  std::string topic;
  /// From 0.
  std::int32_t partition = 0;
  /// From 0 in each partition.
  std::int64_t offset = 0;
  /// The record's own timestamp, or the time of the call that produced it.
  std::chrono::sys_time<std::chrono::milliseconds> timestamp;
  /// std::nullopt is null, which is not the same as empty.
  std::optional<std::string> key;
  /// std::nullopt is null, a tombstone.
  std::optional<std::string> value;
  /// In the producer's order.
  std::vector<StoredHeader> headers;
};

/// A Kafka cluster inside this process, for unit tests. Its brokers listen on loopback, keep the
/// records that they receive, and fail on request.
///
///     kafka::MockCluster cluster;
///     cluster.create_topic("task-created", 3);
///     kafka::Producer producer({{"bootstrap.servers", cluster.bootstrap_servers()}});
///
/// The cluster itself logs nothing. A producer logs each fault that a test causes to standard
/// error. To keep the test's output quiet, add `{"log_level", "0"}` to the producer's
/// configuration, or set Hooks::on_log.
///
/// A topic that does not exist is created at its first use, with four partitions. A partition keeps
/// its newest 5 MB.
///
/// The cluster differs from a real one in these points:
/// - It has no TLS, no SASL, and no limits of sizes.
/// - It does not detect duplicates for `enable.idempotence`.
/// - Message::timestamp() in a delivery report is always 1234 ms, because librdkafka's mock brokers
///   answer so. StoredRecord::timestamp is right.
///
/// To lose an acknowledgement after the record is in the log, call set_round_trip_time(1, 2s),
/// produce, and then call broker_down(1), set_round_trip_time(1, 0ms) and broker_up(1).
///
/// Brokers have the numbers 1 to `brokers`. All members may be called from any thread. Only read()
/// waits for more than the cluster's own thread. Wrong arguments throw Exception
/// (Errc::invalid_arg, Errc::topic_exception).
class KAFKA_EXPORT MockCluster {
 public:
  /// Starts the brokers.
  explicit MockCluster(int brokers = 1);
  MockCluster(const MockCluster&) = delete;
  MockCluster& operator=(const MockCluster&) = delete;
  /// Closes all connections and forgets all records. Takes a few milliseconds; with librdkafka 1.9,
  /// sometimes a second.
  ~MockCluster();

  /// The value for the property of this name: `127.0.0.1:40123`. Commas separate several brokers.
  [[nodiscard]] std::string bootstrap_servers() const;

  /// Creates a topic. Throws Exception (Errc::topic_already_exists) if it exists.
  void create_topic(std::string_view topic, int partitions, int replication_factor = 1);

  /// Closes the broker's connections and accepts none until broker_up().
  void broker_down(int broker);
  /// Lets a broker accept connections again. Clients reconnect on their own.
  void broker_up(int broker);
  /// Delays every answer of the broker. 0 by default.
  void set_round_trip_time(int broker, std::chrono::milliseconds time);
  /// Makes a broker the leader of a partition. Throws Exception if the partition does not exist.
  void set_leader(std::string_view topic, int partition, int broker);

  /// Answers the next requests of this kind with these errors, one error for each request, whatever
  /// broker receives it. Errc::transport closes the connection instead. Throws Exception
  /// (Errc::invalid_arg) for Request::metadata, in whose answers librdkafka puts no such error: use
  /// set_topic_error().
  void fail_next(Request request, const std::vector<Errc>& errors);
  /// Discards the errors that fail_next() has left.
  void clear_failures(Request request);
  /// Answers every Metadata request for the topic with this error, until the error is set to
  /// Errc::no_error. Creates the topic if it does not exist.
  ///
  /// Real brokers give these errors: Errc::unknown_topic_or_part, Errc::leader_not_available,
  /// Errc::topic_exception (librdkafka 2.8 crashes on it) and Errc::topic_authorization_failed.
  /// The last one is for a topic that does not exist yet, and is final: the topic gets no
  /// partitions, because librdkafka fails its records only then. Throws Exception
  /// (Errc::invalid_arg) if the topic exists already, and if it is to have another error later. To
  /// deny access to a topic that exists, use fail_next() with Request::produce.
  void set_topic_error(std::string_view topic, Errc error);

  /// Starts to record the requests that the brokers receive, and forgets those recorded before.
  /// The memory for them grows until the next call. Throws Exception (Errc::not_implemented) if the
  /// library was built with a librdkafka before 2.3.
  void record_requests();
  /// The requests since the last call of record_requests(), in the order of their arrival. read()
  /// sends some as well. Throws Exception (Errc::state) if record_requests() was never called, and
  /// Exception (Errc::not_implemented) as record_requests() does.
  [[nodiscard]] std::vector<ReceivedRequest> requests() const;

  /// Returns all records of the topic, ordered by partition and offset. Reads every partition to
  /// its end. If those are fewer than `at_least`, waits for more until the timeout, and returns
  /// what there is. Throws Exception (Errc::timed_out) if a partition could not be read in time.
  [[nodiscard]] std::vector<StoredRecord> read(
      std::string_view topic, std::size_t at_least = 0,
      std::chrono::milliseconds timeout = std::chrono::seconds(5)) const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace v1
}  // namespace kafka
