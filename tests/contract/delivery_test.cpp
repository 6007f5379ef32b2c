// Points 1 to 3 of the contract: that each accepted record has one outcome, and a refused one none.

#include <memory>
#include <thread>
#include <vector>

#include "support.hpp"

namespace {

using namespace support;

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

/// A callback that uses librdkafka on this thread whenever it moves.
struct UsesLibrdkafka {
  explicit UsesLibrdkafka(kafka::Producer& used) : other(&used) {}
  UsesLibrdkafka(UsesLibrdkafka&& from) noexcept : other(from.other) { use(); }
  ~UsesLibrdkafka() { use(); }
  void operator()(const Error&, const Message&) const { ADD_FAILURE() << "called"; }
  void use() const { EXPECT_FALSE(other->try_produce({.topic = "others"})); }
  kafka::Producer* other;
};

TEST_F(Contract02, ARefusedRecordIsReportedWhateverItsCallbackDoesWhenItMoves) {
  kafka::Producer other(config());
  ASSERT_FALSE(other.try_produce({.topic = "others"}));
  kafka::Producer producer(config({{"queue.buffering.max.messages", "1"}}));
  producer.produce("events", "key", "value");
  EXPECT_EQ(error_of([&] { producer.produce("events", "key", "value", UsesLibrdkafka(other)); }),
            Errc::queue_full);
  Record plain{.topic = "events", .callback = UsesLibrdkafka(other)};
  EXPECT_EQ(producer.try_produce(plain), Errc::queue_full);
  EXPECT_TRUE(plain.callback);
  Record owned{.topic = "events",
               .value = kafka::owned(std::string("value")),
               .callback = UsesLibrdkafka(other)};
  EXPECT_EQ(producer.try_produce(owned), Errc::queue_full);
  EXPECT_TRUE(owned.callback);
  std::vector<Record> batch(3);
  for (Record& record : batch) {
    record.topic = "events";
    record.callback = UsesLibrdkafka(other);
  }
  const auto refused = producer.try_produce_batch(batch);
  ASSERT_EQ(refused.size(), 3U);
  for (const kafka::Refused& one : refused) EXPECT_EQ(one.error, Errc::queue_full);
  EXPECT_EQ(producer.flush(patience), 0U);
}

TEST_F(Contract02, TheRefusedRecordsOfABatchAreLeftAsTheyWere) {
  kafka::Producer producer(config({{"queue.buffering.max.messages", "2"}}));
  const auto token = std::make_shared<int>();
  int calls = 0;
  std::vector<Record> records;
  for (const auto* topic : {"events", "no good name", "events", "events", "events"}) {
    records.push_back({.topic = topic,
                       .value = kafka::owned(std::string("value")),
                       .callback = [token, &calls](const Error&, const Message&) { ++calls; }});
  }
  const auto refused = producer.try_produce_batch(records);
  ASSERT_EQ(refused.size(), 3U);
  const std::size_t indices[] = {1, 3, 4};
  for (std::size_t i = 0; i < refused.size(); ++i) {
    EXPECT_EQ(refused[i].index, indices[i]);
    EXPECT_EQ(refused[i].error, i == 0 ? Errc::topic_exception : Errc::queue_full);
    EXPECT_TRUE(records[indices[i]].callback);
    EXPECT_EQ(records[indices[i]].value.text(), "value");
  }
  EXPECT_EQ(producer.undelivered(), 2U);
  EXPECT_EQ(producer.flush(patience), 0U);
  EXPECT_EQ(calls, 2);
  records.clear();
  EXPECT_EQ(token.use_count(), 1);
  EXPECT_EQ(calls, 2);
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

}  // namespace
