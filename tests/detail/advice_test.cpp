#include "detail/advice.hpp"

#include <gtest/gtest.h>

#include <kafka/error.hpp>

namespace {

using kafka::advice;
using kafka::Errc;
using kafka::with_advice;

TEST(Advice, ExistsForEveryCodeThatAProducerCanMeet) {
  for (const Errc code : {Errc::queue_full,
                          Errc::msg_timed_out,
                          Errc::msg_size_too_large,
                          Errc::record_list_too_large,
                          Errc::unknown_topic,
                          Errc::unknown_topic_or_part,
                          Errc::unknown_topic_id,
                          Errc::unknown_partition,
                          Errc::topic_exception,
                          Errc::not_enough_replicas,
                          Errc::not_leader_for_partition,
                          Errc::leader_not_available,
                          Errc::kafka_storage_error,
                          Errc::invalid_record,
                          Errc::invalid_different_record,
                          Errc::invalid_msg,
                          Errc::invalid_timestamp,
                          Errc::policy_violation,
                          Errc::unsupported_compression_type,
                          Errc::invalid_required_acks,
                          Errc::purge_queue,
                          Errc::purge_inflight,
                          Errc::transport,
                          Errc::all_brokers_down,
                          Errc::resolve,
                          Errc::timed_out,
                          Errc::request_timed_out,
                          Errc::destroy_broker,
                          Errc::network_exception,
                          Errc::rebootstrap_required,
                          Errc::ssl,
                          Errc::authentication,
                          Errc::sasl_authentication_failed,
                          Errc::unsupported_sasl_mechanism,
                          Errc::topic_authorization_failed,
                          Errc::cluster_authorization_failed,
                          Errc::transactional_id_authorization_failed,
                          Errc::group_authorization_failed,
                          Errc::out_of_order_sequence_number,
                          Errc::unknown_producer_id,
                          Errc::invalid_producer_epoch,
                          Errc::producer_fenced,
                          Errc::fenced,
                          Errc::invalid_txn_state,
                          Errc::invalid_transaction_timeout,
                          Errc::concurrent_transactions,
                          Errc::transaction_abortable,
                          Errc::not_coordinator,
                          Errc::state,
                          Errc::fatal}) {
    ASSERT_NE(advice(code), nullptr) << kafka::Error(code);
    EXPECT_TRUE(kafka::Error(code).message().ends_with(std::string(": ") + advice(code)));
  }
  EXPECT_EQ(advice(Errc::no_error), nullptr);
}

TEST(Advice, FollowsTheText) {
  EXPECT_EQ(with_advice(Errc::all_brokers_down, "1/1 brokers are down"),
            std::string("1/1 brokers are down: ") + advice(Errc::all_brokers_down));
  EXPECT_EQ(with_advice(Errc::invalid_record, "It has no key.\n"),
            std::string("It has no key: ") + advice(Errc::invalid_record));
  EXPECT_EQ(with_advice(Errc::invalid_record, ""), advice(Errc::invalid_record));
  EXPECT_EQ(with_advice(Errc::noent, "no such entry"), "no such entry");
}

TEST(Advice, IsGivenOnce) {
  const std::string once = with_advice(Errc::fatal, "the end");
  EXPECT_EQ(with_advice(Errc::fatal, once), once);
}

TEST(Advice, AfterAFatalErrorIsToMakeANewProducer) {
  EXPECT_EQ(with_advice(Errc::out_of_order_sequence_number, "a gap", true),
            "a gap: destroy this producer and make a new one");
  EXPECT_EQ(with_advice(Errc::fenced, "fenced", true),
            std::string("fenced: ") + advice(Errc::fenced));
}

// In librdkafka's errors it is the state of a transaction.
TEST(Advice, AboutAClosedProducerIsNotGivenForLibrdkafkasState) {
  EXPECT_EQ(with_advice(Errc::state, "not in a transaction"), "not in a transaction");
}

// The address of a broker with a number in its name comes from the broker.
TEST(Advice, DiffersForAddressesThatBrokersAdvertise) {
  for (const Errc code : {Errc::resolve, Errc::transport}) {
    for (const auto* text : {"kafka-0.kafka.svc:9092/0: Failed", "sasl_ssl://[::1]:9092/12: Failed",
                             "kafka:9092/1: Failed: /bootstrap"}) {
      const std::string message = with_advice(code, text);
      EXPECT_NE(message.find("advertised.listeners"), std::string::npos) << message;
      EXPECT_NE(message.find("kubectl port-forward"), std::string::npos) << message;
    }
    for (const auto* text : {"kafka:9092/bootstrap: Failed", "kafka:9092/: Failed", "Failed",
                             "1: x", "kafka:9092/bootstrap: Failed /1: x"}) {
      EXPECT_EQ(with_advice(code, text), std::string(text) + ": " + advice(code));
    }
  }
}

}  // namespace
