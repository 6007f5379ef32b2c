#include <gtest/gtest.h>

#include <kafka/record.hpp>
#include <string>
#include <vector>

namespace {

using kafka::Record;

TEST(Record, NeedsNothingButATopic) {
  const Record record{.topic = "events"};
  EXPECT_EQ(record.topic, "events");
  EXPECT_TRUE(record.key.is_null());
  EXPECT_TRUE(record.value.is_null());
  EXPECT_EQ(record.partition, -1);
  EXPECT_FALSE(record.timestamp);
  EXPECT_FALSE(record.callback);
}

TEST(Record, TakesItsTopicFromAnyTextButNull) {
  const std::string name = "events";
  EXPECT_EQ(Record{.topic = name}.topic, "events");
  EXPECT_EQ(Record{.topic = std::string_view(name)}.topic, "events");
  EXPECT_FALSE((std::is_constructible_v<kafka::TopicView, std::nullptr_t>));
}

TEST(Record, ViewsItsValue) {
  const std::string value(1000, 'x');
  const Record record{.topic = "events", .value = value};
  EXPECT_EQ(record.value.data(), value.data());
  EXPECT_EQ(record.value.owner(), nullptr);
}

TEST(Record, OwnsAValueThatMovesIn) {
  std::string value(1000, 'x');
  const char* bytes = value.data();
  const Record record{.topic = "events", .value = kafka::owned(std::move(value))};
  EXPECT_EQ(record.value.data(), bytes);
  EXPECT_EQ(record.value.size(), 1000U);
  EXPECT_NE(record.value.owner(), nullptr);
  EXPECT_EQ(kafka::owned(std::vector<std::byte>(3)).size(), 3U);
  EXPECT_FALSE(kafka::owned(std::string()).is_null());
}

TEST(Record, SharesAValueThatSomebodyElseKeeps) {
  const auto shared = std::make_shared<const std::string>("value");
  const kafka::Value value(*shared, shared);
  EXPECT_EQ(value.data(), shared->data());
  EXPECT_EQ(shared.use_count(), 2);
}

TEST(Record, TakesHeadersInOrder) {
  const Record record{.topic = "events", .headers = {{"a", "1"}, {"a", nullptr}, {"b", ""}}};
  ASSERT_EQ(record.headers.size(), 3U);
  EXPECT_EQ(record.headers[0].value.text(), "1");
  EXPECT_TRUE(record.headers[1].value.is_null());
  EXPECT_FALSE(record.headers[2].value.is_null());
}

}  // namespace
