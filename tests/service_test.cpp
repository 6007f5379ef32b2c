#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <chrono>
#include <kafka/mock_cluster.hpp>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "service_process.hpp"

namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

constexpr auto patience = 60s;
constexpr const char* topic = "lines";

template <class Condition>
bool eventually(Condition condition) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    std::this_thread::sleep_for(5ms);
  }
  return true;
}

std::string numbered(int client, int line) {
  return "client " + std::to_string(client) + " line " + std::to_string(line);
}

struct Service : testing::Test {
  Service() { cluster.create_topic(topic, 3); }

  std::unique_ptr<ServiceProcess> start(Lines arguments = {}) const {
    arguments.insert(arguments.begin(),
                     {"--bootstrap-servers", cluster.bootstrap_servers(), "--topic", topic, "-X",
                      "reconnect.backoff.ms=10", "-X", "reconnect.backoff.max.ms=100"});
    return std::make_unique<ServiceProcess>(std::move(arguments));
  }

  /// How often each value is in the log.
  std::map<std::string, int> log(std::size_t at_least = 0) const {
    std::map<std::string, int> values;
    for (const auto& record : cluster.read(topic, at_least))
      ++values[record.value.value_or("null")];
    return values;
  }

  kafka::MockCluster cluster{1};
};

bool drains(const ServiceProcess& service) {
  return service.get("/healthz").find("\nstatus: draining\n") != std::string::npos;
}

/// Clients that send numbered lines, and read their answers, until the connection ends.
class Flood {
 public:
  Flood(int port, int clients, int lines) : acknowledged_(static_cast<std::size_t>(clients)) {
    for (int client = 0; client < clients; ++client) {
      threads_.emplace_back([=, this] { run(port, client, lines); });
    }
  }
  Flood(const Flood&) = delete;
  Flood& operator=(const Flood&) = delete;
  ~Flood() { join(); }

  void join() {
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }
  [[nodiscard]] int count() const { return count_; }
  /// After join(): the lines that were answered with OK.
  [[nodiscard]] Lines acknowledged() const {
    Lines all;
    for (const Lines& lines : acknowledged_) all.insert(all.end(), lines.begin(), lines.end());
    return all;
  }

 private:
  void run(int port, int client, int lines) {
    Connection connection(port);
    std::thread sender([&] {
      for (int line = 0; line < lines; ++line) {
        if (!connection.send(numbered(client, line) + '\n')) return;
      }
      connection.end();
    });
    for (int line = 0; const auto answer = connection.line(); ++line) {
      if (*answer != "OK") continue;
      acknowledged_[static_cast<std::size_t>(client)].push_back(numbered(client, line));
      ++count_;
    }
    sender.join();
  }

  std::atomic<int> count_{0};
  std::vector<Lines> acknowledged_;
  std::vector<std::thread> threads_;
};

TEST_F(Service, AnswersEachLineWhenItIsInTheLog) {
  const auto service = start();
  Connection client(service->port());
  client.send("one\ntwo\r\n\n");
  EXPECT_EQ(client.lines(3), Lines(3, "OK"));
  EXPECT_EQ(log(3), (std::map<std::string, int>{{"one", 1}, {"two", 1}, {"", 1}}));
}

TEST_F(Service, AnswersAClientThatHasSentItsLastLine) {
  const auto service = start();
  Connection client(service->port());
  client.send("one\ntwo\nunfinished");
  client.end();
  EXPECT_EQ(client.lines(), Lines(2, "OK"));
  EXPECT_EQ(log(), (std::map<std::string, int>{{"one", 1}, {"two", 1}}));
}

TEST_F(Service, AnswersALineThatIsTooLongInItsTurn) {
  const auto service = start({"--max-line", "5"});
  Connection client(service->port());
  client.send("12345\r\n" + std::string(300'000, 'x') + "\n123456\n12345\n");
  const Lines answers = client.lines(4);
  ASSERT_EQ(answers.size(), 4U);
  EXPECT_EQ(answers[0], "OK");
  EXPECT_TRUE(answers[1].starts_with("ERROR MSG_SIZE_TOO_LARGE not_persisted ")) << answers[1];
  EXPECT_EQ(answers[2], answers[1]);
  EXPECT_EQ(answers[3], "OK");
  EXPECT_EQ(log(2), (std::map<std::string, int>{{"12345", 2}}));
}

TEST_F(Service, SaysWhyALineFailedAndWhetherItMayBeInTheLog) {
  const auto service = start({"-X", "message.timeout.ms=1000", "-X", "enable.idempotence=false"});
  cluster.broker_down(1);
  Connection client(service->port());
  client.send("one\n");
  const auto answer = client.line();
  ASSERT_TRUE(answer.has_value());
  EXPECT_TRUE(answer->starts_with("ERROR _MSG_TIMED_OUT not_persisted ")) << *answer;
}

TEST_F(Service, KeepsTheOrderOfAnswersWhenOutcomesComeInAnother) {
  const auto service = start({"--max-line", "3"});
  cluster.broker_down(1);
  Connection client(service->port());
  client.send("one\ntoo long\n");
  // Its outcome is known at once, and its answer waits for the other.
  ASSERT_TRUE(eventually([&] { return service->health("undelivered") == 1; }));
  cluster.broker_up(1);
  const Lines answers = client.lines(2);
  ASSERT_EQ(answers.size(), 2U);
  EXPECT_EQ(answers[0], "OK");
  EXPECT_TRUE(answers[1].starts_with("ERROR MSG_SIZE_TOO_LARGE ")) << answers[1];
}

TEST_F(Service, PushesBackWhenTheQueueIsFull) {
  const auto service = start({"-X", "queue.buffering.max.messages=20"});
  cluster.broker_down(1);
  constexpr int clients = 10;
  constexpr int lines = 300;
  Flood flood(service->port(), clients, lines);
  ASSERT_TRUE(eventually([&] { return service->health("clients waiting for room") == clients; }));
  EXPECT_EQ(service->health("undelivered"), 20U);
  cluster.broker_up(1);
  flood.join();
  EXPECT_EQ(flood.count(), clients * lines);
  EXPECT_EQ(log().size(), std::size_t{clients * lines});
}

TEST_F(Service, WaitsForAClientThatTakesItsAnswersSlowly) {
  const auto service = start({"--max-line", "1"});
  constexpr std::size_t count = 100'000;
  Connection client(service->port());
  std::thread sender([&] {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += "xx\n";
    client.send(text);
    client.end();
  });
  // The answers are many times as long as the lines, and more than the buffers of sockets hold.
  EXPECT_TRUE(eventually([&] { return service->health("bytes that clients have not taken") > 0; }));
  EXPECT_EQ(client.lines().size(), count);
  sender.join();
}

TEST_F(Service, OutlivesAClientThatGoesAwayBeforeItsAnswers) {
  const auto service = start();
  cluster.broker_down(1);
  Connection gone(service->port());
  gone.send("one\ntwo\n");
  ASSERT_TRUE(eventually([&] { return service->health("undelivered") == 2; }));
  gone.reset();
  Connection client(service->port());
  client.send("three\n");
  cluster.broker_up(1);
  EXPECT_EQ(client.line(), "OK");
  ASSERT_TRUE(eventually([&] { return service->health("delivered") == 3; }));
  EXPECT_EQ(service->health("clients"), 1U);
  EXPECT_EQ(log(3).size(), 3U);
}

TEST_F(Service, LetsConnectionsWaitWhenItHasNoDescriptorsLeft) {
  const auto service = start();
  {
    Connection client(service->port());
    client.send("connects to the broker\n");
    EXPECT_EQ(client.line(), "OK");
  }
  ASSERT_TRUE(eventually([&] { return service->health("clients") == 0; }));
  service->allow_descriptors(2);
  std::vector<std::unique_ptr<Connection>> clients;
  for (int i = 0; i < 6; ++i) {
    clients.push_back(std::make_unique<Connection>(service->port()));
    clients.back()->send("line\n");
  }
  // Each is served when those before it have gone.
  for (auto& client : clients) {
    EXPECT_EQ(client->line(), "OK");
    client.reset();
  }
}

TEST_F(Service, LetsConnectionsWaitBeyondTheMostClients) {
  const auto service = start({"--max-clients", "1"});
  auto first = std::make_unique<Connection>(service->port());
  first->send("one\n");
  EXPECT_EQ(first->line(), "OK");
  Connection second(service->port());
  second.send("two\n");
  EXPECT_EQ(service->health("clients"), 1U);
  EXPECT_EQ(service->health("delivered"), 1U);
  first.reset();
  EXPECT_EQ(second.line(), "OK");
}

TEST_F(Service, TellsHowItIs) {
  const auto service = start();
  EXPECT_TRUE(service->get("/healthz").starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_NE(service->get("/healthz").find("\nseconds since last delivery: none yet\n"),
            std::string::npos);
  EXPECT_TRUE(service->get("/").starts_with("HTTP/1.1 404 "));
}

TEST_F(Service, SaysThatItShouldBeReplacedAfterAFatalError) {
  const auto service = start();
  Connection client(service->port());
  client.send("one\n");
  EXPECT_EQ(client.line(), "OK");
  cluster.fail_next(kafka::Request::produce, {kafka::Errc::out_of_order_sequence_number});
  client.send("two\n");
  const auto answer = client.line();
  ASSERT_TRUE(answer.has_value());
  EXPECT_TRUE(answer->starts_with("ERROR ")) << *answer;
  ASSERT_TRUE(eventually([&] { return service->get("/healthz").starts_with("HTTP/1.1 503 "); }));
  EXPECT_NE(service->get("/healthz").find("\nfatal error: OUT_OF_ORDER_SEQUENCE_NUMBER"),
            std::string::npos);
}

TEST_F(Service, LosesNothingAcknowledgedWhenItIsKilled) {
  const auto service = start({"-X", "queue.buffering.max.messages=100"});
  constexpr int clients = 8;
  constexpr int lines = 5'000;
  Flood flood(service->port(), clients, lines);
  ASSERT_TRUE(eventually([&] { return flood.count() > 1'000; }));
  service->signal(SIGKILL);
  EXPECT_EQ(service->wait(), -SIGKILL);
  flood.join();
  const Lines acknowledged = flood.acknowledged();
  const auto stored = log(acknowledged.size());
  for (const std::string& line : acknowledged) EXPECT_TRUE(stored.contains(line)) << line;
}

TEST_F(Service, LosesNothingAcknowledgedWhenTheBrokerGoesAndComesBack) {
  const auto service = start({"-X", "queue.buffering.max.messages=100"});
  constexpr int clients = 4;
  constexpr int lines = 5'000;
  Flood flood(service->port(), clients, lines);
  for (const int count : {500, 2'000}) {
    ASSERT_TRUE(eventually([&] { return flood.count() > count; }));
    cluster.broker_down(1);
    // Until the queue is full of what cannot be sent.
    ASSERT_TRUE(eventually(
        [&] { return service->health("undelivered") == 100 || flood.count() == clients * lines; }));
    cluster.broker_up(1);
  }
  flood.join();
  EXPECT_EQ(flood.count(), clients * lines);
  const auto stored = log(std::size_t{clients * lines});
  for (const std::string& line : flood.acknowledged()) EXPECT_TRUE(stored.contains(line)) << line;
}

TEST_F(Service, DrainsUnderLoadWhenItIsStopped) {
  const auto service = start({"-X", "queue.buffering.max.messages=100"});
  constexpr int clients = 8;
  constexpr int lines = 20'000;
  Flood flood(service->port(), clients, lines);
  ASSERT_TRUE(eventually([&] { return flood.count() > 1'000; }));
  service->signal(SIGTERM);
  EXPECT_EQ(service->wait(), 0);
  flood.join();
  // All that is in the log was acknowledged, and nothing else was.
  std::map<std::string, int> acknowledged;
  for (const std::string& line : flood.acknowledged()) ++acknowledged[line];
  EXPECT_LT(flood.count(), clients * lines);
  EXPECT_EQ(log(acknowledged.size()), acknowledged);
  EXPECT_THROW(Connection(service->port()), std::runtime_error);
}

TEST_F(Service, EndsAConnectionInOrderThoughItHasNotReadAllLines) {
  const auto service = start({"-X", "queue.buffering.max.messages=1"});
  cluster.broker_down(1);
  Connection client(service->port());
  client.send("one\ntwo\n");
  ASSERT_TRUE(eventually([&] { return service->health("clients waiting for room") == 1; }));
  client.send("three\n");
  service->signal(SIGTERM);
  ASSERT_TRUE(eventually([&] { return drains(*service); }));
  cluster.broker_up(1);
  EXPECT_EQ(client.lines(), Lines(1, "OK"));
  EXPECT_TRUE(client.ended_in_order());
  EXPECT_EQ(service->wait(), 0);
}

TEST_F(Service, DoesNotWaitForLingeringRecordsWhenItIsStopped) {
  const auto service = start({"-X", "linger.ms=100000"});
  Connection client(service->port());
  client.send("one\n");
  ASSERT_TRUE(eventually([&] { return service->health("undelivered") == 1; }));
  service->signal(SIGTERM);
  EXPECT_EQ(client.lines(), Lines(1, "OK"));
  EXPECT_EQ(service->wait(), 0);
  EXPECT_EQ(log(1).size(), 1U);
}

TEST_F(Service, TellsItsClientsWhatItHasGivenUpAtTheDeadline) {
  const auto service = start({"--drain-timeout", "1"});
  cluster.broker_down(1);
  Connection client(service->port());
  client.send("one\ntwo\n");
  ASSERT_TRUE(eventually([&] { return service->health("undelivered") == 2; }));
  service->signal(SIGTERM);
  ASSERT_TRUE(eventually([&] { return drains(*service); }));
  const Lines answers = client.lines();
  ASSERT_EQ(answers.size(), 2U);
  for (const std::string& answer : answers) {
    EXPECT_TRUE(answer.starts_with("ERROR _PURGE_QUEUE not_persisted ")) << answer;
  }
  EXPECT_EQ(service->wait(), 1);
}

TEST_F(Service, EndsAtOnceWhenItIsToldTwice) {
  const auto service = start({"--drain-timeout", "1000"});
  cluster.broker_down(1);
  Connection client(service->port());
  client.send("one\n");
  ASSERT_TRUE(eventually([&] { return service->health("undelivered") == 1; }));
  service->signal(SIGTERM);
  ASSERT_TRUE(eventually([&] { return drains(*service); }));
  service->signal(SIGTERM);
  EXPECT_EQ(service->wait(), 1);
}

}  // namespace
