#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>

#include <kafka/errc.hpp>

namespace {

using kafka::Errc;

TEST(Errc, HasLibrdkafkasValues) {
  EXPECT_EQ(static_cast<int>(Errc::no_error), RD_KAFKA_RESP_ERR_NO_ERROR);
  EXPECT_EQ(static_cast<int>(Errc::unknown), RD_KAFKA_RESP_ERR_UNKNOWN);
  EXPECT_EQ(static_cast<int>(Errc::bad_msg), RD_KAFKA_RESP_ERR__BAD_MSG);
  EXPECT_EQ(static_cast<int>(Errc::queue_full), RD_KAFKA_RESP_ERR__QUEUE_FULL);
  EXPECT_EQ(static_cast<int>(Errc::msg_timed_out), RD_KAFKA_RESP_ERR__MSG_TIMED_OUT);
  EXPECT_EQ(static_cast<int>(Errc::purge_queue), RD_KAFKA_RESP_ERR__PURGE_QUEUE);
  EXPECT_EQ(static_cast<int>(Errc::purge_inflight), RD_KAFKA_RESP_ERR__PURGE_INFLIGHT);
  EXPECT_EQ(static_cast<int>(Errc::fatal), RD_KAFKA_RESP_ERR__FATAL);
  EXPECT_EQ(static_cast<int>(Errc::msg_size_too_large), RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE);
  EXPECT_EQ(static_cast<int>(Errc::principal_deserialization_failure),
            RD_KAFKA_RESP_ERR_PRINCIPAL_DESERIALIZATION_FAILURE);
}

}  // namespace
