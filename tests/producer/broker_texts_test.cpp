#include "producer/broker_texts.hpp"

#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>

#include <memory>

namespace {

using kafka::BrokerTexts;

TEST(BrokerTexts, GivesEachMessageItsLastTextOnce) {
  BrokerTexts texts;
  const rd_kafka_message_t first{};
  const rd_kafka_message_t second{};
  EXPECT_EQ(texts.take(&first), std::nullopt);
  texts.keep(&first, "one");
  texts.keep(&second, "two");
  texts.keep(&first, "three");
  EXPECT_EQ(texts.take(&first), "three");
  EXPECT_EQ(texts.take(&first), std::nullopt);
  EXPECT_EQ(texts.take(&second), "two");
}

// The answers of brokers that have texts are tested on a real Kafka.
TEST(BrokerTexts, AreInstalledInAProducer) {
  BrokerTexts texts;
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  texts.install(conf);
  char reason[512] = "";
  const std::unique_ptr<rd_kafka_t, decltype(&rd_kafka_destroy)> handle(
      rd_kafka_new(RD_KAFKA_PRODUCER, conf, reason, sizeof reason), rd_kafka_destroy);
  EXPECT_NE(handle, nullptr) << reason;
}

}  // namespace
