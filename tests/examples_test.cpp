// How the programs of examples/ behave: their command lines, and what people see of them.

#include <gtest/gtest.h>

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

std::string name_of(const testing::TestParamInfo<const char*>& info) {
  return info.param;
}

const auto every_program =
    testing::Values("minimal_producer", "delivery_callback", "message_key", "poll_and_flush",
                    "common_errors", "silent_producer", "key_strategies", "error_handling",
                    "synchronous", "throughput", "task_event_sender");

INSTANTIATE_TEST_SUITE_P(Examples, Program, every_program, name_of);

TEST(TaskEventSender, RefusesEmptyValues) {
  for (const char* option : {"--topic", "--config", "--input"}) {
    const ExampleRun run = run_example(std::string("task_event_sender ") + option + " ''");
    EXPECT_EQ(run.exit_code, 2) << option;
    EXPECT_NE(run.output.find("Is a variable not set?"), std::string::npos) << run.output;
  }
}

}  // namespace
