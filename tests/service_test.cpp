#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <cstdio>
#include <future>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "service_process.hpp"
#include "support.hpp"

namespace {

using support::eventually;
using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

constexpr const char* topic = "lines";

std::string numbered(int client, int line) {
  return "client " + std::to_string(client) + " line " + std::to_string(line);
}

struct Service : support::Cluster {
  Service() { cluster.create_topic(topic, 3); }

  std::unique_ptr<ServiceProcess> start(Lines arguments = {},
                                        const std::string& first = ":") const {
    arguments.insert(arguments.begin(),
                     {"--bootstrap-servers", cluster.bootstrap_servers(), "--topic", topic, "-X",
                      "reconnect.backoff.ms=10", "-X", "reconnect.backoff.max.ms=100"});
    return std::make_unique<ServiceProcess>(std::move(arguments), first);
  }

  /// How often each value is in the log.
  std::map<std::string, int> log(std::size_t at_least = 0) const {
    std::map<std::string, int> values;
    for (const auto& record : cluster.read(topic, at_least))
      ++values[record.value.value_or("null")];
    return values;
  }
};

bool has_status(const ServiceProcess& service, const std::string& status) {
  return service.get("/healthz").find("\nstatus: " + status + '\n') != std::string::npos;
}

/// Whether GET of the path is answered with this status code.
bool answers(const ServiceProcess& service, std::string_view path, const std::string& code) {
  return service.get(path).starts_with("HTTP/1.1 " + code + ' ');
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

// ---- Clients that misbehave

/// Sends the line `count` times, on a thread of its own. The future is ready when all are sent.
std::future<void> send_in_background(const Connection& connection, const std::string& line,
                                     int count) {
  return std::async(std::launch::async, [&connection, line = line + '\n', count] {
    std::string chunk;
    for (int i = 0; i < 1000; ++i) chunk += line;
    for (int i = 0; i < count && connection.send(chunk); i += 1000) continue;
  });
}

TEST_F(Service, BoundsTheLinesOfAClientWhoseAnswersWaitForAnOutcome) {
  const auto service = start({"--max-line", "1"});
  cluster.broker_down(1);
  Connection client(service->port());
  client.send("x\n");
  ASSERT_TRUE(eventually([&] { return service->health("undelivered") == 1; }));
  // These are refused at once, and their answers wait for that of the first line.
  constexpr int count = 200'000;
  const auto sender = send_in_background(client, "xx", count);
  ASSERT_TRUE(eventually([&] { return service->health("lines without an answer") == 1000; }));
  for (int i = 0; i < 100; ++i) EXPECT_EQ(service->health("lines without an answer"), 1000U);
  EXPECT_EQ(sender.wait_for(0s), std::future_status::timeout);
  // Others are served meanwhile.
  Connection other(service->port());
  other.send("xx\n");
  EXPECT_TRUE(other.line().value_or("").starts_with("ERROR MSG_SIZE_TOO_LARGE "));

  cluster.broker_up(1);
  EXPECT_EQ(client.line(), "OK");
  EXPECT_EQ(client.lines(count).size(), std::size_t{count});
}

TEST_F(Service, BoundsTheAcceptedLinesOfOneClient) {
  const auto service = start();
  cluster.broker_down(1);
  Connection client(service->port());
  constexpr int count = 100'000;
  const auto sender = send_in_background(client, "line", count);
  ASSERT_TRUE(eventually([&] { return service->health("undelivered") == 1000; }));
  for (int i = 0; i < 100; ++i) EXPECT_EQ(service->health("undelivered"), 1000U);
  EXPECT_EQ(sender.wait_for(0s), std::future_status::timeout);
  cluster.broker_up(1);
  EXPECT_EQ(client.lines(count), Lines(count, "OK"));
}

TEST_F(Service, DropsASilentClientAndServesTheNext) {
  const auto service = start({"--max-clients", "1", "--idle-timeout", "1"});
  Connection silent(service->port());
  Connection next(service->port());
  next.send("one\n");
  EXPECT_EQ(next.line(), "OK");
  EXPECT_EQ(silent.line(), std::nullopt);
  EXPECT_TRUE(silent.ended_in_order());
  EXPECT_GE(service->health("clients that timed out"), 1U);
}

TEST_F(Service, DropsAClientThatNeverCompletesItsLine) {
  const auto service = start({"--idle-timeout", "1"});
  const Connection client(service->port());
  EXPECT_TRUE(eventually([&] { return !client.send("x"); }));
  EXPECT_EQ(service->health("clients that timed out"), 1U);
}

TEST_F(Service, DropsAClientThatTakesNoAnswers) {
  const auto service = start({"--max-line", "1", "--idle-timeout", "1"});
  const Connection client(service->port());
  const auto sender = send_in_background(client, "xx", 10'000'000);
  EXPECT_TRUE(eventually([&] { return service->health("clients that timed out") == 1; }));
}

TEST_F(Service, DropsAHalfClosedClientThatTakesNoAnswers) {
  const auto service = start({"--max-line", "1", "--idle-timeout", "1"});
  const Connection client(service->port());
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "xx\n";
  client.send(text);
  client.end();
  EXPECT_TRUE(eventually([&] { return service->health("clients that timed out") == 1; }));
  EXPECT_EQ(service->health("clients"), 0U);
}

TEST_F(Service, KeepsAClientThatWaitsLongForItsAnswer) {
  const auto service = start({"--idle-timeout", "1", "-X", "queue.buffering.max.messages=1"});
  cluster.broker_down(1);
  Connection waits_for_outcome(service->port());
  waits_for_outcome.send("one\n");
  ASSERT_TRUE(eventually([&] { return service->health("undelivered") == 1; }));
  Connection waits_for_room(service->port());
  waits_for_room.send("two\n");
  ASSERT_TRUE(eventually([&] { return service->health("clients waiting for room") == 1; }));
  // Silent clients that came later have timed out.
  for (std::size_t count = 1; count <= 2; ++count) {
    Connection silent(service->port());
    EXPECT_EQ(silent.line(), std::nullopt);
    EXPECT_EQ(service->health("clients that timed out"), count);
  }
  cluster.broker_up(1);
  EXPECT_EQ(waits_for_outcome.line(), "OK");
  EXPECT_EQ(waits_for_room.line(), "OK");
}

TEST_F(Service, ForgetsAClientThatLeavesWhileItWaitsForRoom) {
  const auto service = start({"-X", "queue.buffering.max.messages=1"});
  cluster.broker_down(1);
  Connection client(service->port());
  client.send("one\n");
  ASSERT_TRUE(eventually([&] { return service->health("undelivered") == 1; }));
  for (int i = 0; i < 10; ++i) {
    Connection gone(service->port());
    gone.send("two\n");
    ASSERT_TRUE(eventually([&] { return service->health("clients waiting for room") == 1; }));
    gone.reset();
    ASSERT_TRUE(eventually([&] { return service->health("clients waiting for room") == 0; }));
  }
  EXPECT_EQ(service->health("clients"), 1U);
}

TEST_F(Service, ServesAClientBesideOneThatFloodsIt) {
  const auto service = start({"--max-line", "5"});
  const Connection flooding(service->port());
  const auto sender = send_in_background(flooding, "too long", 10'000'000);
  ASSERT_TRUE(eventually([&] { return service->health("bytes that clients have not taken") > 0; }));
  Connection client(service->port());
  for (int i = 0; i < 100; ++i) {
    client.send("line\n");
    EXPECT_EQ(client.line(), "OK");
  }
  service->signal(SIGKILL);
}

// ---- Health

TEST_F(Service, ReportsItsHealth) {
  const auto service = start();
  EXPECT_TRUE(answers(*service, "/healthz", "200"));
  EXPECT_TRUE(answers(*service, "/readyz", "200"));
  EXPECT_TRUE(answers(*service, "/", "404"));
  EXPECT_TRUE(has_status(*service, "serving"));
  EXPECT_NE(service->get("/healthz").find("\nseconds since last delivery: none yet\n"),
            std::string::npos);
}

TEST_F(Service, IsAliveButNotReadyWhileItIsFull) {
  const auto service = start({"--max-clients", "1"});
  auto client = std::make_unique<Connection>(service->port());
  ASSERT_TRUE(eventually([&] { return has_status(*service, "full"); }));
  EXPECT_TRUE(answers(*service, "/healthz", "200"));
  EXPECT_TRUE(answers(*service, "/readyz", "503"));
  client.reset();
  EXPECT_TRUE(eventually([&] { return answers(*service, "/readyz", "200"); }));
}

TEST_F(Service, IsAliveButNotReadyWhileItDrains) {
  const auto service = start({"--drain-timeout", "1000"});
  cluster.broker_down(1);
  const Connection client(service->port());
  client.send("one\n");
  ASSERT_TRUE(eventually([&] { return service->health("undelivered") == 1; }));
  service->signal(SIGTERM);
  ASSERT_TRUE(eventually([&] { return has_status(*service, "draining"); }));
  EXPECT_TRUE(answers(*service, "/healthz", "200"));
  EXPECT_TRUE(answers(*service, "/readyz", "503"));
}

TEST_F(Service, AnswersHealthBesideManyUnfinishedRequests) {
  const auto service = start();
  const std::size_t before = service->descriptors();
  std::vector<std::unique_ptr<Connection>> unfinished;
  for (int i = 0; i < 100; ++i) {
    unfinished.push_back(std::make_unique<Connection>(service->health_port()));
    unfinished.back()->send("GET /health");
    EXPECT_TRUE(answers(*service, "/healthz", "200"));
  }
  // 16 of them, and the producer's own.
  EXPECT_LE(service->descriptors(), before + 32);
}

TEST_F(Service, ClosesAHealthConnectionThatDoesNotSendItsRequest) {
  const auto service = start();
  Connection silent(service->health_port());
  Connection slow(service->health_port());
  EXPECT_TRUE(eventually([&] { return !slow.send("x"); }));
  EXPECT_EQ(silent.line(), std::nullopt);
  EXPECT_TRUE(silent.ended_in_order());
}

TEST_F(Service, AnswersHealthWhileEveryClientIsConnected) {
  const auto service = start({"--max-clients", "200"}, "ulimit -S -n 200");
  std::vector<std::unique_ptr<Connection>> clients;
  for (int i = 0; i < 200; ++i) clients.push_back(std::make_unique<Connection>(service->port()));
  EXPECT_TRUE(eventually([&] { return service->health("clients") == clients.size(); }));
  clients.back()->send("line\n");
  EXPECT_EQ(clients.back()->line(), "OK");
}

TEST(ServiceStart, NeedsDescriptorsForAllClients) {
  std::FILE* process =
      ::popen("ulimit -n 250; exec timeout 30 " SERVICE " --max-clients 100 2>&1", "r");
  ASSERT_NE(process, nullptr);
  std::string output;
  for (int byte = std::fgetc(process); byte != EOF; byte = std::fgetc(process)) {
    output += static_cast<char>(byte);
  }
  EXPECT_EQ(WEXITSTATUS(::pclose(process)), 2);
  EXPECT_EQ(output,
            "--max-clients 100 needs 300 file descriptors, and the limit is 250: lower "
            "--max-clients, or raise the limit with ulimit -n\n");
}

TEST_F(Service, ShouldBeReplacedAfterAFatalError) {
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
  ASSERT_TRUE(eventually([&] { return has_status(*service, "draining"); }));
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

TEST_F(Service, AnswersTheLinesThatItGivesUpAtTheDeadline) {
  const auto service = start({"--drain-timeout", "1"});
  cluster.broker_down(1);
  Connection client(service->port());
  client.send("one\ntwo\n");
  ASSERT_TRUE(eventually([&] { return service->health("undelivered") == 2; }));
  service->signal(SIGTERM);
  ASSERT_TRUE(eventually([&] { return has_status(*service, "draining"); }));
  const Lines answers = client.lines();
  ASSERT_EQ(answers.size(), 2U);
  for (const std::string& answer : answers) {
    EXPECT_TRUE(answer.starts_with("ERROR _PURGE_QUEUE not_persisted ")) << answer;
  }
  EXPECT_EQ(service->wait(), 1);
}

TEST_F(Service, EndsAtOnceOnTheSecondSignal) {
  const auto service = start({"--drain-timeout", "1000"});
  cluster.broker_down(1);
  Connection client(service->port());
  client.send("one\n");
  ASSERT_TRUE(eventually([&] { return service->health("undelivered") == 1; }));
  service->signal(SIGTERM);
  ASSERT_TRUE(eventually([&] { return has_status(*service, "draining"); }));
  service->signal(SIGTERM);
  EXPECT_EQ(service->wait(), 1);
}

}  // namespace
