// The end of a producer in unusual circumstances: none loses a callback, hangs or crashes.

#include <netdb.h>
#include <sys/resource.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <thread>
#include <vector>

#include "support.hpp"

namespace {

std::atomic<bool> resolver_hangs{false};
std::atomic<int> resolving{0};

}  // namespace

/// Takes the place of the C library's, for librdkafka too: a name server that does not answer.
extern "C" int getaddrinfo(const char* /*node*/, const char* /*service*/,
                           const struct addrinfo* /*hints*/, struct addrinfo** /*result*/);
int getaddrinfo(const char* node, const char* service, const struct addrinfo* /*hints*/,
                struct addrinfo** result) {
  if (node != nullptr && std::string_view(node).ends_with(".invalid")) {
    ++resolving;
    while (resolver_hangs) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    --resolving;
    return EAI_NONAME;
  }
  // Every other name here is the loopback address with a port.
  struct Answer {
    addrinfo info;
    sockaddr_in address;
  };
  auto* answer = static_cast<Answer*>(std::calloc(1, sizeof(Answer)));
  answer->address.sin_family = AF_INET;
  answer->address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  answer->address.sin_port =
      htons(static_cast<std::uint16_t>(service == nullptr ? 0 : std::atoi(service)));
  answer->info.ai_family = AF_INET;
  answer->info.ai_socktype = SOCK_STREAM;
  answer->info.ai_protocol = IPPROTO_TCP;
  answer->info.ai_addr = reinterpret_cast<sockaddr*>(&answer->address);
  answer->info.ai_addrlen = sizeof(sockaddr_in);
  *result = &answer->info;
  return 0;
}
extern "C" void freeaddrinfo(struct addrinfo* info) noexcept {
  std::free(info);
}

namespace {

using namespace support;

using Lifetime = Cluster;

TEST_F(Lifetime, DestroyedOnAnotherThread) {
  Outcome outcome;
  auto producer = std::make_unique<kafka::Producer>(config());
  producer->produce("events", "key", "value", outcome.callback());
  std::jthread([producer = std::move(producer)] {}).join();
  EXPECT_EQ(outcome.calls, 1);
  EXPECT_FALSE(outcome.error);
}

TEST_F(Lifetime, DestroyedWhileTheStackUnwinds) {
  Outcome outcome;
  try {
    kafka::Producer producer(config());
    producer.produce("events", "key", "value", [&](const Error& error, const Message& message) {
      outcome.callback()(error, message);
      throw std::logic_error("swallowed");
    });
    throw std::runtime_error("unwinds");
  } catch (const std::runtime_error&) {
  }
  EXPECT_EQ(outcome.calls, 1);
}

TEST_F(Lifetime, DestroyedWithADeadCluster) {
  std::deque<Outcome> outcomes(1000);
  {
    kafka::Producer producer(config());
    warm_up(producer);
    cluster.broker_down(1);
    producer.set_close_timeout(100ms);
    for (Outcome& outcome : outcomes) {
      producer.produce("events", "key", "value", outcome.callback());
    }
  }
  for (const Outcome& outcome : outcomes) EXPECT_EQ(outcome.calls, 1);
}

TEST_F(Lifetime, OwnedByItsOwnCallback) {
  std::weak_ptr<kafka::Producer> watched;
  Outcome outcome;
  {
    auto producer = std::make_shared<kafka::Producer>(config());
    watched = producer;
    kafka::Producer& called = *producer;
    called.produce(
        "events", "key", "value",
        [producer = std::move(producer), &outcome](const Error& error, const Message& message) {
          outcome.callback()(error, message);
        });
    called.flush(patience);
  }
  EXPECT_EQ(outcome.calls, 1);
  EXPECT_TRUE(eventually([&] { return watched.expired(); }));
}

TEST_F(Lifetime, ClosedBesideThreadsThatPollForAnHour) {
  for (int round = 0; round < 20; ++round) {
    kafka::Producer producer(config());
    std::vector<std::jthread> polling;
    for (int i = 0; i < 3; ++i) polling.emplace_back([&] { producer.poll(1h); });
    producer.close();
  }
}

TEST_F(Lifetime, ClosedByTwoThreads) {
  for (int round = 0; round < 10; ++round) {
    Outcome outcome;
    kafka::Producer producer(config());
    producer.produce("events", "key", "value", outcome.callback());
    std::jthread other([&] {
      producer.close();
      EXPECT_EQ(outcome.calls, 1);
    });
    producer.close();
    EXPECT_EQ(outcome.calls, 1);
  }
}

TEST_F(Lifetime, BesideAResolverThatHangs) {
  resolver_hangs = true;
  Outcome outcome;
  std::jthread released;
  {
    kafka::Producer producer(
        config({{"bootstrap.servers", "broker.invalid:9092"}, {"message.timeout.ms", "500"}}));
    ASSERT_TRUE(eventually([] { return resolving > 0; }));
    producer.produce("events", "key", "value", outcome.callback());
    EXPECT_EQ(producer.flush(patience), 0U) << "outcomes come all the same";
    EXPECT_EQ(outcome.error, Errc::msg_timed_out);
    producer.produce("events", "key", "value");
    // From here on the lookup holds the end up, which nothing can help: the contract says so.
    released = std::jthread([] {
      std::this_thread::sleep_for(300ms);
      resolver_hangs = false;
    });
    producer.set_close_timeout(0ms);
  }
  EXPECT_FALSE(resolver_hangs);
}

TEST_F(Lifetime, MovedWhileRecordsAreQueued) {
  std::deque<Outcome> outcomes(3);
  kafka::Producer first(config());
  first.produce("events", "key", "value", outcomes[0].callback());
  kafka::Producer second(std::move(first));
  second.produce("events", "key", "value", outcomes[1].callback());
  kafka::Producer third(config());
  third.produce("events", "key", "value", outcomes[2].callback());
  third = std::move(second);
  EXPECT_EQ(outcomes[2].calls, 1) << "what is assigned over is closed first";
  EXPECT_EQ(third.flush(patience), 0U);
  for (const Outcome& outcome : outcomes) {
    EXPECT_EQ(outcome.calls, 1);
    EXPECT_FALSE(outcome.error);
  }
}

TEST_F(Lifetime, ProducingIntoAnotherInACallback) {
  kafka::Producer first(config());
  kafka::Producer second(config());
  Outcome outcome;
  first.produce("events", "key", "value", [&](const Error&, const Message&) {
    second.produce("events", "key", "value", outcome.callback());
    EXPECT_EQ(second.flush(patience), 0U) << "only the own producer's callbacks are inside";
  });
  EXPECT_EQ(first.flush(patience), 0U);
  EXPECT_EQ(outcome.calls, 1);
}

std::size_t open_descriptors() {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    ++count;
  }
  return count;
}

std::size_t resident_bytes() {
  std::size_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages >> pages;
  return pages * 4096;
}

/// `count` producers one after the other on each of eight threads, because librdkafka sometimes
/// takes a second to end one.
void open_and_close(const kafka::Config& config, int count) {
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 8; ++thread) {
    threads.emplace_back([&] {
      for (int i = 0; i < count; ++i) {
        Outcome outcome;
        {
          kafka::Producer producer(config);
          producer.produce("events", "key", "value", outcome.callback());
        }
        EXPECT_EQ(outcome.calls, 1);
      }
    });
  }
}

TEST_F(Lifetime, AThousandProducersLeaveNothingBehind) {
  open_and_close(config(), 25);
  const std::size_t descriptors = open_descriptors();
  const std::size_t memory = resident_bytes();
  open_and_close(config(), 100);
  // The cluster's end of the last connections may not have been closed yet.
  EXPECT_TRUE(eventually([&] { return open_descriptors() <= descriptors + 8; }))
      << descriptors << " and now " << open_descriptors();
  // 800 records in the cluster's log are some 100 kB; a producer that stayed would be 100 kB.
  constexpr std::size_t tolerance = 20'000'000;
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  EXPECT_LT(resident_bytes(), memory + tolerance);
#else
  static_cast<void>(memory + tolerance);
#endif
}

}  // namespace
