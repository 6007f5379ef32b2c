// With partitioner=murmur2_random keys land where Java's client puts them.

#include <gtest/gtest.h>

#include <kafka/producer.hpp>
#include <map>
#include <random>
#include <set>

#include "cluster.hpp"
#include "tools.hpp"

namespace {

using namespace integration;

constexpr int partitions = 12;

/// Keys as people make them, and of one to forty characters out of all of Unicode.
std::vector<std::string> make_keys(std::size_t count) {
  std::mt19937 random(42);
  const auto below = [&](std::uint32_t bound) {
    return std::uniform_int_distribution<std::uint32_t>(0, bound - 1)(random);
  };
  const auto append = [](std::string& text, std::uint32_t code) {
    const auto byte = [&](std::uint32_t value) { text += static_cast<char>(value); };
    if (code < 0x80) return byte(code);
    if (code < 0x800) return byte(0xC0 | code >> 6), byte(0x80 | (code & 0x3F));
    if (code < 0x10000) {
      return byte(0xE0 | code >> 12), byte(0x80 | (code >> 6 & 0x3F)), byte(0x80 | (code & 0x3F));
    }
    byte(0xF0 | code >> 18);
    byte(0x80 | (code >> 12 & 0x3F));
    byte(0x80 | (code >> 6 & 0x3F));
    byte(0x80 | (code & 0x3F));
  };
  // Of each length in UTF-8, without what cuts a line or is no character.
  constexpr std::pair<std::uint32_t, std::uint32_t> ranges[] = {
      {0x21, 0x7E}, {0xA1, 0x24F}, {0x3041, 0x9FFF}, {0x1F300, 0x1F64F}};
  std::vector<std::string> keys{""};
  while (keys.size() < count) {
    const std::string number = std::to_string(keys.size());
    std::string key;
    switch (below(4)) {
      case 0:
        key = "task-" + number;
        break;
      case 1:
        key = "user-" + number;
        break;
      case 2:
        key = number;
        break;
      default:
        for (std::uint32_t length = 1 + below(40); length > 0; --length) {
          const auto [first, last] = ranges[below(std::size(ranges))];
          append(key, first + below(last - first + 1));
        }
    }
    keys.push_back(std::move(key));
  }
  return keys;
}

/// The partition of each record, by its value.
std::map<std::string, int> places(const Cluster& cluster, const std::string& topic,
                                  const std::vector<std::string>& keys) {
  std::map<std::string, int> result;
  for (const auto& record : consume(cluster, topic)) {
    result[record.value.value()] = record.partition;
    if (record.value == "null") {
      EXPECT_FALSE(record.key);
    } else {
      EXPECT_EQ(record.key, keys.at(std::stoul(*record.value)));
    }
  }
  return result;
}

TEST(Partitioner, PutsKeysWhereJavasClientPutsThem) {
  Cluster cluster({});
  cluster.create_topic("java", partitions);
  cluster.create_topic("ours", partitions);
  const auto keys = make_keys(10'000);

  std::string input = "<null><|>null\n";
  for (std::size_t i = 0; i < keys.size(); ++i) input += keys[i] + "<|>" + std::to_string(i) + "\n";
  const ScratchDirectory directory("keys");
  write_file(directory.path() / "input", input);
  std::vector<std::string> command{"sh", "-c", R"(input=$1; shift; exec "$@" <"$input")", "sh",
                                   directory.path() / "input"};
  for (const std::string& word :
       java("org.apache.kafka.tools.ConsoleProducer",
            {"--bootstrap-server", cluster.bootstrap_servers(), "--topic", "java",
             "--reader-property", "parse.key=true", "--reader-property", "key.separator=<|>",
             "--reader-property", "null.marker=<null>"})) {
    command.push_back(word);
  }
  const Finished console_producer = run(command);
  ASSERT_EQ(console_producer.exit_code, 0) << console_producer.errors;

  kafka::Producer producer({{"bootstrap.servers", cluster.bootstrap_servers()},
                            {"partitioner", "murmur2_random"},
                            {"sticky.partitioning.linger.ms", "0"}});
  producer.produce("ours", nullptr, "null");
  for (std::size_t i = 0; i < keys.size(); ++i)
    producer.produce("ours", keys[i], std::to_string(i));
  EXPECT_EQ(producer.flush(patience), 0U);

  auto java = places(cluster, "java", keys);
  auto ours = places(cluster, "ours", keys);
  // Without a key both are free to choose.
  EXPECT_EQ(java.erase("null"), 1U);
  EXPECT_EQ(ours.erase("null"), 1U);
  ASSERT_EQ(java.size(), keys.size());
  EXPECT_EQ(ours, java);
  std::set<int> used;
  for (const auto& [value, partition] : java) used.insert(partition);
  EXPECT_EQ(used.size(), std::size_t{partitions});

  // And null is no key of its own: it is spread.
  std::set<int> of_null;
  for (int i = 0; i < 1000; ++i) {
    producer.produce("ours", nullptr, "null",
                     [&](const kafka::Error& error, const kafka::Message& message) {
                       EXPECT_FALSE(error) << error;
                       of_null.insert(message.partition());
                     });
  }
  EXPECT_EQ(producer.flush(patience), 0U);
  EXPECT_EQ(of_null.size(), std::size_t{partitions});
}

}  // namespace
