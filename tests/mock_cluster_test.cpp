#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <functional>
#include <kafka/mock_cluster.hpp>
#include <kafka/producer.hpp>
#include <memory>

#include "support.hpp"

namespace {

using namespace support;

struct MockCluster : testing::Test {
  kafka::Config config(const kafka::Config& more = {}) const {
    kafka::Config result{{"bootstrap.servers", cluster.bootstrap_servers()}, {"log_level", "0"}};
    return result.merge(more);
  }

  static Error outcome(kafka::Producer& producer, kafka::Record record) {
    Error outcome(Errc::in_progress, "no report");
    record.callback = [&](const Error& error, const Message&) { outcome = error; };
    if (const Error refused = producer.try_produce(record)) return refused;
    producer.flush(patience);
    return outcome;
  }
  Error outcome(kafka::Record record) { return outcome(producer, std::move(record)); }

  kafka::MockCluster cluster{3};
  kafka::Producer producer{config()};
};

TEST_F(MockCluster, GivesBackWhatWasStored) {
  cluster.create_topic("events", 2);
  const auto time = std::chrono::sys_days(std::chrono::year(2025) / 1 / 15) + 10h;
  producer.produce({.topic = "events",
                    .key = std::string("a\0b", 3),
                    .value = std::string("\xff\0", 2),
                    .headers = {{"h", "1"}, {"h", nullptr}, {"", ""}},
                    .partition = 1,
                    .timestamp = time});
  producer.produce({.topic = "events", .partition = 0});
  producer.produce({.topic = "events", .key = "", .value = "", .partition = 0});
  producer.flush();

  const auto records = cluster.read("events", 3);
  ASSERT_EQ(records.size(), 3U);
  EXPECT_EQ(records[0].partition, 0);
  EXPECT_EQ(records[0].offset, 0);
  EXPECT_EQ(records[0].key, std::nullopt);
  EXPECT_EQ(records[0].value, std::nullopt);
  EXPECT_EQ(records[1].offset, 1);
  EXPECT_EQ(records[1].key, "");
  EXPECT_EQ(records[1].value, "");
  EXPECT_EQ(records[2].topic, "events");
  EXPECT_EQ(records[2].partition, 1);
  EXPECT_EQ(records[2].key, std::string("a\0b", 3));
  EXPECT_EQ(records[2].value, std::string("\xff\0", 2));
  EXPECT_EQ(records[2].timestamp, time);
  ASSERT_EQ(records[2].headers.size(), 3U);
  EXPECT_EQ(records[2].headers[0].value, "1");
  EXPECT_EQ(records[2].headers[1].name, "h");
  EXPECT_EQ(records[2].headers[1].value, std::nullopt);
  EXPECT_EQ(records[2].headers[2].value, "");
}

TEST_F(MockCluster, ReturnsWhatThereIsWhenLessComesThanWasAskedFor) {
  cluster.create_topic("events", 1);
  EXPECT_TRUE(cluster.read("events").empty());
  producer.produce({.topic = "events", .value = "one"});
  producer.flush();
  EXPECT_EQ(cluster.read("events", 2, 4s).size(), 1U);
}

TEST_F(MockCluster, FailsTheNextRequestAsTold) {
  cluster.create_topic("events", 1);
  cluster.fail_next(kafka::Request::produce, {Errc::msg_size_too_large});
  EXPECT_EQ(outcome({.topic = "events", .value = "refused"}), Errc::msg_size_too_large);
  cluster.fail_next(kafka::Request::produce, {Errc::msg_size_too_large});
  cluster.clear_failures(kafka::Request::produce);
  EXPECT_EQ(outcome({.topic = "events", .value = "stored"}), Errc::no_error);
  const auto records = cluster.read("events");
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].value, "stored");
}

TEST_F(MockCluster, RefusesToFailMetadataRequestsWhichLibrdkafkaAnswersWithoutTheError) {
  const Error error =
      error_of([&] { cluster.fail_next(kafka::Request::metadata, {Errc::broker_not_available}); });
  EXPECT_EQ(error, Errc::invalid_arg);
  EXPECT_NE(error.message().find("set_topic_error"), std::string::npos) << error;
}

TEST_F(MockCluster, FailsRequestsOfEachKindThatItDoesNotRefuse) {
  using kafka::Request;
  cluster.create_topic("events", 1);
  const auto connects = [&](int timeout) {
    const kafka::Producer other(config());
    const rd_kafka_metadata_t* metadata = nullptr;
    const auto code = rd_kafka_metadata(other.native_handle(), 0, nullptr, &metadata, timeout);
    if (metadata != nullptr) rd_kafka_metadata_destroy(metadata);
    return code == RD_KAFKA_RESP_ERR_NO_ERROR;
  };
  const auto gets_a_producer_id = [&](int timeout) {
    const kafka::Producer other(config({{"transactional.id", "transactions"}}));
    rd_kafka_error_t* const error = rd_kafka_init_transactions(other.native_handle(), timeout);
    const bool succeeded = error == nullptr;
    rd_kafka_error_destroy(error);
    return succeeded;
  };
  const auto lists_offsets = [&](int timeout) {
    std::int64_t low = 0;
    std::int64_t high = 0;
    return rd_kafka_query_watermark_offsets(producer.native_handle(), "events", 0, &low, &high,
                                            timeout) == RD_KAFKA_RESP_ERR_NO_ERROR;
  };
  const auto reads = [&](int timeout) {
    return !error_of(
        [&] { static_cast<void>(cluster.read("events", 0, std::chrono::milliseconds(timeout))); });
  };
  struct Kind {
    Request request;
    Errc error;
    std::function<bool(int)> succeeds;
  };
  const Kind kinds[] = {
      {Request::api_versions, Errc::transport, connects},
      {Request::find_coordinator, Errc::transport, gets_a_producer_id},
      {Request::init_producer_id, Errc::transport, gets_a_producer_id},
      {Request::list_offsets, Errc::topic_authorization_failed, lists_offsets},
      {Request::fetch, Errc::transport, reads},
  };
  for (const auto& [request, error, succeeds] : kinds) {
    cluster.fail_next(request, std::vector<Errc>(1000, error));
    EXPECT_FALSE(succeeds(300)) << static_cast<int>(request);
    cluster.clear_failures(request);
    EXPECT_TRUE(succeeds(60'000)) << static_cast<int>(request);
  }
}

TEST_F(MockCluster, AnswersATopicsMetadataWithTheError) {
  cluster.create_topic("events", 1);
  cluster.set_topic_error("events", Errc::unknown_topic_or_part);
  kafka::Producer impatient(config({{"topic.metadata.propagation.max.ms", "100"},
                                    {"topic.metadata.refresh.fast.interval.ms", "50"}}));
  EXPECT_EQ(outcome(impatient, {.topic = "events", .value = "x"}), Errc::unknown_topic_or_part);
}

TEST_F(MockCluster, DeniesAccessToATopicAsABrokerDoes) {
  cluster.set_topic_error("secret", Errc::topic_authorization_failed);
  kafka::Producer impatient(config({{"delivery.timeout.ms", "5000"}}));
  EXPECT_EQ(outcome(impatient, {.topic = "secret", .value = "x"}),
            Errc::topic_authorization_failed);
  EXPECT_EQ(outcome(impatient, {.topic = "secret", .value = "x"}),
            Errc::topic_authorization_failed);
  cluster.set_topic_error("secret", Errc::topic_authorization_failed);
}

TEST_F(MockCluster, RefusesToDenyAccessToATopicThatExistsAndToAllowItAgain) {
  cluster.create_topic("events", 1);
  const Error exists =
      error_of([&] { cluster.set_topic_error("events", Errc::topic_authorization_failed); });
  EXPECT_EQ(exists, Errc::invalid_arg);
  EXPECT_NE(exists.message().find("fail_next() with Request::produce"), std::string::npos);
  EXPECT_EQ(outcome({.topic = "events", .value = "x"}), Errc::no_error);
  cluster.fail_next(kafka::Request::produce, {Errc::topic_authorization_failed});
  EXPECT_EQ(outcome({.topic = "events", .value = "x"}), Errc::topic_authorization_failed);

  cluster.set_topic_error("secret", Errc::topic_authorization_failed);
  EXPECT_EQ(error_of([&] { cluster.set_topic_error("secret", Errc::no_error); }),
            Errc::invalid_arg);
}

TEST_F(MockCluster, StoresNothingWhileItsBrokersAreDown) {
  cluster.create_topic("events", 1);
  for (const int broker : {1, 2, 3}) cluster.broker_down(broker);
  producer.produce({.topic = "events", .value = "late"});
  EXPECT_EQ(producer.flush(200ms), 1U);
  EXPECT_EQ(error_of([&] { static_cast<void>(cluster.read("events", 0, 300ms)); }),
            Errc::timed_out);
  for (const int broker : {1, 2, 3}) cluster.broker_up(broker);
  EXPECT_EQ(producer.flush(30s), 0U);
  EXPECT_EQ(cluster.read("events", 1).size(), 1U);
}

TEST_F(MockCluster, MovesALeader) {
  cluster.create_topic("events", 1, 3);
  for (const int leader : {1, 2, 3}) {
    cluster.set_leader("events", 0, leader);
    EXPECT_EQ(outcome({.topic = "events", .value = "x"}), Errc::no_error);
  }
  EXPECT_EQ(cluster.read("events").size(), 3U);
}

TEST_F(MockCluster, DelaysAnswersByTheRoundTrip) {
  cluster.create_topic("events", 1);
  cluster.set_leader("events", 0, 1);
  EXPECT_EQ(outcome({.topic = "events", .value = "x"}), Errc::no_error);
  cluster.set_round_trip_time(1, 300ms);
  std::chrono::microseconds latency(0);
  producer.produce({.topic = "events",
                    .value = "x",
                    .callback = [&](const kafka::Error&, const kafka::Message& message) {
                      latency = message.latency();
                    }});
  producer.flush();
  EXPECT_GE(latency, 300ms);
}

TEST_F(MockCluster, ReadsALogThatHasLostItsOldestRecords) {
  cluster.create_topic("events", 1);
  const std::string value(500'000, 'x');
  for (int i = 0; i < 20; ++i) {
    producer.produce({.topic = "events", .key = std::to_string(i), .value = value});
    producer.flush();
  }
  const auto records = cluster.read("events");
  ASSERT_FALSE(records.empty());
  EXPECT_LT(records.size(), 20U);
  EXPECT_GT(records.front().offset, 0);
  EXPECT_EQ(records.back().offset, 19);
}

// librdkafka often waits for 500 ms before it sends a ListOffsets request.
TEST_F(MockCluster, ReadsWithoutListOffsetsRequests) {
  cluster.create_topic("events", 3);
  EXPECT_EQ(outcome({.topic = "events", .value = "x"}), Errc::no_error);
  cluster.fail_next(kafka::Request::list_offsets,
                    std::vector<Errc>(1000, Errc::not_leader_for_partition));
  EXPECT_EQ(cluster.read("events", 1, patience).size(), 1U);
}

// It used to take a second about every second time. A busy machine may delay a few of them.
TEST(MockClusterLifetime, EndsWithoutWaiting) {
  if (rd_kafka_version() < 0x02000000) GTEST_SKIP() << "librdkafka 1.9 has no hook for it";
  std::vector<Clock::duration> times;
  for (int i = 0; i < 16; ++i) {
    auto ending = std::make_unique<kafka::MockCluster>();
    const auto start = Clock::now();
    ending.reset();
    times.push_back(Clock::now() - start);
  }
  EXPECT_GE(std::count_if(times.begin(), times.end(), [](auto time) { return time < 400ms; }), 13);
}

#if RD_KAFKA_VERSION >= 0x020300ff
TEST_F(MockCluster, TellsTheRequestsThatItsBrokersReceived) {
  EXPECT_EQ(error_of([&] { static_cast<void>(cluster.requests()); }), Errc::state);
  cluster.create_topic("events", 1);
  cluster.set_leader("events", 0, 2);
  cluster.record_requests();
  EXPECT_EQ(outcome({.topic = "events", .value = "x"}), Errc::no_error);
  const auto requests = cluster.requests();
  const auto count = [](const auto& list, kafka::Request kind, int broker) {
    return std::count_if(list.begin(), list.end(), [&](const kafka::ReceivedRequest& request) {
      return request.request == kind && request.broker == broker;
    });
  };
  EXPECT_EQ(count(requests, kafka::Request::produce, 2), 1);
  EXPECT_EQ(count(requests, kafka::Request::produce, 1), 0);
  EXPECT_TRUE(std::is_sorted(requests.begin(), requests.end(),
                             [](const auto& a, const auto& b) { return a.time < b.time; }));
  cluster.record_requests();
  EXPECT_EQ(count(cluster.requests(), kafka::Request::produce, 2), 0);
}
#else
TEST_F(MockCluster, CannotTellRequestsWithAnOldLibrdkafka) {
  EXPECT_EQ(error_of([&] { cluster.record_requests(); }), Errc::not_implemented);
  EXPECT_EQ(error_of([&] { static_cast<void>(cluster.requests()); }), Errc::not_implemented);
}
#endif

TEST_F(MockCluster, RefusesWrongArguments) {
  EXPECT_EQ(error_of([] { kafka::MockCluster none(0); }), Errc::invalid_arg);
  EXPECT_EQ(error_of([&] { cluster.create_topic("", 1); }), Errc::topic_exception);
  EXPECT_EQ(error_of([&] { cluster.create_topic("events", 0); }), Errc::invalid_partitions);
  EXPECT_EQ(error_of([&] { cluster.create_topic("events", 1, 4); }),
            Errc::invalid_replication_factor);
  cluster.create_topic("events", 1);
  EXPECT_EQ(error_of([&] { cluster.create_topic("events", 1); }), Errc::topic_already_exists);
  EXPECT_EQ(error_of([&] { cluster.broker_down(4); }), Errc::invalid_arg);
  EXPECT_EQ(error_of([&] { cluster.broker_up(0); }), Errc::invalid_arg);
  EXPECT_EQ(error_of([&] { cluster.set_leader("events", 0, 4); }), Errc::invalid_arg);
  EXPECT_NE(error_of([&] { cluster.set_leader("events", 1, 1); }), Errc::no_error);
  EXPECT_EQ(error_of([&] { cluster.set_round_trip_time(1, -1ms); }), Errc::invalid_arg);
}

}  // namespace
