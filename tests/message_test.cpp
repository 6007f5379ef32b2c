#include <gtest/gtest.h>

#include <kafka/message.hpp>
#include <kafka/mock_cluster.hpp>
#include <kafka/producer.hpp>
#include <sstream>

namespace {

using namespace std::chrono_literals;
using kafka::Error;
using kafka::Message;
using kafka::Persistence;

struct MessageTest : testing::Test {
  kafka::MockCluster cluster;
  kafka::Producer producer{
      {{"bootstrap.servers", cluster.bootstrap_servers()}, {"log_level", "0"}}};
};

TEST_F(MessageTest, IsTheRecordWithItsOutcome) {
  cluster.create_topic("events", 2);
  const auto time = std::chrono::sys_days(std::chrono::year(2025) / 1 / 15) + 10h;
  bool called = false;
  producer.produce({.topic = "events",
                    .key = std::string("k\0y", 3),
                    .value = "value",
                    .headers = {{"a", "1"}, {"a", nullptr}, {"b", ""}},
                    .partition = 1,
                    .timestamp = time,
                    .callback = [&](const Error& error, const Message& message) {
                      called = true;
                      EXPECT_FALSE(error);
                      EXPECT_EQ(message.topic(), "events");
                      EXPECT_EQ(message.partition(), 1);
                      EXPECT_EQ(message.offset(), 0);
                      EXPECT_TRUE(message.has_key());
                      EXPECT_EQ(message.key(), std::string_view("k\0y", 3));
                      EXPECT_TRUE(message.has_value());
                      EXPECT_EQ(message.value(), "value");
                      // The mock cluster answers with an append time that it has made up.
                      EXPECT_TRUE(message.timestamp());
                      EXPECT_GT(message.latency(), 0us);
                      EXPECT_EQ(message.persistence(), Persistence::persisted);
                      const auto headers = message.headers();
                      ASSERT_EQ(headers.size(), 3U);
                      EXPECT_EQ(headers[0].name, "a");
                      EXPECT_EQ(headers[0].value, kafka::BytesView("1"));
                      EXPECT_TRUE(headers[1].value.is_null());
                      EXPECT_EQ(headers[2].value, kafka::BytesView(""));
                    }});
  EXPECT_EQ(producer.flush(20s), 0U);
  EXPECT_TRUE(called);
}

TEST_F(MessageTest, KeepsNullApartFromEmpty) {
  int called = 0;
  producer.produce("events", nullptr, nullptr, [&](const Error&, const Message& message) {
    ++called;
    EXPECT_FALSE(message.has_key());
    EXPECT_FALSE(message.has_value());
    EXPECT_TRUE(message.headers().empty());
  });
  producer.produce("events", "", "", [&](const Error&, const Message& message) {
    ++called;
    EXPECT_TRUE(message.has_key());
    EXPECT_TRUE(message.has_value());
  });
  EXPECT_EQ(producer.flush(20s), 0U);
  EXPECT_EQ(called, 2);
}

TEST_F(MessageTest, LeavesACopyThatMayBeKept) {
  kafka::RecordMetadata kept;
  producer.produce("events", "key", "value",
                   [&](const Error&, const Message& message) { kept = message.metadata(); });
  EXPECT_EQ(producer.flush(20s), 0U);
  EXPECT_EQ(kept.topic, "events");
  EXPECT_GE(kept.partition, 0);
  EXPECT_EQ(kept.offset, 0);
  EXPECT_EQ(kept.persistence, Persistence::persisted);
  EXPECT_TRUE(kept.timestamp);
}

TEST_F(MessageTest, OfAFailureTellsThatItWasNeverSent) {
  cluster.broker_down(1);
  kafka::RecordMetadata kept{.persistence = Persistence::persisted};
  Error outcome;
  producer.produce("events", "key", "value", [&](const Error& error, const Message& message) {
    outcome = error;
    kept = message.metadata();
    EXPECT_EQ(message.key(), "key");
    EXPECT_EQ(message.value(), "value");
  });
  EXPECT_EQ(producer.purge(), 1U);
  EXPECT_EQ(outcome, kafka::Errc::purge_queue);
  EXPECT_EQ(kept.offset, -1);
  EXPECT_EQ(kept.persistence, Persistence::not_persisted);
}

TEST_F(MessageTest, OfARefusedBatchHasNoOffset) {
  cluster.create_topic("events", 1);
  kafka::Producer lingering({{"bootstrap.servers", cluster.bootstrap_servers()},
                             {"linger.ms", "60000"},
                             {"log_level", "0"}});
  // Once the topic is known, the records that linger make one batch.
  lingering.produce("events", "key", "warm-up");
  ASSERT_EQ(lingering.flush(20s), 0U);
  cluster.fail_next(kafka::Request::produce, {kafka::Errc::invalid_record});
  int called = 0;
  for (int i = 0; i < 3; ++i) {
    lingering.produce("events", "key", "value", [&](const Error& error, const Message& message) {
      ++called;
      EXPECT_EQ(error, kafka::Errc::invalid_record);
      EXPECT_EQ(message.offset(), -1);
      EXPECT_EQ(message.metadata().offset, -1);
    });
  }
  EXPECT_EQ(lingering.flush(20s), 0U);
  EXPECT_EQ(called, 3);
}

TEST_F(MessageTest, OfAnUnacknowledgedRecordTellsThatItMayBeInTheLog) {
  cluster.create_topic("events", 1);
  producer.produce("events", "key", "first");
  ASSERT_EQ(producer.flush(20s), 0U);
  cluster.set_round_trip_time(1, 60s);
  Persistence persistence = Persistence::not_persisted;
  producer.produce("events", "key", "second", [&](const Error& error, const Message& message) {
    EXPECT_TRUE(error);
    persistence = message.persistence();
  });
  producer.flush(3s);  // which is long enough to send it, on a slow machine too
  EXPECT_EQ(producer.purge(), 1U);
  EXPECT_EQ(persistence, Persistence::possibly_persisted);
  cluster.set_round_trip_time(1, 0ms);
  EXPECT_EQ(cluster.read("events", 2).size(), 2U);
}

TEST(Persistence, IsPrintedAsWords) {
  std::ostringstream stream;
  stream << Persistence::not_persisted << ", " << Persistence::possibly_persisted << ", "
         << Persistence::persisted;
  EXPECT_EQ(stream.str(), "not persisted, possibly persisted, persisted");
}

}  // namespace
