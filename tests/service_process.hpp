#pragma once

/// The program examples/service as a child process, and connections to it.

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The destructor kills the process and waits for its end.
class ServiceProcess {
 public:
  /// Returns when it listens. Both ports are free ones. A shell runs the command `first` before it
  /// becomes the service. Throws std::runtime_error when the service does not come up.
  explicit ServiceProcess(std::vector<std::string> arguments, const std::string& first = ":");
  ServiceProcess(const ServiceProcess&) = delete;
  ServiceProcess& operator=(const ServiceProcess&) = delete;
  ~ServiceProcess();

  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] int health_port() const { return health_port_; }
  void signal(int number) const;
  /// Waits for its end; its exit code, or minus the number of the signal that killed it.
  int wait();
  /// How many descriptors the process has open.
  [[nodiscard]] std::size_t descriptors() const;
  /// From now on the process may open only `more` further descriptors.
  void allow_descriptors(int more) const;

  /// The answer to a request for the path at the port for health.
  [[nodiscard]] std::string get(std::string_view path) const;
  /// The number behind `name: ` in the answer to GET /healthz.
  [[nodiscard]] std::size_t health(std::string_view name) const;

 private:
  std::string read_line();

  pid_t pid_ = -1;
  std::optional<int> code_;
  int output_ = -1;
  int port_ = 0;
  int health_port_ = 0;
};

/// A client of the service, with small socket buffers. Calls that take longer than a minute fail.
class Connection {
 public:
  explicit Connection(int port);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  /// False when the connection has ended.
  bool send(std::string_view bytes) const;
  /// Closes the client's side: no more will be sent.
  void end() const;
  /// Breaks the connection at once.
  void reset();
  /// The next line without its LF, or std::nullopt at the end.
  std::optional<std::string> line();
  /// Whether line() has read the end of a connection that the service closed without losing a line.
  [[nodiscard]] bool ended_in_order() const { return ended_in_order_; }
  /// The next lines, up to the end or to `most`.
  std::vector<std::string> lines(std::size_t most = SIZE_MAX);

 private:
  int socket_;
  bool ended_in_order_ = false;
  std::string received_;
  std::size_t begin_ = 0;
};
