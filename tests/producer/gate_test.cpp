#include "producer/gate.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace std::chrono_literals;
using kafka::Gate;
using Entry = Gate::Entry;

Gate::Clock::time_point now() {
  return Gate::Clock::now();
}

/// One that nothing is ready in.
struct GateTest : testing::Test {
  GateTest() {
    EXPECT_EQ(gate.enter_when_ready(now()), Entry::entered);
    gate.leave(false);
  }
  Gate gate;
};

TEST_F(GateTest, StartsReadyForWhatWasQueuedBefore) {
  const Gate fresh;
  EXPECT_TRUE(fresh.ready());
  EXPECT_FALSE(fresh.idle());
}

TEST_F(GateTest, IsIdleUntilSomethingIsReady) {
  EXPECT_TRUE(gate.idle());
  EXPECT_EQ(gate.enter_when_ready(now()), Entry::timed_out);
  gate.signal();
  EXPECT_FALSE(gate.idle());
  EXPECT_EQ(gate.enter_when_ready(now()), Entry::entered);
  EXPECT_FALSE(gate.idle());
  gate.leave(false);
  EXPECT_TRUE(gate.idle());
}

TEST_F(GateTest, RemembersWhatComesWhileSomebodyServes) {
  gate.signal();
  ASSERT_EQ(gate.enter_when_ready(now()), Entry::entered);
  gate.signal();
  gate.leave(false);
  EXPECT_TRUE(gate.ready());
  ASSERT_EQ(gate.enter_when_ready(now()), Entry::entered);
  gate.leave(true);
  EXPECT_TRUE(gate.ready());
}

TEST_F(GateTest, KnowsWhoseTurnItIs) {
  EXPECT_FALSE(gate.inside());
  ASSERT_EQ(gate.enter_when_free(now()), Entry::entered);
  EXPECT_TRUE(gate.inside());
  std::jthread([&] { EXPECT_FALSE(gate.inside()); }).join();
  gate.leave(false);
  EXPECT_FALSE(gate.inside());
}

TEST_F(GateTest, LetsOneInAtATime) {
  gate.signal();
  ASSERT_EQ(gate.enter_when_ready(now()), Entry::entered);
  gate.signal();
  std::jthread([&] {
    EXPECT_EQ(gate.enter_when_ready(now()), Entry::timed_out);
    EXPECT_EQ(gate.enter_when_free(now()), Entry::timed_out);
  }).join();
  std::jthread waiting([&] {
    EXPECT_EQ(gate.enter_when_free(now() + 20s), Entry::entered);
    gate.leave(false);
  });
  gate.leave(false);
}

TEST_F(GateTest, SendsOnWhoWaitsForAnotherThreadsTurn) {
  const std::uint64_t before = gate.turns();
  std::jthread waiting(
      [&] { EXPECT_EQ(gate.enter_when_ready(now() + 20s, before), Entry::passed); });
  ASSERT_EQ(gate.enter_when_free(now()), Entry::entered);
  gate.leave(false);
}

/// Waits until the thread of this process is asleep: here, until it waits in the gate.
void await_sleep(pid_t thread) {
  const std::string path = "/proc/self/task/" + std::to_string(thread) + "/stat";
  while (true) {
    std::ifstream file(path);
    std::string number, name;
    char state = ' ';
    file >> number >> name >> state;
    if (state == 'S') return;
    std::this_thread::yield();
  }
}

// Whose turn was the last one does not get the next while another thread waits for it.
TEST_F(GateTest, IsFairToThoseWhoWait) {
  for (int round = 0; round < 20; ++round) {
    ASSERT_EQ(gate.enter_when_free(now()), Entry::entered);
    std::atomic<pid_t> thread{0};
    std::atomic<bool> had_its_turn{false};
    std::jthread waiting([&] {
      thread = ::gettid();
      EXPECT_EQ(gate.enter_when_free(now() + 20s), Entry::entered);
      had_its_turn = true;
      gate.leave(false);
    });
    while (thread == 0) std::this_thread::yield();
    await_sleep(thread);
    gate.leave(false);
    ASSERT_EQ(gate.enter_when_free(now() + 20s), Entry::entered);
    EXPECT_TRUE(had_its_turn);
    gate.leave(false);
  }
}

TEST_F(GateTest, SendsAllHomeWhenItCloses) {
  std::jthread waiting([&] { EXPECT_EQ(gate.enter_when_ready(now() + 1h), Entry::closed); });
  std::jthread closing([&] { EXPECT_TRUE(gate.wait_closed(now() + 20s)); });
  EXPECT_TRUE(gate.begin_closing());
  EXPECT_FALSE(gate.begin_closing());
  gate.enter_last();
  EXPECT_TRUE(gate.inside());
  gate.finish_closing();
  EXPECT_TRUE(gate.idle());
  EXPECT_EQ(gate.enter_when_free(now() + 1h), Entry::closed);
  gate.signal();
  EXPECT_TRUE(gate.idle());
}

TEST_F(GateTest, WaitsForItsVisitors) {
  gate.arrive();
  std::atomic<bool> left{false};
  std::jthread visitor([&] {
    std::this_thread::sleep_for(50ms);
    left = true;
    gate.depart();
  });
  gate.wait_for_visitors();
  EXPECT_TRUE(left);
}

TEST_F(GateTest, TellsWhenThereIsSomethingToDo) {
  int told = 0;
  gate.on_ready([&] { ++told; });
  EXPECT_EQ(told, 0);
  gate.signal();
  EXPECT_EQ(told, 1);
  gate.on_ready([&] { told += 10; });
  EXPECT_EQ(told, 11);
  gate.on_ready(nullptr);
  gate.signal();
  EXPECT_EQ(told, 11);
}

TEST_F(GateTest, TellsAgainWhatCameWhileItWasBusy) {
  int told = 0;
  ASSERT_EQ(gate.enter_when_free(now()), Entry::entered);
  gate.on_ready([&] { ++told; });
  gate.signal();
  EXPECT_EQ(told, 1);
  gate.leave(false);
  EXPECT_EQ(told, 2);
}

TEST_F(GateTest, KnowsWhetherItsFunctionCalls) {
  bool telling = false;
  bool another = true;
  gate.on_ready([&] {
    telling = gate.telling();
    std::jthread([&] { another = gate.telling(); }).join();
  });
  EXPECT_FALSE(gate.telling());
  gate.signal();
  EXPECT_TRUE(telling);
  EXPECT_FALSE(another);
  EXPECT_FALSE(gate.telling());
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
    ASSERT_EQ(gate.enter_when_ready(now() + 20s), Entry::entered);
    served += queued.exchange(0);
    gate.leave(false);
  }
}

}  // namespace
