#include "producer/slot_pool.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/time.h>

#include <array>
#include <atomic>
#include <barrier>
#include <kafka/error.hpp>
#include <kafka/message.hpp>
#include <set>
#include <thread>
#include <vector>

namespace {

using kafka::Slot;
using kafka::SlotPool;

Slot* take(SlotPool& pool) {
  kafka::DeliveryCallback callback = [](const kafka::Error&, const kafka::Message&) {};
  Slot* slot = pool.acquire(callback);
  EXPECT_FALSE(callback) << "it has moved into the slot";
  return slot;
}

TEST(SlotPool, GivesEachSlotToOneAtATime) {
  SlotPool pool(100);
  std::set<Slot*> slots;
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(slots.insert(take(pool)).second);
  for (Slot* slot : slots) pool.release(slot);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(slots.erase(take(pool)), 1U);
}

TEST(SlotPool, TakesTheSlotThatWasReleasedLast) {
  SlotPool pool(2);
  Slot* slot = take(pool);
  pool.release(slot);
  EXPECT_EQ(take(pool), slot);
}

TEST(SlotPool, GrowsBeyondItsCapacity) {
  SlotPool pool(1);
  std::vector<Slot*> slots;
  for (int i = 0; i < 10; ++i) slots.push_back(take(pool));
  EXPECT_EQ(std::set<Slot*>(slots.begin(), slots.end()).size(), 10U);
  for (Slot* slot : slots) pool.release(slot);
}

TEST(SlotPool, GivesNoSlotForAnEmptyCallback) {
  SlotPool pool(1);
  kafka::DeliveryCallback callback;
  kafka::Slot* const slot = pool.acquire(callback);
  EXPECT_EQ(slot, SlotPool::no_callback());
  EXPECT_FALSE(SlotPool::holds_callback(slot));
  EXPECT_FALSE(SlotPool::holds_callback(nullptr));
}

TEST(SlotPool, DestroysTheCallbackThatComesBack) {
  SlotPool pool(1);
  const auto token = std::make_shared<int>();
  for (int i = 0; i < 2; ++i) {
    kafka::DeliveryCallback callback = [token](const kafka::Error&, const kafka::Message&) {};
    Slot* slot = pool.acquire(callback);
    EXPECT_EQ(token.use_count(), 2);
    pool.release(slot);
    EXPECT_EQ(token.use_count(), 1);
  }
}

TEST(SlotPool, SaysWhenAllOfItsBlockIsTaken) {
  SlotPool pool(1);
  Slot* slot = take(pool);
  Slot* other = nullptr;
  EXPECT_FALSE(pool.try_acquire(other));
  pool.release(slot);
  EXPECT_TRUE(pool.try_acquire(other));
  EXPECT_EQ(other, slot);
}

TEST(SlotPool, WorksWithoutCapacity) {
  SlotPool pool(0);
  Slot* slot = take(pool);
  ASSERT_NE(slot, nullptr);
  pool.release(slot);
}

SlotPool* interrupted_pool = nullptr;
std::atomic<Slot*> kept_by_handler{nullptr};
std::atomic<int> interruptions{0};

/// Takes two slots, gives the first back and keeps the second; the next time, gives that back.
void take_two_keep_one(int) {
  ++interruptions;
  if (Slot* const kept = kept_by_handler.exchange(nullptr)) return interrupted_pool->release(kept);
  Slot* const first = take(*interrupted_pool);
  kept_by_handler = take(*interrupted_pool);
  interrupted_pool->release(first);
}

// A signal comes at any instruction, also between the reading of the head and its exchange. There
// its handler leaves the head as it was, but for the count, and takes the slot behind it away.
TEST(SlotPool, NeverGivesASlotTwiceToWhoIsInterrupted) {
  constexpr int slots = 4;
  SlotPool pool(slots);
  std::array<Slot*, slots> all{};
  for (Slot*& slot : all) slot = take(pool);
  for (Slot* const slot : all) pool.release(slot);

  interrupted_pool = &pool;
  struct sigaction before {};
  struct sigaction action {};
  action.sa_handler = take_two_keep_one;
  ASSERT_EQ(::sigaction(SIGALRM, &action, &before), 0);
  constexpr itimerval often{{0, 50}, {0, 50}};  // microseconds
  constexpr itimerval never{};
  ASSERT_EQ(::setitimer(ITIMER_REAL, &often, nullptr), 0);
  bool twice = false;
  while (interruptions < 5000 && !twice) {
    Slot* const first = take(pool);
    Slot* const second = take(pool);
    twice = first == second || first == kept_by_handler || second == kept_by_handler;
    pool.release(first);
    if (!twice) pool.release(second);
  }
  ::setitimer(ITIMER_REAL, &never, nullptr);
  ::sigaction(SIGALRM, &before, nullptr);
  EXPECT_FALSE(twice) << "after " << interruptions << " interruptions";
}

// Few slots and many threads, so that slots come back between another thread's reading of the head
// and its exchange.
TEST(SlotPool, NeverGivesASlotToTwoThreads) {
  constexpr int threads = 4;
  constexpr int rounds = 1'000'000;
  constexpr std::size_t capacity = 2 * threads;
  SlotPool pool(capacity);
  std::array<std::atomic<int>, capacity> owners{};
  std::atomic<int> shared{0};
  const auto own = [&](Slot* slot, int change) {
    if (slot->index >= capacity) return;
    const int before = owners[slot->index].fetch_add(change);
    if (before != (change > 0 ? 0 : 1)) ++shared;
  };
  std::barrier start(threads);
  {
    std::vector<std::jthread> running;
    for (int i = 0; i < threads; ++i) {
      running.emplace_back([&] {
        start.arrive_and_wait();
        for (int round = 0; round < rounds && shared == 0; ++round) {
          Slot* first = take(pool);
          own(first, 1);
          Slot* second = take(pool);
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
