// That a record in the steady state costs no allocation of this library's, and no copy of its key
// and value beyond librdkafka's own.

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <kafka/mock_cluster.hpp>
#include <kafka/producer.hpp>
#include <memory>
#include <new>
#include <string>
#include <vector>

namespace {

thread_local std::size_t allocations = 0;

void* counted(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}

void* counted(std::size_t size, std::align_val_t alignment) {
  ++allocations;
  const auto align = static_cast<std::size_t>(alignment);
  if (void* memory = std::aligned_alloc(align, (size + align - 1) / align * align)) return memory;
  throw std::bad_alloc();
}

}  // namespace

void* operator new(std::size_t size) {
  return counted(size);
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  return counted(size, alignment);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}

namespace {

using namespace std::chrono_literals;
using kafka::Error;
using kafka::Message;

constexpr int records = 500;

struct Allocations : testing::Test {
  Allocations() { cluster.create_topic("events", 4); }

  /// Calls `produce(i)` for many records, twice: what the second time allocates is counted.
  template <class Produce>
  std::size_t in_the_steady_state(Produce produce) {
    std::size_t counted = 0;
    for (int round = 0; round < 2; ++round) {
      const std::size_t before = allocations;
      for (int i = 0; i < records; ++i) {
        produce(i);
        producer.poll();
      }
      EXPECT_EQ(producer.flush(60s), 0U);
      counted = allocations - before;
    }
    return counted;
  }

  kafka::MockCluster cluster{1};
  kafka::Producer producer{
      {{"bootstrap.servers", cluster.bootstrap_servers()}, {"log_level", "0"}}};
  std::size_t calls = 0;
};

TEST_F(Allocations, AreSeenHere) {
  const std::size_t before = allocations;
  EXPECT_NE(std::make_unique<int>(1), nullptr);
  EXPECT_EQ(allocations, before + 1);
}

TEST_F(Allocations, NoneForARecordWithACallbackOfFortyEightBytes) {
  std::array<std::size_t*, 6> captured{&calls};
  EXPECT_EQ(in_the_steady_state([&](int) {
              producer.produce("events", "key", "value",
                               [captured](const Error&, const Message&) { ++*captured[0]; });
            }),
            0U);
  EXPECT_EQ(calls, 2U * records);
}

TEST_F(Allocations, NoneForACallbackThatCanOnlyBeMoved) {
  std::vector<std::unique_ptr<int>> owned(2 * records);
  for (auto& number : owned) number = std::make_unique<int>(1);
  EXPECT_EQ(in_the_steady_state([&](int) {
              producer.produce("events", "key", "value",
                               [one = std::move(owned[calls++])](const Error&, const Message&) {
                                 EXPECT_EQ(*one, 1);
                               });
            }),
            0U);
}

TEST_F(Allocations, NoneForARecordOfAnyTopic) {
  cluster.create_topic("others", 4);
  EXPECT_EQ(in_the_steady_state([&](int i) {
              kafka::Record record{.topic = i % 2 == 0 ? "events" : "others",
                                   .key = "key",
                                   .value = "value",
                                   .partition = i % 4,
                                   .callback = [this](const Error&, const Message&) { ++calls; }};
              EXPECT_FALSE(producer.try_produce(record));
            }),
            0U);
}

TEST_F(Allocations, NoneForABatchThatIsAccepted) {
  std::vector<kafka::Record> batch(10);
  EXPECT_EQ(in_the_steady_state([&](int) {
              for (kafka::Record& record : batch) {
                record.topic = "events";
                record.key = "key";
                record.callback = [this](const Error&, const Message&) { ++calls; };
              }
              EXPECT_TRUE(producer.try_produce_batch(batch).empty());
            }),
            0U);
  EXPECT_EQ(calls, 2U * 10 * records);
}

TEST_F(Allocations, OneForALargerCallback) {
  std::array<std::size_t*, 7> captured{&calls};
  EXPECT_EQ(in_the_steady_state([&](int) {
              producer.produce("events", "key", "value",
                               [captured](const Error&, const Message&) { ++*captured[0]; });
            }),
            std::size_t{records});
}

// The value of owned() lies where the caller has put it until its report.
TEST_F(Allocations, NoCopyOfAnOwnedValue) {
  std::string value(100'000, 'x');
  const char* const at = value.data();
  const void* reported = nullptr;
  producer.produce({.topic = "events",
                    .value = kafka::owned(std::move(value)),
                    .callback = [&](const Error&, const Message& message) {
                      reported = message.value().data();
                    }});
  EXPECT_EQ(producer.flush(60s), 0U);
  EXPECT_EQ(reported, at);
}

}  // namespace
