// What is sent, by the sender and by the library, as Kafka's own tools read it.

#include <gtest/gtest.h>

#include <kafka/producer.hpp>
#include <random>
#include <sstream>

#include "cluster.hpp"
#include "tools.hpp"

namespace {

using namespace integration;
using kafka::StoredRecord;

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> result;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) result.push_back(line);
  return result;
}

auto now() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

const StoredRecord& at(const std::vector<StoredRecord>& log, int partition, std::int64_t offset) {
  for (const auto& record : log) {
    if (record.partition == partition && record.offset == offset) return record;
  }
  throw std::out_of_range("nothing at partition " + std::to_string(partition) + ", offset " +
                          std::to_string(offset));
}

struct Delivery : testing::Test {
  static void SetUpTestSuite() {
    cluster = std::make_unique<Cluster>(Cluster::Options{
        .properties = {{"message.max.bytes", "4000000"},
                       {"replica.fetch.max.bytes", "4000000"},
                       // Records that are too old are deleted at once, not up to 5 minutes later.
                       {"log.initial.task.delay.ms", "0"},
                       {"log.retention.check.interval.ms", "100"}}});
  }
  static void TearDownTestSuite() { cluster.reset(); }

  static Finished send(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(),
                     {SENDER, "--bootstrap-servers", cluster->bootstrap_servers()});
    return run(arguments);
  }

  static kafka::Config config(const kafka::Config& more = {}) {
    return kafka::Config{{"bootstrap.servers", cluster->bootstrap_servers()}}.merge(more);
  }

  static std::unique_ptr<Cluster> cluster;
};
std::unique_ptr<Cluster> Delivery::cluster;

/// Once for each codec of Kafka's.
struct Codecs : Delivery, testing::WithParamInterface<const char*> {
  /// That the batches on the broker's disk are compressed so.
  static void expect_codec(const std::string& topic, int partition) {
    const std::string dump = dump_log(*cluster, topic, partition);
    EXPECT_NE(dump.find(std::string("compresscodec: ") + GetParam()), std::string::npos)
        << tail(dump);
  }
};
INSTANTIATE_TEST_SUITE_P(All, Codecs, testing::Values("none", "gzip", "snappy", "lz4", "zstd"),
                         [](const auto& codec) { return std::string(codec.param); });

TEST_F(Delivery, TheLessonPrintsWhatItsPagePrints) {
  cluster->create_topic("task-created", 3);
  const auto before = now();
  // What the lesson has sent by then, to try out the delivery callback.
  kafka::Producer producer(config());
  producer.produce({.topic = "task-created",
                    .value = R"({"id": "task-001", "title": "Buy groceries"})",
                    .partition = 0,
                    .callback = [](const kafka::Error& error, const kafka::Message& message) {
                      EXPECT_FALSE(error);
                      EXPECT_EQ(message.offset(), 0);
                    }});
  EXPECT_EQ(producer.flush(patience), 0U);

  const Finished sender = send({});
  EXPECT_EQ(sender.exit_code, 0);
  EXPECT_EQ(sender.errors, "");
  std::vector<std::string> printed = lines(sender.output);
  // Brokers answer for each partition in an order of their own.
  ASSERT_EQ(printed.size(), 7U) << sender.output;
  std::sort(printed.begin() + 3, printed.begin() + 6);
  EXPECT_EQ(printed, (std::vector<std::string>{
                         "Queued: task-001", "Queued: task-002", "Queued: task-003",
                         "Delivered: task-created [0] @ 1", "Delivered: task-created [1] @ 0",
                         "Delivered: task-created [2] @ 0", "All messages delivered successfully"}))
      << sender.output;

  const auto log = consume(*cluster, "task-created");
  ASSERT_EQ(log.size(), 4U);
  std::map<std::string, std::string> titles;
  for (const auto& record : log) {
    EXPECT_GE(record.timestamp, before);
    EXPECT_LE(record.timestamp, now());
    EXPECT_TRUE(record.headers.empty());
    if (record.key) titles[*record.key] = record.value.value();
  }
  EXPECT_EQ(titles.size(), 3U);
  for (const auto& [id, title] : {std::pair{"task-001", "Buy groceries"},
                                  {"task-002", "Review pull request"},
                                  {"task-003", "Deploy to production"}}) {
    const std::string start =
        std::string(R"({"id": ")") + id + R"(", "title": ")" + title + R"(", "created_at": ")";
    EXPECT_TRUE(titles[id].starts_with(start)) << titles[id];
    EXPECT_TRUE(titles[id].ends_with("Z\"}")) << titles[id];
  }
}

TEST_P(Codecs, TheSendersEventsAreReadBackByteForByte) {
  const std::string topic = std::string("events-") + GetParam();
  cluster->create_topic(topic, 3);
  // Events of people who write no ASCII, and one with every escape that JSON has.
  const std::vector<std::string> titles{"Lebensmittel einkaufen: Käse, Öl, Süßes",
                                        "買い物リストを確認する",
                                        "مراجعة الطلب",
                                        "Проверить сборку",
                                        "🛒🥖 and 👩‍👩‍👧‍👦",
                                        R"(\"quoted\" \\ \/ \b\f\n\r\t \u00e9 \ud83d\ude00)"};
  std::string input;
  std::map<std::string, std::string> sent;
  for (int i = 0; i < 60; ++i) {
    const std::string id = "task-ü" + std::to_string(i);
    sent[id] = R"({"id": ")" + id + R"(", "title": ")" +
               titles[static_cast<std::size_t>(i) % titles.size()] +
               R"(", "created_at": "2025-01-15T10:30:00.123Z"})";
    input += sent[id] + "\n";
  }
  const ScratchDirectory directory("input");
  write_file(directory.path() / "events.jsonl", input);

  const auto before = now();
  const Finished sender =
      send({"--topic", topic, "--input", directory.path() / "events.jsonl", "-X",
            std::string("compression.type=") + GetParam(), "-X", "linger.ms=50"});
  EXPECT_EQ(sender.exit_code, 0) << sender.output << sender.errors;

  const auto log = consume(*cluster, topic);
  EXPECT_EQ(log.size(), sent.size());
  std::set<std::string> delivered;
  for (const auto& record : log) {
    EXPECT_EQ(record.value, sent[record.key.value()]);
    sent.erase(*record.key);
    EXPECT_GE(record.timestamp, before);
    EXPECT_LE(record.timestamp, now());
    delivered.insert("Delivered: " + topic + " [" + std::to_string(record.partition) + "] @ " +
                     std::to_string(record.offset));
  }
  EXPECT_TRUE(sent.empty());
  // What the sender says of places is where the records lie.
  const std::vector<std::string> printed = lines(sender.output);
  for (const std::string& line : delivered) {
    EXPECT_EQ(std::count(printed.begin(), printed.end(), line), 1) << line;
  }
  expect_codec(topic, log.front().partition);
}

TEST_P(Codecs, RecordsOfAllKindsOfBytesAreReadBackByteForByte) {
  const std::string topic = std::string("bytes-") + GetParam();
  cluster->create_topic(topic, 2);
  std::string every_byte;
  for (int byte = 0; byte < 256; ++byte) every_byte += static_cast<char>(byte);
  const auto timestamp = std::chrono::sys_time<std::chrono::milliseconds>(1736937000123ms);
  using Bytes = std::optional<std::string>;
  std::vector<StoredRecord> sent;
  for (const Bytes& key : {Bytes(), Bytes(""), Bytes("key"), Bytes(every_byte)}) {
    for (const Bytes& value : {Bytes(), Bytes(""), Bytes("Grüße, 世界"), Bytes(every_byte)}) {
      for (const int partition : {0, 1}) {
        StoredRecord record{.topic = topic,
                            .partition = partition,
                            .timestamp = timestamp + std::chrono::milliseconds(sent.size()),
                            .key = key,
                            .value = value,
                            .headers = {}};
        if (partition == 1) {
          record.headers = {{"empty", ""},
                            {"null", std::nullopt},
                            {"binary", every_byte},
                            {"größe", "XL"},
                            {"empty", "a second one of this name"}};
        }
        sent.push_back(std::move(record));
      }
    }
  }
  std::mt19937 random(7);
  for (const std::size_t size : {1000U, 100'000U, 900'000U}) {
    // Text that compresses, and then bytes that do not.
    std::string value(size, 'x');
    for (std::size_t i = size / 2; i < size; ++i) value[i] = static_cast<char>(random());
    sent.push_back({topic, 0, -1, timestamp, "large", value, {}});
  }

  kafka::Producer producer(config({{"compression.type", GetParam()}, {"linger.ms", "50"}}));
  for (StoredRecord& stored : sent) {
    kafka::Record record{.topic = topic,
                         .key = stored.key,
                         .value = stored.value,
                         .partition = stored.partition,
                         .timestamp = stored.timestamp};
    for (const auto& header : stored.headers) record.headers.push_back({header.name, header.value});
    stored.offset = -1;
    record.callback = [&stored](const kafka::Error& error, const kafka::Message& message) {
      EXPECT_FALSE(error) << error;
      EXPECT_EQ(message.persistence(), kafka::Persistence::persisted);
      EXPECT_EQ(message.partition(), stored.partition);
      EXPECT_EQ(message.timestamp(), stored.timestamp);
      stored.offset = message.offset();
    };
    producer.produce(std::move(record));
  }
  EXPECT_EQ(producer.flush(patience), 0U);

  const auto log = consume(*cluster, topic);
  ASSERT_EQ(log.size(), sent.size());
  for (const StoredRecord& record : sent) {
    const StoredRecord& found = at(log, record.partition, record.offset);
    EXPECT_EQ(found.timestamp, record.timestamp);
    EXPECT_TRUE(found.key == record.key) << record.offset;
    EXPECT_TRUE(found.value == record.value) << record.offset;
    ASSERT_EQ(found.headers.size(), record.headers.size());
    for (std::size_t i = 0; i < record.headers.size(); ++i) {
      EXPECT_EQ(found.headers[i].name, record.headers[i].name);
      EXPECT_EQ(found.headers[i].value, record.headers[i].value);
    }
  }
  expect_codec(topic, 0);
  expect_codec(topic, 1);
}

TEST_F(Delivery, ARecordOlderThanItsTopicsRetentionIsDeletedAtTheNextCheck) {
  cluster->create_topic("kept");
  cluster->create_topic("limited", 1, {{"retention.ms", "3600000"}});
  kafka::Producer producer(config());
  const auto deliver_old_record = [&](const char* topic) {
    producer.produce({.topic = topic,
                      .value = "old",
                      .timestamp = std::chrono::system_clock::now() - std::chrono::years(1),
                      .callback = [](const kafka::Error& error, const kafka::Message& message) {
                        EXPECT_EQ(message.persistence(), kafka::Persistence::persisted) << error;
                      }});
    EXPECT_EQ(producer.flush(patience), 0U);
  };
  deliver_old_record("kept");
  // Each check looks at all topics: after two of them the other topic has been checked too.
  for (int check = 1; check <= 2; ++check) {
    deliver_old_record("limited");
    EXPECT_TRUE(eventually([&] { return cluster->start_offset("limited", 0) == check; }));
  }
  EXPECT_EQ(cluster->start_offset("kept", 0), 0);
}

TEST_F(Delivery, ThousandsOfEventsOfEachUserStayInOrder) {
  cluster->create_topic("users", 3);
  const Finished sender = send({"--topic", "users", "--count", "20000", "--key-by", "user", "-X",
                                "enable.idempotence=true", "-X", "linger.ms=5"});
  EXPECT_EQ(sender.exit_code, 0) << sender.output << sender.errors;
  const auto log = consume(*cluster, "users");
  EXPECT_EQ(log.size(), 20000U);
  std::map<std::string, std::pair<int, std::string>> last;
  for (const auto& record : log) {
    // The numbers of ids have at least three digits.
    const std::size_t start = record.value.value().find("task-") + 5;
    std::string id = record.value->substr(start, record.value->find('"', start) - start);
    id.insert(0, 8 - id.size(), '0');
    auto& [partition, latest] =
        last.try_emplace(record.key.value(), record.partition, "").first->second;
    EXPECT_EQ(partition, record.partition) << *record.key;
    EXPECT_LT(latest, id) << *record.key;
    latest = id;
  }
  EXPECT_EQ(last.size(), 100U);
}

}  // namespace
