#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <future>
#include <kafka/mock_cluster.hpp>
#include <kafka/producer.hpp>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace std::chrono_literals;
using kafka::Errc;
using kafka::Error;
using kafka::Message;
using kafka::Record;

struct Producer : testing::Test {
  kafka::Config config(const kafka::Config& more = {}) {
    kafka::Config result{{"bootstrap.servers", cluster.bootstrap_servers()},
                         {"client.id", "producer_test"},
                         {"log_level", "0"}};
    return result.merge(more);
  }

  kafka::MockCluster cluster;
};

template <class Call>
Error error_of(Call call) {
  try {
    call();
  } catch (const kafka::Exception& exception) {
    return exception.error();
  }
  return {};
}

TEST_F(Producer, DeliversAndTellsWhere) {
  cluster.create_topic("events", 3);
  kafka::Producer producer(config());
  std::vector<kafka::RecordMetadata> delivered;
  for (const auto* key : {"task-001", "task-002", "task-003"}) {
    producer.produce("events", key, std::string("value of ") + key,
                     [&](const Error& error, const Message& message) {
                       EXPECT_FALSE(error);
                       delivered.push_back(message.metadata());
                     });
    producer.poll();
  }
  EXPECT_EQ(producer.flush(20s), 0U);
  ASSERT_EQ(delivered.size(), 3U);
  EXPECT_EQ(producer.undelivered(), 0U);

  const auto records = cluster.read("events");
  ASSERT_EQ(records.size(), 3U);
  for (const auto& record : records) {
    EXPECT_EQ(record.value, "value of " + record.key.value());
    EXPECT_TRUE(std::any_of(delivered.begin(), delivered.end(), [&](const auto& metadata) {
      return metadata.partition == record.partition && metadata.offset == record.offset;
    }));
  }
}

TEST_F(Producer, SendsWithoutACallback) {
  kafka::Producer producer(config());
  producer.produce({.topic = "events", .value = "Hello, Kafka!"});
  EXPECT_EQ(producer.flush(), 0U);
  const auto records = cluster.read("events");
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].key, std::nullopt);
  EXPECT_EQ(records[0].value, "Hello, Kafka!");
}

TEST_F(Producer, KeepsTheRecordsOfAKeyInOrder) {
  cluster.create_topic("events", 4);
  kafka::Producer producer(config());
  for (int i = 0; i < 1000; ++i) {
    producer.produce("events", "key-" + std::to_string(i % 10), std::to_string(i));
  }
  EXPECT_EQ(producer.flush(20s), 0U);
  std::map<std::string, int> last;
  std::map<std::string, int> partition;
  const auto records = cluster.read("events", 1000);
  EXPECT_EQ(records.size(), 1000U);
  for (const auto& record : records) {
    const int number = std::stoi(record.value.value());
    const auto [at, inserted] = last.try_emplace(record.key.value(), number);
    EXPECT_TRUE(inserted || at->second < number);
    at->second = number;
    EXPECT_EQ(partition.try_emplace(record.key.value(), record.partition).first->second,
              record.partition);
  }
}

TEST_F(Producer, SendsHeadersTimestampAndPartition) {
  cluster.create_topic("events", 3);
  kafka::Producer producer(config());
  const auto time = std::chrono::sys_days(std::chrono::year(2025) / 1 / 15) + 10h + 30min;
  std::string name = "trace";
  producer.produce({.topic = "events",
                    .key = "task-001",
                    .value = "value",
                    .headers = {{name, "1"}, {name, "2"}, {"null", nullptr}},
                    .partition = 2,
                    .timestamp = time + 123ms + 456us});
  name = "overwritten";
  EXPECT_EQ(producer.flush(20s), 0U);
  const auto records = cluster.read("events");
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].partition, 2);
  EXPECT_EQ(records[0].timestamp, time + 123ms);
  ASSERT_EQ(records[0].headers.size(), 3U);
  EXPECT_EQ(records[0].headers[1].name, "trace");
  EXPECT_EQ(records[0].headers[1].value, "2");
  EXPECT_EQ(records[0].headers[2].value, std::nullopt);
}

TEST_F(Producer, CopiesAValueThatIsViewedAndKeepsOneThatIsOwned) {
  kafka::Producer producer(config());
  std::string viewed(1000, 'v');
  producer.produce({.topic = "events", .value = viewed});
  viewed.assign(1000, 'x');

  auto shared = std::make_shared<const std::string>(1000, 'o');
  const std::weak_ptr<const std::string> watched = shared;
  bool alive_in_callback = false;
  producer.produce({.topic = "events",
                    .value = kafka::Value(*shared, shared),
                    .callback = [&](const Error&, const Message& message) {
                      alive_in_callback = !watched.expired();
                      EXPECT_EQ(message.value(), std::string(1000, 'o'));
                    }});
  shared.reset();
  EXPECT_FALSE(watched.expired());
  EXPECT_EQ(producer.flush(20s), 0U);
  EXPECT_TRUE(alive_in_callback);
  EXPECT_TRUE(watched.expired());

  std::multimap<char, std::size_t> values;
  for (const auto& record : cluster.read("events")) {
    values.emplace(record.value->front(), record.value->size());
  }
  EXPECT_EQ(values, (std::multimap<char, std::size_t>{{'v', 1000}, {'o', 1000}}));
}

TEST_F(Producer, TakesARecordOnlyWhenItAcceptsIt) {
  kafka::Producer producer(config({{"queue.buffering.max.messages", "1"}}));
  producer.produce("events", "key", "first");
  int calls = 0;
  Record record{.topic = "events",
                .key = "key",
                .value = kafka::owned(std::string("second")),
                .callback = [&](const Error&, const Message&) { ++calls; }};
  EXPECT_EQ(producer.try_produce(record), Errc::queue_full);
  EXPECT_EQ(record.value.text(), "second");
  EXPECT_TRUE(record.callback);
  EXPECT_EQ(calls, 0);
  EXPECT_EQ(error_of([&] { producer.produce(std::move(record)); }), Errc::queue_full);
  EXPECT_TRUE(record.callback);

  EXPECT_FALSE(producer.try_produce_for(record, 20s));
  EXPECT_FALSE(record.callback);
  EXPECT_TRUE(record.value.is_null());
  EXPECT_EQ(producer.flush(20s), 0U);
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(cluster.read("events", 2).size(), 2U);
}

TEST_F(Producer, WaitsForRoomNoLongerThanTold) {
  cluster.broker_down(1);
  kafka::Producer producer(config({{"queue.buffering.max.messages", "1"}}));
  producer.produce("events", "key", "first");
  Record record{.topic = "events", .value = "second"};
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(producer.try_produce_for(record, 100ms), Errc::queue_full);
  EXPECT_GE(std::chrono::steady_clock::now() - start, 100ms);
  producer.purge();
}

TEST_F(Producer, AcceptsWhatItCanOfABatch) {
  kafka::Producer producer(config({{"queue.buffering.max.messages", "3"}}));
  int calls = 0;
  std::vector<Record> records;
  for (int i = 0; i < 5; ++i) {
    records.push_back({.topic = i == 1 ? "no good name" : "events",
                       .value = "value",
                       .callback = [&](const Error&, const Message&) { ++calls; }});
  }
  const auto refused = producer.try_produce_batch(records);
  ASSERT_EQ(refused.size(), 2U);
  EXPECT_EQ(refused[0].index, 1U);
  EXPECT_EQ(refused[0].error, Errc::topic_exception);
  EXPECT_EQ(refused[1].index, 4U);
  EXPECT_EQ(refused[1].error, Errc::queue_full);
  EXPECT_FALSE(records[0].callback);
  EXPECT_TRUE(records[1].callback);
  EXPECT_TRUE(records[4].callback);
  EXPECT_EQ(producer.flush(20s), 0U);
  EXPECT_EQ(calls, 3);
  EXPECT_EQ(cluster.read("events", 3).size(), 3U);
}

TEST_F(Producer, CountsReportsWithAndWithoutCallbacks) {
  kafka::Producer producer(config());
  for (int i = 0; i < 10; ++i) producer.produce({.topic = "events", .value = "value"});
  producer.produce("events", "key", "value", [](const Error&, const Message&) {});
  EXPECT_EQ(producer.undelivered(), 11U);
  const auto deadline = std::chrono::steady_clock::now() + 20s;
  std::size_t served = 0;
  while (served < 11 && std::chrono::steady_clock::now() < deadline) served += producer.poll(100ms);
  EXPECT_EQ(served, 11U);
  EXPECT_EQ(producer.undelivered(), 0U);
  EXPECT_EQ(producer.poll(), 0U);
}

TEST_F(Producer, FlushDoesNotWaitForTheLinger) {
  kafka::Producer producer(config({{"linger.ms", "100000"}}));
  producer.produce({.topic = "events", .value = "value"});
  EXPECT_EQ(producer.flush(20s), 0U);
}

TEST_F(Producer, FlushTellsWhatIsLeft) {
  cluster.broker_down(1);
  kafka::Producer producer(config());
  for (int i = 0; i < 7; ++i) producer.produce({.topic = "events", .value = "value"});
  EXPECT_EQ(producer.flush(50ms), 7U);
  EXPECT_EQ(producer.purge(), 7U);
  EXPECT_EQ(producer.flush(0ms), 0U);
}

TEST_F(Producer, FlushCountsWhatCallbacksProduce) {
  kafka::Producer producer(config());
  int delivered = 0;
  std::function<void(const Error&, const Message&)> again = [&](const Error& error,
                                                                const Message&) {
    EXPECT_FALSE(error);
    if (++delivered < 5) producer.produce("events", "key", "value", again);
  };
  producer.produce("events", "key", "value", again);
  EXPECT_EQ(producer.flush(20s), 0U);
  EXPECT_EQ(delivered, 5);
  EXPECT_EQ(cluster.read("events", 5).size(), 5U);
}

TEST_F(Producer, AnExceptionLosesNoReport) {
  cluster.create_topic("events", 1);
  kafka::Producer producer(config());
  std::vector<std::int64_t> offsets;
  for (int i = 0; i < 10; ++i) {
    producer.produce("events", "key", "value", [&, i](const Error&, const Message& message) {
      offsets.push_back(message.offset());
      if (i == 3 || i == 5) throw std::runtime_error("record " + std::to_string(i));
    });
  }
  std::vector<std::string> thrown;
  while (producer.undelivered() > 0 || thrown.size() < 2) {
    try {
      producer.flush(20s);
      if (producer.undelivered() == 0) break;
    } catch (const std::runtime_error& error) {
      thrown.emplace_back(error.what());
    }
  }
  try {
    producer.poll();
  } catch (const std::runtime_error& error) {
    thrown.emplace_back(error.what());
  }
  EXPECT_EQ(thrown, (std::vector<std::string>{"record 3", "record 5"}));
  EXPECT_EQ(offsets, (std::vector<std::int64_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
}

TEST_F(Producer, RefusesToServeInsideACallback) {
  kafka::Producer producer(config());
  int refused = 0;
  producer.produce("events", "key", "value", [&](const Error&, const Message&) {
    const auto expect_refusal = [&](auto call) {
      try {
        call();
      } catch (const std::logic_error& error) {
        EXPECT_NE(std::string(error.what()).find("inside a callback"), std::string::npos);
        ++refused;
      }
    };
    expect_refusal([&] { producer.poll(); });
    expect_refusal([&] { producer.flush(); });
    expect_refusal([&] { producer.purge(); });
    expect_refusal([&] { producer.close(); });
    expect_refusal([&] { static_cast<void>(producer.try_produce_for({.topic = "events"}, 1s)); });
  });
  EXPECT_EQ(producer.flush(20s), 0U);
  EXPECT_EQ(refused, 5);
}

TEST_F(Producer, CallsWhatIsReadyForEventLoops) {
  kafka::Producer producer(config());
  std::promise<void> ready;
  std::atomic<bool> told{false};
  producer.on_ready([&] {
    if (producer.undelivered() == 1 && !told.exchange(true)) ready.set_value();
  });
  producer.flush(100ms);
  producer.produce({.topic = "events", .value = "value"});
  ASSERT_EQ(ready.get_future().wait_for(20s), std::future_status::ready);
  const auto deadline = std::chrono::steady_clock::now() + 20s;
  while (producer.undelivered() > 0 && std::chrono::steady_clock::now() < deadline) {
    producer.poll(10ms);
  }
  EXPECT_EQ(producer.undelivered(), 0U);
  producer.on_ready({});
}

TEST_F(Producer, LogsWhatTheFunctionOfOnReadyThrows) {
  std::mutex mutex;
  std::string log;
  kafka::Producer producer(config({{"log_level", "6"}}),
                           {.on_log = [&](int, std::string_view, std::string_view text) {
                             const std::lock_guard lock(mutex);
                             log.append(text).append("\n");
                           }});
  int turn = 0;
  producer.on_ready([&] {
    if (turn++ % 2 == 0) throw std::runtime_error("on purpose");
    producer.flush();
  });
  producer.produce({.topic = "events", .value = "value"});
  EXPECT_EQ(producer.flush(20s), 0U);
  producer.on_ready({});
  const std::lock_guard lock(mutex);
  EXPECT_NE(log.find("the function of on_ready() threw: on purpose"), std::string::npos) << log;
  EXPECT_NE(log.find("flush() must not be called inside the function"), std::string::npos) << log;
}

TEST_F(Producer, CloseDeliversWhatItCan) {
  int calls = 0;
  kafka::Producer producer(config());
  producer.produce("events", "key", "value", [&](const Error& error, const Message&) {
    EXPECT_FALSE(error);
    ++calls;
  });
  EXPECT_FALSE(producer.closed());
  EXPECT_EQ(producer.close(), 0U);
  EXPECT_TRUE(producer.closed());
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(producer.close(), 0U);
  EXPECT_EQ(cluster.read("events").size(), 1U);
}

TEST_F(Producer, CloseGivesUpTheRest) {
  cluster.broker_down(1);
  kafka::Producer producer(config());
  std::vector<Errc> outcomes;
  for (int i = 0; i < 3; ++i) {
    producer.produce("events", "key", "value",
                     [&](const Error& error, const Message&) { outcomes.push_back(error.code()); });
  }
  EXPECT_EQ(producer.close(50ms), 3U);
  EXPECT_EQ(outcomes, (std::vector<Errc>(3, Errc::purge_queue)));
}

TEST_F(Producer, RefusesToWorkAfterClose) {
  kafka::Producer producer(config());
  producer.close();
  const Error error = error_of([&] { producer.produce("events", "key", "value"); });
  EXPECT_EQ(error, Errc::state);
  EXPECT_NE(error.message().find("closed"), std::string::npos);
  EXPECT_EQ(producer.try_produce({.topic = "events"}), Errc::state);
  EXPECT_EQ(producer.try_produce_for({.topic = "events"}, 1s), Errc::state);
  EXPECT_EQ(producer.poll(1h), 0U);
  EXPECT_EQ(producer.flush(), 0U);
  EXPECT_EQ(producer.purge(), 0U);
}

TEST_F(Producer, CloseSendsHomeWhoPolls) {
  kafka::Producer producer(config());
  std::promise<void> started;
  std::jthread polling([&] {
    started.set_value();
    EXPECT_EQ(producer.poll(1h), 0U);
  });
  started.get_future().wait();
  producer.close();
}

TEST_F(Producer, DestructorRunsEveryCallback) {
  cluster.broker_down(1);
  int calls = 0;
  {
    kafka::Producer producer(config());
    producer.set_close_timeout(50ms);
    for (int i = 0; i < 10; ++i) {
      producer.produce("events", "key", "value", [&](const Error& error, const Message&) {
        EXPECT_EQ(error, Errc::purge_queue);
        ++calls;
        throw std::runtime_error("swallowed");
      });
    }
  }
  EXPECT_EQ(calls, 10);
}

TEST_F(Producer, MayBeDestroyedInItsOwnCallback) {
  auto producer = std::make_unique<kafka::Producer>(config());
  kafka::Producer& called = *producer;
  bool outlived = false;
  called.produce("events", "key", "value", [&](const Error&, const Message& message) {
    producer.reset();
    outlived = message.key() == "key";
  });
  called.flush(20s);
  EXPECT_TRUE(outlived);
  EXPECT_EQ(producer, nullptr);
}

TEST_F(Producer, CanBeMoved) {
  kafka::Producer first(config());
  int calls = 0;
  first.produce("events", "key", "value", [&](const Error&, const Message&) { ++calls; });
  kafka::Producer second = std::move(first);
  EXPECT_TRUE(first.closed());  // NOLINT(bugprone-use-after-move): that is what is tested.
  EXPECT_EQ(first.native_handle(), nullptr);
  EXPECT_EQ(error_of([&] { first.produce("events", "key", "value"); }), Errc::state);
  EXPECT_EQ(error_of([&] { first.poll(); }), Errc::state);
  EXPECT_EQ(second.flush(20s), 0U);
  EXPECT_EQ(calls, 1);

  kafka::Producer third(config());
  third.produce("events", "key", "value", [&](const Error&, const Message&) { ++calls; });
  third = std::move(second);
  EXPECT_EQ(calls, 2);
  third.produce({.topic = "events", .value = "value"});
  EXPECT_EQ(third.flush(20s), 0U);
  EXPECT_EQ(cluster.read("events", 3).size(), 3U);
}

TEST_F(Producer, StaysAtAFatalError) {
  kafka::Producer producer(config({{"enable.idempotence", "true"}}));
  EXPECT_FALSE(producer.fatal_error());
  rd_kafka_test_fatal_error(producer.native_handle(),
                            RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER, "a gap");
  const Error fatal = producer.fatal_error();
  EXPECT_EQ(fatal, Errc::out_of_order_sequence_number);
  EXPECT_TRUE(fatal.fatal());
  const Error refused = error_of([&] { producer.produce("events", "key", "value"); });
  EXPECT_EQ(refused, Errc::fatal);
  EXPECT_TRUE(refused.fatal());
  EXPECT_NE(refused.message().find("OUT_OF_ORDER_SEQUENCE_NUMBER"), std::string::npos) << refused;
  EXPECT_NE(refused.message().find("make a new one"), std::string::npos) << refused;
}

// ---- Bad input

TEST_F(Producer, RefusesWrongProperties) {
  const Error unknown = error_of([] { kafka::Producer({{"bootstrap.server", "localhost:9092"}}); });
  EXPECT_EQ(unknown, Errc::invalid_arg);
  EXPECT_EQ(unknown.name(), "_INVALID_ARG");
  EXPECT_NE(unknown.message().find("bootstrap.servers"), std::string::npos) << unknown;
  EXPECT_EQ(error_of([] {
              kafka::Producer({{"bootstrap.servers", "localhost:9092"}, {"linger.ms", "5abc"}});
            }),
            Errc::invalid_arg);
  EXPECT_EQ(error_of([] { kafka::Producer({{"bootstrap.servers", ""}}); }), Errc::invalid_arg);
  // Each by itself is right; librdkafka sees that they do not go together.
  const Error conflict = error_of([] {
    kafka::Producer(
        {{"bootstrap.servers", "localhost:9092"}, {"enable.idempotence", "true"}, {"acks", "0"}});
  });
  EXPECT_EQ(conflict, Errc::invalid_arg);
  EXPECT_NE(conflict.message().find("acks"), std::string::npos) << conflict;
}

TEST_F(Producer, FailsRecordsForAHostThatDoesNotResolve) {
  kafka::Producer producer({{"bootstrap.servers", "no.such.host.invalid:9092"},
                            {"message.timeout.ms", "500"},
                            {"log_level", "0"}});
  Error outcome;
  producer.produce("events", "key", "value",
                   [&](const Error& error, const Message&) { outcome = error; });
  EXPECT_EQ(producer.flush(20s), 0U);
  EXPECT_EQ(outcome, Errc::msg_timed_out);
  EXPECT_NE(outcome.message().find("bootstrap.servers"), std::string::npos) << outcome;
}

TEST_F(Producer, RefusesNamesThatNoTopicCanHave) {
  kafka::Producer producer(config());
  for (const std::string& name : {std::string(), std::string(250, 'a'), std::string("a\nb"),
                                  std::string("a\0b", 3), std::string("..")}) {
    const Error error = error_of([&] { producer.produce(name, "key", "value"); });
    EXPECT_EQ(error, Errc::topic_exception);
    EXPECT_EQ(error.name(), "TOPIC_EXCEPTION");
    EXPECT_NE(error.message().find("use 1 to 249 characters"), std::string::npos) << error;
  }
  EXPECT_EQ(producer.undelivered(), 0U);
}

TEST_F(Producer, RefusesWhatIsTooLarge) {
  kafka::Producer producer(config({{"message.max.bytes", "2000"}}));
  const Error error = error_of([&] { producer.produce("events", "key", std::string(2000, 'x')); });
  EXPECT_EQ(error, Errc::msg_size_too_large);
  EXPECT_EQ(error.name(), "MSG_SIZE_TOO_LARGE");
  EXPECT_NE(error.message().find("message.max.bytes (2000)"), std::string::npos) << error;
  const std::string header(3000, 'x');
  EXPECT_NE(producer.try_produce({.topic = "events", .headers = {{"name", header}}})
                .message()
                .find("headers have 3004 bytes"),
            std::string::npos);
}

TEST_F(Producer, RefusesRecordsOutsideATransaction) {
  kafka::Producer producer(config({{"transactional.id", "some-id"}}));
  const Error error = producer.try_produce({.topic = "events"});
  EXPECT_EQ(error, Errc::state);
  EXPECT_NE(error.message().find("leave transactional.id out"), std::string::npos) << error;
}

// It would be queue_full for ever, and to try again would never end.
TEST_F(Producer, RefusesWhatTheWholeQueueHasNoRoomFor) {
  kafka::Producer producer(config({{"queue.buffering.max.kbytes", "1"}}));
  const Error error =
      producer.try_produce_for({.topic = "events", .value = std::string(2000, 'x')}, 1h);
  EXPECT_EQ(error, Errc::msg_size_too_large);
  EXPECT_NE(error.message().find("queue.buffering.max.kbytes"), std::string::npos) << error;
}

TEST_F(Producer, SaysWhatToDoAboutAFullQueue) {
  kafka::Producer producer(config({{"queue.buffering.max.messages", "1"}}));
  producer.produce("events", "key", "value");
  const Error error = error_of([&] { producer.produce("events", "key", "value"); });
  EXPECT_EQ(error, Errc::queue_full);
  EXPECT_EQ(error.name(), "_QUEUE_FULL");
  EXPECT_TRUE(error.retriable());
  EXPECT_NE(error.message().find("poll()"), std::string::npos) << error;
}

TEST_F(Producer, RefusesAPartitionThatDoesNotExist) {
  cluster.create_topic("events", 3);
  kafka::Producer producer(config());
  EXPECT_EQ(producer.try_produce({.topic = "events", .partition = -2}), Errc::unknown_partition);
  // While nothing is known about the topic the callback is told, afterwards the caller.
  Error outcome;
  producer.produce({.topic = "events",
                    .value = "value",
                    .partition = 3,
                    .callback = [&](const Error& error, const Message&) { outcome = error; }});
  EXPECT_EQ(producer.flush(20s), 0U);
  EXPECT_EQ(outcome, Errc::unknown_partition);
  const Error error = producer.try_produce({.topic = "events", .partition = 3});
  EXPECT_EQ(error, Errc::unknown_partition);
  EXPECT_EQ(error.name(), "_UNKNOWN_PARTITION");
  EXPECT_NE(error.message().find("no partition 3 of topic events"), std::string::npos) << error;
}

TEST_F(Producer, RefusesATimestampAndAHeaderThatCannotBeSent) {
  kafka::Producer producer(config());
  EXPECT_EQ(producer.try_produce({.topic = "events", .timestamp = std::chrono::sys_seconds(0s)}),
            Errc::invalid_timestamp);
  EXPECT_EQ(producer.try_produce(
                {.topic = "events", .headers = {{std::string_view("a\0b", 3), "value"}}}),
            Errc::invalid_arg);
  EXPECT_EQ(producer.undelivered(), 0U);
}

}  // namespace
