// Points 9 to 13 of the contract: what an outcome says, when it comes, and that it is true.

#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <map>
#include <vector>

#include "support.hpp"

namespace {

using namespace support;

// ---- 9. What was delivered can be read back byte for byte at the reported place.

using Contract09 = Cluster;

TEST_F(Contract09, BytesAreReadBackWhereTheReportSaid) {
  cluster.create_topic("events", 3);
  kafka::Producer producer(config());
  std::string every_byte;
  for (int i = 0; i < 256; ++i) every_byte.push_back(static_cast<char>(i));
  const std::vector<std::optional<std::string>> contents{std::nullopt, "", std::string(1, '\0'),
                                                         every_byte, std::string(100'000, 'x')};
  std::deque<Outcome> outcomes;
  for (const auto& key : contents) {
    for (const auto& value : contents) {
      auto key_view = key;
      auto value_view = value;
      producer.produce({.topic = "events",
                        .key = key_view,
                        .value = value_view,
                        .headers = {{"key", key_view}, {"value", value_view}},
                        .callback = outcomes.emplace_back().callback()});
      producer.produce("events", key_view, value_view, outcomes.emplace_back().callback());
      // From here on the bytes are the caller's again.
      for (auto* bytes : {&key_view, &value_view}) {
        if (*bytes) (*bytes)->assign((*bytes)->size(), '!');
      }
    }
  }
  EXPECT_EQ(producer.flush(patience), 0U);
  std::map<std::pair<std::int32_t, std::int64_t>, kafka::StoredRecord> log;
  for (auto& record : cluster.read("events", outcomes.size())) {
    log[{record.partition, record.offset}] = record;
  }
  ASSERT_EQ(log.size(), outcomes.size());
  std::size_t i = 0;
  for (const auto& key : contents) {
    for (const auto& value : contents) {
      for (const bool headers : {true, false}) {
        const Outcome& outcome = outcomes[i++];
        ASSERT_FALSE(outcome.error) << outcome.error;
        const auto& record = log.at({outcome.metadata.partition, outcome.metadata.offset});
        EXPECT_EQ(record.key, key);
        EXPECT_EQ(record.value, value);
        ASSERT_EQ(record.headers.size(), headers ? 2U : 0U);
        if (headers) {
          EXPECT_EQ(record.headers[0].value, key);
          EXPECT_EQ(record.headers[1].value, value);
        }
      }
    }
  }
}

// ---- 10. Failure carries the error and whether the record may be in the log.

using Contract10 = Cluster;

TEST_F(Contract10, WhatNeverLeftIsNotPersisted) {
  cluster.broker_down(1);
  kafka::Producer producer(config());
  Outcome outcome;
  producer.produce("events", "key", "value", outcome.callback());
  producer.purge();
  EXPECT_EQ(outcome.error, Errc::purge_queue);
  EXPECT_EQ(outcome.metadata.persistence, Persistence::not_persisted);
}

TEST_F(Contract10, WhatTheBrokerRefusedIsNotPersisted) {
  cluster.create_topic("events", 1);
  kafka::Producer producer(config());
  cluster.fail_next(kafka::Request::produce, {Errc::msg_size_too_large});
  Outcome outcome;
  producer.produce("events", "key", "value", outcome.callback());
  EXPECT_EQ(producer.flush(patience), 0U);
  EXPECT_EQ(outcome.error, Errc::msg_size_too_large);
  EXPECT_EQ(outcome.metadata.persistence, Persistence::not_persisted);
  EXPECT_TRUE(cluster.read("events").empty());
}

TEST_F(Contract10, WhatLostItsAcknowledgementIsPossiblyPersisted) {
  cluster.create_topic("events", 1);
  kafka::Producer producer(config({{"retries", "0"}, {"message.timeout.ms", "3000"}}));
  warm_up(producer);
  cluster.set_round_trip_time(1, 60s);
  Outcome outcome;
  producer.produce("events", "key", "value", outcome.callback());
  EXPECT_EQ(producer.flush(patience), 0U);
  EXPECT_TRUE(outcome.error);
  EXPECT_EQ(outcome.metadata.persistence, Persistence::possibly_persisted);
  cluster.set_round_trip_time(1, 0ms);
  EXPECT_EQ(cluster.read("events", 2, patience).size(), 2U) << "it was in the log all the same";
}

TEST_F(Contract10, WhatWasDeliveredIsPersisted) {
  kafka::Producer producer(config());
  Outcome outcome;
  producer.produce("events", "key", "value", outcome.callback());
  EXPECT_EQ(producer.flush(patience), 0U);
  EXPECT_EQ(outcome.metadata.persistence, Persistence::persisted);
}

// ---- 11. While somebody polls, every outcome comes within the delivery timeout. (The two seconds
// on top are librdkafka's; on a loaded machine they get longer, so that they are not asserted.)

using Contract11 = Cluster;

TEST_F(Contract11, OutcomesComeWhenTheDeliveryTimeoutIsOver) {
  cluster.create_topic("events", 1);
  kafka::Producer producer(config({{"delivery.timeout.ms", "1000"}}));
  warm_up(producer);
  cluster.set_round_trip_time(1, 300s);
  std::deque<Outcome> outcomes(100);
  for (Outcome& outcome : outcomes) {
    producer.produce("events", "key", "value", outcome.callback());
  }
  EXPECT_TRUE(eventually([&] {
    producer.poll(100ms);
    return producer.undelivered() == 0;
  }));
  for (const Outcome& outcome : outcomes) EXPECT_EQ(outcome.error, Errc::msg_timed_out);
}

// ---- 12. What was acknowledged is in the log, in order for each key.

struct Contract12 : Cluster {
  kafka::MockCluster three{3};
};

TEST_F(Contract12, AcknowledgedIsInTheLogInOrderWhileLeadersMove) {
  three.create_topic("events", 4, 3);
  kafka::Producer producer(config({{"bootstrap.servers", three.bootstrap_servers()},
                                   {"enable.idempotence", "true"},
                                   {"linger.ms", "1"}}));
  std::deque<Outcome> outcomes;
  constexpr int rounds = 6;
  constexpr int each = 200;
  for (int round = 0; round < rounds; ++round) {
    for (int i = 0; i < each; ++i) {
      const std::string number = std::to_string(outcomes.size());
      producer.produce("events", "key-" + std::to_string(i % 10), number,
                       outcomes.emplace_back().callback());
      producer.poll();
    }
    for (int partition = 0; partition < 4; ++partition) {
      three.set_leader("events", partition, round % 3 + 1);
    }
  }
  EXPECT_EQ(producer.flush(patience), 0U);
  std::map<std::pair<std::int32_t, std::int64_t>, std::string> log;
  std::map<std::string, int> last;
  for (const auto& record : three.read("events", rounds * each, patience)) {
    log[{record.partition, record.offset}] = *record.value;
    const int number = std::stoi(*record.value);
    const auto [at, first] = last.try_emplace(*record.key, number);
    // The mock cluster does not drop duplicates, which follow what they repeat.
    EXPECT_TRUE(first || at->second < number || at->second == number);
    at->second = std::max(at->second, number);
  }
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    ASSERT_EQ(outcomes[i].calls, 1);
    ASSERT_FALSE(outcomes[i].error) << outcomes[i].error;
    EXPECT_EQ((log[{outcomes[i].metadata.partition, outcomes[i].metadata.offset}]),
              std::to_string(i));
  }
}

// ---- 13. A fatal error is sticky and visible.

using Contract13 = Cluster;

TEST_F(Contract13, AFatalErrorStaysAndIsTold) {
  std::vector<Error> told;
  kafka::Producer producer(config({{"enable.idempotence", "true"}}),
                           {.on_error = [&](const Error& error) { told.push_back(error); }});
  Outcome outcome;
  producer.produce("events", "key", "value", outcome.callback());
  rd_kafka_test_fatal_error(producer.native_handle(),
                            RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER, "a gap");
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(producer.fatal_error(), Errc::out_of_order_sequence_number);
    EXPECT_EQ(producer.try_produce({.topic = "events"}), Errc::fatal);
    EXPECT_EQ(producer.try_produce({.topic = "events", .headers = {{"a", "b"}}}), Errc::fatal);
    EXPECT_EQ(error_of([&] { producer.produce("events", "key", "value"); }), Errc::fatal);
    producer.flush(100ms);
  }
  producer.close(100ms);
  EXPECT_EQ(outcome.calls, 1);
  ASSERT_FALSE(told.empty());
  EXPECT_TRUE(std::any_of(told.begin(), told.end(), [](const Error& error) {
    return error.fatal() && error == Errc::out_of_order_sequence_number;
  }));
}

}  // namespace
