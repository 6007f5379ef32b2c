#include "service_process.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <iterator>
#include <stdexcept>
#include <utility>

namespace {

int connect_to(int port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval minute{.tv_sec = 60, .tv_usec = 0};
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &minute, sizeof minute);
  ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &minute, sizeof minute);
  const int buffer = 64 * 1024;
  ::setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
  ::setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(socket);
    throw std::runtime_error("nobody listens at port " + std::to_string(port));
  }
  return socket;
}

}  // namespace

ServiceProcess::ServiceProcess(std::vector<std::string> arguments, const std::string& first) {
  arguments.insert(arguments.begin(), {"sh", "-c", first + R"(; exec "$0" "$@")", SERVICE,
                                       "--listen", "127.0.0.1:0", "--health", "127.0.0.1:0"});
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);

  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  const int error = ::posix_spawn(&pid_, "/bin/sh", &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  output_ = ends[0];
  if (error != 0) throw std::runtime_error("cannot start " SERVICE);

  const auto port_in = [](const std::string& line) {
    const std::size_t colon = line.rfind(':');
    if (colon == std::string::npos) throw std::runtime_error("the service did not come up");
    return std::stoi(line.substr(colon + 1));
  };
  port_ = port_in(read_line());
  health_port_ = port_in(read_line());
}

ServiceProcess::~ServiceProcess() {
  if (!code_) {
    signal(SIGKILL);
    wait();
  }
  ::close(output_);
}

std::string ServiceProcess::read_line() {
  std::string line;
  char byte = 0;
  while (::read(output_, &byte, 1) == 1 && byte != '\n') line += byte;
  return line;
}

void ServiceProcess::signal(int number) const {
  ::kill(pid_, number);
}

int ServiceProcess::wait() {
  if (!code_) {
    int status = 0;
    ::waitpid(pid_, &status, 0);
    code_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }
  return *code_;
}

std::size_t ServiceProcess::descriptors() const {
  const std::filesystem::directory_iterator open("/proc/" + std::to_string(pid_) + "/fd");
  return static_cast<std::size_t>(std::distance(open, {}));
}

void ServiceProcess::allow_descriptors(int more) const {
  // The limit is one of their numbers, and a new one gets the lowest that is free.
  const std::string directory = "/proc/" + std::to_string(pid_) + "/fd/";
  rlim_t most = 0;
  for (int free = 0; free < more; ++most) {
    if (!std::filesystem::is_symlink(directory + std::to_string(most))) ++free;
  }
  const rlimit limit{.rlim_cur = most, .rlim_max = most};
  if (::prlimit(pid_, RLIMIT_NOFILE, &limit, nullptr) != 0) throw std::runtime_error("prlimit");
}

std::string ServiceProcess::get(std::string_view path) const {
  Connection connection(health_port_);
  connection.send("GET " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
  std::string answer;
  while (const auto line = connection.line()) answer += *line + '\n';
  return answer;
}

std::size_t ServiceProcess::health(std::string_view name) const {
  const std::string answer = get("/healthz");
  const std::string text = '\n' + std::string(name) + ": ";
  const std::size_t begin = answer.find(text);
  if (begin == std::string::npos) throw std::runtime_error("no " + text + " in " + answer);
  return std::stoul(answer.substr(begin + text.size()));
}

Connection::Connection(int port) : socket_(connect_to(port)) {}

Connection::~Connection() {
  if (socket_ >= 0) ::close(socket_);
}

bool Connection::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t size = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (size < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(size));
  }
  return true;
}

void Connection::end() const {
  ::shutdown(socket_, SHUT_WR);
}

void Connection::reset() {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  ::close(std::exchange(socket_, -1));
}

std::optional<std::string> Connection::line() {
  while (true) {
    const std::size_t end = received_.find('\n', begin_);
    if (end != std::string::npos) {
      std::string line = received_.substr(begin_, end - begin_);
      begin_ = end + 1;
      return line;
    }
    received_.erase(0, std::exchange(begin_, 0));
    char buffer[4096];
    const ssize_t size = ::recv(socket_, buffer, sizeof buffer, 0);
    ended_in_order_ = size == 0;
    if (size <= 0) return std::nullopt;
    received_.append(buffer, static_cast<std::size_t>(size));
  }
}

std::vector<std::string> Connection::lines(std::size_t most) {
  std::vector<std::string> lines;
  while (lines.size() < most) {
    auto next = line();
    if (!next) break;
    lines.push_back(*std::move(next));
  }
  return lines;
}
