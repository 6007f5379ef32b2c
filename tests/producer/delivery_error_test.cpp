#include "producer/delivery_error.hpp"

#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>

#include <kafka/config.hpp>

namespace {

using kafka::delivery_error;
using kafka::Errc;
using kafka::Error;

struct DeliveryError : testing::Test {
  const kafka::Secrets secrets{{{"sasl.password", "hunter22"}}};
  kafka::BrokerTexts texts;

  /// The error of a record that failed with the code, and with the broker's text.
  Error error(rd_kafka_resp_err_t code, const char* text) {
    rd_kafka_message_t message{};
    message.err = code;
    if (text != nullptr) texts.keep(&message, text);
    const Error result = delivery_error(message, texts, secrets);
    EXPECT_FALSE(texts.take(&message));
    return result;
  }
};

TEST_F(DeliveryError, HasTheBrokersWordsBetweenTheCodesTextAndTheAdvice) {
  EXPECT_EQ(
      error(RD_KAFKA_RESP_ERR_INVALID_RECORD, "The record has no key in topic t-0.").message(),
      "Broker: Broker failed to validate record: The record has no key in topic t-0: give the "
      "record a key if the topic is compacted, or correct what the broker's check refuses");
}

TEST_F(DeliveryError, IsTheCodesOwnWithoutWordsOfTheBroker) {
  for (const char* text : {static_cast<const char*>(nullptr), ""}) {
    const Error result = error(RD_KAFKA_RESP_ERR_INVALID_RECORD, text);
    EXPECT_EQ(result, Errc::invalid_record);
    EXPECT_EQ(result.message(), Error(Errc::invalid_record).message());
  }
  EXPECT_FALSE(error(RD_KAFKA_RESP_ERR_NO_ERROR, nullptr));
}

TEST_F(DeliveryError, OfAValidRecordInARefusedBatchIsRetriable) {
  const Error result = error(RD_KAFKA_RESP_ERR_INVALID_RECORD,
                             "Failed to append record because it was part of a batch which had one "
                             "more more invalid records");
  EXPECT_EQ(result, Errc::invalid_different_record);
  EXPECT_EQ(result.message(), Error(Errc::invalid_different_record).message());
  EXPECT_TRUE(result.retriable());
}

TEST_F(DeliveryError, ShowsNoSecretAndNoControlCharacter) {
  const std::string message =
      error(RD_KAFKA_RESP_ERR_INVALID_RECORD, "hunter22\n\x1b[2J is refused").message();
  EXPECT_NE(message.find("[redacted]\\x0a\\x1b[2J is refused: "), std::string::npos) << message;
}

TEST_F(DeliveryError, OfAnotherRecordIsNotTaken) {
  rd_kafka_message_t first{};
  rd_kafka_message_t second{};
  first.err = second.err = RD_KAFKA_RESP_ERR_INVALID_RECORD;
  texts.keep(&first, "first");
  EXPECT_EQ(delivery_error(second, texts, secrets).message(),
            Error(Errc::invalid_record).message());
  EXPECT_NE(delivery_error(first, texts, secrets).message().find("first"), std::string::npos);
}

}  // namespace
