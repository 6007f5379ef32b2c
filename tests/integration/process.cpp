#include "process.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <random>
#include <sstream>
#include <stdexcept>
#include <system_error>

#include "wait.hpp"

namespace integration {
namespace {

/// In the new process: what it calls must be safe after a fork of many threads.
[[noreturn]] void execute(char* const* arguments, int output, int errors, pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);  // it has died before the kernel was told
  ::dup2(::open("/dev/null", O_RDONLY), STDIN_FILENO);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(errors, STDERR_FILENO);
  // The sockets of the test's clients among them, which would stay open for as long as this runs.
  ::close_range(3, ~0U, 0);
  ::execvp(arguments[0], arguments);
  ::_exit(127);
}

pid_t spawn(const std::vector<std::string>& command, int output, int errors) {
  std::vector<char*> arguments;
  for (const std::string& argument : command) {
    arguments.push_back(const_cast<char*>(argument.c_str()));
  }
  arguments.push_back(nullptr);
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (pid == 0) execute(arguments.data(), output, errors, parent);
  return pid;
}

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

/// That has no name, and is gone when it is closed.
File temporary_file() {
  File file(std::tmpfile(), std::fclose);
  if (file == nullptr) throw std::system_error(errno, std::generic_category(), "tmpfile");
  return file;
}

/// What another process has written to it.
std::string contents(std::FILE* file) {
  std::string text;
  std::rewind(file);
  char buffer[1 << 16];
  while (const std::size_t size = std::fread(buffer, 1, sizeof buffer, file)) {
    text.append(buffer, size);
  }
  return text;
}

/// The exit code, or 128 and the signal, as shells do; nothing while it runs.
std::optional<int> outcome(pid_t pid) {
  int status = 0;
  if (::waitpid(pid, &status, WNOHANG) != pid) return std::nullopt;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/// `NAME-PID` of a test that was killed, and could not remove it.
bool is_left_over(const std::filesystem::path& path) {
  const std::string name = path.filename();
  const int pid = std::atoi(name.substr(name.rfind('-') + 1).c_str());
  return pid > 0 && ::kill(pid, 0) != 0;
}

}  // namespace

Process::Process(const std::vector<std::string>& command, const std::filesystem::path& output)
    : name_(command.front()) {
  const File file(std::fopen(output.c_str(), "ae"), std::fclose);
  if (file == nullptr) throw std::system_error(errno, std::generic_category(), output);
  pid_ = spawn(command, ::fileno(file.get()), ::fileno(file.get()));
}

Process::~Process() {
  if (!running()) return;
  send_signal(SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void Process::send_signal(int signal) const {
  if (pid_ > 0) ::kill(pid_, signal);
}

bool Process::running() {
  if (pid_ > 0 && outcome(pid_)) pid_ = 0;
  return pid_ > 0;
}

void Process::wait() {
  if (!eventually([this] { return !running(); })) {
    throw std::runtime_error(name_ + " does not end");
  }
}

Finished run(const std::vector<std::string>& command) {
  const File output = temporary_file();
  const File errors = temporary_file();
  std::optional<int> code;
  const pid_t pid = spawn(command, ::fileno(output.get()), ::fileno(errors.get()));
  if (!eventually([&] { return (code = outcome(pid)).has_value(); }, 2 * patience)) {
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    throw std::runtime_error(command.front() + " does not end:\n" + contents(errors.get()));
  }
  return {*code, contents(output.get()), contents(errors.get())};
}

ScratchDirectory::ScratchDirectory(const std::string& name) {
  static int count = 0;
  const auto parent = std::filesystem::path(SCRATCH_DIRECTORY);
  std::filesystem::create_directories(parent);
  for (const auto& entry : std::filesystem::directory_iterator(parent)) {
    std::error_code gone_meanwhile;
    if (is_left_over(entry)) std::filesystem::remove_all(entry, gone_meanwhile);
  }
  path_ = parent / (name + "-" + std::to_string(++count) + "-" + std::to_string(::getpid()));
  std::filesystem::create_directory(path_);
}

ScratchDirectory::~ScratchDirectory() {
  if (testing::UnitTest::GetInstance()->Failed()) {
    std::cout << "Kept until the next run: " << path_ << '\n';
    return;
  }
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void write_file(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

std::string read_file(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

std::string tail(const std::string& text) {
  constexpr std::size_t most = 3000;
  return text.size() <= most ? text : text.substr(text.size() - most);
}

int free_port() {
  // Below what the kernel takes for outgoing connections (32768 and up).
  static std::mt19937 random(std::random_device{}());
  std::uniform_int_distribution<int> ports(15'000, 32'000);
  while (true) {
    const int port = ports(random);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const bool is_free =
        ::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    ::close(socket);
    if (is_free) return port;
  }
}

}  // namespace integration
