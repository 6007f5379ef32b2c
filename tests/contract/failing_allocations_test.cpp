// Every member while memory is short: the N-th allocation of the calling thread fails, for every N.
// Each record is accepted, and then its callback runs once, or it is left with the caller; counts
// stay right, nothing leaks (AddressSanitizer sees to that), nothing terminates.

#include <array>
#include <cstdlib>
#include <functional>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "support.hpp"

namespace {

thread_local long allocations_left = -1;  // -1: none fails
thread_local bool failed = false;

void* allocate(std::size_t size, std::size_t alignment) {
  if (allocations_left >= 0 && allocations_left-- == 0) {
    failed = true;
    throw std::bad_alloc();
  }
  void* memory = alignment == 0 ? std::malloc(size)
                                : std::aligned_alloc(
                                      alignment, (size + alignment - 1) / alignment * alignment);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

void* operator new(std::size_t size) {
  return allocate(size, 0);
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  return allocate(size, static_cast<std::size_t>(alignment));
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

using namespace support;

/// Calls `call` while the allocation after `n` others fails; false when it needs no more than `n`.
template <class Call>
bool fails_after(long n, Call call) {
  failed = false;
  allocations_left = n;
  try {
    call();
  } catch (const std::bad_alloc&) {
  } catch (...) {
    allocations_left = -1;
    throw;
  }
  allocations_left = -1;
  return failed;
}

struct FailingAllocations : Cluster {
  /// A callback that is not trivial to move, and counts how often it runs.
  kafka::DeliveryCallback counting() {
    return [this, token = alive](const Error&, const Message&) { ++calls; };
  }
  /// The same, too large to be stored in place.
  kafka::DeliveryCallback large() {
    std::array<char, 100> bytes{};
    return [this, bytes, token = alive](const Error&, const Message&) { calls += 1 + bytes[0]; };
  }

  void SetUp() override { cluster.create_topic("events", 4); }

  /// After a call: what was accepted has its outcome, and nothing is left.
  void settle(kafka::Producer& producer, int accepted) {
    EXPECT_EQ(producer.flush(patience), 0U);
    EXPECT_EQ(producer.undelivered(), 0U);
    EXPECT_EQ(calls, accepted);
    EXPECT_EQ(alive.use_count(), 1) << "a callback was lost";
    calls = 0;
  }

  /// Gives `make` records to `send` while each of its allocations fails in turn.
  template <class Make, class Send>
  void send_while_allocations_fail(kafka::Producer& producer, Make make, Send send) {
    for (long n = 0, more = 1; more != 0; ++n) {
      SCOPED_TRACE("allocation " + std::to_string(n));
      std::vector<Record> records = make(n);
      std::vector<bool> had_callback;
      for (const Record& record : records) had_callback.push_back(bool(record.callback));
      more = fails_after(n, [&] { send(records); });
      int accepted = 0;
      for (std::size_t i = 0; i < records.size(); ++i) {
        accepted += had_callback[i] && !records[i].callback;
      }
      records.clear();
      settle(producer, accepted);
      ASSERT_LT(n, 2000);
    }
  }

  const std::shared_ptr<int> alive = std::make_shared<int>();
  int calls = 0;
};

TEST_F(FailingAllocations, AreSeenHere) {
  EXPECT_TRUE(fails_after(0, [] { static_cast<void>(std::make_unique<int>(1)); }));
  EXPECT_FALSE(fails_after(1, [] { static_cast<void>(std::make_unique<int>(1)); }));
}

TEST_F(FailingAllocations, InProduce) {
  kafka::Producer producer(config({{"queue.buffering.max.messages", "1"}}));
  for (long n = 0, more = 1; more != 0; ++n) {
    SCOPED_TRACE(n);
    int accepted = 0;
    std::vector<kafka::DeliveryCallback> callbacks;
    for (int i = 0; i < 4; ++i) callbacks.push_back(i % 2 == 0 ? counting() : large());
    more = fails_after(n, [&] {
      for (auto& callback : callbacks) {
        // Every second one finds the queue full.
        try {
          producer.produce("events", "key", "value", std::move(callback));
          ++accepted;
        } catch (const kafka::Exception& exception) {
          EXPECT_EQ(exception.error(), Errc::queue_full);
        }
      }
    });
    callbacks.clear();
    settle(producer, accepted);
    ASSERT_LT(n, 2000);
  }
}

TEST_F(FailingAllocations, InProduceToATopicOfItsOwn) {
  kafka::Producer producer(config({{"allow.auto.create.topics", "true"}}));
  std::deque<std::string> topics;
  send_while_allocations_fail(
      producer,
      [&](long) {
        std::vector<Record> records;
        topics.push_back("topic-with-a-long-name-" + std::to_string(topics.size()));
        records.push_back({.topic = topics.back(), .key = "key", .callback = counting()});
        return records;
      },
      [&](std::vector<Record>& records) { producer.produce(std::move(records[0])); });
}

TEST_F(FailingAllocations, InEveryKindOfRecord) {
  kafka::Producer producer(config({{"message.max.bytes", "10000"}}));
  warm_up(producer);
  const std::string huge(20'000, 'x');
  send_while_allocations_fail(
      producer,
      [&](long) {
        std::vector<Record> records(7);
        for (Record& record : records) {
          record.topic = "events";
          record.callback = counting();
        }
        records[1].headers = {{"name", "value"}};
        records[2].value = kafka::owned(std::string(1000, 'x'));
        records[3].timestamp = std::chrono::system_clock::now();
        records[4].value = huge;
        records[5].partition = 17;
        records[6].topic = "no topic";
        return records;
      },
      [&](std::vector<Record>& records) {
        for (Record& record : records) static_cast<void>(producer.try_produce(record));
      });
}

TEST_F(FailingAllocations, InABatch) {
  kafka::Producer producer(config({{"queue.buffering.max.messages", "6"}}));
  warm_up(producer);
  send_while_allocations_fail(
      producer,
      [&](long) {
        std::vector<Record> records(10);
        for (std::size_t i = 0; i < records.size(); ++i) {
          records[i].topic = "events";
          records[i].key = "key";
          records[i].callback = i % 3 == 0 ? large() : counting();
        }
        records[1].headers = {{"name", "value"}};
        records[2].value = kafka::owned(std::string(1000, 'x'));
        records[4].partition = 17;
        return records;
      },
      [&](std::vector<Record>& records) {
        static_cast<void>(producer.try_produce_batch(records));
      });
}

// Beyond the capacity of its pool, slots are allocated one by one.
TEST_F(FailingAllocations, WhenEverySlotIsTaken) {
  kafka::Producer producer(config({{"queue.buffering.max.messages", "3"}}));
  warm_up(producer);
  send_while_allocations_fail(
      producer,
      [&](long) {
        std::vector<Record> records(5);
        for (Record& record : records) {
          record.topic = "events";
          record.callback = counting();
        }
        return records;
      },
      [&](std::vector<Record>& records) {
        for (Record& record : records) static_cast<void>(producer.try_produce(record));
        static_cast<void>(producer.try_produce_batch(records));
      });
}

TEST_F(FailingAllocations, InTryProduceFor) {
  kafka::Producer producer(config({{"queue.buffering.max.messages", "1"}}));
  send_while_allocations_fail(
      producer,
      [&](long) {
        std::vector<Record> records(2);
        for (Record& record : records) {
          record.topic = "events";
          record.callback = counting();
        }
        return records;
      },
      [&](std::vector<Record>& records) {
        for (Record& record : records) {
          EXPECT_FALSE(producer.try_produce_for(record, patience));
        }
      });
}

using Serve = std::function<void(kafka::Producer&)>;

TEST_F(FailingAllocations, InTheMembersThatServeThrowingCallbacks) {
  const std::vector<Serve> members{
      [](auto& producer) { producer.poll(patience); },
      [](auto& producer) { producer.flush(patience); },
      [](auto& producer) { producer.purge(); },
      [](auto& producer) { producer.close(patience); },
  };
  for (const Serve& serve : members) {
    for (long n = 0, more = 1; more != 0; ++n) {
      SCOPED_TRACE("allocation " + std::to_string(n));
      auto producer = std::make_unique<kafka::Producer>(config());
      constexpr int records = 3;
      for (int i = 0; i < records; ++i) {
        producer->produce("events", "key", "value",
                          [this, token = alive](const Error&, const Message&) {
                            ++calls;
                            throw std::runtime_error("on purpose, in a text of some length");
                          });
      }
      more = fails_after(n, [&] {
        try {
          serve(*producer);
        } catch (const std::runtime_error&) {
        }
      });
      producer.reset();
      EXPECT_EQ(calls, records);
      EXPECT_EQ(alive.use_count(), 1);
      calls = 0;
      ASSERT_LT(n, 2000);
    }
  }
}

// So many exceptions at once that the place for them has to grow.
TEST_F(FailingAllocations, InTheMembersThatServeManyThrowingCallbacks) {
  for (long n = 0, more = 1; more != 0; ++n) {
    SCOPED_TRACE("allocation " + std::to_string(n));
    kafka::Producer producer(config(), {.on_log = [](int, std::string_view, std::string_view) {}});
    constexpr int records = 80;
    for (int i = 0; i < records; ++i) {
      producer.produce("events", "key", "value", [this](const Error&, const Message&) {
        ++calls;
        throw 1;  // needs no operator new
      });
    }
    more = fails_after(n, [&] {
      try {
        producer.close();
      } catch (int) {
      }
    });
    EXPECT_EQ(calls, records);
    calls = 0;
    ASSERT_LT(n, 2000);
  }
}

TEST_F(FailingAllocations, InTheDestructor) {
  for (long n = 0, more = 1; more != 0; ++n) {
    SCOPED_TRACE("allocation " + std::to_string(n));
    auto producer = std::make_unique<kafka::Producer>(config());
    producer->produce("events", "key", "value", counting());
    producer->produce("events", "key", "value", [this](const Error&, const Message&) {
      ++calls;
      throw 1;
    });
    more = fails_after(n, [&] { producer.reset(); });
    EXPECT_EQ(calls, 2);
    EXPECT_EQ(alive.use_count(), 1);
    calls = 0;
    ASSERT_LT(n, 2000);
  }
}

TEST_F(FailingAllocations, InTheConstructor) {
  const kafka::Config properties =
      config({{"sasl.password", "a password of some length"}, {"client.id", "a longer client id"}});
  for (long n = 0, more = 1; more != 0; ++n) {
    SCOPED_TRACE("allocation " + std::to_string(n));
    std::unique_ptr<kafka::Producer> producer;
    more = fails_after(n, [&] {
      producer = std::make_unique<kafka::Producer>(
          properties, kafka::Hooks{.on_error = [token = alive](const Error&) {}});
    });
    EXPECT_EQ(producer == nullptr, more != 0);
    producer.reset();
    EXPECT_EQ(alive.use_count(), 1);
    ASSERT_LT(n, 20'000);
  }
}

TEST_F(FailingAllocations, InTheOtherMembers) {
  kafka::Producer producer(config());
  warm_up(producer);
  int notified = 0;
  for (long n = 0, more = 1; more != 0; ++n) {
    SCOPED_TRACE("allocation " + std::to_string(n));
    more = fails_after(n, [&] {
      producer.on_ready([&notified, token = alive, padding = std::array<char, 64>()] {
        notified += 1 + padding[0];
      });
      static_cast<void>(producer.fatal_error());
      producer.on_ready({});
    });
    producer.on_ready({});
    EXPECT_EQ(alive.use_count(), 1);
    ASSERT_LT(n, 2000);
  }
  settle(producer, 0);
}

}  // namespace
