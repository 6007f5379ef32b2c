// Point 15 of the contract: all threads at once.

#include <map>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

#include "support.hpp"

namespace {

using namespace support;

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr int each = 12'500;  // instrumented, a record costs twenty times as much
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
constexpr int each = 12'500;
#else
constexpr int each = 125'000;
#endif
#else
constexpr int each = 125'000;
#endif
constexpr int threads = 8;
constexpr int partitions = 16;  // of which the mock cluster keeps 5 MB each

using Contract15 = Cluster;

TEST_F(Contract15, AMillionRecordsFromEightThreadsEachHaveOneOutcome) {
  cluster.create_topic("events", partitions);
  kafka::Producer producer(config({{"linger.ms", "5"}, {"queue.buffering.max.messages", "50000"}}));
  std::vector<std::atomic<std::uint8_t>> calls(std::size_t{threads} * each * 2);
  std::map<std::int32_t, std::int64_t> last;  // written by one callback at a time
  std::uint64_t out_of_order = 0;
  std::uint64_t failed = 0;
  std::atomic<std::uint64_t> sum{0};
  std::atomic<std::uint64_t> accepted{0};
  std::atomic<std::uint64_t> thrown{0};
  std::uint64_t to_throw = 0;
  const auto alive = std::make_shared<int>();

  const auto outcome = [&](std::size_t number, const Error& error, const Message& message) {
    ++calls[number];
    failed += static_cast<bool>(error);
    const auto [at, first] = last.try_emplace(message.partition(), message.offset());
    out_of_order += !first && at->second >= message.offset();
    at->second = message.offset();
  };
  const auto serve = [&](auto call) {
    try {
      call();
    } catch (const std::runtime_error&) {
      ++thrown;
    }
  };

  std::atomic<bool> done{false};
  std::vector<std::jthread> serving;
  serving.emplace_back([&] {
    while (!done) serve([&] { producer.poll(10ms); });
  });
  serving.emplace_back([&] {
    while (!done) serve([&] { producer.flush(1ms); });
  });
  {
    std::vector<std::jthread> producing;
    for (int thread = 0; thread < threads; ++thread) {
      producing.emplace_back([&, thread] {
        for (int i = 0; i < each; ++i) {
          const std::size_t number =
              static_cast<std::size_t>(thread) * each + static_cast<std::size_t>(i);
          const std::string key = std::to_string(number);
          const auto again = [&, number](const Error& error, const Message& message) {
            outcome(number + std::size_t{threads} * each, error, message);
          };
          Record record{.topic = "events", .key = key};
          record.callback = [&, number, alive, again](const Error& error, const Message& message) {
            outcome(number, error, message);
            if (number % 1000 == 1) {
              // The queue may be full, and then the record is only left out.
              const std::string inner = std::to_string(number);
              if (!producer.try_produce({.topic = "events", .key = inner, .callback = again})) {
                ++accepted;
                sum += number;
              }
            }
            if (number % 1000 == 2) {
              ++to_throw;
              throw std::runtime_error("on purpose");
            }
          };
          while (true) {
            Error error;
            try {
              error = producer.try_produce_for(record, patience);
            } catch (const std::runtime_error&) {
              ++thrown;
              continue;
            }
            ASSERT_FALSE(error) << error;
            break;
          }
          ++accepted;
          sum += number;
        }
      });
    }
  }
  EXPECT_TRUE(eventually([&] { return producer.undelivered() == 0; }));
  done = true;
  serving.clear();
  for (int i = 0; i < 10'000 && thrown < to_throw; ++i) serve([&] { producer.poll(); });
  EXPECT_EQ(thrown, to_throw);
  EXPECT_EQ(alive.use_count(), 1);
  EXPECT_EQ(failed, 0U);
  EXPECT_EQ(out_of_order, 0U);
  std::uint64_t called = 0;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    ASSERT_LE(calls[i], 1) << i;
    called += calls[i];
  }
  EXPECT_EQ(called, accepted);

  std::uint64_t stored_sum = 0;
  const auto records = cluster.read("events", accepted, patience);
  EXPECT_EQ(records.size(), accepted);
  for (const auto& record : records) stored_sum += std::stoull(*record.key);
  EXPECT_EQ(stored_sum, sum);
}

TEST_F(Contract15, PurgingBesideAllOthersLosesNoOutcome) {
  cluster.create_topic("events", 4);
  kafka::Producer producer(config({{"queue.buffering.max.messages", "1000"}}));
  constexpr int records = 20'000;
  std::atomic<int> accepted{0};
  int called = 0;
  int delivered = 0;
  std::atomic<bool> done{false};
  std::vector<std::jthread> serving;
  serving.emplace_back([&] {
    while (!done) producer.flush(1ms);
  });
  serving.emplace_back([&] {
    while (!done) {
      producer.purge();
      producer.poll(5ms);
    }
  });
  {
    std::vector<std::jthread> producing;
    for (int thread = 0; thread < 4; ++thread) {
      producing.emplace_back([&, thread] {
        for (int i = 0; i < records / 4; ++i) {
          Record record{.topic = "events",
                        .value = "value",
                        .partition = thread,
                        .callback = [&](const Error& error, const Message&) {
                          ++called;
                          delivered += !error;
                        }};
          ASSERT_FALSE(producer.try_produce_for(record, patience));
          ++accepted;
        }
      });
    }
  }
  EXPECT_TRUE(eventually([&] { return producer.undelivered() == 0; }));
  done = true;
  serving.clear();
  EXPECT_EQ(accepted, records);
  EXPECT_EQ(called, records);
  // What was in flight when it was given up may be in the log all the same.
  EXPECT_GE(cluster.read("events", static_cast<std::size_t>(delivered), patience).size(),
            static_cast<std::size_t>(delivered));
}

}  // namespace
