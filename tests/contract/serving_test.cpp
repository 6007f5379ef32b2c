// Points 4 to 8 of the contract: who runs the callbacks, and when.

#include <functional>
#include <future>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

#include "support.hpp"

namespace {

using namespace support;

/// Waits until the outcomes of all records have come to the producer, without serving them.
void await_reports(kafka::Producer& producer, const kafka::MockCluster& cluster,
                   std::size_t records) {
  std::atomic<bool> ready{false};
  producer.on_ready([&] { ready = true; });
  ASSERT_EQ(cluster.read("events", records, patience).size(), records);
  ASSERT_TRUE(eventually([&] { return ready.load(); }));
  producer.on_ready({});
}

// ---- 4. Callbacks run only inside the members that serve, on the calling thread.

using Contract04 = Cluster;

TEST_F(Contract04, ProducingRunsNoCallback) {
  cluster.create_topic("events", 1);
  kafka::Producer producer(config());
  int calls = 0;
  const auto count = [&](const Error&, const Message&) { ++calls; };
  producer.produce("events", "key", "value", count);
  await_reports(producer, cluster, 1);
  producer.produce("events", "key", "value", count);
  EXPECT_FALSE(producer.try_produce({.topic = "events"}));
  Record records[2] = {{.topic = "events"}, {.topic = "events"}};
  EXPECT_TRUE(producer.try_produce_batch(records).empty());
  EXPECT_EQ(producer.undelivered(), 5U);
  EXPECT_EQ(calls, 0);
  producer.flush(patience);
  EXPECT_EQ(calls, 2);
}

TEST_F(Contract04, EveryMemberThatServesDoesItOnTheCallersThread) {
  const auto here = std::this_thread::get_id();
  std::vector<std::thread::id> threads;
  const auto note = [&](const Error&, const Message&) {
    threads.push_back(std::this_thread::get_id());
  };
  {
    kafka::Producer producer(config({{"queue.buffering.max.messages", "1"}}));
    producer.produce("events", "key", "value", note);
    while (producer.poll(100ms) == 0) {
    }
    producer.produce("events", "key", "value", note);
    producer.flush(patience);
    producer.produce("events", "key", "value", note);
    EXPECT_FALSE(producer.try_produce_for({.topic = "events"}, patience));
    producer.purge();
    producer.produce("events", "key", "value", note);
    producer.purge();
    producer.produce("events", "key", "value", note);
  }
  {
    kafka::Producer producer(config());
    producer.produce("events", "key", "value", note);
    producer.close();
  }
  ASSERT_EQ(threads.size(), 6U);
  for (const auto thread : threads) EXPECT_TRUE(thread == here);
}

// ---- 5. One callback at a time; offsets in order; what is refused inside one.

using Contract05 = Cluster;

TEST_F(Contract05, OneCallbackRunsAtATimeAndOffsetsComeInOrder) {
  cluster.create_topic("events", 1);
  kafka::Producer producer(config({{"linger.ms", "0"}}));
  std::atomic<int> inside{0};
  int most = 0;
  std::int64_t last = -1;
  bool in_order = true;
  constexpr int records = 2000;
  std::atomic<bool> done{false};
  std::vector<std::jthread> serving;
  for (int thread = 0; thread < 4; ++thread) {
    serving.emplace_back([&, thread] {
      while (!done) {
        try {
          thread % 2 == 0 ? producer.poll(1ms) : producer.flush(1ms);
        } catch (const std::runtime_error&) {
        }
      }
    });
  }
  for (int i = 0; i < records; ++i) {
    producer.produce("events", "key", "value", [&, i](const Error&, const Message& message) {
      most = std::max(most, ++inside);
      // Time enough for another one to begin, if it could.
      if (i % 100 == 50) std::this_thread::sleep_for(5ms);
      in_order = in_order && message.offset() == last + 1;
      last = message.offset();
      --inside;
      if (i % 100 == 7) throw std::runtime_error("on purpose");
    });
  }
  EXPECT_TRUE(eventually([&] { return producer.undelivered() == 0; }));
  done = true;
  serving.clear();
  EXPECT_EQ(most, 1);
  EXPECT_TRUE(in_order);
  EXPECT_EQ(last, records - 1);
}

TEST_F(Contract05, OffsetsComeInOrderAlsoAfterAnException) {
  cluster.create_topic("events", 1);
  kafka::Producer producer(config({{"batch.num.messages", "10"}}));
  std::vector<std::int64_t> offsets;
  std::vector<std::int64_t> expected;
  for (int i = 0; i < 100; ++i) {
    expected.push_back(i);
    producer.produce("events", "key", "value", [&, i](const Error&, const Message& message) {
      offsets.push_back(message.offset());
      if (i == 3) throw std::runtime_error("on purpose");
    });
  }
  await_reports(producer, cluster, 100);
  EXPECT_TRUE(eventually([&] {
    try {
      producer.poll(10ms);
    } catch (const std::runtime_error&) {
    }
    return producer.undelivered() == 0;
  }));
  EXPECT_EQ(offsets, expected);
}

TEST_F(Contract05, InsideACallbackProducingIsFineAndServingIsRefused) {
  kafka::Producer producer(config());
  std::vector<std::string> refused;
  const auto call = [&](const char* name, auto member) {
    try {
      member();
    } catch (const std::logic_error&) {
      refused.emplace_back(name);
    }
  };
  Outcome inner;
  producer.produce("events", "key", "value", [&](const Error&, const Message&) {
    producer.produce("events", "key", "value", inner.callback());
    call("poll", [&] { producer.poll(); });
    call("poll(1h)", [&] { producer.poll(1h); });
    call("flush", [&] { producer.flush(); });
    call("purge", [&] { producer.purge(); });
    call("close", [&] { producer.close(); });
    call("try_produce_for",
         [&] { static_cast<void>(producer.try_produce_for({.topic = "events"}, 1h)); });
  });
  EXPECT_EQ(producer.flush(patience), 0U);
  EXPECT_EQ(refused, (std::vector<std::string>{"poll", "poll(1h)", "flush", "purge", "close",
                                               "try_produce_for"}));
  EXPECT_EQ(inner.calls, 1);
}

TEST_F(Contract05, DestroyingInsideACallbackWaitsForTheCallToEnd) {
  auto producer = std::make_unique<kafka::Producer>(config());
  kafka::Producer& called = *producer;
  std::deque<Outcome> rest(10);
  bool view_lived = false;
  called.produce("events", "key", "value", [&](const Error&, const Message& message) {
    producer.reset();
    view_lived = message.key() == "key";
  });
  for (Outcome& outcome : rest) called.produce("events", "key", "value", outcome.callback());
  called.flush(patience);
  EXPECT_TRUE(view_lived);
  for (const Outcome& outcome : rest) EXPECT_EQ(outcome.calls, 1);
}

TEST_F(Contract05, DestroyingWhileAnotherRecordWaitsForRoom) {
  auto producer =
      std::make_unique<kafka::Producer>(config({{"queue.buffering.max.messages", "1"}}));
  producer->produce("events", "key", "value",
                    [&](const Error&, const Message&) { producer.reset(); });
  Record record{.topic = "events",
                .value = kafka::owned(std::string("second")),
                .callback = [](const Error&, const Message&) { ADD_FAILURE() << "called"; }};
  EXPECT_EQ(producer->try_produce_for(record, patience), Errc::state);
  EXPECT_EQ(producer, nullptr);
  EXPECT_TRUE(record.callback);
  EXPECT_EQ(record.value.text(), "second");
}

TEST_F(Contract05, DestroyingInsideACallbackOfEveryMemberThatServes) {
  using Serve = std::function<void(kafka::Producer&)>;
  const std::vector<Serve> members{
      [](auto& producer) { producer.poll(patience); }, [](auto& producer) { producer.flush(); },
      [](auto& producer) { producer.purge(); }, [](auto& producer) { producer.close(0ms); }};
  for (const Serve& serve : members) {
    cluster.broker_down(1);
    const auto alive = std::make_shared<int>();
    auto producer = std::make_unique<kafka::Producer>(
        config({{"message.timeout.ms", "500"}}),
        kafka::Hooks{.on_statistics = [alive](std::string_view) {}});
    std::deque<Outcome> rest(5);
    producer->produce("events", "key", "value", [&](const Error&, const Message&) {
      producer.reset();
      throw std::runtime_error("after the end");
    });
    for (Outcome& outcome : rest) producer->produce("events", "key", "v", outcome.callback());
    EXPECT_THROW(serve(*producer), std::runtime_error);
    for (const Outcome& outcome : rest) EXPECT_EQ(outcome.calls, 1);
    EXPECT_EQ(alive.use_count(), 1) << "nothing is left of it";
    cluster.broker_up(1);
  }
}

// ---- 6. poll() counts what it has served, and serves all that is ready.

using Contract06 = Cluster;

TEST_F(Contract06, PollCountsReportsWithAndWithoutACallback) {
  cluster.create_topic("events", 1);
  kafka::Producer producer(config());
  constexpr std::size_t records = 1000;
  std::size_t calls = 0;
  for (std::size_t i = 0; i < records; ++i) {
    if (i % 2 == 0) {
      producer.produce("events", "key", "value");
    } else {
      producer.produce("events", "key", "value", [&](const Error&, const Message&) { ++calls; });
    }
  }
  std::size_t served = 0;
  EXPECT_TRUE(eventually([&] {
    served += producer.poll(10ms);
    return producer.undelivered() == 0;
  }));
  EXPECT_EQ(served, records);
  EXPECT_EQ(calls, records / 2);
}

TEST_F(Contract06, ATimeoutOfZeroServesAllThatIsReady) {
  cluster.create_topic("events", 1);
  // One batch, which is acknowledged as a whole.
  kafka::Producer producer(config({{"linger.ms", "200000"}, {"batch.num.messages", "100"}}));
  warm_up(producer);
  for (int i = 0; i < 100; ++i) producer.produce("events", "key", "value");
  await_reports(producer, cluster, 101);
  EXPECT_EQ(producer.poll(), 100U);
}

TEST_F(Contract06, NoTimeoutIsTooLong) {
  kafka::Producer producer(config());
  producer.produce("events", "key", "value");
  EXPECT_EQ(producer.poll(std::chrono::milliseconds::max()), 1U);
  producer.produce("events", "key", "value");
  EXPECT_EQ(producer.flush(std::chrono::milliseconds::max()), 0U);
  EXPECT_EQ(producer.poll(std::chrono::milliseconds::min()), 0U);
  EXPECT_EQ(producer.flush(std::chrono::milliseconds::min()), 0U);
}

// ---- 7. flush() tells exactly what is left.

using Contract07 = Cluster;

TEST_F(Contract07, FlushTellsExactlyWhatIsLeft) {
  cluster.broker_down(1);
  kafka::Producer producer(config());
  for (std::size_t i = 1; i <= 20; ++i) {
    producer.produce("events", "key", "value");
    EXPECT_EQ(producer.flush(1ms), i);
    EXPECT_EQ(producer.undelivered(), i);
  }
  cluster.broker_up(1);
  EXPECT_EQ(producer.flush(patience), 0U);
  EXPECT_EQ(cluster.read("events", 20, patience).size(), 20U);
}

TEST_F(Contract07, FlushWaitsForNoLinger) {
  kafka::Producer producer(config({{"linger.ms", "200000"}}));
  producer.produce("events", "key", "value");
  EXPECT_EQ(producer.flush(patience), 0U);
}

TEST_F(Contract07, FlushCountsWhatOthersAndCallbacksProduceMeanwhile) {
  kafka::Producer producer(config());
  warm_up(producer);
  cluster.set_round_trip_time(1, 200ms);  // longer than flush() stays inside librdkafka
  int left = 5;
  std::function<void(const Error&, const Message&)> again = [&](const Error&, const Message&) {
    if (--left > 0) producer.produce("events", "key", "value", again);
  };
  producer.produce("events", "key", "value", again);
  EXPECT_EQ(producer.flush(), 0U);
  EXPECT_EQ(left, 0);
  EXPECT_EQ(producer.undelivered(), 0U);
}

// ---- 8. An exception comes out of the call that ran the callback, and loses no report.

using Contract08 = Cluster;

TEST_F(Contract08, OfSeveralExceptionsEachComesOutOfOneCallInOrder) {
  cluster.create_topic("events", 1);
  // One batch, which is acknowledged as a whole.
  kafka::Producer producer(config({{"linger.ms", "200000"}, {"batch.num.messages", "10"}}));
  warm_up(producer);
  int calls = 0;
  for (int i = 0; i < 10; ++i) {
    producer.produce("events", "key", "value", [&, i](const Error&, const Message&) {
      ++calls;
      if (i % 3 == 0) throw std::runtime_error(std::to_string(i));
    });
  }
  await_reports(producer, cluster, 11);
  std::vector<std::string> thrown;
  EXPECT_TRUE(eventually([&] {
    try {
      producer.poll();
    } catch (const std::runtime_error& error) {
      thrown.emplace_back(error.what());
      EXPECT_EQ(calls, 10) << "what was taken is served first";
    }
    return thrown.size() == 4;
  }));
  EXPECT_EQ(thrown, (std::vector<std::string>{"0", "3", "6", "9"}));
  EXPECT_EQ(producer.undelivered(), 0U);
  EXPECT_NO_THROW(producer.flush());
}

TEST_F(Contract08, AnExceptionOfThisLibraryIsNotTakenForTheRecordsOwnError) {
  kafka::Producer producer(config({{"queue.buffering.max.messages", "1"}}));
  producer.produce("events", "key", "value", [&](const Error&, const Message&) {
    producer.produce("no good name", "key", "value");
  });
  Outcome outcome;
  Record record{.topic = "events", .callback = outcome.callback()};
  EXPECT_EQ(error_of([&] { static_cast<void>(producer.try_produce_for(record, patience)); }),
            Errc::topic_exception);
  EXPECT_TRUE(record.callback) << "the record has not been accepted";
  EXPECT_FALSE(producer.try_produce_for(record, patience));
  EXPECT_EQ(producer.flush(patience), 0U);
  EXPECT_EQ(outcome.calls, 1);
}

TEST_F(Contract08, WhatAHookThrowsComesOutOfTheCallThatRanIt) {
  cluster.broker_down(1);
  int errors = 0;
  int statistics = 0;
  kafka::Producer producer(config({{"statistics.interval.ms", "50"}}),
                           {.on_error =
                                [&](const Error&) {
                                  ++errors;
                                  throw std::runtime_error("error");
                                },
                            .on_statistics =
                                [&](std::string_view) {
                                  ++statistics;
                                  throw std::runtime_error("statistics");
                                }});
  int thrown = 0;
  EXPECT_TRUE(eventually([&] {
    try {
      producer.poll(10ms);
    } catch (const std::runtime_error&) {
      ++thrown;
    }
    return errors > 0 && statistics > 2 && thrown == errors + statistics;
  })) << thrown
      << " of " << errors << " and " << statistics;
}

TEST_F(Contract08, CloseRunsEverythingAndThrowsTheFirst) {
  std::atomic<int> logged{0};
  kafka::Producer producer(config({{"log_level", "6"}}),
                           {.on_log = [&](int, std::string_view, std::string_view text) {
                             logged += text.find("a callback threw") != std::string::npos;
                           }});
  int calls = 0;
  for (int i = 0; i < 5; ++i) {
    producer.produce("events", "key", "value", [&, i](const Error&, const Message&) {
      ++calls;
      throw std::runtime_error(std::to_string(i));
    });
  }
  try {
    producer.close();
    FAIL() << "nothing was thrown";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "0");
  }
  EXPECT_EQ(calls, 5);
  EXPECT_EQ(logged, 4);
}

TEST_F(Contract08, TheDestructorSwallowsAndLogs) {
  std::atomic<int> logged{0};
  int calls = 0;
  {
    kafka::Producer producer(config({{"log_level", "6"}}),
                             {.on_log = [&](int, std::string_view, std::string_view text) {
                               logged += text.find("on purpose") != std::string::npos;
                             }});
    producer.produce("events", "key", "value", [&](const Error&, const Message&) {
      ++calls;
      throw std::runtime_error("on purpose");
    });
  }
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(logged, 1);
}

}  // namespace
