#pragma once

/// The program examples/service as a child process, and connections to it.

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Killed and waited for when it is destroyed.
class ServiceProcess {
 public:
  /// Returns when it listens. Both ports are free ones. Throws std::runtime_error when it does not
  /// come up.
  explicit ServiceProcess(std::vector<std::string> arguments);
  ServiceProcess(const ServiceProcess&) = delete;
  ServiceProcess& operator=(const ServiceProcess&) = delete;
  ~ServiceProcess();

  [[nodiscard]] int port() const { return port_; }
  void signal(int number) const;
  /// Waits for its end; its exit code, or minus the number of the signal that killed it.
  int wait();
  /// From now on it may open so many descriptors more than it has.
  void allow_descriptors(int more) const;

  /// The answer to a request for the path at the port for health.
  [[nodiscard]] std::string get(std::string_view path) const;
  /// Of GET /healthz, the number behind `name: `.
  [[nodiscard]] std::size_t health(std::string_view name) const;

 private:
  std::string read_line();

  pid_t pid_ = -1;
  std::optional<int> code_;
  int output_ = -1;
  int port_ = 0;
  int health_port_ = 0;
};

/// A client of the service. What takes longer than a minute fails.
class Connection {
 public:
  explicit Connection(int port);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  /// False when the connection has ended.
  bool send(std::string_view bytes) const;
  /// No more will be sent.
  void end() const;
  /// Goes away without waiting for anything.
  void reset();
  /// The next line without its LF, or std::nullopt at the end.
  std::optional<std::string> line();
  /// Whether the end that was read is one that the service has made in order: no line was lost.
  [[nodiscard]] bool ended_in_order() const { return ended_in_order_; }
  /// So many lines, or all that there are until the end.
  std::vector<std::string> lines(std::size_t most = SIZE_MAX);

 private:
  int socket_;
  bool ended_in_order_ = false;
  std::string received_;
  std::size_t begin_ = 0;
};
