// What user code may do with the producer that calls it: in callbacks, in the function of
// on_ready(), and in the log hook.

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "support.hpp"

namespace {

using namespace support;

using OnReady = Cluster;

// What a service does that unsubscribes in its destructor, and is destroyed in its own callback.
TEST_F(OnReady, CanBeEndedInsideACallback) {
  struct Service {
    explicit Service(kafka::Producer& used) : producer(used) {
      producer.on_ready([this] { ++notified; });
    }
    ~Service() { producer.on_ready({}); }
    kafka::Producer& producer;
    std::atomic<int> notified{0};
  };
  kafka::Producer producer(config());
  auto service = std::make_unique<Service>(producer);
  producer.produce("events", "key", "value",
                   [&](const Error&, const Message&) { service.reset(); });
  EXPECT_EQ(producer.flush(patience), 0U);
  EXPECT_EQ(service, nullptr);
  producer.produce("events", "key", "value");
  EXPECT_EQ(producer.flush(patience), 0U);
}

TEST_F(OnReady, CanBeReplacedInsideTheFunctionItself) {
  kafka::Producer producer(config());
  std::atomic<int> first{0};
  std::atomic<int> second{0};
  producer.on_ready([&] {
    ++first;
    producer.on_ready([&] { ++second; });
  });
  producer.produce("events", "key", "value");
  EXPECT_TRUE(eventually([&] {
    producer.poll();
    return second > 0;
  }));
  EXPECT_EQ(first, 1);
  producer.on_ready({});
}

TEST_F(OnReady, IsNeverCalledAgainAfterItWasReplaced) {
  cluster.create_topic("events", 4);
  kafka::Producer producer(config({{"linger.ms", "0"}}));
  std::atomic<bool> done{false};
  std::jthread producing([&] {
    while (!done) {
      static_cast<void>(producer.try_produce({.topic = "events", .value = "value"}));
      producer.poll();
    }
  });
  for (int i = 0; i < 500; ++i) {
    auto alive = std::make_unique<std::atomic<bool>>(true);
    std::atomic<bool>* const seen = alive.get();
    producer.on_ready([seen] { EXPECT_TRUE(*seen); });
    std::this_thread::yield();
    producer.on_ready({});
    *seen = false;
  }
  done = true;
}

TEST_F(OnReady, MustNotServe) {
  kafka::Producer producer(config());
  std::vector<std::string> refused;
  const auto call = [&](auto member) {
    try {
      member();
    } catch (const std::logic_error& error) {
      refused.emplace_back(error.what());
    }
  };
  producer.on_ready([&] {
    if (!refused.empty()) return;
    call([&] { producer.poll(1h); });
    call([&] { producer.flush(); });
    call([&] { producer.purge(); });
    call([&] { producer.close(); });
    call([&] { static_cast<void>(producer.try_produce_for({.topic = "events"}, 1h)); });
  });
  producer.produce("events", "key", "value");
  EXPECT_TRUE(eventually([&] {
    producer.poll();
    return producer.undelivered() == 0;
  }));
  producer.on_ready({});
  ASSERT_EQ(refused.size(), 5U);
  EXPECT_NE(refused[0].find("inside the function of on_ready()"), std::string::npos) << refused[0];
}

TEST_F(OnReady, MayDestroyTheProducer) {
  Outcome outcome;
  auto producer = std::make_unique<kafka::Producer>(config());
  std::atomic<bool> destroyed{false};
  producer->produce("events", "key", "value", outcome.callback());
  producer->on_ready([&] {
    if (!destroyed.exchange(true)) producer.reset();
  });
  EXPECT_TRUE(eventually([&] { return outcome.calls == 1; }));
  EXPECT_EQ(producer, nullptr);
}

TEST_F(OnReady, EndsWithoutAProducer) {
  kafka::Producer producer(config());
  kafka::Producer other(std::move(producer));
  EXPECT_NO_THROW(producer.on_ready({}));
  EXPECT_THROW(producer.on_ready([] {}), kafka::Exception);
  other.close();
  EXPECT_NO_THROW(other.on_ready({}));
}

/// A producer whose log hook calls a function once.
struct LogHook : Cluster {
  std::unique_ptr<kafka::Producer> make(const kafka::Config& more) {
    return std::make_unique<kafka::Producer>(
        config({{"log_level", "7"}}).merge(more),
        kafka::Hooks{.on_log = [this](int, std::string_view, std::string_view) {
          if (armed.exchange(false)) inside();
        }});
  }
  std::atomic<bool> armed{false};
  std::function<void()> inside;
};

// librdkafka logs on the thread that produces when `debug` is set.
TEST_F(LogHook, IsRefusedWhatUsesTheProducerThatItBelongsTo) {
  auto producer = make({{"debug", "all"}});
  warm_up(*producer);
  Error produced;
  Error tried;
  std::size_t refused = 0;
  std::string text;
  const auto call = [&](auto member) {
    try {
      member();
    } catch (const std::logic_error& error) {
      ++refused;
      text = error.what();
    }
  };
  std::atomic<bool> done{false};
  inside = [&] {
    produced = error_of([&] { producer->produce("events", "key", "value"); });
    Record record{.topic = "events"};
    tried = producer->try_produce(record);
    Record records[1] = {{.topic = "events"}};
    EXPECT_EQ(producer->try_produce_batch(records).size(), 1U);
    call([&] { producer->poll(1h); });
    call([&] { producer->flush(); });
    call([&] { producer->purge(); });
    call([&] { producer->close(); });
    call([&] { static_cast<void>(producer->try_produce_for({.topic = "events"}, 1h)); });
    done = true;
  };
  armed = true;
  EXPECT_TRUE(eventually([&] {
    producer->produce("events", "key", "value");
    producer->poll();
    return done.load();
  }));
  EXPECT_EQ(produced, Errc::state) << produced;
  EXPECT_NE(produced.message().find("log hook"), std::string::npos) << produced;
  EXPECT_EQ(tried, Errc::state);
  EXPECT_EQ(refused, 5U);
  EXPECT_NE(text.find("inside the log hook"), std::string::npos) << text;
  EXPECT_EQ(producer->flush(patience), 0U);
}

TEST_F(LogHook, MayUseAnotherProducer) {
  kafka::Producer other(config());
  Outcome outcome;
  auto producer = make({{"debug", "all"}});
  std::atomic<bool> done{false};
  inside = [&] {
    other.produce("events", "key", "line", outcome.callback());
    done = true;
  };
  armed = true;
  EXPECT_TRUE(eventually([&] {
    producer->produce("events", "key", "value");
    return done.load();
  }));
  EXPECT_EQ(other.flush(patience), 0U);
  EXPECT_EQ(outcome.calls, 1);
  EXPECT_FALSE(outcome.error);
}

TEST_F(LogHook, MayDestroyTheProducer) {
  Outcome outcome;
  auto producer = make({{"debug", "broker"}});
  std::atomic<bool> destroyed{false};
  producer->produce("events", "key", "value", outcome.callback());
  inside = [&] {
    producer.reset();
    destroyed = true;
  };
  armed = true;  // some line comes from a thread of librdkafka
  EXPECT_TRUE(eventually([&] { return destroyed.load(); }));
  EXPECT_TRUE(eventually([&] { return outcome.calls == 1; }));
}

}  // namespace
