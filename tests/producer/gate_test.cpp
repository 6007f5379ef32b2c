#include "producer/gate.hpp"

#include <unistd.h>

#include <fstream>
#include <string>
#include <vector>

#include "support.hpp"

namespace {

using namespace support;
using kafka::Gate;
using Entry = Gate::Entry;
using Wait = Gate::Wait;

Gate::Clock::time_point now() {
  return Gate::Clock::now();
}
Gate::Clock::time_point later() {
  return now() + patience;
}

/// A gate with nothing ready.
struct GateTest : testing::Test {
  GateTest() {
    EXPECT_EQ(gate.enter(Wait::to_poll, now()), Entry::entered);
    gate.leave({});
  }
  Gate gate;
};

/// A thread that runs the function, and whose sleep can be awaited.
class Sleeper {
 public:
  template <class Function>
  explicit Sleeper(Function function)
      : thread_([this, function] {
          id_ = ::gettid();
          function();
        }) {
    while (id_ == 0) std::this_thread::yield();
    await_sleep();
  }

  /// Returns when the thread sleeps: here, when it waits in the gate.
  void await_sleep() const {
    const std::string path = "/proc/self/task/" + std::to_string(id_.load()) + "/stat";
    for (char state = 'R'; state != 'S';) {
      std::string number, name;
      std::ifstream file(path);
      if (!(file >> number >> name >> state)) return;  // it has ended
      std::this_thread::yield();
    }
  }
  void join() { thread_.join(); }

 private:
  std::atomic<pid_t> id_{0};
  std::jthread thread_;
};

TEST_F(GateTest, StartsReadyForWhatWasQueuedBefore) {
  const Gate fresh;
  EXPECT_TRUE(fresh.ready());
  EXPECT_FALSE(fresh.idle());
}

TEST_F(GateTest, IsIdleUntilSomethingIsReady) {
  EXPECT_TRUE(gate.idle());
  EXPECT_EQ(gate.enter(Wait::to_poll, now()), Entry::timed_out);
  gate.signal();
  EXPECT_FALSE(gate.idle());
  EXPECT_EQ(gate.enter(Wait::to_poll, now()), Entry::entered);
  EXPECT_TRUE(gate.busy());
  EXPECT_FALSE(gate.ready());
  EXPECT_FALSE(gate.leave({}));
  EXPECT_TRUE(gate.idle());
}

TEST_F(GateTest, RemembersSignalsThatComeDuringATurn) {
  gate.signal();
  ASSERT_EQ(gate.enter(Wait::to_poll, now()), Entry::entered);
  gate.signal();
  EXPECT_TRUE(gate.leave({}));
  ASSERT_EQ(gate.enter(Wait::to_poll, now()), Entry::entered);
  EXPECT_TRUE(gate.leave({.still_ready = true}));
  EXPECT_TRUE(gate.ready());
}

TEST_F(GateTest, KnowsWhichThreadHasTheTurn) {
  EXPECT_FALSE(gate.running_in_this_thread());
  ASSERT_EQ(gate.enter(Wait::for_turn, now()), Entry::entered);
  EXPECT_TRUE(gate.running_in_this_thread());
  std::jthread([&] { EXPECT_FALSE(gate.running_in_this_thread()); }).join();
  gate.leave({});
  EXPECT_FALSE(gate.running_in_this_thread());
}

TEST_F(GateTest, GivesTheTurnToOneThreadAtATime) {
  gate.signal();
  ASSERT_EQ(gate.enter(Wait::to_poll, now()), Entry::entered);
  gate.signal();
  std::jthread([&] {
    for (const Wait wait :
         {Wait::to_poll, Wait::for_room, Wait::to_flush, Wait::for_turn, Wait::past_close}) {
      EXPECT_EQ(gate.enter(wait, now()), Entry::timed_out);
    }
  }).join();
  Sleeper waiting([&] {
    EXPECT_EQ(gate.enter(Wait::for_turn, later()), Entry::entered);
    gate.leave({});
  });
  gate.leave({});
}

TEST_F(GateTest, WakesAThreadThatWaitsForRoomWhenReportsWereServed) {
  ASSERT_EQ(gate.enter(Wait::for_turn, now()), Entry::entered);
  const std::uint64_t seen = gate.turns();
  Sleeper waiting([&] { EXPECT_EQ(gate.enter(Wait::for_room, later(), seen), Entry::passed); });
  gate.leave({.reports = 1});
  waiting.join();
}

TEST_F(GateTest, WakesAsManyThreadsThatWaitForRoomAsReportsWereServed) {
  ASSERT_EQ(gate.enter(Wait::for_turn, now()), Entry::entered);
  const std::uint64_t seen = gate.turns();
  std::atomic<int> woken{0};
  std::deque<Sleeper> waiting;
  for (int i = 0; i < 5; ++i) {
    waiting.emplace_back([&] {
      EXPECT_EQ(gate.enter(Wait::for_room, later(), seen), Entry::passed);
      ++woken;
    });
  }
  EXPECT_TRUE(gate.wait_in_turn(2, now()));
  EXPECT_TRUE(eventually([&] { return woken == 2; }));
  EXPECT_EQ(woken, 2);
  gate.leave({.reports = 3});
  for (Sleeper& thread : waiting) thread.join();
}

TEST_F(GateTest, WakesEveryThreadThatFlushesWhenNothingIsLeft) {
  ASSERT_EQ(gate.enter(Wait::for_turn, now()), Entry::entered);
  const std::uint64_t seen = gate.turns();
  std::deque<Sleeper> flushing;
  for (int i = 0; i < 5; ++i) {
    flushing.emplace_back(
        [&] { EXPECT_EQ(gate.enter(Wait::to_flush, later(), seen), Entry::passed); });
  }
  gate.leave({.reports = 1, .drained = true});
  for (Sleeper& thread : flushing) thread.join();
}

TEST_F(GateTest, GivesTheTurnOfAThreadThatFlushesToTheNext) {
  ASSERT_EQ(gate.enter(Wait::to_flush, now()), Entry::entered);
  std::deque<Sleeper> flushing;
  for (int i = 0; i < 5; ++i) {
    flushing.emplace_back([&] {
      EXPECT_EQ(gate.enter(Wait::to_flush, later()), Entry::entered);
      gate.leave({});
    });
  }
  gate.leave({});
  for (Sleeper& thread : flushing) thread.join();
}

TEST_F(GateTest, LetsAThreadThatNeedsTheTurnGoFirst) {
  for (const Wait urgent : {Wait::for_turn, Wait::past_close}) {
    for (const Wait wait : {Wait::to_poll, Wait::for_room, Wait::to_flush, Wait::for_turn}) {
      ASSERT_EQ(gate.enter(Wait::for_turn, now()), Entry::entered);
      std::atomic<bool> had_its_turn{false};
      Sleeper waiting([&] {
        EXPECT_EQ(gate.enter(urgent, later()), Entry::entered);
        had_its_turn = true;
        gate.leave({.still_ready = true});
      });
      gate.leave({.still_ready = true});
      ASSERT_EQ(gate.enter(wait, later()), Entry::entered);
      EXPECT_TRUE(had_its_turn);
      gate.leave({});
    }
  }
}

TEST_F(GateTest, PassesTheTurnOnWhenTheThreadThatWasWokenDoesNotTakeIt) {
  ASSERT_EQ(gate.enter(Wait::for_turn, now()), Entry::entered);
  const std::uint64_t seen = gate.turns();
  Sleeper flushing([&] { EXPECT_EQ(gate.enter(Wait::to_flush, later(), seen), Entry::passed); });
  Sleeper polling([&] {
    EXPECT_EQ(gate.enter(Wait::to_poll, now() + 1h), Entry::entered);
    gate.leave({});
  });
  gate.leave({.still_ready = true});
  flushing.join();
  polling.join();
}

TEST_F(GateTest, WaitsInATurnForASignal) {
  ASSERT_EQ(gate.enter(Wait::to_flush, now()), Entry::entered);
  EXPECT_TRUE(gate.wait_in_turn(0, now() + 1ms));
  std::jthread signalling([&] { gate.signal(); });
  EXPECT_TRUE(gate.wait_in_turn(0, later()));
  EXPECT_FALSE(gate.ready());
  gate.leave({});
}

TEST_F(GateTest, EndsTheWaitInATurnForAThreadThatNeedsTheTurn) {
  ASSERT_EQ(gate.enter(Wait::to_flush, now()), Entry::entered);
  std::jthread purging([&] {
    EXPECT_EQ(gate.enter(Wait::for_turn, later()), Entry::entered);
    gate.leave({});
  });
  EXPECT_FALSE(gate.wait_in_turn(0, later()));
  gate.leave({});
}

TEST_F(GateTest, EndsTheWaitInATurnForTheThreadThatCloses) {
  ASSERT_EQ(gate.enter(Wait::to_flush, now()), Entry::entered);
  std::jthread closing([&] {
    EXPECT_TRUE(gate.begin_closing());
    EXPECT_EQ(gate.enter(Wait::past_close, later()), Entry::entered);
    gate.leave({});
  });
  EXPECT_FALSE(gate.wait_in_turn(0, later()));
  gate.leave({});
}

TEST_F(GateTest, TurnsAwayEveryThreadWhenItCloses) {
  ASSERT_EQ(gate.enter(Wait::for_turn, now()), Entry::entered);
  std::deque<Sleeper> waiting;
  for (const Wait wait : {Wait::to_poll, Wait::for_room, Wait::to_flush, Wait::for_turn}) {
    waiting.emplace_back([&, wait] { EXPECT_EQ(gate.enter(wait, later()), Entry::closed); });
  }
  Sleeper second([&] { EXPECT_TRUE(gate.wait_closed(later())); });
  EXPECT_TRUE(gate.begin_closing());
  EXPECT_FALSE(gate.begin_closing());
  EXPECT_FALSE(gate.wait_closed(now()));
  gate.leave({});
  EXPECT_EQ(gate.enter(Wait::past_close, later()), Entry::entered);
  gate.leave({});
  gate.finish_closing();
  EXPECT_TRUE(gate.idle());
  EXPECT_EQ(gate.enter(Wait::for_turn, later()), Entry::closed);
  EXPECT_EQ(gate.enter(Wait::past_close, later()), Entry::closed);
  gate.signal();
  EXPECT_TRUE(gate.idle());
}

TEST_F(GateTest, WakesOneThreadForOneSignal) {
  std::atomic<int> served{0};
  std::deque<Sleeper> polling;
  constexpr int threads = 8;
  for (int i = 0; i < threads; ++i) {
    polling.emplace_back([&] {
      EXPECT_EQ(gate.enter(Wait::to_poll, later()), Entry::entered);
      ++served;
      gate.leave({});
    });
  }
  for (int i = 1; i < threads; ++i) {
    gate.signal();
    EXPECT_TRUE(eventually([&] { return served == i; }));
    EXPECT_EQ(served, i) << "the others sleep on";
  }
  gate.signal();
  for (Sleeper& thread : polling) thread.join();
  EXPECT_EQ(served, threads);
}

TEST_F(GateTest, LosesNoSignal) {
  constexpr int signals = 20'000;
  std::atomic<int> queued{0};
  int served = 0;
  std::jthread signalling([&] {
    for (int i = 0; i < signals; ++i) {
      ++queued;
      gate.signal();
    }
  });
  while (served < signals) {
    ASSERT_EQ(gate.enter(Wait::to_poll, later()), Entry::entered);
    served += queued.exchange(0);
    gate.leave({});
  }
}

}  // namespace
