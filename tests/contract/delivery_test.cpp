// Points 1, 2, 3 and 9 to 13 of the contract: what becomes of a record.

#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <map>
#include <memory>
#include <thread>
#include <vector>

#include "contract.hpp"

namespace {

using namespace contract;

// ---- 1. Every accepted message's callback runs exactly once.

using Contract01 = Cluster;

/// Produces `count` records whose callbacks share `alive`, so that one that is not destroyed shows.
void produce_many(kafka::Producer& producer, std::deque<Outcome>& outcomes, int count,
                  const std::shared_ptr<int>& alive) {
  for (int i = 0; i < count; ++i) {
    Outcome& outcome = outcomes.emplace_back();
    producer.produce("events", "key-" + std::to_string(i), "value",
                     [&outcome, alive](const Error& error, const Message& message) {
                       outcome.error = error;
                       outcome.metadata = message.metadata();
                       ++outcome.calls;
                     });
  }
}

void expect_once(const std::deque<Outcome>& outcomes, const std::shared_ptr<int>& alive,
                 Errc code) {
  for (const Outcome& outcome : outcomes) {
    EXPECT_EQ(outcome.calls, 1);
    EXPECT_EQ(outcome.error, code);
  }
  EXPECT_EQ(alive.use_count(), 1) << "a callback was not destroyed";
}

TEST_F(Contract01, CallbacksRunOnceOnDelivery) {
  const auto alive = std::make_shared<int>();
  std::deque<Outcome> outcomes;
  kafka::Producer producer(config());
  produce_many(producer, outcomes, 1000, alive);
  EXPECT_EQ(producer.flush(patience), 0U);
  producer.close();
  expect_once(outcomes, alive, Errc::no_error);
}

TEST_F(Contract01, CallbacksRunOnceOnFailure) {
  const auto alive = std::make_shared<int>();
  std::deque<Outcome> outcomes;
  kafka::Producer producer(config());
  cluster.fail_next(kafka::Request::produce, std::vector<Errc>(1000, Errc::msg_size_too_large));
  produce_many(producer, outcomes, 100, alive);
  EXPECT_EQ(producer.flush(patience), 0U);
  expect_once(outcomes, alive, Errc::msg_size_too_large);
}

TEST_F(Contract01, CallbacksRunOnceOnPurge) {
  const auto alive = std::make_shared<int>();
  std::deque<Outcome> outcomes;
  cluster.broker_down(1);
  kafka::Producer producer(config());
  produce_many(producer, outcomes, 100, alive);
  EXPECT_EQ(producer.purge(), 100U);
  expect_once(outcomes, alive, Errc::purge_queue);
  EXPECT_EQ(producer.undelivered(), 0U);
}

TEST_F(Contract01, CallbacksRunOnceOnClose) {
  const auto alive = std::make_shared<int>();
  std::deque<Outcome> outcomes;
  cluster.broker_down(1);
  kafka::Producer producer(config());
  produce_many(producer, outcomes, 100, alive);
  EXPECT_EQ(producer.close(0ms), 100U);
  expect_once(outcomes, alive, Errc::purge_queue);
}

TEST_F(Contract01, CallbacksRunOnceInTheDestructor) {
  const auto alive = std::make_shared<int>();
  std::deque<Outcome> outcomes;
  {
    kafka::Producer producer(config());
    produce_many(producer, outcomes, 100, alive);
  }
  expect_once(outcomes, alive, Errc::no_error);
  cluster.broker_down(1);
  outcomes.clear();
  {
    kafka::Producer producer(config());
    producer.set_close_timeout(10ms);
    produce_many(producer, outcomes, 100, alive);
  }
  expect_once(outcomes, alive, Errc::purge_queue);
}

TEST_F(Contract01, CallbacksRunOnceWhenTheClusterIsDown) {
  const auto alive = std::make_shared<int>();
  std::deque<Outcome> outcomes;
  cluster.broker_down(1);
  kafka::Producer producer(config({{"message.timeout.ms", "500"}}));
  produce_many(producer, outcomes, 100, alive);
  EXPECT_EQ(producer.flush(patience), 0U);
  expect_once(outcomes, alive, Errc::msg_timed_out);
}

// ---- 2. A rejected message returns the error; its callback is never called, nothing leaks.

using Contract02 = Cluster;

TEST_F(Contract02, ARefusedRecordIsLeftAsItWas) {
  kafka::Producer producer(config({{"queue.buffering.max.messages", "1"}}));
  producer.produce("events", "key", "first");
  auto token = std::make_shared<int>();
  int calls = 0;
  Record record{.topic = "events",
                .key = "key",
                .value = kafka::owned(std::string("second")),
                .headers = {{"name", "value"}},
                .partition = 0,
                .callback = [token, &calls](const Error&, const Message&) { ++calls; }};
  for (int i = 0; i < 100; ++i) EXPECT_EQ(producer.try_produce(record), Errc::queue_full);
  EXPECT_EQ(producer.undelivered(), 1U);
  EXPECT_EQ(calls, 0);
  EXPECT_EQ(token.use_count(), 2);
  EXPECT_EQ(record.value.text(), "second");
  ASSERT_EQ(record.headers.size(), 1U);
  EXPECT_FALSE(producer.try_produce_for(record, patience));
  EXPECT_EQ(producer.flush(patience), 0U);
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(token.use_count(), 1);
  EXPECT_EQ(cluster.read("events", 2).size(), 2U);
}

TEST_F(Contract02, ARefusedCallbackIsDestroyedWithoutRunning) {
  kafka::Producer producer(config());
  auto token = std::make_shared<int>();
  int calls = 0;
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(error_of([&] {
                producer.produce("no good name", "key", "value",
                                 [token, &calls](const Error&, const Message&) { ++calls; });
              }),
              Errc::topic_exception);
  }
  EXPECT_EQ(token.use_count(), 1);
  producer.close();
  EXPECT_EQ(calls, 0);
}

// ---- 3. Producing never waits. Where it did, these tests would not end.

using Contract03 = Cluster;

TEST_F(Contract03, ProducingIntoAFullQueueDoesNotWait) {
  cluster.broker_down(1);
  kafka::Producer producer(config({{"queue.buffering.max.messages", "10"}}));
  int refused = 0;
  for (int i = 0; i < 1000; ++i) {
    refused += producer.try_produce({.topic = "events", .value = "value"}) == Errc::queue_full;
    refused += error_of([&] { producer.produce("events", "key", "value"); }) == Errc::queue_full;
    refused += producer.try_produce({.topic = "events", .headers = {{"name", "value"}}}) ==
               Errc::queue_full;
  }
  EXPECT_EQ(refused, 3000 - 10);
  producer.purge();
}

TEST_F(Contract03, ProducingDoesNotWaitForWhoServes) {
  kafka::Producer producer(config());
  std::atomic<bool> inside{false};
  std::atomic<bool> go_on{false};
  producer.produce("events", "key", "value", [&](const Error&, const Message&) {
    inside = true;
    EXPECT_TRUE(eventually([&] { return go_on.load(); }));
  });
  std::jthread serving([&] { producer.flush(patience); });
  ASSERT_TRUE(eventually([&] { return inside.load(); }));
  for (int i = 0; i < 100; ++i) producer.produce("events", "key", "value");
  go_on = true;
}

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
      producer.produce({.topic = "events",
                        .key = key,
                        .value = value,
                        .headers = {{"key", key}, {"value", value}},
                        .callback = outcomes.emplace_back().callback()});
      producer.produce("events", key, value, outcomes.emplace_back().callback());
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
