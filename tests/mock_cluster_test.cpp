#include <gtest/gtest.h>

#include <kafka/mock_cluster.hpp>
#include <kafka/producer.hpp>

namespace {

using namespace std::chrono_literals;
using kafka::Errc;

template <class Call>
Errc error_of(Call call) {
  try {
    call();
  } catch (const kafka::Exception& exception) {
    return exception.error().code();
  }
  return Errc::no_error;
}

struct MockCluster : testing::Test {
  kafka::MockCluster cluster{3};
  kafka::Producer producer{
      {{"bootstrap.servers", cluster.bootstrap_servers()}, {"log_level", "0"}}};

  Errc outcome(kafka::Record record) {
    Errc code = Errc::in_progress;
    record.callback = [&](const kafka::Error& error, const kafka::Message&) {
      code = error.code();
    };
    if (const kafka::Error refused = producer.try_produce(record)) return refused.code();
    producer.flush(20s);
    return code;
  }
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

TEST_F(MockCluster, AnswersATopicsMetadataWithTheError) {
  cluster.create_topic("events", 1);
  cluster.set_topic_error("events", Errc::unknown_topic_or_part);
  kafka::Producer impatient({{"bootstrap.servers", cluster.bootstrap_servers()},
                             {"topic.metadata.propagation.max.ms", "100"},
                             {"topic.metadata.refresh.fast.interval.ms", "50"},
                             {"log_level", "0"}});
  Errc code = Errc::no_error;
  impatient.produce("events", "key", "value",
                    [&](const kafka::Error& error, const kafka::Message&) { code = error.code(); });
  EXPECT_EQ(impatient.flush(20s), 0U);
  EXPECT_EQ(code, Errc::unknown_topic_or_part);
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
