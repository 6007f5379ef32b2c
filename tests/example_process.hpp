#pragma once

/// Runs the programs of examples/.

#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <stdexcept>
#include <string>

struct ExampleRun {
  std::string output;  // standard output and standard error
  int exit_code = -1;  // -1 after a signal
};

/// Runs a shell command. Its standard error goes where its standard output goes.
inline ExampleRun run_command(const std::string& command) {
  FILE* pipe = ::popen(("exec 2>&1; " + command).c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("cannot run " + command);
  ExampleRun run;
  char buffer[4096];
  for (std::size_t size = 0; (size = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) {
    run.output.append(buffer, size);
  }
  const int status = ::pclose(pipe);
  if (WIFEXITED(status)) run.exit_code = WEXITSTATUS(status);
  return run;
}

/// Runs a shell command on a terminal with 80 columns.
inline ExampleRun run_on_terminal(const std::string& command) {
  winsize size{};
  size.ws_row = 24;
  size.ws_col = 80;
  int terminal = -1;
  const pid_t child = ::forkpty(&terminal, nullptr, nullptr, &size);
  if (child < 0) throw std::runtime_error("no terminal");
  if (child == 0) {
    ::execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
    ::_exit(127);
  }
  ExampleRun run;
  char buffer[4096];
  // When the command has ended, reading fails.
  for (ssize_t length = 0; (length = ::read(terminal, buffer, sizeof buffer)) > 0;) {
    run.output.append(buffer, static_cast<std::size_t>(length));
  }
  ::close(terminal);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (WIFEXITED(status)) run.exit_code = WEXITSTATUS(status);
  return run;
}

/// The path of a built program.
inline std::string example(const std::string& name) {
  return (std::filesystem::path(EXAMPLE_PROGRAMS) / name).string();
}

inline ExampleRun run_example(const std::string& name_and_arguments) {
  return run_command(example(name_and_arguments));
}
