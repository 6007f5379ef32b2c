#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>

#include <kafka/error.hpp>
#include <sstream>

namespace {

using kafka::Errc;
using kafka::Error;

std::string printed(const Error& error) {
  std::ostringstream stream;
  stream << error;
  return stream.str();
}

TEST(Error, IsFalseOnSuccess) {
  const Error success;
  EXPECT_FALSE(success);
  EXPECT_EQ(success, Errc::no_error);
  EXPECT_EQ(printed(success), "NO_ERROR: Success");
  EXPECT_FALSE(success.retriable());
  EXPECT_FALSE(success.fatal());
}

TEST(Error, IsTrueOnFailureAndSaysWhatToDo) {
  const Error error(Errc::queue_full);
  EXPECT_TRUE(error);
  EXPECT_EQ(error.name(), "_QUEUE_FULL");
  EXPECT_NE(error.message().find("poll()"), std::string::npos);
  EXPECT_EQ(Error(Errc::msg_size_too_large).name(), "MSG_SIZE_TOO_LARGE");
  EXPECT_EQ(Error(Errc::unknown_topic_or_part).name(), "UNKNOWN_TOPIC_OR_PART");
}

TEST(Error, ComparesByItsCode) {
  EXPECT_EQ(Error(Errc::queue_full), Errc::queue_full);
  EXPECT_EQ(Error(Errc::queue_full, "one"), Error(Errc::queue_full, "other"));
  EXPECT_NE(Error(Errc::queue_full), Error(Errc::transport));
}

TEST(Error, EscapesWhatItIsTold) {
  EXPECT_EQ(printed(Error(Errc::invalid_arg, "a\nb\x1b\xff")), "_INVALID_ARG: a\\x0ab\\x1b\\xff");
}

TEST(Error, CarriesCodesThatHaveNoName) {
  const Error error(static_cast<Errc>(12345));
  EXPECT_TRUE(error);
  EXPECT_FALSE(error.name().empty());
  EXPECT_EQ(error.code(), static_cast<Errc>(12345));
}

TEST(Error, KnowsWhatMayPassByItself) {
  EXPECT_TRUE(Error(Errc::queue_full).retriable());
  EXPECT_TRUE(Error(Errc::transport).retriable());
  EXPECT_TRUE(Error(Errc::not_enough_replicas).retriable());
  EXPECT_FALSE(Error(Errc::msg_size_too_large).retriable());
  EXPECT_FALSE(Error(Errc::topic_authorization_failed).retriable());
  EXPECT_FALSE(Error(Errc::transport, "the end", true).retriable());
  EXPECT_TRUE(Error(Errc::invalid_different_record).retriable());
  EXPECT_TRUE(Error(Errc::destroy_broker).retriable());
  EXPECT_TRUE(Error(Errc::unknown_topic_id).retriable());
  EXPECT_TRUE(Error(Errc::unstable_offset_commit).retriable());
  EXPECT_FALSE(Error(Errc::invalid_record).retriable());
  EXPECT_FALSE(Error(Errc::transaction_abortable).retriable());
  EXPECT_FALSE(Error(Errc::rebootstrap_required).retriable());
}

TEST(Error, KnowsTheEndOfTheProducer) {
  EXPECT_TRUE(Error(Errc::fatal).fatal());
  EXPECT_TRUE(Error(Errc::out_of_order_sequence_number, "a gap", true).fatal());
  EXPECT_FALSE(Error(Errc::out_of_order_sequence_number).fatal());
}

TEST(Error, TakesOverWhatLibrdkafkaReturns) {
  EXPECT_FALSE(Error::adopt(nullptr));
  const Error error = Error::adopt(rd_kafka_error_new(RD_KAFKA_RESP_ERR__STATE, "no %s", "state"));
  EXPECT_EQ(error, Errc::state);
  EXPECT_EQ(error.message(), "no state");
  EXPECT_FALSE(error.txn_requires_abort());
}

TEST(Error, OfLibrdkafkaSaysWhatToDo) {
  EXPECT_EQ(Error::adopt(rd_kafka_error_new(RD_KAFKA_RESP_ERR__FENCED, "%s", "fenced.")).message(),
            "fenced: another producer with the same transactional.id has taken over: destroy this "
            "one");
}

TEST(Error, IsInTheTextOfItsException) {
  const kafka::Exception exception(Error(Errc::invalid_arg, "linger.ms"));
  EXPECT_STREQ(exception.what(), "_INVALID_ARG: linger.ms");
  EXPECT_EQ(exception.error(), Errc::invalid_arg);
}

}  // namespace
