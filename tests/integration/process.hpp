#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace integration {

/// A program that runs beside the test. The kernel kills it when the thread that started it ends,
/// however it ends, so that nothing outlives a test that is killed itself.
class Process {
 public:
  /// Standard output and error both go to the end of the file.
  Process(const std::vector<std::string>& command, const std::filesystem::path& output);
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  /// Kills it.
  ~Process();

  void send_signal(int signal) const;
  [[nodiscard]] bool running();
  /// Waits for its end. Throws std::runtime_error when it does not come within a minute.
  void wait();

 private:
  const std::string name_;
  pid_t pid_;
};

/// What a program wrote that has run to its end.
struct Finished {
  int exit_code;
  std::string output;
  std::string errors;
};

/// Runs the program. Throws std::runtime_error when it takes more than two minutes.
Finished run(const std::vector<std::string>& command);

/// A directory that is empty at first. It is removed in the end, or, when a test has failed, by the
/// next run.
class ScratchDirectory {
 public:
  explicit ScratchDirectory(const std::string& name);
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;
  ~ScratchDirectory();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

void write_file(const std::filesystem::path& path, const std::string& text);
std::string read_file(const std::filesystem::path& path);
/// The last lines of a log, for an error's text.
std::string tail(const std::string& text);

/// A TCP port of 127.0.0.1 that nobody listens on, and that the kernel gives to no client either: a
/// broker that is down finds it free when it comes back.
int free_port();

}  // namespace integration
