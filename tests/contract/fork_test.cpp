// Point 17 of the contract: a forked child.

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <kafka/background_poller.hpp>
#include <memory>
#include <thread>
#include <vector>

#include "support.hpp"

namespace {

using namespace support;

using Contract17 = Cluster;

/// 0 when the child says that all is right; a child that hangs is killed.
template <class Child>
int exit_code_of(Child child) {
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::alarm(120);
    ::_exit([&]() noexcept { return child(); }() ? 0 : 1);
  }
  int status = 0;
  return ::waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

template <class Call>
bool refused(Call call) {
  const Error error = error_of(call);
  return error == Errc::state && error.message().find("fork") != std::string::npos;
}

TEST_F(Contract17, AForkedChildGetsAClearErrorAndTheParentGoesOn) {
  auto producer = std::make_unique<kafka::Producer>(config());
  std::deque<Outcome> outcomes(100);
  for (Outcome& outcome : outcomes) {
    producer->produce("events", "key", "value", outcome.callback());
  }
  std::vector<Record> batch(2);
  for (Record& record : batch) record.topic = "another topic";
  EXPECT_EQ(exit_code_of([&] {
              producer->on_ready({});
              const bool right =
                  refused([&] { producer->produce("events", "key", "value"); }) &&
                  refused([&] { producer->flush(); }) && refused([&] { producer->poll(); }) &&
                  refused([&] { producer->poll(1h); }) &&
                  refused([&] { producer->on_ready([] {}); }) &&
                  producer->try_produce_batch(batch).size() == batch.size() &&
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
  EXPECT_EQ(producer->poll(), 0U) << "nothing is ready";
  EXPECT_EQ(exit_code_of([&] { return refused([&] { producer->poll(); }); }), 0);
}

TEST_F(Contract17, ForkingBesideBusyThreadsHarmsNobody) {
  auto producer = std::make_unique<kafka::Producer>(config());
  std::atomic<int> accepted{0};
  std::atomic<int> called{0};
  std::atomic<bool> done{false};
  std::vector<std::jthread> threads;
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([&] {
      while (!done) {
        accepted += !producer->try_produce(
            {.topic = "events", .callback = [&](const Error&, const Message&) { ++called; }});
        producer->poll();
      }
    });
  }
  threads.emplace_back([&] {
    while (!done) producer->flush(1ms);
  });
  for (int i = 0; i < 20; ++i) {
    ASSERT_EQ(exit_code_of([&] {
                const bool right = refused([&] { producer->produce("events", "key", "value"); }) &&
                                   refused([&] { producer->flush(); });
                producer.reset();
                return right;
              }),
              0);
  }
  done = true;
  threads.clear();
  EXPECT_EQ(producer->flush(patience), 0U);
  EXPECT_EQ(called, accepted);
}

TEST_F(Contract17, ForkingInsideACallbackHarmsNobody) {
  auto producer = std::make_unique<kafka::Producer>(config());
  int code = -1;
  producer->produce("events", "key", "value", [&](const Error&, const Message&) {
    code = exit_code_of([&] {
      const bool right = refused([&] { producer->produce("events", "key", "value"); }) &&
                         refused([&] { producer->poll(); });
      producer.reset();
      return right;
    });
  });
  EXPECT_EQ(producer->flush(patience), 0U);
  EXPECT_EQ(code, 0);
}

// The child comes back out of the callback, into the member that runs it.
TEST_F(Contract17, AChildOfACallbackRunsNoOtherCallback) {
  cluster.create_topic("events", 1);
  using Serve = std::function<void(kafka::Producer&)>;
  const std::vector<Serve> members{
      [](auto& producer) { producer.poll(patience); }, [](auto& producer) { producer.flush(); },
      [](auto& producer) { producer.purge(); }, [](auto& producer) { producer.close(0ms); }};
  for (std::size_t member = 0; member < members.size(); ++member) {
    SCOPED_TRACE(member);
    auto producer = std::make_unique<kafka::Producer>(config({{"linger.ms", "50"}}));
    warm_up(*producer);
    const pid_t parent = ::getpid();
    pid_t child = 0;
    int calls = 0;
    int calls_at_fork = 0;
    producer->produce("events", "key", "value", [&](const Error&, const Message&) {
      child = ::fork();
      calls_at_fork = ++calls;  // purge() may have run others before
    });
    for (int i = 0; i < 10; ++i) {
      producer->produce("events", "key", "value", [&](const Error&, const Message&) { ++calls; });
    }
    bool out = false;
    try {
      members[member](*producer);
    } catch (const kafka::Exception& exception) {
      out = exception.error() == Errc::state;
    }
    if (::getpid() != parent) {
      const bool right = out && refused([&] { producer->poll(); });
      producer.reset();
      ::_exit(right && calls == calls_at_fork ? 0 : 1);
    }
    producer.reset();
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
    EXPECT_EQ(calls, 11);
  }
}

TEST_F(Contract17, ABackgroundPollerEndsInTheChildToo) {
  kafka::Producer producer(config());
  auto poller = std::make_unique<kafka::BackgroundPoller>(producer);
  EXPECT_EQ(exit_code_of([&] {
              poller.reset();
              return true;
            }),
            0);
  Outcome outcome;
  producer.produce("events", "key", "value", outcome.callback());
  EXPECT_TRUE(eventually([&] { return outcome.calls == 1; }));
}

TEST_F(Contract17, AProducerMadeInTheChildWorks) {
  kafka::Producer parents(config());
  // Its threads must not hold locks of the C library, as while they look up a name, at the fork.
  warm_up(parents);
  EXPECT_EQ(exit_code_of([&] {
              kafka::Producer producer(config());
              Outcome outcome;
              producer.produce("events", "key", "child", outcome.callback());
              return producer.flush(patience) == 0 && outcome.calls == 1 && !outcome.error;
            }),
            0);
  const auto records = cluster.read("events", 2);
  ASSERT_EQ(records.size(), 2U);
  EXPECT_TRUE(records[0].value == "child" || records[1].value == "child");
}

}  // namespace
