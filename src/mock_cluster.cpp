#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <algorithm>
#include <atomic>
#include <kafka/error.hpp>
#include <kafka/mock_cluster.hpp>
#include <mutex>
#include <set>
#include <thread>
#include <tuple>
#include <utility>

namespace kafka {
inline namespace v1 {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;
using Handle = std::unique_ptr<rd_kafka_t, decltype(&rd_kafka_destroy)>;

[[noreturn]] void throw_exception(Errc code, const std::string& message) {
  throw Exception(Error(code, message));
}

void check(rd_kafka_resp_err_t code, const std::string& what) {
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return;
  throw_exception(static_cast<Errc>(code), what + ": " + rd_kafka_err2str(code));
}

std::string checked_name(std::string_view topic) {
  if (topic.empty() || topic.find('\0') != std::string_view::npos) {
    throw_exception(Errc::topic_exception,
                    "the topic's name is empty or contains a NUL: give it another");
  }
  return std::string(topic);
}

#if RD_KAFKA_VERSION >= 0x020000ff && RD_KAFKA_VERSION < 0x020a00ff
rd_kafka_resp_err_t wait_for_cluster_thread(rd_kafka_t*, std::int32_t, const char*,
                                            const char* broker, int, const char* state, void*) {
  if (broker == std::string_view("mock") && state == std::string_view("DOWN")) {
    std::this_thread::sleep_for(milliseconds(2));
  }
  return RD_KAFKA_RESP_ERR_NO_ERROR;
}

rd_kafka_resp_err_t on_new(rd_kafka_t* handle, const rd_kafka_conf_t*, void*, char*, std::size_t) {
  return rd_kafka_interceptor_add_on_broker_state_change(handle, "mock_cluster",
                                                         wait_for_cluster_thread, nullptr);
}

/// Makes rd_kafka_mock_cluster_destroy() fast. The cluster's thread tells the thread of an internal
/// broker, "mock", to end, and only then releases its reference to that broker. A broker thread
/// that runs in between sees the reference and sleeps for another second. Its state changes before
/// it looks, and so it can be delayed there.
void speed_up_destruction(rd_kafka_conf_t* conf) {
  rd_kafka_conf_interceptor_add_on_new(conf, "mock_cluster", on_new, nullptr);
}
#else
void speed_up_destruction(rd_kafka_conf_t*) {}  // 1.9 cannot, and 2.10 need not
#endif

Handle make_handle(rd_kafka_type_t type,
                   const std::vector<std::pair<const char*, std::string>>& properties) {
  std::unique_ptr<rd_kafka_conf_t, decltype(&rd_kafka_conf_destroy)> conf(rd_kafka_conf_new(),
                                                                          rd_kafka_conf_destroy);
  char text[512] = "";
  // The tests cause faults on purpose. Their log shows only their own lines.
  rd_kafka_conf_set_log_cb(conf.get(), nullptr);
  if (type == RD_KAFKA_PRODUCER) speed_up_destruction(conf.get());
  for (const auto& [name, value] : properties) {
    if (rd_kafka_conf_set(conf.get(), name, value.c_str(), text, sizeof text) != RD_KAFKA_CONF_OK) {
      throw_exception(Errc::invalid_arg, text);
    }
  }
  Handle handle(rd_kafka_new(type, conf.get(), text, sizeof text), rd_kafka_destroy);
  if (handle == nullptr) throw_exception(static_cast<Errc>(rd_kafka_last_error()), text);
  static_cast<void>(conf.release());
  return handle;
}

std::optional<std::string> copy(const void* bytes, std::size_t size) {
  if (bytes == nullptr) return std::nullopt;
  return std::string(static_cast<const char*>(bytes), size);
}

StoredRecord stored(const rd_kafka_message_t& message, const std::string& topic) {
  StoredRecord record{.topic = topic,
                      .partition = message.partition,
                      .offset = message.offset,
                      .timestamp = {},
                      .key = copy(message.key, message.key_len),
                      .value = copy(message.payload, message.len),
                      .headers = {}};
  rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
  record.timestamp = std::chrono::sys_time<milliseconds>(
      milliseconds(rd_kafka_message_timestamp(&message, &type)));
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR) {
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    while (rd_kafka_header_get_all(headers, record.headers.size(), &name, &value, &size) ==
           RD_KAFKA_RESP_ERR_NO_ERROR) {
      record.headers.push_back({name, copy(value, size)});
    }
  }
  return record;
}

/// Reads all partitions of one topic from their beginning, without a consumer group.
class Reader {
 public:
  Reader(const std::string& servers, const std::string& name, Clock::time_point deadline)
      : name_(name),
        deadline_(deadline),
        handle_(make_handle(RD_KAFKA_CONSUMER, {{"bootstrap.servers", servers},
                                                {"enable.partition.eof", "true"},
                                                {"fetch.wait.max.ms", "10"},
                                                {"fetch.error.backoff.ms", "10"},
                                                {"reconnect.backoff.ms", "10"},
                                                {"reconnect.backoff.max.ms", "100"},
                                                {"auto.offset.reset", "earliest"}})),
        topic_(rd_kafka_topic_new(handle_.get(), name.c_str(), nullptr), rd_kafka_topic_destroy),
        queue_(rd_kafka_queue_new(handle_.get()), rd_kafka_queue_destroy) {
    if (topic_ == nullptr) throw_exception(static_cast<Errc>(rd_kafka_last_error()), name_);
    const int partitions = count_partitions();
    // From offset 0, because librdkafka waits for 500 ms before it looks up the logical beginning
    // of a partition whose leader it does not know yet. If the log begins later, the broker says
    // so, and `auto.offset.reset` applies.
    for (int partition = 0; partition < partitions; ++partition) {
      if (rd_kafka_consume_start_queue(topic_.get(), partition, 0, queue_.get()) != 0) {
        check(rd_kafka_last_error(), "topic " + name_);
      }
      unread_.insert(partition);
      started_.push_back(partition);
    }
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  ~Reader() {
    for (const int partition : started_) rd_kafka_consume_stop(topic_.get(), partition);
  }

  std::vector<StoredRecord> read(std::size_t at_least) {
    std::vector<StoredRecord> records;
    while (!unread_.empty() || records.size() < at_least) {
      const int left = remaining();
      const std::unique_ptr<rd_kafka_message_t, decltype(&rd_kafka_message_destroy)> message(
          rd_kafka_consume_queue(queue_.get(), left), rd_kafka_message_destroy);
      if (message == nullptr) {
        if (left == 0) break;
      } else if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        unread_.erase(message->partition);
      } else if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        records.push_back(stored(*message, name_));
      }
    }
    if (!unread_.empty()) {
      throw_exception(Errc::timed_out,
                      "partition " + std::to_string(*unread_.begin()) + " of topic " + name_ +
                          " could not be read in time: is its broker up, and its round "
                          "trip shorter than the timeout?");
    }
    std::sort(records.begin(), records.end(), [](const auto& left, const auto& right) {
      return std::tie(left.partition, left.offset) < std::tie(right.partition, right.offset);
    });
    return records;
  }

 private:
  [[nodiscard]] int remaining() const {
    constexpr milliseconds longest = std::chrono::hours(1);
    const auto left = std::chrono::ceil<milliseconds>(deadline_ - Clock::now());
    return static_cast<int>(std::clamp(left, milliseconds(0), longest).count());
  }

  int count_partitions() {
    // A topic that is only being made answers with an error first.
    while (true) {
      const rd_kafka_metadata_t* metadata = nullptr;
      const rd_kafka_resp_err_t code = rd_kafka_metadata(handle_.get(), 0, topic_.get(), &metadata,
                                                         std::clamp(remaining(), 1, 1000));
      int count = 0;
      if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
        if (metadata->topic_cnt == 1) count = metadata->topics[0].partition_cnt;
        rd_kafka_metadata_destroy(metadata);
      }
      if (count > 0) return count;
      if (remaining() == 0) {
        throw_exception(Errc::timed_out,
                        "topic " + name_ +
                            " could not be read in time: is a broker up, and its round "
                            "trip shorter than the timeout?");
      }
    }
  }

  const std::string name_;
  const Clock::time_point deadline_;
  const Handle handle_;
  const std::unique_ptr<rd_kafka_topic_t, decltype(&rd_kafka_topic_destroy)> topic_;
  const std::unique_ptr<rd_kafka_queue_t, decltype(&rd_kafka_queue_destroy)> queue_;
  std::set<int> unread_;
  std::vector<int> started_;
};

}  // namespace

class MockCluster::State {
 public:
  explicit State(int brokers)
      : broker_count(brokers),
        handle_(make_handle(RD_KAFKA_PRODUCER, {})),
        cluster_(rd_kafka_mock_cluster_new(handle_.get(), brokers), rd_kafka_mock_cluster_destroy) {
    if (cluster_ == nullptr) {
      throw_exception(Errc::crit_sys_resource,
                      "the mock cluster cannot be started: are there ports left?");
    }
  }

  [[nodiscard]] rd_kafka_mock_cluster_t* get() const { return cluster_.get(); }
  void check_broker(int broker) const {
    if (broker >= 1 && broker <= broker_count) return;
    throw_exception(Errc::invalid_arg, "there is no broker " + std::to_string(broker) +
                                           ": they are numbered from 1 to " +
                                           std::to_string(broker_count));
  }

  void set_topic_error(const std::string& topic, Errc error) {
    const std::lock_guard lock(mutex_);
    if (error == Errc::topic_authorization_failed) {
      deny(topic);
    } else if (denied_.count(topic) != 0) {
      throw_exception(Errc::invalid_arg, "topic " + topic +
                                             " has Errc::topic_authorization_failed for good: use "
                                             "another topic");
    }
    rd_kafka_mock_topic_set_error(get(), topic.c_str(), static_cast<rd_kafka_resp_err_t>(error));
  }

  const int broker_count;
  std::atomic<bool> records_requests = false;

 private:
  /// A real broker lists no partitions of a topic that it denies access to, and only then does
  /// librdkafka fail the records. The mock brokers list those that the topic has.
  void deny(const std::string& topic) {
    if (denied_.count(topic) != 0) return;
    if (rd_kafka_mock_topic_create(get(), topic.c_str(), 0, 1) != RD_KAFKA_RESP_ERR_NO_ERROR) {
      throw_exception(Errc::invalid_arg,
                      "topic " + topic +
                          " exists, and librdkafka cannot deny access to it: set "
                          "Errc::topic_authorization_failed before the topic is "
                          "created, or use fail_next() with Request::produce");
    }
    denied_.insert(topic);
  }

  const Handle handle_;
  const std::unique_ptr<rd_kafka_mock_cluster_t, decltype(&rd_kafka_mock_cluster_destroy)> cluster_;
  std::mutex mutex_;
  std::set<std::string> denied_;  // guarded by mutex_
};

MockCluster::MockCluster(int brokers) {
  if (brokers < 1) throw_exception(Errc::invalid_arg, "a cluster has one broker or more");
  state_ = std::make_unique<State>(brokers);
}

MockCluster::~MockCluster() = default;

std::string MockCluster::bootstrap_servers() const {
  return rd_kafka_mock_cluster_bootstraps(state_->get());
}

void MockCluster::create_topic(std::string_view topic, int partitions, int replication_factor) {
  const std::string name = checked_name(topic);
  if (partitions < 1)
    throw_exception(Errc::invalid_partitions, "a topic has one partition or more");
  if (replication_factor < 1 || replication_factor > state_->broker_count) {
    throw_exception(Errc::invalid_replication_factor,
                    "the replication factor lies between 1 and the number of brokers, " +
                        std::to_string(state_->broker_count));
  }
  check(rd_kafka_mock_topic_create(state_->get(), name.c_str(), partitions, replication_factor),
        "topic " + name);
}

void MockCluster::broker_down(int broker) {
  state_->check_broker(broker);
  check(rd_kafka_mock_broker_set_down(state_->get(), broker), "broker_down");
}

void MockCluster::broker_up(int broker) {
  state_->check_broker(broker);
  check(rd_kafka_mock_broker_set_up(state_->get(), broker), "broker_up");
}

void MockCluster::set_round_trip_time(int broker, milliseconds time) {
  state_->check_broker(broker);
  if (time < milliseconds(0)) throw_exception(Errc::invalid_arg, "a round trip takes 0 ms or more");
  constexpr milliseconds longest = std::chrono::hours(24);
  check(rd_kafka_mock_broker_set_rtt(state_->get(), broker,
                                     static_cast<int>(std::min(time, longest).count())),
        "set_round_trip_time");
}

void MockCluster::set_leader(std::string_view topic, int partition, int broker) {
  const std::string name = checked_name(topic);
  state_->check_broker(broker);
  check(rd_kafka_mock_partition_set_leader(state_->get(), name.c_str(), partition, broker),
        "partition " + std::to_string(partition) + " of topic " + name);
}

void MockCluster::fail_next(Request request, const std::vector<Errc>& errors) {
  if (request == Request::metadata) {
    throw_exception(Errc::invalid_arg,
                    "fail_next: librdkafka puts no error into the answers to Metadata requests: "
                    "use set_topic_error()");
  }
  std::vector<rd_kafka_resp_err_t> codes;
  codes.reserve(errors.size());
  for (const Errc error : errors) codes.push_back(static_cast<rd_kafka_resp_err_t>(error));
  rd_kafka_mock_push_request_errors_array(state_->get(), static_cast<std::int16_t>(request),
                                          codes.size(), codes.data());
}

void MockCluster::clear_failures(Request request) {
  rd_kafka_mock_clear_request_errors(state_->get(), static_cast<std::int16_t>(request));
}

void MockCluster::set_topic_error(std::string_view topic, Errc error) {
  state_->set_topic_error(checked_name(topic), error);
}

#if RD_KAFKA_VERSION >= 0x020300ff
void MockCluster::record_requests() {
  rd_kafka_mock_start_request_tracking(state_->get());
  rd_kafka_mock_clear_requests(state_->get());
  state_->records_requests = true;
}

std::vector<ReceivedRequest> MockCluster::requests() const {
  if (!state_->records_requests) {
    throw_exception(Errc::state, "no requests were recorded: call record_requests() first");
  }
  std::size_t count = 0;
  const auto destroy = [&](rd_kafka_mock_request_t** requests) {
    for (std::size_t i = 0; i < count; ++i) rd_kafka_mock_request_destroy(requests[i]);
    rd_kafka_mem_free(nullptr, requests);
  };
  const std::unique_ptr<rd_kafka_mock_request_t*, decltype(destroy)> received(
      rd_kafka_mock_get_requests(state_->get(), &count), destroy);
  std::vector<ReceivedRequest> requests;
  requests.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    rd_kafka_mock_request_t* const request = received.get()[i];
    requests.push_back({rd_kafka_mock_request_id(request),
                        static_cast<Request>(rd_kafka_mock_request_api_key(request)),
                        std::chrono::microseconds(rd_kafka_mock_request_timestamp(request))});
  }
  return requests;
}
#else
void MockCluster::record_requests() {
  static_cast<void>(requests());
}

std::vector<ReceivedRequest> MockCluster::requests() const {
  throw_exception(Errc::not_implemented,
                  "the requests of a mock cluster can be recorded with librdkafka 2.3 or later: "
                  "build with one");
}
#endif

std::vector<StoredRecord> MockCluster::read(std::string_view topic, std::size_t at_least,
                                            milliseconds timeout) const {
  constexpr milliseconds longest = std::chrono::hours(24 * 365);
  const auto deadline = Clock::now() + std::clamp(timeout, milliseconds(0), longest);
  Reader reader(bootstrap_servers(), checked_name(topic), deadline);
  return reader.read(at_least);
}

}  // namespace v1
}  // namespace kafka
