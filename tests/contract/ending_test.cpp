// Point 14 of the contract: close() and the destructor.

#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "support.hpp"

namespace {

using namespace support;

using Contract14 = Cluster;

TEST_F(Contract14, CloseGivesUpWhatADeadClusterLeaves) {
  cluster.create_topic("events", 1);
  kafka::Producer producer(config());
  warm_up(producer);
  cluster.broker_down(1);
  std::deque<Outcome> outcomes(10'000);
  for (Outcome& outcome : outcomes) {
    producer.produce("events", "key", "value", outcome.callback());
  }
  EXPECT_EQ(producer.close(1s), outcomes.size());
  for (const Outcome& outcome : outcomes) {
    EXPECT_EQ(outcome.calls, 1);
    EXPECT_TRUE(outcome.error);
  }
}

TEST_F(Contract14, CloseSendsHomeThreadsThatWait) {
  cluster.broker_down(1);
  kafka::Producer producer(config({{"queue.buffering.max.messages", "1"}}));
  producer.produce("events", "key", "value");
  std::atomic<int> started{0};
  std::vector<std::jthread> waiting;
  waiting.emplace_back([&] {
    ++started;
    producer.poll(1h);
  });
  waiting.emplace_back([&] {
    ++started;
    producer.flush(1h);
  });
  waiting.emplace_back([&] {
    ++started;
    EXPECT_EQ(producer.try_produce_for({.topic = "events"}, 1h), Errc::state);
  });
  ASSERT_TRUE(eventually([&] { return started == 3; }));
  EXPECT_EQ(producer.close(0ms), 1U);
  waiting.clear();
}

TEST_F(Contract14, NothingIsAcceptedAfterCloseByACallbackEither) {
  cluster.broker_down(1);
  kafka::Producer producer(config());
  std::vector<Errc> retries;
  for (int i = 0; i < 10; ++i) {
    producer.produce("events", "key", "value", [&](const Error&, const Message&) {
      retries.push_back(producer.try_produce({.topic = "events"}).code());
      retries.push_back(error_of([&] { producer.produce("events", "key", "again"); }).code());
    });
  }
  EXPECT_EQ(producer.close(0ms), 10U);
  EXPECT_EQ(retries, std::vector<Errc>(20, Errc::state));
  EXPECT_EQ(producer.try_produce({.topic = "events"}), Errc::state);
  EXPECT_EQ(producer.undelivered(), 0U);
}

TEST_F(Contract14, WhatIsAcceptedBesideACloseHasItsOutcome) {
  for (int round = 0; round < 20; ++round) {
    auto producer = std::make_unique<kafka::Producer>(config());
    std::atomic<int> called{0};
    std::atomic<int> accepted{0};
    std::atomic<int> started{0};
    std::vector<std::jthread> producing;
    for (int thread = 0; thread < 4; ++thread) {
      producing.emplace_back([&] {
        ++started;
        while (true) {
          const Error error = producer->try_produce(
              {.topic = "events", .value = "value", .callback = [&](const Error&, const Message&) {
                 ++called;
               }});
          if (!error) ++accepted;
          if (error == Errc::state) return;
        }
      });
    }
    ASSERT_TRUE(eventually([&] { return started == 4; }));
    producer->close(10ms);
    producing.clear();
    EXPECT_EQ(called, accepted);
    EXPECT_EQ(producer->undelivered(), 0U);
  }
}

TEST_F(Contract14, ACallbackThatProducesWithoutEndEndsWithClose) {
  kafka::Producer producer(config());
  std::atomic<int> called{0};
  std::atomic<int> accepted{0};
  std::function<void(const Error&, const Message&)> again = [&](const Error&, const Message&) {
    ++called;
    accepted += !producer.try_produce({.topic = "events", .value = "value", .callback = again});
  };
  accepted += !producer.try_produce({.topic = "events", .value = "value", .callback = again});
  EXPECT_TRUE(eventually([&] {
    producer.poll(10ms);
    return called > 10;
  }));
  producer.close();
  EXPECT_EQ(called, accepted);
}

TEST_F(Contract14, TheDestructorWaitsNoLongerThanItsTimeout) {
  cluster.broker_down(1);
  Outcome outcome;
  std::jthread later;
  {
    kafka::Producer producer(config());
    producer.set_close_timeout(0ms);
    producer.produce("events", "key", "value", outcome.callback());
    // Whoever waited would have it delivered.
    later = std::jthread([this] {
      std::this_thread::sleep_for(1s);
      cluster.broker_up(1);
    });
  }
  EXPECT_EQ(outcome.calls, 1);
  EXPECT_EQ(outcome.error, Errc::purge_queue);
}

TEST_F(Contract14, TheDestructorWaitsAsLongAsItsTimeout) {
  cluster.broker_down(1);
  Outcome outcome;
  std::jthread later;
  {
    kafka::Producer producer(config());
    producer.set_close_timeout(patience);
    producer.produce("events", "key", "value", outcome.callback());
    later = std::jthread([this] {
      std::this_thread::sleep_for(300ms);
      cluster.broker_up(1);
    });
  }
  EXPECT_EQ(outcome.calls, 1);
  EXPECT_FALSE(outcome.error) << outcome.error;
}

}  // namespace
