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

/// A kind of request that the mock cluster answers, by its number in Kafka's protocol.
enum class Request : short {
  produce = 0,
  fetch = 1,
  list_offsets = 2,
  metadata = 3,
  find_coordinator = 10,
  api_versions = 18,
  init_producer_id = 22,
};

/// A header of a StoredRecord.
struct StoredHeader {
  /// Its name, which may occur again.
  std::string name;
  /// std::nullopt is null.
  std::optional<std::string> value;
};

/// A record as it lies in the log. It owns what it holds, and is as thread-safe as a string.
struct StoredRecord {
  /// The topic's name.
  std::string topic;
  /// From 0.
  std::int32_t partition = 0;
  /// From 0 in each partition.
  std::int64_t offset = 0;
  /// The record's own, or the time of the call that produced it.
  std::chrono::sys_time<std::chrono::milliseconds> timestamp;
  /// std::nullopt is null, which is not the same as empty.
  std::optional<std::string> key;
  /// std::nullopt is null, a tombstone.
  std::optional<std::string> value;
  /// In the order in which they were given.
  std::vector<StoredHeader> headers;
};

/// A Kafka cluster inside this process, for unit tests: brokers that listen on loopback, keep what
/// they are sent, and fail as they are told.
///
///     kafka::MockCluster cluster;
///     cluster.create_topic("task-created", 3);
///     kafka::Producer producer({{"bootstrap.servers", cluster.bootstrap_servers()}});
///
/// Topics that nobody has created are made at their first use, with four partitions. What it does
/// not do: TLS, SASL, limits of sizes; it does not drop duplicates for `enable.idempotence`, and of
/// a partition it keeps the newest 5 MB. To lose an acknowledgement after the record is in the log:
/// set_round_trip_time(1, 2s), produce, broker_down(1), set_round_trip_time(1, 0ms), broker_up(1).
///
/// Brokers are numbered from 1. All members may be called from any threads; none but read() waits
/// for anything but the cluster's own thread. Wrong arguments throw Exception (Errc::invalid_arg,
/// Errc::topic_exception).
class KAFKA_EXPORT MockCluster {
 public:
  /// Starts brokers with the numbers 1 to `brokers`.
  explicit MockCluster(int brokers = 1);
  MockCluster(const MockCluster&) = delete;
  MockCluster& operator=(const MockCluster&) = delete;
  /// Closes all connections, and forgets all records.
  ~MockCluster();

  /// For the property of this name: `127.0.0.1:40123`, more of them separated by commas.
  [[nodiscard]] std::string bootstrap_servers() const;

  /// Throws Exception (Errc::topic_already_exists) when there is one of this name.
  void create_topic(std::string_view topic, int partitions, int replication_factor = 1);

  /// Closes the broker's connections, and accepts none until broker_up().
  void broker_down(int broker);
  /// Lets a broker accept connections again. Clients come back by themselves.
  void broker_up(int broker);
  /// Delays every answer of the broker; 0 by default.
  void set_round_trip_time(int broker, std::chrono::milliseconds time);
  /// Makes a broker the leader of a partition, of a topic that is there.
  void set_leader(std::string_view topic, int partition, int broker);

  /// Answers the next requests of this kind with these errors, one each, on whatever broker.
  void fail_next(Request request, const std::vector<Errc>& errors);
  /// Takes back what fail_next() has left.
  void clear_failures(Request request);
  /// Answers every Metadata request for the topic with this error, until it is Errc::no_error.
  /// (librdkafka 2.8 crashes on an answer of Errc::topic_exception.)
  void set_topic_error(std::string_view topic, Errc error);

  /// All that the topic holds, by partition and offset. Reads every partition to its end; when that
  /// makes fewer than `at_least` records, waits for more up to the timeout, and returns what there
  /// is. Throws Exception (Errc::timed_out) when a partition could not be read by then.
  [[nodiscard]] std::vector<StoredRecord> read(
      std::string_view topic, std::size_t at_least = 0,
      std::chrono::milliseconds timeout = std::chrono::seconds(5)) const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace v1
}  // namespace kafka
