#include "producer/delivery_error.hpp"

#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>

#include <kafka/config.hpp>

namespace {

using kafka::delivery_error;
using kafka::Errc;
using kafka::Error;

const kafka::Secrets secrets({{"sasl.password", "hunter22"}});

TEST(DeliveryError, HasTheBrokersWordsBetweenTheCodesTextAndTheAdvice) {
  EXPECT_EQ(
      delivery_error(Errc::invalid_record, "The record has no key in topic t-0.", secrets)
          .message(),
      "Broker: Broker failed to validate record: The record has no key in topic t-0: give the "
      "record a key if the topic is compacted, or correct what the broker's check refuses");
}

TEST(DeliveryError, IsTheCodesOwnWithoutWordsOfTheBroker) {
  for (const char* text : {static_cast<const char*>(nullptr), ""}) {
    const Error error = delivery_error(Errc::invalid_record, text, secrets);
    EXPECT_EQ(error, Errc::invalid_record);
    EXPECT_EQ(error.message(), Error(Errc::invalid_record).message());
  }
  EXPECT_FALSE(delivery_error(Errc::no_error, nullptr, secrets));
}

TEST(DeliveryError, OfAnInnocentRecordDoesNotRepeatItself) {
  const Error error =
      delivery_error(Errc::invalid_different_record, "Failed for another record", secrets);
  EXPECT_EQ(error.message(), Error(Errc::invalid_different_record).message());
  EXPECT_TRUE(error.retriable());
}

TEST(DeliveryError, ShowsNoSecretAndNoControlCharacter) {
  const std::string message =
      delivery_error(Errc::policy_violation, "hunter22\n\x1b[2J is refused", secrets).message();
  EXPECT_NE(message.find("[redacted]\\x0a\\x1b[2J is refused: "), std::string::npos) << message;
}

}  // namespace
