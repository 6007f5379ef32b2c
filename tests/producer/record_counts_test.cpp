#include "producer/record_counts.hpp"

#include <vector>

#include "support.hpp"

namespace {

using namespace support;
using kafka::RecordCounts;

TEST(RecordCounts, CountsWhatWasAcceptedAndIsNotComplete) {
  RecordCounts counts;
  EXPECT_TRUE(counts.all_complete());
  counts.begin(5);
  counts.end(5, 3);
  EXPECT_EQ(counts.undelivered(), 3U);
  EXPECT_FALSE(counts.all_complete());
  for (int i = 0; i < 3; ++i) counts.complete();
  EXPECT_EQ(counts.undelivered(), 0U);
  EXPECT_EQ(counts.completed(), 3U);
  EXPECT_TRUE(counts.all_complete());
}

TEST(RecordCounts, LeavesOutWhatIsBeingHandedOver) {
  RecordCounts counts;
  counts.begin(1);
  EXPECT_EQ(counts.undelivered(), 0U);
  EXPECT_FALSE(counts.all_complete()) << "close() has to wait for it";
  counts.end(1, 0);
  EXPECT_TRUE(counts.all_complete());
}

// The outcome may be there before the call that handed the record over has returned.
TEST(RecordCounts, ToleratesAnOutcomeThatComesBeforeTheEndOfTheCall) {
  RecordCounts counts;
  counts.begin(1);
  counts.complete();
  EXPECT_EQ(counts.undelivered(), 0U);
  counts.end(1, 1);
  EXPECT_EQ(counts.undelivered(), 0U);
  EXPECT_TRUE(counts.all_complete());
}

TEST(RecordCounts, AreNeverMoreThanThereWereWhileOthersAreRefused) {
  RecordCounts counts;
  counts.begin(1);
  counts.end(1, 1);
  std::atomic<bool> done{false};
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      while (!done) {
        counts.begin(1);
        counts.end(1, 0);
      }
    });
  }
  for (int i = 0; i < 10'000; ++i) ASSERT_EQ(counts.undelivered(), 1U);
  done = true;
}

}  // namespace
