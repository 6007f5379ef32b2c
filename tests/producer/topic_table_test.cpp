#include "producer/topic_table.hpp"

#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>

#include <barrier>
#include <kafka/error.hpp>
#include <string>
#include <thread>
#include <vector>

namespace {

using kafka::Errc;
using kafka::TopicTable;

struct TopicTableTest : testing::Test {
  using Handle = std::unique_ptr<rd_kafka_t, decltype(&rd_kafka_destroy)>;
  Handle handle{rd_kafka_new(RD_KAFKA_PRODUCER, nullptr, nullptr, 0), rd_kafka_destroy};
  TopicTable topics{handle.get()};

  kafka::Error error_of(std::string_view name) {
    try {
      static_cast<void>(topics.get(name));
    } catch (const kafka::Exception& exception) {
      return exception.error();
    }
    return {};
  }
};

TEST_F(TopicTableTest, GivesOneHandleForEachName) {
  rd_kafka_topic_t* first = topics.get("first");
  rd_kafka_topic_t* second = topics.get("second");
  EXPECT_STREQ(rd_kafka_topic_name(first), "first");
  EXPECT_STREQ(rd_kafka_topic_name(second), "second");
  EXPECT_EQ(topics.get(std::string("first")), first);
  EXPECT_EQ(topics.get(std::string("second")), second);
}

TEST_F(TopicTableTest, KeepsItsHandlesWhenItGrows) {
  const auto name = [](int i) { return "topic-" + std::to_string(i); };
  std::vector<rd_kafka_topic_t*> handles;
  for (int i = 0; i < 500; ++i) handles.push_back(topics.get(name(i)));
  for (int i = 0; i < 500; ++i) {
    EXPECT_EQ(topics.get(name(i)), handles[static_cast<std::size_t>(i)]);
    EXPECT_EQ(rd_kafka_topic_name(topics.get(name(i))), name(i));
  }
}

// Again and again with a new table, and all threads at once, so that they meet while it grows.
TEST_F(TopicTableTest, GivesAllThreadsTheSameHandles) {
  constexpr int threads = 4;
  constexpr int names = 40;
  constexpr int rounds = 50;
  for (int round = 0; round < rounds; ++round) {
    TopicTable table(handle.get());
    std::vector<std::vector<rd_kafka_topic_t*>> handles(threads);
    std::barrier start(threads);
    {
      std::vector<std::jthread> running;
      for (auto& mine : handles) {
        running.emplace_back([&] {
          start.arrive_and_wait();
          for (int i = 0; i < names; ++i) mine.push_back(table.get("topic-" + std::to_string(i)));
        });
      }
    }
    for (const auto& mine : handles) ASSERT_EQ(mine, handles.front());
  }
}

TEST_F(TopicTableTest, RefusesNamesThatNoTopicCanHave) {
  for (const std::string& name :
       {std::string(), std::string("."), std::string(".."), std::string(250, 'a'),
        std::string("a\nb"), std::string("a\0b", 3), std::string("a b"), std::string("a/b"),
        std::string("ä")}) {
    const kafka::Error error = error_of(name);
    EXPECT_EQ(error, Errc::topic_exception) << name;
    EXPECT_NE(error.message().find("1 to 249 characters"), std::string::npos) << error;
    EXPECT_EQ(error.message().find('\n'), std::string::npos) << error;
  }
  EXPECT_FALSE(error_of(std::string(249, 'a')));
  EXPECT_FALSE(error_of("..."));
  EXPECT_FALSE(error_of("Az0._-"));
}

}  // namespace
