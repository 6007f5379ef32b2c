#pragma once

#include <string>
#include <vector>

#include "cluster.hpp"

namespace integration {

/// Connections that fail: what clients of a cluster's PROXIED listeners send and get passes through
/// here (https://github.com/Shopify/toxiproxy).
class Toxiproxy {
 public:
  explicit Toxiproxy(const Cluster& cluster);

  /// For clients that shall come through here.
  [[nodiscard]] std::string bootstrap_servers() const;

  enum class Direction { to_broker, to_client };
  /// Of all connections to the broker; a type and attributes of toxiproxy's, `latency=500`.
  void add(int broker, const std::string& type, const std::vector<std::string>& attributes,
           Direction direction = Direction::to_client) const;
  /// Takes back what add() has added.
  void remove(int broker) const;
  /// Closes all connections to the broker, and accepts none until reconnect().
  void cut(int broker) const;
  void reconnect(int broker) const;

 private:
  [[nodiscard]] bool command(std::vector<std::string> arguments) const;
  void toggle(int broker) const;

  const Cluster& cluster_;
  const ScratchDirectory directory_;
  const int port_;
  Process server_;
};

}  // namespace integration
