// How calls wait: never longer than they were told, asleep, and woken by what they wait for.

#include <sys/resource.h>

#include <functional>
#include <kafka/background_poller.hpp>
#include <memory>
#include <thread>
#include <vector>

#include "support.hpp"

namespace {

using namespace support;

/// A producer whose hook takes longer than the time until it is called again.
struct SlowHook : Cluster {
  kafka::Producer make() {
    return kafka::Producer(config({{"statistics.interval.ms", "50"}}),
                           {.on_statistics = [this](std::string_view) {
                             ++calls;
                             std::this_thread::sleep_for(80ms);
                           }});
  }
  std::atomic<int> calls{0};
};

// Without the fix these never return; the test's time limit ends them.
TEST_F(SlowHook, KeepsNoMemberFromReturning) {
  kafka::Producer producer = make();
  ASSERT_TRUE(eventually([&] {
    producer.poll();
    return calls > 0;
  }));
  producer.poll(100ms);
  producer.produce("events", "key", "value");
  EXPECT_EQ(producer.flush(), 0U);
  EXPECT_EQ(producer.flush(100ms), 0U);
  EXPECT_EQ(producer.purge(), 0U);
  EXPECT_FALSE(producer.try_produce_for({.topic = "events"}, 100ms));
  EXPECT_EQ(producer.close(), 0U);
}

TEST_F(SlowHook, KeepsNoRecordWaitingForRoom) {
  cluster.broker_down(1);
  kafka::Producer producer(
      config({{"statistics.interval.ms", "50"}, {"queue.buffering.max.messages", "1"}}),
      {.on_statistics = [](std::string_view) { std::this_thread::sleep_for(80ms); }});
  producer.produce("events", "key", "value");
  for (const auto timeout : {0ms, 1ms, 300ms}) {
    EXPECT_EQ(producer.try_produce_for({.topic = "events"}, timeout), Errc::queue_full);
  }
  EXPECT_EQ(producer.flush(300ms), 1U);
  EXPECT_EQ(producer.purge(), 1U);
}

TEST_F(SlowHook, KeepsNoBackgroundPollerFromEnding) {
  kafka::Producer producer = make();
  {
    const kafka::BackgroundPoller poller(producer);
    ASSERT_TRUE(eventually([&] { return calls > 1; }));
  }
  const int before = calls;
  std::this_thread::sleep_for(100ms);
  EXPECT_EQ(calls, before);
}

using Poll = Cluster;

TEST_F(Poll, ReturnsAsSoonAsItHasRunAHook) {
  cluster.broker_down(1);
  std::atomic<bool> down{false};
  kafka::Producer producer(config(), {.on_error = [&](const Error&) { down = true; }});
  // An hour: it ends by the hook or by the test's time limit.
  while (!down) EXPECT_EQ(producer.poll(1h), 0U);
}

TEST_F(Poll, ServesWhatWasReadyWhenItWasCalled) {
  kafka::Producer producer(config());
  warm_up(producer);
  producer.produce("events", "key", "value", [&](const Error&, const Message&) {
    // The outcome of this record is there before the callback returns.
    producer.produce("events", "key", "value");
    EXPECT_EQ(cluster.read("events", 3, patience).size(), 3U);
  });
  EXPECT_EQ(producer.poll(patience), 1U);
  EXPECT_EQ(producer.undelivered(), 1U);
  EXPECT_EQ(producer.flush(patience), 0U);
}

TEST_F(Poll, ReturnsAtOnceWhileAnotherThreadServesAndMayNotWait) {
  kafka::Producer producer(config());
  std::atomic<bool> inside{false};
  std::atomic<bool> polled{false};
  producer.produce("events", "key", "value", [&](const Error&, const Message&) {
    inside = true;
    EXPECT_TRUE(eventually([&] { return polled.load(); }));
  });
  std::jthread flushing([&] { producer.flush(); });
  ASSERT_TRUE(eventually([&] { return inside.load(); }));
  EXPECT_EQ(producer.poll(), 0U);
  EXPECT_EQ(producer.poll(1ms), 0U);
  EXPECT_EQ(producer.flush(1ms), 1U);
  EXPECT_EQ(producer.try_produce_for({.topic = "events"}, 0ms), Errc::no_error);
  polled = true;
}

long context_switches() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_nvcsw + usage.ru_nivcsw;
}

/// Switches of the whole process while `threads` threads run `wait` and nothing happens.
template <class Wait>
long switches_during(int threads, Wait wait) {
  std::atomic<int> waiting{0};
  std::vector<std::jthread> running;
  for (int i = 0; i < threads; ++i) {
    running.emplace_back([&, i] {
      ++waiting;
      wait(i);
    });
  }
  while (waiting < threads) std::this_thread::yield();
  std::this_thread::sleep_for(100ms);
  const long before = context_switches();
  std::this_thread::sleep_for(1s);
  return context_switches() - before;
}

using WaitingThreads = Cluster;

// librdkafka's own threads switch some hundred times a second; threads that wake each other in
// circles did so more than a hundred thousand times.
constexpr long few = 5'000;

TEST_F(WaitingThreads, SleepInFlush) {
  cluster.broker_down(1);
  kafka::Producer producer(config());
  producer.produce("events", "key", "value");
  EXPECT_LT(switches_during(64, [&](int) { EXPECT_EQ(producer.flush(2s), 1U); }), few);
  producer.purge();
}

TEST_F(WaitingThreads, SleepInPoll) {
  kafka::Producer producer(config());
  producer.poll();
  EXPECT_LT(switches_during(64, [&](int) { EXPECT_EQ(producer.poll(2s), 0U); }), few);
}

TEST_F(WaitingThreads, SleepInAnyMixture) {
  cluster.broker_down(1);
  kafka::Producer producer(config({{"queue.buffering.max.messages", "1"}}));
  producer.produce("events", "key", "value");
  EXPECT_LT(switches_during(64,
                            [&](int i) {
                              switch (i % 3) {
                                case 0:
                                  producer.poll(2s);
                                  break;
                                case 1:
                                  EXPECT_EQ(producer.flush(2s), 1U);
                                  break;
                                default:
                                  EXPECT_EQ(producer.try_produce_for({.topic = "events"}, 2s),
                                            Errc::queue_full);
                              }
                            }),
            few);
  producer.purge();
}

TEST_F(WaitingThreads, SleepBesideAThreadThatCloses) {
  cluster.broker_down(1);
  kafka::Producer producer(config());
  producer.produce("events", "key", "value");
  std::atomic<std::size_t> given_up{0};
  EXPECT_LT(switches_during(64, [&](int) { given_up += producer.close(2s); }), few);
  EXPECT_TRUE(eventually([&] { return given_up == 1; }));
}

TEST_F(WaitingThreads, GetRoomAsReportsAreServed) {
  cluster.create_topic("events", 1);
  kafka::Producer producer(config({{"queue.buffering.max.messages", "2"}, {"linger.ms", "0"}}));
  std::atomic<int> accepted{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 16; ++i) {
      threads.emplace_back([&] {
        for (int j = 0; j < 20; ++j) {
          accepted += !producer.try_produce_for({.topic = "events"}, patience);
        }
      });
    }
  }
  EXPECT_EQ(accepted, 16 * 20);
  EXPECT_EQ(producer.flush(patience), 0U);
}

TEST_F(WaitingThreads, ThatFlushAllReturnWhenNothingIsLeft) {
  cluster.set_round_trip_time(1, 300ms);
  kafka::Producer producer(config());
  for (int round = 0; round < 3; ++round) {
    producer.produce("events", "key", "value");
    std::vector<std::jthread> threads;
    for (int i = 0; i < 16; ++i) {
      threads.emplace_back([&] { EXPECT_EQ(producer.flush(), 0U); });
    }
  }
}

// A flush that another thread serves waits no longer for lingering records than its own.
TEST_F(WaitingThreads, PurgeWhileOthersFlush) {
  cluster.broker_down(1);
  kafka::Producer producer(config());
  std::deque<Outcome> outcomes(10);
  for (Outcome& outcome : outcomes) {
    producer.produce("events", "key", "value", outcome.callback());
  }
  std::vector<std::jthread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] { EXPECT_EQ(producer.flush(), 0U); });
  }
  std::this_thread::sleep_for(20ms);
  EXPECT_EQ(producer.purge(), 10U);
}

using Undelivered = Cluster;

TEST_F(Undelivered, IsNeverMoreThanThereWere) {
  cluster.create_topic("events", 4);
  kafka::Producer producer(config({{"linger.ms", "0"}}));
  constexpr std::size_t outstanding = 20;
  std::atomic<bool> done{false};
  std::function<void(const Error&, const Message&)> again = [&](const Error&, const Message&) {
    if (!done) producer.produce("events", "key", "value", again);
  };
  for (std::size_t i = 0; i < outstanding; ++i) producer.produce("events", "key", "value", again);
  std::vector<std::jthread> observing;
  std::atomic<std::size_t> most{0};
  for (int i = 0; i < 2; ++i) {
    observing.emplace_back([&] {
      while (!done) {
        const std::size_t now = producer.undelivered();
        if (now > most) most = now;
      }
    });
  }
  std::size_t served = 0;
  while (served < 20'000) served += producer.poll(10ms);
  done = true;
  observing.clear();
  EXPECT_EQ(producer.flush(patience), 0U);
  // A callback in progress has produced the next record, and its own is not complete yet.
  EXPECT_LE(most, outstanding + 1);
}

}  // namespace
