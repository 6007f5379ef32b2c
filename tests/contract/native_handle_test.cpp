// What a user may do with native_handle() without breaking the contract.

#include <librdkafka/rdkafka.h>

#include <memory>
#include <thread>
#include <vector>

#include "support.hpp"

namespace {

using namespace support;

using NativeHandle = Cluster;

using Serve = void(rd_kafka_t*);
struct NativeHandleThatServes : Cluster, testing::WithParamInterface<Serve*> {};

// The thread that serves through the handle runs callbacks too, and takes its turn for each.
TEST_P(NativeHandleThatServes, RunsOneCallbackAtATimeAndKeepsTheCounts) {
  cluster.create_topic("events", 4);
  kafka::Producer producer(config({{"linger.ms", "0"}}));
  std::atomic<int> inside{0};
  std::atomic<int> most{0};
  std::atomic<int> calls{0};
  std::atomic<bool> done{false};
  std::vector<std::jthread> threads;
  threads.emplace_back([&] {
    while (!done) producer.poll(1ms);
  });
  threads.emplace_back([&] {
    while (!done) GetParam()(producer.native_handle());
  });
  constexpr int records = 3000;
  for (int i = 0; i < records; ++i) {
    producer.produce("events", "key", "value", [&, i](const Error&, const Message&) {
      most = std::max<int>(most, ++inside);
      if (i % 10 == 0) std::this_thread::sleep_for(1ms);
      --inside;
      ++calls;
    });
  }
  EXPECT_TRUE(eventually([&] { return producer.undelivered() == 0; }));
  EXPECT_EQ(calls, records);
  producer.produce("events", "key", "value");
  producer.close();
  done = true;
  threads.clear();
  EXPECT_EQ(most, 1);
  EXPECT_EQ(producer.undelivered(), 0U);
}

INSTANTIATE_TEST_SUITE_P(By, NativeHandleThatServes,
                         testing::Values([](rd_kafka_t* handle) { rd_kafka_poll(handle, 1); },
                                         [](rd_kafka_t* handle) { rd_kafka_flush(handle, 1); }));

TEST_F(NativeHandle, ATransactionBesideAThreadThatPollsKeepsTheContract) {
  cluster.create_topic("events", 4);
  kafka::Producer producer(config({{"transactional.id", "id"}}));
  rd_kafka_t* const handle = producer.native_handle();
  const auto succeeds = [](rd_kafka_error_t* error) {
    const Error adopted = Error::adopt(error);
    EXPECT_FALSE(adopted) << adopted;
  };
  succeeds(rd_kafka_init_transactions(handle, 60'000));
  std::atomic<int> inside{0};
  std::atomic<int> most{0};
  std::atomic<int> calls{0};
  std::atomic<bool> done{false};
  std::jthread polling([&] {
    while (!done) producer.poll(1ms);
  });
  constexpr int transactions = 5;
  constexpr int records = 500;
  for (int i = 0; i < transactions; ++i) {
    succeeds(rd_kafka_begin_transaction(handle));
    for (int j = 0; j < records; ++j) {
      producer.produce("events", "key", "value", [&](const Error&, const Message&) {
        most = std::max<int>(most, ++inside);
        std::this_thread::yield();
        --inside;
        ++calls;
      });
    }
    succeeds(rd_kafka_commit_transaction(handle, 60'000));
  }
  EXPECT_TRUE(eventually([&] { return producer.undelivered() == 0; }));
  EXPECT_EQ(producer.close(), 0U);
  done = true;
  EXPECT_EQ(most, 1);
  EXPECT_EQ(calls, transactions * records);
}

TEST_F(NativeHandle, ARecordProducedThroughItIsNotCounted) {
  kafka::Producer producer(config());
  warm_up(producer);
  const std::unique_ptr<rd_kafka_topic_t, decltype(&rd_kafka_topic_destroy)> topic(
      rd_kafka_topic_new(producer.native_handle(), "events", nullptr), rd_kafka_topic_destroy);
  char value[] = "value";
  ASSERT_EQ(rd_kafka_produce(topic.get(), 0, RD_KAFKA_MSG_F_COPY, value, 5, nullptr, 0, nullptr),
            0);
  EXPECT_EQ(producer.undelivered(), 0U);
  Outcome outcome;
  producer.produce("events", "key", "value", outcome.callback());
  EXPECT_EQ(producer.flush(patience), 0U);
  EXPECT_EQ(outcome.calls, 1);
  EXPECT_EQ(cluster.read("events", 3, patience).size(), 3U);
  EXPECT_EQ(producer.undelivered(), 0U);
}

// Reports that go elsewhere never come to their callbacks.
TEST_F(NativeHandle, ClosingEndsThoughTheReportsGoToAnotherQueue) {
  std::atomic<int> logged{0};
  kafka::Producer producer(config({{"log_level", "6"}}),
                           {.on_log = [&](int, std::string_view, std::string_view text) {
                             logged += text.find("delivery reports") != std::string_view::npos;
                           }});
  warm_up(producer);
  rd_kafka_queue_t* const main = rd_kafka_queue_get_main(producer.native_handle());
  rd_kafka_queue_t* const other = rd_kafka_queue_new(producer.native_handle());
  rd_kafka_queue_forward(main, other);
  producer.produce("events", "key", "value");
  ASSERT_EQ(cluster.read("events", 2, patience).size(), 2U);
  rd_kafka_event_t* const event = rd_kafka_queue_poll(other, 10'000);
  if (event != nullptr) rd_kafka_event_destroy(event);
  rd_kafka_queue_forward(main, nullptr);
  rd_kafka_queue_destroy(other);
  rd_kafka_queue_destroy(main);
  const std::size_t lost = producer.undelivered();
  EXPECT_EQ(producer.close(100ms), lost);
  EXPECT_EQ(logged > 0, lost > 0);
}

TEST_F(NativeHandle, PurgingThroughItLosesNoOutcome) {
  cluster.broker_down(1);
  kafka::Producer producer(config());
  std::deque<Outcome> outcomes(100);
  for (Outcome& outcome : outcomes) {
    producer.produce("events", "key", "value", outcome.callback());
  }
  rd_kafka_purge(producer.native_handle(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  EXPECT_EQ(producer.flush(patience), 0U);
  for (const Outcome& outcome : outcomes) EXPECT_EQ(outcome.error, Errc::purge_queue);
}

TEST_F(NativeHandle, WhatACallbackThrowsThereComesOutOfTheNextCall) {
  kafka::Producer producer(config());
  producer.produce("events", "key", "value",
                   [](const Error&, const Message&) { throw std::runtime_error("on purpose"); });
  EXPECT_TRUE(eventually([&] {
    rd_kafka_poll(producer.native_handle(), 10);
    return producer.undelivered() == 0;
  }));
  EXPECT_THROW(producer.poll(), std::runtime_error);
  EXPECT_NO_THROW(producer.poll());
}

}  // namespace
