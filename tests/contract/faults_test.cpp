// What the cluster can do to a producer, and what the contract says of it.

#include <librdkafka/rdkafka.h>

#include <map>
#include <set>
#include <thread>
#include <vector>

#include "support.hpp"

namespace {

using namespace support;

/// That each record has one outcome, and that the outcome is true of the log: delivered records
/// lie where they were said to lie, and what was surely not persisted does not lie anywhere.
void expect_truth(const kafka::MockCluster& cluster, const std::deque<Outcome>& outcomes) {
  std::map<std::pair<std::int32_t, std::int64_t>, std::string> places;
  std::set<std::string> log;
  for (const auto& record : cluster.read("events", 0, patience)) {
    places[{record.partition, record.offset}] = *record.value;
    log.insert(*record.value);
  }
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    const auto& [calls, error, metadata] = outcomes[i];
    const std::string value = std::to_string(i);
    EXPECT_EQ(calls, 1) << value;
    if (!error) {
      EXPECT_EQ((places[{metadata.partition, metadata.offset}]), value);
      EXPECT_EQ(metadata.persistence, Persistence::persisted);
    } else if (metadata.persistence == Persistence::not_persisted) {
      EXPECT_FALSE(log.contains(value)) << value << ": " << error;
    }
  }
}

struct Faults : Cluster {
  void SetUp() override { cluster.create_topic("events", 2); }

  void produce(kafka::Producer& producer, int count) {
    for (int i = 0; i < count; ++i) {
      const std::string number = std::to_string(outcomes.size());
      producer.produce("events", number, number, outcomes.emplace_back().callback());
    }
  }
  void expect_delivered() {
    for (const Outcome& outcome : outcomes) EXPECT_FALSE(outcome.error) << outcome.error;
    expect_truth(cluster, outcomes);
  }

  std::deque<Outcome> outcomes;
};

TEST_F(Faults, ABrokerThatIsDownBefore) {
  cluster.broker_down(1);
  kafka::Producer producer(config());
  produce(producer, 100);
  EXPECT_EQ(producer.flush(100ms), 100U);
  cluster.broker_up(1);
  EXPECT_EQ(producer.flush(patience), 0U);
  expect_delivered();
}

TEST_F(Faults, ABrokerThatGoesDownMeanwhile) {
  kafka::Producer producer(config());
  for (int round = 0; round < 5; ++round) {
    produce(producer, 100);
    producer.poll(1ms);
    cluster.broker_down(1);
    produce(producer, 100);
    producer.flush(20ms);
    cluster.broker_up(1);
  }
  EXPECT_EQ(producer.flush(patience), 0U);
  expect_delivered();
}

TEST_F(Faults, ABrokerThatGoesDownAfterwards) {
  kafka::Producer producer(config());
  produce(producer, 100);
  EXPECT_EQ(producer.flush(patience), 0U);
  cluster.broker_down(1);
  EXPECT_EQ(producer.flush(), 0U);
  EXPECT_EQ(producer.close(), 0U);
  cluster.broker_up(1);
  expect_delivered();
}

TEST_F(Faults, RoundTripsOfTwoSeconds) {
  kafka::Producer producer(config());
  warm_up(producer);
  cluster.set_round_trip_time(1, 2s);
  produce(producer, 100);
  EXPECT_EQ(producer.flush(100ms), 100U);
  EXPECT_EQ(producer.flush(patience), 0U);
  cluster.set_round_trip_time(1, 0ms);
  expect_delivered();
}

TEST_F(Faults, AnAcknowledgementThatIsLostAfterTheAppend) {
  kafka::Producer producer(config());
  warm_up(producer);
  cluster.set_round_trip_time(1, 20s);
  produce(producer, 1);
  producer.flush(3s);
  cluster.broker_down(1);
  cluster.set_round_trip_time(1, 0ms);
  cluster.broker_up(1);
  EXPECT_EQ(producer.flush(patience), 0U);
  EXPECT_FALSE(outcomes[0].error);
  // The duplicate that the README tells of: the mock cluster drops none.
  EXPECT_EQ(cluster.read("events", 3, patience).size(), 3U);
  expect_truth(cluster, outcomes);
}

TEST_F(Faults, MetadataThatNeverComes) {
  cluster.set_round_trip_time(1, 300s);
  kafka::Producer producer(config({{"message.timeout.ms", "1000"}}));
  produce(producer, 10);
  EXPECT_EQ(producer.flush(patience), 0U);
  for (const Outcome& outcome : outcomes) {
    EXPECT_EQ(outcome.error, Errc::msg_timed_out);
    EXPECT_EQ(outcome.metadata.persistence, Persistence::not_persisted);
  }
  producer.close(0ms);
}

TEST_F(Faults, AnUnknownTopic) {
  cluster.set_topic_error("unknown", Errc::unknown_topic_or_part);
  kafka::Producer producer(config({{"topic.metadata.propagation.max.ms", "100"},
                                   {"topic.metadata.refresh.fast.interval.ms", "50"}}));
  Outcome outcome;
  producer.produce("unknown", "key", "value", outcome.callback());
  EXPECT_EQ(producer.flush(patience), 0U);
  EXPECT_EQ(outcome.calls, 1);
  EXPECT_TRUE(outcome.error);
  EXPECT_EQ(outcome.metadata.persistence, Persistence::not_persisted);
}

TEST_F(Faults, AQueueThatEightThreadsFill) {
  kafka::Producer producer(config({{"queue.buffering.max.messages", "100"}}));
  std::atomic<int> called{0};
  constexpr int each = 2000;
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 8; ++thread) {
      threads.emplace_back([&] {
        for (int i = 0; i < each; ++i) {
          Record record{.topic = "events",
                        .value = "value",
                        .callback = [&](const Error& error, const Message&) { called += !error; }};
          EXPECT_FALSE(producer.try_produce_for(record, patience));
        }
      });
    }
  }
  EXPECT_EQ(producer.flush(patience), 0U);
  EXPECT_EQ(called, 8 * each);
  EXPECT_EQ(cluster.read("events", 8 * each, patience).size(), std::size_t{8 * each});
}

TEST_F(Faults, AClusterThatSleepsUntilMessagesTimeOut) {
  kafka::Producer producer(config({{"message.timeout.ms", "1500"}}));
  warm_up(producer);
  cluster.broker_down(1);
  produce(producer, 1000);
  EXPECT_EQ(producer.flush(patience), 0U);
  for (const Outcome& outcome : outcomes) EXPECT_EQ(outcome.error, Errc::msg_timed_out);
  cluster.broker_up(1);
  produce(producer, 10);
  EXPECT_EQ(producer.flush(patience), 0U);
  expect_truth(cluster, outcomes);
}

TEST_F(Faults, LeadersThatMove) {
  kafka::MockCluster three(3);
  three.create_topic("events", 2, 3);
  kafka::Producer producer(config({{"bootstrap.servers", three.bootstrap_servers()}}));
  for (int round = 0; round < 9; ++round) {
    produce(producer, 50);
    for (const int partition : {0, 1}) three.set_leader("events", partition, round % 3 + 1);
    producer.poll(5ms);
  }
  EXPECT_EQ(producer.flush(patience), 0U);
  for (const Outcome& outcome : outcomes) EXPECT_FALSE(outcome.error) << outcome.error;
  expect_truth(three, outcomes);
}

// ---- Every error that a broker can answer a produce request with, once and for ever.

struct ProduceErrors : Faults, testing::WithParamInterface<Errc> {};

TEST_P(ProduceErrors, OnceAreRetriedOrReported) {
  kafka::Producer producer(config({{"retry.backoff.ms", "10"}, {"message.timeout.ms", "10000"}}));
  warm_up(producer);
  cluster.fail_next(kafka::Request::produce, {GetParam()});
  produce(producer, 5);
  EXPECT_EQ(producer.flush(patience), 0U);
  cluster.clear_failures(kafka::Request::produce);
  expect_truth(cluster, outcomes);
}

TEST_P(ProduceErrors, ForEverAreReportedInTheEnd) {
  kafka::Producer producer(
      config({{"retry.backoff.ms", "10"}, {"retries", "5"}, {"message.timeout.ms", "2000"}}));
  warm_up(producer);
  cluster.fail_next(kafka::Request::produce, std::vector<Errc>(10'000, GetParam()));
  produce(producer, 5);
  EXPECT_EQ(producer.flush(patience), 0U);
  for (const Outcome& outcome : outcomes) EXPECT_TRUE(outcome.error);
  cluster.clear_failures(kafka::Request::produce);
  expect_truth(cluster, outcomes);
}

INSTANTIATE_TEST_SUITE_P(
    Codes, ProduceErrors,
    testing::Values(Errc::invalid_msg, Errc::unknown_topic_or_part, Errc::leader_not_available,
                    Errc::not_leader_for_partition, Errc::request_timed_out,
                    Errc::msg_size_too_large, Errc::network_exception, Errc::not_enough_replicas,
                    Errc::not_enough_replicas_after_append, Errc::invalid_required_acks,
                    Errc::topic_authorization_failed, Errc::cluster_authorization_failed,
                    Errc::invalid_timestamp, Errc::unsupported_for_message_format,
                    Errc::policy_violation, Errc::kafka_storage_error, Errc::invalid_record,
                    Errc::broker_not_available, Errc::replica_not_available,
                    Errc::coordinator_load_in_progress, Errc::coordinator_not_available,
                    Errc::not_coordinator, Errc::topic_exception, Errc::record_list_too_large,
                    Errc::out_of_order_sequence_number, Errc::duplicate_sequence_number,
                    Errc::unknown_producer_id, Errc::invalid_producer_epoch, Errc::transport),
    [](const auto& code) { return std::string(Error(code.param).name()); });

// The codes above are those that librdkafka treats in ways of their own; these are all others.
TEST_F(Faults, EveryCodeOfABrokerEndsInOneTrueOutcome) {
  const rd_kafka_err_desc* codes = nullptr;
  std::size_t count = 0;
  rd_kafka_get_err_descs(&codes, &count);
  int injected = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (codes[i].code <= 0) continue;
    // One for each, because some make produce() refuse the topic until the metadata has come again.
    kafka::Producer producer(config({{"retry.backoff.ms", "10"}, {"message.timeout.ms", "10000"}}));
    warm_up(producer);
    cluster.fail_next(kafka::Request::produce, {static_cast<Errc>(codes[i].code)});
    produce(producer, 1);
    EXPECT_EQ(producer.flush(patience), 0U) << codes[i].name;
    cluster.clear_failures(kafka::Request::produce);
    ++injected;
  }
  EXPECT_GT(injected, 80);
  expect_truth(cluster, outcomes);
}

// What only an idempotent producer is told, and may end it.
TEST_F(Faults, SequenceErrorsOfAnIdempotentProducerLoseNoOutcome) {
  for (const Errc code : {Errc::out_of_order_sequence_number, Errc::duplicate_sequence_number,
                          Errc::unknown_producer_id, Errc::invalid_producer_epoch,
                          Errc::topic_authorization_failed, Errc::msg_size_too_large}) {
    SCOPED_TRACE(Error(code).name());
    std::deque<Outcome> mine(20);
    bool fatal = false;
    kafka::Producer producer(
        config({{"enable.idempotence", "true"}, {"message.timeout.ms", "10000"}}),
        {.on_error = [&](const Error& error) { fatal = fatal || error.fatal(); }});
    warm_up(producer);
    cluster.fail_next(kafka::Request::produce, {code});
    for (Outcome& outcome : mine) {
      const Error error = producer.try_produce(
          {.topic = "events", .key = "key", .value = "value", .callback = outcome.callback()});
      if (error) {
        EXPECT_TRUE(error == Errc::fatal || error == code) << error;
        ++outcome.calls;
      }
      producer.poll(1ms);
    }
    EXPECT_EQ(producer.flush(patience), 0U);
    for (const Outcome& outcome : mine) EXPECT_EQ(outcome.calls, 1);
    if (producer.fatal_error()) {
      EXPECT_TRUE(producer.fatal_error().fatal());
      EXPECT_EQ(producer.try_produce({.topic = "events"}), Errc::fatal);
      producer.poll();
      EXPECT_TRUE(fatal) << "the hook is told";
    }
    cluster.clear_failures(kafka::Request::produce);
  }
}

}  // namespace
