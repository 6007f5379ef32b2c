#pragma once

/// What the tests share: patience, a cluster, and the outcome of a record.

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <deque>
#include <kafka/mock_cluster.hpp>
#include <kafka/producer.hpp>
#include <string>
#include <thread>
#include <utility>

namespace support {

using namespace std::chrono_literals;
using kafka::Errc;
using kafka::Error;
using kafka::Message;
using kafka::Persistence;
using kafka::Record;
using Clock = std::chrono::steady_clock;

/// How long a test waits for what has to come: long, because the machine may be busy. Whoever
/// expects it not to come sets KAFKA_TEST_PATIENCE, in seconds.
inline const std::chrono::seconds patience = [] {
  const char* seconds = std::getenv("KAFKA_TEST_PATIENCE");
  return seconds == nullptr ? 60s : std::chrono::seconds(std::atoi(seconds));
}();

/// Waits for the condition, not for a time.
template <class Condition>
bool eventually(Condition condition) {
  const auto deadline = Clock::now() + patience;
  while (!condition()) {
    if (Clock::now() >= deadline) return false;
    std::this_thread::sleep_for(1ms);
  }
  return true;
}

template <class Call>
Error error_of(Call call) {
  try {
    call();
  } catch (const kafka::Exception& exception) {
    return exception.error();
  }
  return {};
}

/// What became of one record.
struct Outcome {
  std::atomic<int> calls{0};
  Error error;
  kafka::RecordMetadata metadata;

  kafka::DeliveryCallback callback() {
    return [this](const Error& result, const Message& message) {
      error = result;
      metadata = message.metadata();
      ++calls;
    };
  }
};

struct Cluster : testing::Test {
  kafka::Config config(const kafka::Config& more = {}) const {
    kafka::Config result{{"bootstrap.servers", cluster.bootstrap_servers()},
                         {"reconnect.backoff.ms", "10"},
                         {"reconnect.backoff.max.ms", "100"},
                         {"log_level", "0"}};
    return result.merge(more);
  }

  /// Makes the producer know the topic, so that the next record goes out at once.
  static void warm_up(kafka::Producer& producer) {
    producer.produce({.topic = "events", .value = "warm-up", .partition = 0});
    ASSERT_EQ(producer.flush(patience), 0U);
  }

  kafka::MockCluster cluster{1};
};

}  // namespace support
