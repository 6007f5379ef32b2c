// A steady load for minutes, while one random fault follows the other.

#include <gtest/gtest.h>
#include <malloc.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <random>

#include "cluster.hpp"
#include "toxiproxy.hpp"
#include "workload.hpp"

namespace {

using namespace integration;

/// What KAFKA_SOAK_SECONDS says, or ten minutes.
std::chrono::seconds duration() {
  const char* seconds = std::getenv("KAFKA_SOAK_SECONDS");
  return seconds == nullptr ? std::chrono::minutes(10) : std::chrono::seconds(std::stoi(seconds));
}

/// What is allocated, and not what the allocator keeps of a full queue for later.
std::size_t memory_kib() {
  const struct mallinfo2 heap = ::mallinfo2();
  return (heap.uordblks + heap.hblkhd) / 1024;
}

std::ptrdiff_t descriptors() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
}

TEST(Soak, MemoryAndDescriptorsStayFlatThroughRandomFaults) {
  Cluster cluster({.brokers = 3, .controllers = 3, .proxied = true});
  const Toxiproxy proxy(cluster);
  cluster.create_topic("events", 3);
  const auto seed = std::random_device{}();
  std::mt19937 random(seed);
  std::cout << "  " << duration().count() << " s, seed " << seed << std::endl;
  const auto below = [&](int bound) {
    return std::uniform_int_distribution<int>(0, bound - 1)(random);
  };

  const std::vector<std::pair<const char*, std::function<void(int)>>> faults{
      {"killed",
       [&](int broker) {
         cluster.kill(broker);
         std::this_thread::sleep_for(std::chrono::milliseconds(below(3000)));
         cluster.start(broker);
       }},
      {"restarted",
       [&](int broker) {
         cluster.stop(broker);
         cluster.start(broker);
       }},
      {"frozen",
       [&](int broker) {
         cluster.freeze(broker);
         std::this_thread::sleep_for(std::chrono::milliseconds(below(5000)));
         cluster.thaw(broker);
       }},
      {"cut off",
       [&](int broker) {
         proxy.cut(broker);
         std::this_thread::sleep_for(std::chrono::milliseconds(below(3000)));
         proxy.reconnect(broker);
       }},
      {"slow",
       [&](int broker) {
         proxy.add(broker, "latency", {"latency=" + std::to_string(below(1000)), "jitter=50"});
         std::this_thread::sleep_for(3s);
         proxy.remove(broker);
       }},
      {"reset",
       [&](int broker) {
         proxy.add(broker, "reset_peer", {"timeout=" + std::to_string(below(500))});
         std::this_thread::sleep_for(1s);
         proxy.remove(broker);
       }},
  };

  constexpr int pace = 2000;
  // The faults may take a little longer than the time that is asked for; the load goes on.
  const int count = pace * static_cast<int>(duration().count());
  Workload workload({{"bootstrap.servers", proxy.bootstrap_servers()},
                     {"linger.ms", "5"},
                     {"socket.timeout.ms", "3000"},
                     {"reconnect.backoff.max.ms", "1000"},
                     {"log_level", "0"}},
                    "events", count, pace);
  // What waited during a fault has been sent.
  const auto load_is_steady = [&] { return workload.undelivered() < pace / 10; };
  std::size_t memory_before = 0;
  std::size_t memory = 0;
  std::ptrdiff_t descriptors_before = 0;
  int rounds = 0;
  workload.run([&] {
    const auto end = Clock::now() + duration() * 8 / 10;
    do {
      // Each fault once, so that what it needs for the first time is there, before the measure.
      const auto& [what, fault] =
          faults[rounds < static_cast<int>(faults.size())
                     ? static_cast<std::size_t>(rounds)
                     : static_cast<std::size_t>(below(static_cast<int>(faults.size())))];
      const int broker = 1 + below(cluster.size());
      std::cout << "  broker " << broker << " is " << what << std::endl;
      fault(broker);
      cluster.wait_until_healthy();
      const int before = workload.delivered();
      EXPECT_TRUE(eventually(
          [&] { return workload.delivered() > before || workload.delivered() >= count * 8 / 10; }));
      if (++rounds == static_cast<int>(faults.size())) {
        EXPECT_TRUE(eventually(load_is_steady));
        memory_before = memory_kib();
        descriptors_before = descriptors();
      }
    } while (Clock::now() < end || rounds < 2 * static_cast<int>(faults.size()));
    // At either count a broker's connection may have been about to be made or closed; what leaks
    // would be one for each fault.
    EXPECT_TRUE(eventually([&] { return descriptors() <= descriptors_before + cluster.size(); }))
        << descriptors() << " after " << descriptors_before;
    EXPECT_TRUE(eventually(load_is_steady));
    memory = memory_kib();
  });
  std::cout << "  " << rounds << " faults; memory " << memory_before << " KiB, then " << memory
            << " KiB; descriptors " << descriptors_before << ", then " << descriptors()
            << std::endl;
  EXPECT_LE(memory, memory_before + 1024);
  // Without idempotence, with which librdkafka may give up for good under such faults (a fatal
  // error that a service answers with a new producer), duplicates may appear; nothing is lost.
  workload.expect_truth(cluster, {.exactly_once_in_order = false, .all_delivered = true});
}

}  // namespace
