// The sender's command line, in a process of its own.

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

namespace {

struct Execution {
  std::string output;
  int status;
};

Execution run(const std::string& arguments) {
  Execution result{{}, -1};
  std::FILE* pipe = ::popen((std::string(SENDER " ") + arguments + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return result;
  for (int c; (c = std::fgetc(pipe)) != EOF;) result.output += static_cast<char>(c);
  result.status = ::pclose(pipe);
  return result;
}

testing::AssertionResult has_line(const Execution& run, const std::string& line) {
  if (run.status == 0 && ("\n" + run.output).find("\n" + line + "\n") != std::string::npos) {
    return testing::AssertionSuccess();
  }
  return testing::AssertionFailure() << "no line " << line << " in:\n" << run.output;
}

class TaskEventSender : public testing::Test {
 protected:
  ~TaskEventSender() override { std::filesystem::remove(path_); }

  std::string config_file(std::string_view content) {
    std::ofstream(path_) << content;
    return "--config " + path_.string();
  }

  const std::filesystem::path path_ =
      std::filesystem::path(testing::TempDir()) / ("sender_" + std::to_string(getpid()));
};

TEST_F(TaskEventSender, PrintsTheConfigurationInForce) {
  const Execution printed = run("--print-config --bootstrap-servers broker:1 -X linger.ms=7");
  EXPECT_TRUE(has_line(printed, "bootstrap.servers=broker:1"));
  EXPECT_TRUE(has_line(printed, "linger.ms=7"));
  EXPECT_TRUE(has_line(printed, "partitioner=murmur2_random"));
  EXPECT_TRUE(has_line(printed, "delivery.timeout.ms=300000"));
}

TEST_F(TaskEventSender, PrintsNoSecret) {
  const Execution printed =
      run("--print-config --bootstrap-servers broker:1 -X sasl.password=hunter22");
  EXPECT_TRUE(has_line(printed, "sasl.password=[redacted]"));
  EXPECT_EQ(printed.output.find("hunter22"), std::string::npos);
}

// A file that names other brokers by the other name must not win over the command line.
TEST_F(TaskEventSender, LetsTheLastNameOfAPropertyWin) {
  const std::string config = "--print-config " + config_file("metadata.broker.list=file:1\n");
  EXPECT_TRUE(has_line(run(config), "bootstrap.servers=file:1"));
  EXPECT_TRUE(
      has_line(run(config + " --bootstrap-servers option:1"), "bootstrap.servers=option:1"));
  EXPECT_TRUE(has_line(run(config + " --bootstrap-servers option:1 -X metadata.broker.list=x:1"),
                       "bootstrap.servers=x:1"));
  EXPECT_TRUE(has_line(run("--print-config --bootstrap-servers b:1 -X queue.buffering.max.ms=1 "
                           "-X linger.ms=2"),
                       "linger.ms=2"));
}

TEST_F(TaskEventSender, StartsItsClusterToPrintTheConfigurationWithoutBrokers) {
  EXPECT_NE(run("--print-config").output.find("\nbootstrap.servers=127.0.0.1:"), std::string::npos);
}

}  // namespace
