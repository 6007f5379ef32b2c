// The behaviour of the programs in examples/: their command lines, their output, and their errors.

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <kafka/mock_cluster.hpp>
#include <regex>
#include <sstream>
#include <string>

#include "example_process.hpp"

namespace {

class Program : public testing::TestWithParam<const char*> {};

TEST_P(Program, RefusesEmptyBootstrapServers) {
  for (const char* empty : {"''", "' '", "','"}) {
    const ExampleRun run = run_example(std::string(GetParam()) + " --bootstrap-servers " + empty);
    EXPECT_EQ(run.exit_code, 2) << empty;
    EXPECT_NE(run.output.find("Is a variable not set?"), std::string::npos) << run.output;
  }
}

TEST_P(Program, ReportsThatTheDiskIsFull) {
  const ExampleRun run = run_command(example(GetParam()) + " --help >/dev/full");
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_TRUE(run.output.starts_with("Cannot write all of the output: ")) << run.output;
}

TEST_P(Program, HasAHelpOf80Columns) {
  const ExampleRun run = run_example(std::string(GetParam()) + " --help");
  std::istringstream lines(run.output);
  for (std::string line; std::getline(lines, line);) {
    EXPECT_LE(line.size(), 80U) << line;
    EXPECT_EQ(line.find("=["), std::string::npos) << line;
  }
}

std::string name_of(const testing::TestParamInfo<const char*>& info) {
  return info.param;
}

const auto every_program =
    testing::Values("minimal_producer", "delivery_callback", "message_key", "poll_and_flush",
                    "common_errors", "silent_producer", "key_strategies", "error_handling",
                    "synchronous", "throughput", "task_event_sender");

INSTANTIATE_TEST_SUITE_P(Examples, Program, every_program, name_of);

TEST(Terminal, ShowsColoursAndLinesWrappedAtWords) {
  const std::string command =
      example("task_event_sender --bootstrap-servers 127.0.0.1:1 --flush-timeout 5");
  const ExampleRun run = run_on_terminal("unset NO_COLOR; TERM=xterm " + command);
  EXPECT_NE(run.output.find("\x1b[31mNot delivered: task-001\x1b[0m\r\n"), std::string::npos)
      << run.output;
  EXPECT_NE(run.output.find("no broker reachable at 127.0.0.1:1:\r\n    Connection refused. Check "
                            "the address, and that Kafka runs there\x1b[0m\r\n"),
            std::string::npos)
      << run.output;
}

TEST(Terminal, ShowsNoColoursWhenNoColorIsSet) {
  for (const char* variable : {"NO_COLOR=1", "TERM=dumb"}) {
    const ExampleRun run =
        run_on_terminal(variable + (' ' + example("task_event_sender --key-by user")));
    EXPECT_NE(run.output.find("Delivered: task-created"), std::string::npos) << run.output;
    EXPECT_EQ(run.output.find('\x1b'), std::string::npos) << run.output;
  }
}

TEST(Terminal, KeepsLinesOfJsonWhole) {
  const ExampleRun run = run_on_terminal(example("task_event_sender"));
  const std::regex json(
      R"(\{"id": "task-003", "title": "Deploy to production", "cr[^\r\n]*Z"\}\r)");
  EXPECT_TRUE(std::regex_search(run.output, json)) << run.output;
}

TEST(Terminal, ShowsProgress) {
  const ExampleRun run = run_on_terminal(example("throughput --count 1000"));
  EXPECT_NE(run.output.find("poll(10ms) after each, 1000: "), std::string::npos) << run.output;
}

TEST(ClosedPipe, EndsAProgramWithAnError) {
  for (const char* program : {"common_errors", "task_event_sender --count 200000"}) {
    const ExampleRun run = run_command("{ " + example(program) + "; echo code $? >&2; } | true");
    EXPECT_NE(run.output.find("Cannot write all of the output"), std::string::npos) << run.output;
    EXPECT_NE(run.output.find("code 1\n"), std::string::npos) << run.output;
  }
}

std::size_t occurrences(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; ++at) ++count;
  return count;
}

TEST(TaskEventSender, SaysThatNoBrokerIsReachable) {
  const ExampleRun run =
      run_example("task_event_sender --bootstrap-servers 127.0.0.1:1 --flush-timeout 5");
  EXPECT_EQ(run.exit_code, 1);
  const std::string problem = ": no broker reachable at 127.0.0.1:1: Connection refused. ";
  EXPECT_EQ(occurrences(run.output,
                        "Waiting for the outcome of 3 messages" + problem + "Ctrl-C to give up\n"),
            1U)
      << run.output;
  EXPECT_EQ(occurrences(run.output, "WARNING: 3 messages were not delivered" + problem +
                                        "Check the address, and that Kafka runs there\n"),
            1U)
      << run.output;
  EXPECT_EQ(occurrences(run.output, "_PURGE_QUEUE"), 0U) << run.output;
}

TEST(TaskEventSender, WritesOneMessageInTheSingular) {
  const ExampleRun run = run_command(
      R"(echo '{"id": "1", "title": "t", "created_at": "2026-01-01T00:00:00Z"}' | )" +
      example("task_event_sender --input - --bootstrap-servers 127.0.0.1:1 --flush-timeout 0"));
  EXPECT_EQ(occurrences(run.output, "WARNING: 1 message was not delivered"), 1U) << run.output;
}

TEST(TaskEventSender, StopsWaitingAtCtrlC) {
  const std::string file = testing::TempDir() + "stops_waiting_at_ctrl_c";
  const ExampleRun run = run_command(
      example("task_event_sender") + " --bootstrap-servers 127.0.0.1:1 --flush-timeout 3600 >" +
      file + " 2>&1 & until grep -q Waiting " + file +
      "; do sleep 0.1; done; kill -INT $!; wait $!; code=$?; cat " + file + "; exit $code");
  EXPECT_EQ(run.exit_code, 130);
  EXPECT_EQ(occurrences(run.output, "Interrupted: 0 delivered, 3 not\n"), 1U) << run.output;
}

int free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ::bind(socket, reinterpret_cast<const sockaddr*>(&address), size);
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(socket);
  return ntohs(address.sin_port);
}

TEST(MockBroker, ListensOnThePortAndSaysHowToUseIt) {
  const std::string file = testing::TempDir() + "mock_broker_output";
  const std::string address = "127.0.0.1:" + std::to_string(free_port());
  const ExampleRun run =
      run_command(example("mock_broker") + " --port " + address.substr(address.find(':') + 1) +
                  " >" + file + " & until grep -q 'kcat -b' " + file + " && grep -q Ctrl-C " +
                  file + "; do sleep 0.1; done; cat " + file + "; " + example("task_event_sender") +
                  " --bootstrap-servers " + address + "; code=$?; kill $!; wait $!; exit $code");
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_NE(run.output.find("kcat -b " + address + " -t task-created"), std::string::npos);
  EXPECT_NE(run.output.find("All messages delivered successfully"), std::string::npos)
      << run.output;
}

TEST(MockBroker, ReportsThatThePortIsUsed) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(::bind(socket, reinterpret_cast<const sockaddr*>(&address), size), 0);
  ASSERT_EQ(::listen(socket, 1), 0);
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
  const std::string port = std::to_string(ntohs(address.sin_port));
  const ExampleRun run = run_example("mock_broker --port " + port);
  ::close(socket);
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_EQ(run.output, "cannot listen on port " + port + ": Address already in use\n");
}

class RealCluster : public testing::TestWithParam<const char*> {};

TEST_P(RealCluster, NeedsABroker) {
  const ExampleRun run = run_example(std::string(GetParam()) + " --bootstrap-servers 127.0.0.1:1");
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_TRUE(run.output.starts_with("No broker reachable at 127.0.0.1:1: Connection refused. "))
      << run.output;
}

TEST_P(RealCluster, MustHaveTheTopics) {
  const kafka::MockCluster cluster;
  const std::string servers = cluster.bootstrap_servers();
  const ExampleRun run = run_example(std::string(GetParam()) + " --bootstrap-servers " + servers);
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_TRUE(run.output.starts_with("The cluster at " + servers + " has no topic ")) << run.output;
  EXPECT_NE(
      run.output.find("\n  kafka-topics.sh --bootstrap-server " + servers + " --create --topic "),
      std::string::npos)
      << run.output;
}

INSTANTIATE_TEST_SUITE_P(Examples, RealCluster,
                         testing::Values("minimal_producer", "delivery_callback", "message_key",
                                         "complete_example", "poll_and_flush", "common_errors",
                                         "silent_producer", "key_strategies", "error_handling",
                                         "synchronous", "throughput", "partition_counts",
                                         "headers"),
                         name_of);

TEST(RealClusterTopics, AreNotCreatedByFaults) {
  kafka::MockCluster cluster;
  cluster.create_topic("task-created", 3);
  for (const char* program : {"common_errors", "error_handling"}) {
    const ExampleRun run =
        run_example(std::string(program) + " --bootstrap-servers " + cluster.bootstrap_servers());
    EXPECT_EQ(run.exit_code, 0) << run.output;
    EXPECT_EQ(run.output.find("task-craeted"), std::string::npos) << run.output;
    EXPECT_EQ(run.output.find("task-deleted"), std::string::npos) << run.output;
  }
}

TEST(Solutions, PrintTheirResults) {
  EXPECT_NE(run_example("partition_counts").output.find("Without keys:"), std::string::npos);
  EXPECT_NE(run_example("headers").output.find("content-type: application/json\nsource: lesson\n"),
            std::string::npos);
  const ExampleRun run = run_command("cd " + testing::TempDir() + " && " + example("dead_letters") +
                                     " && cat dead_letters.jsonl");
  EXPECT_EQ(run.output,
            "3 records written to dead_letters.jsonl\n{\"id\": \"task-001\"}\n"
            "{\"id\": \"task-002\"}\n{\"id\": \"task-003\"}\n");
}

TEST(TaskEventSender, RefusesEmptyValues) {
  for (const char* option : {"--topic", "--config", "--input"}) {
    const ExampleRun run = run_example(std::string("task_event_sender ") + option + " ''");
    EXPECT_EQ(run.exit_code, 2) << option;
    EXPECT_NE(run.output.find("Is a variable not set?"), std::string::npos) << run.output;
  }
}

}  // namespace
