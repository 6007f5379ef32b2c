#pragma once

#include <kafka/mock_cluster.hpp>
#include <map>
#include <optional>
#include <string>

namespace CLI {
class App;
}

/// The cluster that a program sends to: the one of `--bootstrap-servers`, or else an embedded one
/// that lives as long as this object.
class Cluster {
 public:
  /// Parses the command line. Ends the program after `--help`, after wrong usage, and when no
  /// broker is reachable.
  Cluster(const std::string& description, int argc, char** argv);
  /// The same for a program with options of its own.
  Cluster(CLI::App& app, int argc, char** argv);

  [[nodiscard]] const std::string& bootstrap_servers() const { return bootstrap_servers_; }

  /// Creates the topic in an embedded cluster. Ends the program when a real cluster does not have
  /// the topic, and prints the command that creates it.
  void need_topic(const std::string& name, int partitions);

  /// For programs that inject faults. Null when the cluster is a real one.
  [[nodiscard]] kafka::MockCluster* embedded() { return embedded_ ? &*embedded_ : nullptr; }

 private:
  void start(CLI::App& app, int argc, char** argv);

  std::string bootstrap_servers_;
  std::optional<kafka::MockCluster> embedded_;
  /// The topics of a real cluster, with their numbers of partitions.
  std::map<std::string, int> topics_;
};
