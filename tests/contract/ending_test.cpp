// Points 14, 16 and 17 of the contract: the end of a producer, secrets, and forked children.

#include <librdkafka/rdkafka.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <future>
#include <memory>
#include <mutex>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <vector>

#include "contract.hpp"

namespace {

using namespace contract;

// ---- 14. close() and the destructor.

using Contract14 = Cluster;

TEST_F(Contract14, CloseGivesUpWhatADeadClusterLeaves) {
  cluster.create_topic("events", 1);
  kafka::Producer producer(config());
  warm_up(producer);
  cluster.broker_down(1);
  std::deque<Outcome> outcomes(10'000);
  for (Outcome& outcome : outcomes) {
    producer.produce("events", "key", "value", outcome.callback());
  }
  EXPECT_EQ(producer.close(1s), outcomes.size());
  for (const Outcome& outcome : outcomes) {
    EXPECT_EQ(outcome.calls, 1);
    EXPECT_TRUE(outcome.error);
  }
}

TEST_F(Contract14, CloseSendsHomeThreadsThatWait) {
  cluster.broker_down(1);
  kafka::Producer producer(config({{"queue.buffering.max.messages", "1"}}));
  producer.produce("events", "key", "value");
  std::atomic<int> started{0};
  std::vector<std::jthread> waiting;
  waiting.emplace_back([&] {
    ++started;
    producer.poll(1h);
  });
  waiting.emplace_back([&] {
    ++started;
    producer.flush(1h);
  });
  waiting.emplace_back([&] {
    ++started;
    EXPECT_EQ(producer.try_produce_for({.topic = "events"}, 1h), Errc::state);
  });
  ASSERT_TRUE(eventually([&] { return started == 3; }));
  EXPECT_EQ(producer.close(0ms), 1U);
  waiting.clear();
}

TEST_F(Contract14, NothingIsAcceptedAfterCloseByACallbackEither) {
  cluster.broker_down(1);
  kafka::Producer producer(config());
  std::vector<Errc> retries;
  for (int i = 0; i < 10; ++i) {
    producer.produce("events", "key", "value", [&](const Error&, const Message&) {
      retries.push_back(producer.try_produce({.topic = "events"}).code());
      retries.push_back(error_of([&] { producer.produce("events", "key", "again"); }).code());
    });
  }
  EXPECT_EQ(producer.close(0ms), 10U);
  EXPECT_EQ(retries, std::vector<Errc>(20, Errc::state));
  EXPECT_EQ(producer.try_produce({.topic = "events"}), Errc::state);
  EXPECT_EQ(producer.undelivered(), 0U);
}

TEST_F(Contract14, WhatIsAcceptedBesideACloseHasItsOutcome) {
  for (int round = 0; round < 20; ++round) {
    auto producer = std::make_unique<kafka::Producer>(config());
    std::atomic<int> called{0};
    std::atomic<int> accepted{0};
    std::atomic<int> started{0};
    std::vector<std::jthread> producing;
    for (int thread = 0; thread < 4; ++thread) {
      producing.emplace_back([&] {
        ++started;
        while (true) {
          const Error error = producer->try_produce(
              {.topic = "events", .value = "value", .callback = [&](const Error&, const Message&) {
                 ++called;
               }});
          if (!error) ++accepted;
          if (error == Errc::state) return;
        }
      });
    }
    ASSERT_TRUE(eventually([&] { return started == 4; }));
    producer->close(10ms);
    producing.clear();
    EXPECT_EQ(called, accepted);
    EXPECT_EQ(producer->undelivered(), 0U);
  }
}

// ---- 16. Secrets and control characters.

struct Contract16 : Cluster {
  static constexpr const char* secret = "s3cr3t-hunter2-value";

  std::mutex mutex;
  std::string seen;

  void see(std::string_view text) {
    const std::lock_guard lock(mutex);
    seen.append(text).append("\n");
  }
  void expect_nothing_seen(const std::string& where) {
    const std::lock_guard lock(mutex);
    EXPECT_EQ(seen.find(secret), std::string::npos) << where << ": " << seen;
    EXPECT_TRUE(std::none_of(seen.begin(), seen.end(), [](char c) {
      return c != '\n' && static_cast<unsigned char>(c) < 0x20;
    })) << where;
  }
  /// Makes a producer of the configuration, and looks at all that it says.
  void try_config(const kafka::Config& config, const std::string& where) {
    std::ostringstream printed;
    printed << config;
    see(printed.str());
    try {
      kafka::Producer producer(config,
                               {.on_error = [&](const Error& error) { see(error.message()); },
                                .on_log =
                                    [&](int, std::string_view facility, std::string_view text) {
                                      see(std::string(facility) + std::string(text));
                                    }});
      producer.poll(10ms);
      producer.set_close_timeout(0ms);
    } catch (const kafka::Exception& exception) {
      see(exception.what());
    }
    expect_nothing_seen(where);
  }
};

TEST_F(Contract16, NoSecretPropertyIsEverShown) {
  const std::vector<std::pair<std::string, std::string>> secrets = {
      {"sasl.password", secret},
      {"sasl.username", secret},
      {"ssl.key.password", secret},
      {"ssl.keystore.password", secret},
      {"ssl.key.pem", std::string("-----BEGIN PRIVATE KEY-----\n") + secret + "\n-----END-----"},
      {"ssl_key", secret},
      {"sasl.oauthbearer.client.secret", secret},
      {"sasl.oauthbearer.config", std::string("principal=x scope=") + secret},
      {"sasl.kerberos.kinit.cmd", std::string("kinit -p https://me:") + secret + "@host"},
      {"sasl.oauthbearer.token.endpoint.url",
       std::string("https://me:") + secret + "@localhost/token?key=" + secret},
      {"bootstrap.servers", std::string("sasl_ssl://me:") + secret + "@localhost:1"},
  };
  for (const auto& [name, value] : secrets) {
    for (const auto* mechanism : {"", "PLAIN", "SCRAM-SHA-512", "OAUTHBEARER"}) {
      kafka::Config config{{"bootstrap.servers", "localhost:1"}, {"debug", "all"}};
      if (*mechanism != '\0') {
        config.set("sasl.mechanism", mechanism).set("security.protocol", "sasl_plaintext");
      }
      try_config(config.set(name, value), name + " " + mechanism);
    }
    // A name that is only nearly right.
    try_config(kafka::Config{{"bootstrap.servers", "localhost:1"}}.set(name + "s", value), name);
  }
}

TEST_F(Contract16, AnErrorThatQuotesAValueHidesASecret) {
  try_config(
      {{"bootstrap.servers", "localhost:1"}, {"sasl.password", secret}, {"linger.ms", secret}},
      "linger.ms");
}

TEST_F(Contract16, EveryPasswordThatLibrdkafkaKnowsIsHidden) {
  std::size_t size = 0;
  std::unique_ptr<rd_kafka_conf_t, decltype(&rd_kafka_conf_destroy)> conf(rd_kafka_conf_new(),
                                                                          rd_kafka_conf_destroy);
  const char** dump = rd_kafka_conf_dump(conf.get(), &size);
  for (std::size_t i = 0; i + 1 < size; i += 2) {
    const std::string name = dump[i];
    if (name.find("password") == std::string::npos && name.find("secret") == std::string::npos) {
      continue;
    }
    std::ostringstream printed;
    printed << kafka::Config().set(name, secret);
    see(printed.str());
    expect_nothing_seen(name);
  }
  rd_kafka_conf_dump_free(dump, size);
}

TEST_F(Contract16, ControlCharactersAreEscaped) {
  kafka::Producer producer(config());
  const std::string evil = "a\x1b[2J\nb";
  see(error_of([&] { producer.produce(evil, "key", "value"); }).message());
  std::ostringstream printed;
  printed << error_of([&] { producer.produce(evil, "key", "value"); }) << kafka::BytesView(evil);
  printed << Error(Errc::invalid_arg, evil);
  see(printed.str());
  expect_nothing_seen("topic");
  EXPECT_NE(seen.find("\\x1b"), std::string::npos) << seen;
}

// ---- 17. A forked child.

using Contract17 = Cluster;

template <class Child>
int exit_code_of(Child child) {
  const pid_t pid = ::fork();
  if (pid == 0) ::_exit(child() ? 0 : 1);
  int status = 0;
  return ::waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_F(Contract17, AForkedChildGetsAClearErrorAndTheParentGoesOn) {
  auto producer = std::make_unique<kafka::Producer>(config());
  std::deque<Outcome> outcomes(100);
  for (Outcome& outcome : outcomes) {
    producer->produce("events", "key", "value", outcome.callback());
  }
  EXPECT_EQ(exit_code_of([&] {
              const auto refused = [](auto call) {
                const Error error = error_of(call);
                return error == Errc::state && error.message().find("fork") != std::string::npos;
              };
              const bool right =
                  refused([&] { producer->produce("events", "key", "value"); }) &&
                  refused([&] { producer->flush(); }) && refused([&] { producer->poll(1h); }) &&
                  refused([&] { producer->purge(); }) && refused([&] { producer->close(); }) &&
                  producer->try_produce({.topic = "events"}) == Errc::state &&
                  producer->try_produce_for({.topic = "events"}, 1h) == Errc::state &&
                  producer->fatal_error() == Errc::state;
              producer.reset();
              return right && std::all_of(outcomes.begin(), outcomes.end(),
                                          [](auto& outcome) { return outcome.calls == 0; });
            }),
            0);
  EXPECT_EQ(producer->flush(patience), 0U);
  for (const Outcome& outcome : outcomes) EXPECT_EQ(outcome.calls, 1);
}

#if !defined( \
    __SANITIZE_THREAD__)  // which cannot start threads in the child of a process with threads
TEST_F(Contract17, AProducerMadeInTheChildWorks) {
  kafka::Producer parents(config());
  EXPECT_EQ(exit_code_of([&] {
              kafka::Producer producer(config());
              Outcome outcome;
              producer.produce("events", "key", "child", outcome.callback());
              return producer.flush(patience) == 0 && outcome.calls == 1 && !outcome.error;
            }),
            0);
  EXPECT_EQ(cluster.read("events", 1).at(0).value, "child");
}
#endif

}  // namespace
