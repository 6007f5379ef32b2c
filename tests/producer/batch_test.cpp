#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>

#include <atomic>
#include <chrono>
#include <deque>
#include <kafka/mock_cluster.hpp>
#include <kafka/producer.hpp>
#include <map>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace std::chrono_literals;
using kafka::Errc;
using kafka::Error;
using kafka::Message;
using kafka::Record;

constexpr auto patience = 60s;

struct ProducerBatch : testing::Test {
  kafka::Config config(const kafka::Config& more = {}) const {
    return kafka::Config{{"bootstrap.servers", cluster.bootstrap_servers()}, {"log_level", "0"}}
        .merge(more);
  }

  /// Records with numbers as values, and keys of which there are `keys`.
  std::vector<Record> make(int count, int keys) {
    std::vector<Record> records;
    for (int i = 0; i < count; ++i) {
      const std::string& value = texts.emplace_back(std::to_string(next_++));
      const std::string& key = texts.emplace_back("key-" + std::to_string(next_ % keys));
      records.push_back({.topic = "events",
                         .key = key,
                         .value = value,
                         .callback = [this](const Error& error, const Message&) {
                           error ? ++failed : ++delivered;
                         }});
    }
    return records;
  }

  /// Where each key lies, and that its values are in order there.
  std::map<std::string, std::int32_t> places(std::size_t at_least) const {
    std::map<std::string, std::int32_t> result;
    std::map<std::string, int> last;
    for (const auto& record : cluster.read("events", at_least, patience)) {
      const auto [place, first] = result.try_emplace(*record.key, record.partition);
      EXPECT_EQ(place->second, record.partition) << *record.key << " lies in two partitions";
      const int value = std::stoi(*record.value);
      const auto [at, first_value] = last.try_emplace(*record.key, value);
      EXPECT_TRUE(first_value || at->second < value) << *record.key << " is out of order";
      at->second = value;
    }
    return result;
  }

  kafka::MockCluster cluster{1};
  std::deque<std::string> texts;
  int delivered = 0;
  int failed = 0;

 private:
  int next_ = 0;
};

TEST_F(ProducerBatch, DeliversEveryRecordInTheOrderOfItsKey) {
  cluster.create_topic("events", 7);
  kafka::Producer producer(config());
  for (const int size : {1, 2, 100, 1000, 3000}) {
    auto records = make(size, 50);
    EXPECT_TRUE(producer.try_produce_batch(records).empty());
    for (const Record& record : records) EXPECT_FALSE(record.callback) << "it was taken";
    // Singles in between, of the same keys.
    for (Record& single : make(10, 50)) producer.produce(std::move(single));
  }
  EXPECT_EQ(producer.flush(patience), 0U);
  EXPECT_EQ(delivered, 4103 + 50);
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(places(4153).size(), 50U);
}

TEST_F(ProducerBatch, AnEmptyOneIsNothing) {
  kafka::Producer producer(config());
  EXPECT_TRUE(producer.try_produce_batch({}).empty());
  EXPECT_EQ(producer.undelivered(), 0U);
}

// With every partitioner, keys of batches go where keys of single records go.
TEST_F(ProducerBatch, RespectsThePartitioner) {
  constexpr int keys = 40;
  for (const auto* partitioner :
       {"consistent", "consistent_random", "murmur2", "murmur2_random", "fnv1a", "fnv1a_random"}) {
    SCOPED_TRACE(partitioner);
    kafka::MockCluster own;
    own.create_topic("singles", 5);
    own.create_topic("batches", 5);
    kafka::Producer producer(
        config({{"bootstrap.servers", own.bootstrap_servers()}, {"partitioner", partitioner}}));
    // The topic is known, so that the batch is sorted rather than left to librdkafka.
    producer.produce("batches", "key", "value");
    EXPECT_EQ(producer.flush(patience), 0U);
    std::vector<std::string> names{""};
    for (int i = 1; i < keys; ++i) names.push_back("key-" + std::to_string(i));
    std::vector<Record> batch;
    for (const std::string& name : names) {
      producer.produce("singles", name, "value");
      batch.push_back({.topic = "batches", .key = name, .value = "value"});
    }
    EXPECT_TRUE(producer.try_produce_batch(batch).empty());
    EXPECT_EQ(producer.flush(patience), 0U);
    std::map<std::string, std::int32_t> singles;
    for (const auto& record : own.read("singles", keys, patience)) {
      singles[*record.key] = record.partition;
    }
    ASSERT_EQ(singles.size(), std::size_t{keys});
    for (const auto& record : own.read("batches", keys, patience)) {
      if (record.key == "key") continue;
      // Of these partitioners one alone puts records with an empty key anywhere.
      if (record.key->empty() && std::string(partitioner) == "consistent_random") continue;
      EXPECT_EQ(record.partition, singles[*record.key]) << *record.key;
    }
  }
}

// What librdkafka does with its own partitioner, which ours stands in front of.
TEST_F(ProducerBatch, LeavesRecordsWithoutAKeyWhereLibrdkafkaPutsThem) {
  for (const auto* partitioner : {"consistent", "murmur2", "fnv1a"}) {
    SCOPED_TRACE(partitioner);
    kafka::MockCluster own;
    own.create_topic("events", 5);
    kafka::Producer producer(
        config({{"bootstrap.servers", own.bootstrap_servers()}, {"partitioner", partitioner}}));
    std::vector<Record> batch(20);
    for (Record& record : batch) record.topic = "events";
    EXPECT_TRUE(producer.try_produce_batch(batch).empty());
    for (int i = 0; i < 20; ++i) producer.produce({.topic = "events"});
    EXPECT_EQ(producer.flush(patience), 0U);
    const auto records = own.read("events", 40, patience);
    ASSERT_EQ(records.size(), 40U);
    for (const auto& record : records) EXPECT_EQ(record.partition, records[0].partition);
  }
}

TEST_F(ProducerBatch, TakesHeadersTimestampsPartitionsAndOwnedValuesInTheSameOrder) {
  cluster.create_topic("events", 3);
  kafka::Producer producer(config());
  const auto time = std::chrono::sys_time<std::chrono::milliseconds>(1'700'000'000'123ms);
  for (int round = 0; round < 3; ++round) {
    auto records = make(300, 10);
    for (std::size_t i = 0; i < records.size(); ++i) {
      if (i % 5 == 1) records[i].headers = {{"name", "header"}};
      if (i % 5 == 2) records[i].timestamp = time;
      if (i % 5 == 3) records[i].value = kafka::owned(std::string(records[i].value.text()));
    }
    EXPECT_TRUE(producer.try_produce_batch(records).empty());
  }
  EXPECT_EQ(producer.flush(patience), 0U);
  EXPECT_EQ(delivered, 900);
  EXPECT_EQ(places(900).size(), 10U);
  std::size_t headers = 0;
  std::size_t timestamps = 0;
  for (const auto& record : cluster.read("events", 900, patience)) {
    headers += record.headers.size();
    timestamps += record.timestamp == time;
  }
  EXPECT_EQ(headers, 180U);
  EXPECT_EQ(timestamps, 180U);
}

TEST_F(ProducerBatch, PutsEachRecordWhereItsOwnPartitionAndTopicSay) {
  cluster.create_topic("events", 3);
  cluster.create_topic("others", 2);
  kafka::Producer producer(config());
  std::vector<Record> records;
  for (int i = 0; i < 60; ++i) {
    records.push_back(
        {.topic = i % 2 == 0 ? "events" : "others", .value = "x", .partition = i % 2});
  }
  EXPECT_TRUE(producer.try_produce_batch(records).empty());
  EXPECT_EQ(producer.flush(patience), 0U);
  for (const auto& record : cluster.read("events", 30, patience)) EXPECT_EQ(record.partition, 0);
  const auto others = cluster.read("others", 30, patience);
  EXPECT_EQ(others.size(), 30U);
  for (const auto& record : others) EXPECT_EQ(record.partition, 1);
}

TEST_F(ProducerBatch, SortsMoreTopicsThanItRemembers) {
  constexpr int topics = 20;
  kafka::Producer producer(config());
  std::deque<std::string> names;
  for (int i = 0; i < topics; ++i) {
    cluster.create_topic(names.emplace_back("topic-" + std::to_string(i)), 2);
  }
  for (int round = 0; round < 3; ++round) {
    std::vector<Record> records;
    for (int i = 0; i < topics * 10; ++i) {
      records.push_back({.topic = names[static_cast<std::size_t>(i % topics)],
                         .key = texts.emplace_back(std::to_string(i)),
                         .value = "value"});
    }
    EXPECT_TRUE(producer.try_produce_batch(records).empty());
    EXPECT_EQ(producer.flush(patience), 0U);
  }
  for (const std::string& name : names) EXPECT_EQ(cluster.read(name, 30, patience).size(), 30U);
}

TEST_F(ProducerBatch, NamesEachRecordThatItRefusesAndLeavesItAsItWas) {
  cluster.create_topic("events", 3);
  kafka::Producer producer(config({{"message.max.bytes", "1000"}}));
  auto records = make(100, 10);
  const std::string large(2000, 'x');
  records[10].value = large;
  records[20].topic = "no good name";
  records[30].partition = -2;
  records[40].headers = {{std::string_view("a\0b", 3), "value"}};
  for (int round = 0; round < 2; ++round) {
    const auto refused = producer.try_produce_batch(records);
    ASSERT_EQ(refused.size(), 4U);
    EXPECT_EQ(refused[0].index, 10U);
    EXPECT_EQ(refused[0].error, Errc::msg_size_too_large);
    EXPECT_EQ(refused[1].index, 20U);
    EXPECT_EQ(refused[1].error, Errc::topic_exception);
    EXPECT_EQ(refused[2].index, 30U);
    EXPECT_EQ(refused[2].error, Errc::unknown_partition);
    EXPECT_EQ(refused[3].index, 40U);
    EXPECT_EQ(refused[3].error, Errc::invalid_arg);
    for (const auto& [index, error] : refused) {
      EXPECT_TRUE(records[index].callback);
      EXPECT_EQ(records[index].partition, index == 30 ? -2 : -1);
    }
  }
  EXPECT_EQ(producer.flush(patience), 0U);
  EXPECT_EQ(delivered, 96);
}

TEST_F(ProducerBatch, AnUnknownPartitionIsTheRecordsOwnError) {
  cluster.create_topic("events", 2);
  kafka::Producer producer(config());
  producer.produce({.topic = "events", .key = "key"});
  EXPECT_EQ(producer.flush(patience), 0U);
  auto records = make(10, 2);
  records[5].partition = 7;
  const auto refused = producer.try_produce_batch(records);
  ASSERT_EQ(refused.size(), 1U);
  EXPECT_EQ(refused[0].index, 5U);
  EXPECT_EQ(refused[0].error, Errc::unknown_partition);
}

// Whoever tries again what was refused, and nothing else meanwhile, keeps the order.
TEST_F(ProducerBatch, KeepsTheOrderWhenTheQueueIsFullAndTheRestIsTriedAgain) {
  cluster.create_topic("events", 4);
  kafka::Producer producer(config({{"queue.buffering.max.messages", "70"}}));
  std::size_t full = 0;
  for (int round = 0; round < 10; ++round) {
    auto records = make(200, 20);
    while (true) {
      const auto refused = producer.try_produce_batch(records);
      if (refused.empty()) break;
      ++full;
      std::vector<Record> again;
      for (const auto& [index, error] : refused) {
        ASSERT_EQ(error, Errc::queue_full);
        ASSERT_TRUE(records[index].callback);
        again.push_back(std::move(records[index]));
      }
      records = std::move(again);
      producer.poll(100ms);
    }
  }
  EXPECT_EQ(producer.flush(patience), 0U);
  EXPECT_GT(full, 0U);
  EXPECT_EQ(delivered, 2000);
  EXPECT_EQ(places(2000).size(), 20U);
}

TEST_F(ProducerBatch, KeepsTheOrderWhileTheTopicIsNotKnown) {
  cluster.create_topic("events", 4);
  cluster.set_round_trip_time(1, 300ms);
  kafka::Producer producer(config());
  for (int round = 0; round < 20; ++round) {
    auto records = make(50, 10);
    EXPECT_TRUE(producer.try_produce_batch(records).empty());
    for (Record& single : make(5, 10)) producer.produce(std::move(single));
    producer.poll(30ms);
  }
  cluster.set_round_trip_time(1, 0ms);
  EXPECT_EQ(producer.flush(patience), 0U);
  EXPECT_EQ(places(1100).size(), 10U);
}

TEST_F(ProducerBatch, IsRefusedWholeAfterClose) {
  kafka::Producer producer(config());
  producer.produce({.topic = "events", .key = "key"});
  producer.close();
  auto records = make(10, 2);
  const auto refused = producer.try_produce_batch(records);
  ASSERT_EQ(refused.size(), 10U);
  for (const auto& [index, error] : refused) {
    EXPECT_EQ(error, Errc::state);
    EXPECT_TRUE(records[index].callback);
  }
  EXPECT_EQ(producer.undelivered(), 0U);
}

TEST_F(ProducerBatch, FromManyThreadsBesideACloseLosesNothing) {
  cluster.create_topic("events", 4);
  kafka::Producer producer(config());
  std::atomic<std::size_t> called{0};
  std::atomic<std::size_t> accepted{0};
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread) {
      threads.emplace_back([&] {
        while (true) {
          std::vector<Record> records;
          for (int i = 0; i < 30; ++i) {
            records.push_back({.topic = "events",
                               .key = i % 3 == 0 ? "a" : "b",
                               .value = "value",
                               .callback = [&](const Error&, const Message&) { ++called; }});
          }
          const auto refused = producer.try_produce_batch(records);
          accepted += records.size() - refused.size();
          for (const auto& refusal : refused) {
            if (refusal.error == Errc::state) return;
          }
        }
      });
    }
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (accepted < 5000 && std::chrono::steady_clock::now() < deadline) producer.poll(1ms);
    producer.close(100ms);
  }
  EXPECT_EQ(called, accepted);
  EXPECT_EQ(producer.undelivered(), 0U);
}

// Once the queue was full, a later record must not get in, however small it is and whatever it has.
TEST_F(ProducerBatch, AcceptsNothingAfterTheQueueWasFull) {
  cluster.create_topic("events", 1);
  using Change = void (*)(Record&);
  const std::vector<Change> kinds{
      [](Record&) {},
      [](Record& record) {
        record.headers = {{"name", "value"}};
      },
      [](Record& record) { record.timestamp = std::chrono::system_clock::now(); },
      [](Record& record) { record.value = kafka::owned(std::string("C")); },
      [](Record& record) { record.partition = 0; },
      [](Record& record) { record.topic = "another"; },
      [](Record& record) { record.partition = 9; },
  };
  const std::string large(400, 'A');
  for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
    SCOPED_TRACE(kind);
    kafka::Producer producer(config({{"queue.buffering.max.kbytes", "1"}}));
    producer.produce("events", "key", "warm-up");
    ASSERT_EQ(producer.flush(patience), 0U);
    std::vector<Record> batch;
    for (const std::string_view value :
         {std::string_view(large), std::string_view(large), std::string_view(large),
          std::string_view("C"), std::string_view("D")}) {
      batch.push_back({.topic = "events", .key = "key", .value = value});
    }
    kinds[kind](batch[3]);
    const std::int32_t partition = batch[3].partition;
    const auto refused = producer.try_produce_batch(batch);
    ASSERT_EQ(refused.size(), 3U);
    for (std::size_t i = 0; i < refused.size(); ++i) {
      EXPECT_EQ(refused[i].index, i + 2);
      EXPECT_EQ(refused[i].error, Errc::queue_full);
    }
    EXPECT_EQ(batch[3].partition, partition);
    EXPECT_EQ(producer.flush(patience), 0U);
  }
}

// Runs of 128 records and batches of 1,024 are what librdkafka and the sorting get at once.
TEST_F(ProducerBatch, GoesOnFromRunToRunAndFromBatchToBatchOnlyWhileThereIsRoom) {
  cluster.create_topic("events", 1);
  const std::string large(600, 'A');
  for (const std::size_t last_of_run : {127U, 1023U}) {
    SCOPED_TRACE(last_of_run);
    kafka::Producer producer(config({{"queue.buffering.max.kbytes", "1"}}));
    producer.produce("events", "key", "warm-up");
    ASSERT_EQ(producer.flush(patience), 0U);
    std::vector<Record> batch(last_of_run + 10);
    for (Record& record : batch) {
      record.topic = "events";
      record.partition = 0;
    }
    batch[0].value = large;
    batch[last_of_run].value = large;
    const auto refused = producer.try_produce_batch(batch);
    ASSERT_EQ(refused.size(), 10U);
    EXPECT_EQ(refused[0].index, last_of_run);
    EXPECT_EQ(producer.flush(patience), 0U);
  }
}

// A batch remembers the counts of 16 topics, and asks again for those that it has forgotten.
TEST_F(ProducerBatch, SendsItsGroupsBeforeItAsksForAnotherCount) {
  constexpr int topics = 20;
  constexpr int rounds = 5;
  kafka::Producer producer(config());
  std::deque<std::string> names;
  for (int i = 0; i < topics; ++i) {
    cluster.create_topic(names.emplace_back("topic-" + std::to_string(i)), 1);
    producer.produce({.topic = names.back(), .key = "key", .value = "0"});
  }
  ASSERT_EQ(producer.flush(patience), 0U);
  std::vector<Record> batch;
  for (int round = 1; round <= rounds; ++round) {
    for (const std::string& name : names) {
      // Two in turn, so that the second one waits in a group while the counts of others are asked.
      for (int i = 0; i < 2; ++i) {
        batch.push_back({.topic = name,
                         .key = "key",
                         .value = texts.emplace_back(std::to_string(2 * round + i))});
      }
    }
  }
  EXPECT_TRUE(producer.try_produce_batch(batch).empty());
  EXPECT_EQ(producer.flush(patience), 0U);
  for (const std::string& name : names) {
    int last = -1;
    for (const auto& record : cluster.read(name, 2 * rounds + 1, patience)) {
      EXPECT_LT(last, std::stoi(*record.value)) << name;
      last = std::stoi(*record.value);
    }
  }
}

TEST_F(ProducerBatch, OfAProducerThatWasMovedFromRefusesEveryRecord) {
  kafka::Producer producer(config());
  const kafka::Producer other(std::move(producer));
  auto batch = make(3, 1);
  const auto refused = producer.try_produce_batch(batch);
  ASSERT_EQ(refused.size(), 3U);
  for (std::size_t i = 0; i < refused.size(); ++i) {
    EXPECT_EQ(refused[i].index, i);
    EXPECT_EQ(refused[i].error, Errc::state);
    EXPECT_TRUE(batch[i].callback);
  }
}

}  // namespace
