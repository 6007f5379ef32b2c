#include "slot_pool.hpp"

#include <gtest/gtest.h>

#include <array>
#include <kafka/error.hpp>
#include <kafka/message.hpp>
#include <set>
#include <thread>
#include <vector>

namespace {

using kafka::Slot;
using kafka::SlotPool;

TEST(SlotPool, GivesEachSlotToOneAtATime) {
  SlotPool pool(100);
  std::set<Slot*> slots;
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(slots.insert(pool.acquire()).second);
  for (Slot* slot : slots) pool.release(slot);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(slots.erase(pool.acquire()), 1U);
}

TEST(SlotPool, TakesTheSlotThatWasReleasedLast) {
  SlotPool pool(2);
  Slot* slot = pool.acquire();
  pool.release(slot);
  EXPECT_EQ(pool.acquire(), slot);
}

TEST(SlotPool, GrowsBeyondItsCapacity) {
  SlotPool pool(1);
  std::vector<Slot*> slots;
  for (int i = 0; i < 10; ++i) slots.push_back(pool.acquire());
  EXPECT_EQ(std::set<Slot*>(slots.begin(), slots.end()).size(), 10U);
  for (Slot* slot : slots) {
    slot->callback = [i = 1](const kafka::Error&, const kafka::Message&) { static_cast<void>(i); };
    slot->callback.reset();
    pool.release(slot);
  }
}

TEST(SlotPool, WorksWithoutCapacity) {
  SlotPool pool(0);
  Slot* slot = pool.acquire();
  ASSERT_NE(slot, nullptr);
  pool.release(slot);
}

// Few slots and many threads, so that slots come back between another thread's reading of the head
// and its exchange: without the count against ABA two threads get the same slot within a second.
TEST(SlotPool, NeverGivesASlotToTwoThreads) {
  constexpr int threads = 4;
  constexpr int rounds = 300'000;
  constexpr std::size_t capacity = 2 * threads;
  SlotPool pool(capacity);
  std::array<std::atomic<int>, capacity> owners{};
  std::atomic<int> shared{0};
  const auto own = [&](Slot* slot, int change) {
    if (slot->index >= capacity) return;
    const int before = owners[slot->index].fetch_add(change);
    if (before != (change > 0 ? 0 : 1)) ++shared;
  };
  {
    std::vector<std::jthread> running;
    for (int i = 0; i < threads; ++i) {
      running.emplace_back([&] {
        for (int round = 0; round < rounds; ++round) {
          Slot* first = pool.acquire();
          own(first, 1);
          Slot* second = pool.acquire();
          own(second, 1);
          own(first, -1);
          pool.release(first);
          own(second, -1);
          pool.release(second);
        }
      });
    }
  }
  EXPECT_EQ(shared, 0);
}

}  // namespace
