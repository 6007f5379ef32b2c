#include "producer/partition_groups.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <utility>
#include <vector>

namespace {

using kafka::PartitionGroups;

rd_kafka_topic_s* topic(std::uintptr_t number) {
  return reinterpret_cast<rd_kafka_topic_s*>(number * 64);
}

std::vector<std::uint16_t> records(const PartitionGroups& groups,
                                   const PartitionGroups::Group& group) {
  std::vector<std::uint16_t> result{group.first};
  while (result.back() != group.last) result.push_back(groups.next(result.back()));
  return result;
}

TEST(PartitionGroups, HasNoneAtFirst) {
  const PartitionGroups groups(10);
  EXPECT_EQ(groups.begin(), groups.end());
}

TEST(PartitionGroups, SortsByTopicAndPartitionAndKeepsTheOrder) {
  std::mt19937 random(1);
  PartitionGroups groups(PartitionGroups::capacity);
  for (int round = 0; round < 10; ++round) {
    std::map<std::pair<rd_kafka_topic_s*, std::int32_t>, std::vector<std::uint16_t>> expected;
    for (std::size_t i = 0; i < PartitionGroups::capacity; ++i) {
      rd_kafka_topic_s* of = topic(1 + random() % 3);
      const auto partition = static_cast<std::int32_t>(random() % 300) - 1;
      groups.add(of, partition, i);
      expected[{of, partition}].push_back(static_cast<std::uint16_t>(i));
    }
    std::size_t count = 0;
    for (const auto& group : groups) {
      EXPECT_EQ(records(groups, group), (expected[{group.topic, group.partition}]));
      ++count;
    }
    EXPECT_EQ(count, expected.size());
    groups.clear();
    EXPECT_EQ(groups.begin(), groups.end());
  }
}

TEST(PartitionGroups, HasRoomForAGroupForEachRecord) {
  PartitionGroups groups(PartitionGroups::capacity);
  for (std::size_t i = 0; i < PartitionGroups::capacity; ++i) {
    groups.add(topic(1), static_cast<std::int32_t>(i * 1'000'003), i);
  }
  EXPECT_EQ(groups.end() - groups.begin(), std::ptrdiff_t{PartitionGroups::capacity});
}

}  // namespace
