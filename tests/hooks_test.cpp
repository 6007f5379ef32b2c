#include <gtest/gtest.h>

#include <atomic>
#include <kafka/hooks.hpp>
#include <kafka/mock_cluster.hpp>
#include <kafka/producer.hpp>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace std::chrono_literals;
using kafka::Errc;

/// Polls until the condition holds.
template <class Condition>
bool wait_for(kafka::Producer& producer, Condition condition) {
  const auto deadline = std::chrono::steady_clock::now() + 20s;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    producer.poll(10ms);
  }
  return true;
}

TEST(Hooks, TellErrorsOfTheClientInsidePoll) {
  std::vector<kafka::Error> errors;
  std::vector<std::thread::id> threads;
  kafka::Producer producer({{"bootstrap.servers", "127.0.0.1:1"}, {"log_level", "0"}},
                           {.on_error = [&](const kafka::Error& error) {
                             errors.push_back(error);
                             threads.push_back(std::this_thread::get_id());
                           }});
  ASSERT_TRUE(wait_for(producer, [&] { return errors.size() >= 2; }));
  EXPECT_EQ(errors[0], Errc::transport);
  EXPECT_EQ(errors[1], Errc::all_brokers_down);
  for (const kafka::Error& error : errors) {
    EXPECT_NE(error.message().find(": check that the brokers run"), std::string::npos) << error;
  }
  for (const auto thread : threads) EXPECT_TRUE(thread == std::this_thread::get_id());
}

TEST(Hooks, TellAHostThatDoesNotResolve) {
  kafka::Error told;
  kafka::Producer producer({{"bootstrap.servers", "no.such.host.invalid:9092"}, {"log_level", "0"}},
                           {.on_error = [&](const kafka::Error& error) {
                             if (error == Errc::resolve) told = error;
                           }});
  ASSERT_TRUE(wait_for(producer, [&] { return bool(told); }));
  EXPECT_NE(told.message().find("no.such.host.invalid"), std::string::npos) << told;
  EXPECT_NE(told.message().find("advertised.listeners"), std::string::npos) << told;
}

TEST(Hooks, MayThrowAsCallbacksMay) {
  kafka::Producer producer(
      {{"bootstrap.servers", "127.0.0.1:1"}, {"log_level", "0"}},
      {.on_error = [](const kafka::Error&) { throw std::runtime_error("on error"); }});
  EXPECT_THROW(wait_for(producer, [] { return false; }), std::runtime_error);
}

TEST(Hooks, TakeTheLog) {
  std::mutex mutex;
  std::vector<std::string> lines;
  kafka::Producer producer(
      {{"bootstrap.servers", "127.0.0.1:1"}, {"debug", "broker"}, {"client.id", "hooked"}},
      {.on_log = [&](int level, std::string_view facility, std::string_view text) {
        EXPECT_GE(level, 0);
        EXPECT_LE(level, 7);
        EXPECT_FALSE(facility.empty());
        const std::lock_guard lock(mutex);
        lines.emplace_back(text);
      }});
  EXPECT_TRUE(wait_for(producer, [&] {
    const std::lock_guard lock(mutex);
    return !lines.empty();
  }));
}

TEST(Hooks, OfTheLogMayThrow) {
  std::atomic<int> lines{0};
  kafka::Producer producer({{"bootstrap.servers", "127.0.0.1:1"}, {"debug", "broker"}},
                           {.on_log = [&](int, std::string_view, std::string_view) {
                             ++lines;
                             throw std::runtime_error("on log");
                           }});
  EXPECT_TRUE(wait_for(producer, [&] { return lines > 3; }));
}

TEST(Hooks, TakeStatistics) {
  kafka::MockCluster cluster;
  std::string json;
  kafka::Producer producer(
      {{"bootstrap.servers", cluster.bootstrap_servers()}, {"statistics.interval.ms", "50"}},
      {.on_statistics = [&](std::string_view text) { json = text; }});
  ASSERT_TRUE(wait_for(producer, [&] { return !json.empty(); }));
  EXPECT_EQ(json.front(), '{');
  EXPECT_EQ(json.back(), '}');
  EXPECT_NE(json.find("\"brokers\""), std::string::npos);
}

}  // namespace
