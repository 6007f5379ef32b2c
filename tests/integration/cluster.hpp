#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "process.hpp"
#include "wait.hpp"

namespace integration {

inline constexpr const char* kafka_version = "4.3.1";

/// The command that runs the class with Apache Kafka's jars.
std::vector<std::string> java(const std::string& class_name,
                              const std::vector<std::string>& arguments,
                              const std::string& version = kafka_version);

/// Brokers of Apache Kafka on 127.0.0.1, numbered from 1. They are killed with the cluster, and
/// with the thread that has started them.
class Cluster {
 public:
  using Properties = std::map<std::string, std::string>;

  struct Options {
    int brokers = 1;
    /// So many of the brokers vote on who leads; with 1, brokers may be down and the rest goes on.
    int controllers = 1;
    std::string version = kafka_version;
    /// Beside PLAINTEXT, each with a port of its own: the listener's name and its protocol.
    Properties listeners = {};
    /// Of every broker, over what the cluster sets itself.
    Properties properties = {};
    /// For the tool that formats the log directory.
    std::vector<std::string> format_arguments = {};
    /// Adds the listener PROXIED, whose clients are told to come to proxy_port() instead.
    bool proxied = false;
  };

  /// Returns when all brokers answer.
  explicit Cluster(Options options);
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;
  ~Cluster();

  [[nodiscard]] int size() const { return options_.brokers; }
  /// Of all brokers.
  [[nodiscard]] std::string bootstrap_servers() const;
  [[nodiscard]] int port(int broker, const std::string& listener = "PLAINTEXT") const;
  [[nodiscard]] int proxy_port(int broker) const;

  void start(int broker);
  /// As the operating system stops a service, with SIGTERM.
  void stop(int broker);
  /// With SIGKILL.
  void kill(int broker);
  void freeze(int broker);
  void thaw(int broker);
  /// Until every broker is there, and every replica of every partition is in sync.
  void wait_until_healthy() const;

  void create_topic(const std::string& topic, int partitions = 1, const Properties& config = {});
  void delete_topic(const std::string& topic);
  /// The broker that leads the partition, once there is one that is neither down nor frozen.
  [[nodiscard]] int leader(const std::string& topic, int partition = 0) const;
  /// The offset of the partition's oldest record: above 0 once records have been deleted.
  [[nodiscard]] std::int64_t start_offset(const std::string& topic, int partition) const;
  /// The offset that the partition's next record gets.
  [[nodiscard]] std::int64_t end_offset(const std::string& topic, int partition) const;
  [[nodiscard]] int partitions(const std::string& topic) const;

  /// Where the broker keeps a partition's segments.
  [[nodiscard]] std::filesystem::path log_directory(const std::string& topic, int partition,
                                                    int broker) const;

 private:
  struct Node;
  struct Offsets;

  [[nodiscard]] Node& node(int broker) const;
  void configure(Node& node);
  [[nodiscard]] Offsets offsets(const std::string& topic, int partition) const;
  [[nodiscard]] std::string voters() const;
  [[nodiscard]] std::string responsive_servers() const;

  const Options options_;
  ScratchDirectory directory_;
  std::vector<std::unique_ptr<Node>> nodes_;
};

}  // namespace integration
