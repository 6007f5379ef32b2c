// What a real broker refuses, as the callback is told of it.

#include <librdkafka/rdkafka.h>

#include <deque>
#include <map>
#include <set>

#include "cluster.hpp"
#include "outcome.hpp"
#include "tools.hpp"

namespace {

using namespace integration;
using kafka::Persistence;

constexpr auto delivery_timeout = 5000ms;

struct Errors : testing::Test {
  static void SetUpTestSuite() {
    // One controller: the second broker may be down, and the first one goes on.
    cluster = std::make_unique<Cluster>(Cluster::Options{.brokers = 2});
  }
  static void TearDownTestSuite() { cluster.reset(); }

  static kafka::Config config(const kafka::Config& more = {}) {
    return kafka::Config{{"bootstrap.servers", cluster->bootstrap_servers()},
                         {"delivery.timeout.ms", std::to_string(delivery_timeout.count())},
                         {"reconnect.backoff.max.ms", "500"},
                         {"log_level", "0"}}
        .merge(more);
  }

  void produce(kafka::Producer& producer, kafka::Record record) {
    record.callback = outcomes.emplace_back().callback();
    producer.produce(std::move(record));
  }

  void expect_refusal_of_null_keys(const std::string& topic, const std::vector<const char*>& keys);

  /// The one record's error, persistence status and time.
  void expect_failure(const char* name, Persistence persistence) const {
    const Outcome& outcome = outcomes.back();
    EXPECT_EQ(outcome.error.name(), name) << outcome.error;
    EXPECT_EQ(outcome.metadata.persistence, persistence);
    EXPECT_EQ(outcome.metadata.offset, -1);
    expect_in_time(outcome, delivery_timeout);
  }

  std::deque<Outcome> outcomes;
  static std::unique_ptr<Cluster> cluster;
};
std::unique_ptr<Cluster> Errors::cluster;

TEST_F(Errors, OfATopicThatIsNotThere) {
  kafka::Producer producer(config({{"topic.metadata.propagation.max.ms", "2000"}}));
  produce(producer, {.topic = "nowhere", .key = "key", .value = "value"});
  EXPECT_EQ(producer.flush(patience), 0U);
  expect_failure("UNKNOWN_TOPIC_OR_PART", Persistence::not_persisted);
  // Now it is known, and said at once.
  kafka::Record record{.topic = "nowhere", .value = "value"};
  EXPECT_EQ(producer.try_produce(record), kafka::Errc::unknown_topic);
}

TEST_F(Errors, OfAPartitionThatIsNotThere) {
  cluster->create_topic("one-partition");
  kafka::Producer producer(config());
  produce(producer, {.topic = "one-partition", .value = "value", .partition = 7});
  EXPECT_EQ(producer.flush(patience), 0U);
  expect_failure("_UNKNOWN_PARTITION", Persistence::not_persisted);
}

TEST_F(Errors, OfARecordAboveTheTopicsLimit) {
  cluster->create_topic("small", 1, {{"max.message.bytes", "10000"}});
  kafka::Producer producer(config());
  produce(producer, {.topic = "small", .value = std::string(20'000, 'x')});
  EXPECT_EQ(producer.flush(patience), 0U);
  expect_failure("MSG_SIZE_TOO_LARGE", Persistence::not_persisted);
  produce(producer, {.topic = "small", .value = "fits"});
  EXPECT_EQ(producer.flush(patience), 0U);
  EXPECT_FALSE(outcomes.back().error);
  const auto log = consume(*cluster, "small");
  ASSERT_EQ(log.size(), 1U);
  EXPECT_EQ(log[0].value, "fits");
}

TEST_F(Errors, OfARecordThatIsTooOld) {
  cluster->create_topic("recent", 1, {{"message.timestamp.before.max.ms", "3600000"}});
  kafka::Producer producer(config());
  produce(producer,
          {.topic = "recent", .value = "old", .timestamp = std::chrono::system_clock::now() - 2h});
  EXPECT_EQ(producer.flush(patience), 0U);
  expect_failure("INVALID_TIMESTAMP", Persistence::not_persisted);
  EXPECT_TRUE(consume(*cluster, "recent").empty());
}

TEST_F(Errors, OfARecordWithoutAKeyForACompactedTopic) {
  cluster->create_topic("compacted", 1, {{"cleanup.policy", "compact"}});
  kafka::Producer producer(config());
  produce(producer, {.topic = "compacted", .value = "value"});
  EXPECT_EQ(producer.flush(patience), 0U);
  expect_failure("INVALID_RECORD", Persistence::not_persisted);
  EXPECT_TRUE(consume(*cluster, "compacted").empty());
}

/// Sends records with these keys to a compacted topic as one batch, and the healthy ones again.
void Errors::expect_refusal_of_null_keys(const std::string& topic,
                                         const std::vector<const char*>& keys) {
  cluster->create_topic(topic, 1, {{"cleanup.policy", "compact"}});
  kafka::Producer producer(config({{"delivery.timeout.ms", "120000"}, {"linger.ms", "60000"}}));
  for (const char* key : keys) produce(producer, {.topic = topic, .key = key, .value = "value"});
  // It ignores linger.ms, so that all of them are in one batch.
  EXPECT_EQ(producer.flush(patience), 0U);

  // librdkafka before 2.4 (KIP-467) reports the same error for the whole batch.
  const bool tells_records_apart = rd_kafka_version() >= 0x020400ff;
  std::vector<std::string> healthy;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const kafka::Error& error = outcomes[i].error;
    if (keys[i] != nullptr) healthy.emplace_back(keys[i]);
    if (keys[i] != nullptr && tells_records_apart) {
      EXPECT_EQ(error.code(), kafka::Errc::invalid_different_record) << error;
    } else {
      EXPECT_EQ(error.code(), kafka::Errc::invalid_record) << error;
      EXPECT_EQ(error.message().find("without key") != std::string::npos, tells_records_apart)
          << error;
    }
    EXPECT_EQ(outcomes[i].metadata.persistence, Persistence::not_persisted);
    EXPECT_EQ(outcomes[i].metadata.offset, -1);
  }
  EXPECT_TRUE(consume(*cluster, topic).empty());

  for (const std::string& key : healthy) {
    produce(producer, {.topic = topic, .key = key, .value = "value"});
  }
  EXPECT_EQ(producer.flush(patience), 0U);
  std::vector<std::string> log;
  for (const auto& record : consume(*cluster, topic)) log.push_back(record.key.value());
  EXPECT_EQ(log, healthy);
}

TEST_F(Errors, OfARecordWithoutAKeyAmongOthersForACompactedTopic) {
  expect_refusal_of_null_keys("compacted-one", {"first", nullptr, "third"});
}

TEST_F(Errors, OfSeveralRecordsWithoutAKeyAmongOthersForACompactedTopic) {
  expect_refusal_of_null_keys("compacted-several", {"first", nullptr, "third", nullptr});
}

TEST_F(Errors, OfNotEnoughReplicas) {
  cluster->create_topic("replicated");
  cluster->kill(2);
  EXPECT_EQ(cluster->leader("replicated"), 1);
  {
    kafka::Producer producer(config({{"retries", "0"}}));
    // The first one may still wait for the replica that has just died.
    EXPECT_TRUE(eventually([&] {
      produce(producer, {.topic = "replicated", .value = "refused"});
      EXPECT_EQ(producer.flush(patience), 0U);
      return outcomes.back().error.name() == "NOT_ENOUGH_REPLICAS";
    }));
    expect_failure("NOT_ENOUGH_REPLICAS", Persistence::not_persisted);
  }
  const std::size_t refused = outcomes.size() - 1;
  // By default it is tried again, until it is too late.
  kafka::Producer producer(config());
  produce(producer, {.topic = "replicated", .value = "late"});
  EXPECT_EQ(producer.flush(patience), 0U);
  EXPECT_EQ(outcomes.back().error.name(), "_MSG_TIMED_OUT");
  expect_in_time(outcomes.back(), delivery_timeout);
  // Or until the replica is back.
  kafka::Producer patient(config({{"delivery.timeout.ms", "120000"}}));
  produce(patient, {.topic = "replicated", .value = "in time"});
  cluster->start(2);
  cluster->wait_until_healthy();
  EXPECT_EQ(patient.flush(patience), 0U);
  EXPECT_FALSE(outcomes.back().error) << outcomes.back().error;

  std::multiset<std::string> log;
  for (const auto& record : consume(*cluster, "replicated")) log.insert(record.value.value());
  EXPECT_EQ(log.count("in time"), 1U);
  EXPECT_LE(log.count("refused"), refused);
  const Outcome& late = outcomes[outcomes.size() - 2];
  if (late.metadata.persistence == Persistence::not_persisted) {
    EXPECT_EQ(log.count("late"), 0U);
  }
}

TEST_F(Errors, OfATopicThatIsDeletedUnderTheProducer) {
  cluster->create_topic("short-lived");
  kafka::Producer producer(config({{"topic.metadata.refresh.interval.ms", "1000"},
                                   {"topic.metadata.propagation.max.ms", "1000"}}));
  std::set<std::string_view> names;
  std::size_t sent = 0;
  const auto send_one = [&] {
    const std::string value = std::to_string(sent++);
    kafka::Record record{
        .topic = "short-lived", .value = value, .callback = outcomes.emplace_back().callback()};
    if (const kafka::Error error = producer.try_produce(record)) {
      names.insert(error.name());
      outcomes.pop_back();
      --sent;
    }
    producer.poll(10ms);
  };
  const auto send_until = [&](auto condition) {
    EXPECT_TRUE(eventually([&] {
      send_one();
      return condition();
    }));
  };
  const auto is_delivered = [&](std::size_t from) {
    return std::any_of(outcomes.begin() + static_cast<std::ptrdiff_t>(from), outcomes.end(),
                       [](const Outcome& each) { return each.calls == 1 && !each.error; });
  };

  send_until([&] { return is_delivered(0); });
  cluster->delete_topic("short-lived");
  const std::size_t deleted = outcomes.size();
  send_until([&] {
    return std::any_of(outcomes.begin() + static_cast<std::ptrdiff_t>(deleted), outcomes.end(),
                       [](const Outcome& each) { return each.calls == 1 && each.error; });
  });
  EXPECT_EQ(producer.flush(patience), 0U);
  cluster->create_topic("short-lived");
  const std::size_t made_again = outcomes.size();
  send_until([&] { return is_delivered(made_again); });
  EXPECT_EQ(producer.flush(patience), 0U);

  std::set<std::string> log;
  for (const auto& record : consume(*cluster, "short-lived")) log.insert(record.value.value());
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    expect_in_time(outcomes[i], delivery_timeout);
    if (outcomes[i].error) {
      names.insert(outcomes[i].error.name());
      if (outcomes[i].metadata.persistence == Persistence::not_persisted) {
        EXPECT_FALSE(log.contains(std::to_string(i)));
      }
    } else if (i >= made_again) {
      EXPECT_TRUE(log.contains(std::to_string(i)));
    }
  }
  // _DESTROY is what librdkafka says of records whose partition goes away while its broker has
  // them.
  for (const std::string_view name : names) {
    EXPECT_TRUE(name == "_DESTROY" || name == "_UNKNOWN_PARTITION" || name == "_UNKNOWN_TOPIC" ||
                name == "UNKNOWN_TOPIC_OR_PART" || name == "_MSG_TIMED_OUT")
        << name;
  }
  EXPECT_GT(names.size(), names.count("_MSG_TIMED_OUT")) << "no error names the topic";
}

TEST_F(Errors, OfAQuota) {
  cluster->create_topic("limited");
  run_tool(*cluster, "kafka.admin.ConfigCommand",
           {"--alter", "--add-config", "producer_byte_rate=20000", "--entity-type", "clients",
            "--entity-name", "throttled"});
  kafka::Producer producer(config({{"client.id", "throttled"}, {"batch.size", "100000"}}));
  // The broker answers the first ones late, by as much as they are above the quota.
  for (int i = 0; i < 100; ++i) {
    produce(producer,
            {.topic = "limited", .key = std::to_string(i), .value = std::string(50'000, 'x')});
  }
  EXPECT_EQ(producer.flush(patience), 0U);

  std::set<std::string> log;
  for (const auto& record : consume(*cluster, "limited")) log.insert(record.key.value());
  std::size_t failed = 0;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    expect_in_time(outcomes[i], delivery_timeout);
    const bool is_there = log.contains(std::to_string(i));
    if (!outcomes[i].error) {
      EXPECT_TRUE(is_there);
      continue;
    }
    ++failed;
    EXPECT_EQ(outcomes[i].error.name(), "_MSG_TIMED_OUT");
    if (outcomes[i].metadata.persistence == Persistence::not_persisted) {
      EXPECT_FALSE(is_there);
    }
  }
  EXPECT_GT(failed, 0U);
  EXPECT_LT(failed, outcomes.size());
}

}  // namespace
