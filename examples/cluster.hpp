#pragma once

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <kafka/mock_cluster.hpp>
#include <optional>
#include <string>

/// The cluster that an example talks to: the one of `--bootstrap-servers`, or else an embedded one
/// that lives as long as this object.
class Cluster {
 public:
  /// Reads the command line, and ends the program after `--help` and after wrong usage.
  Cluster(const std::string& description, int argc, char** argv) {
    CLI::App app(description);
    start(app, argc, argv);
  }
  /// The same for a program with options of its own.
  Cluster(CLI::App& app, int argc, char** argv) { start(app, argc, argv); }

  [[nodiscard]] const std::string& bootstrap_servers() const { return bootstrap_servers_; }

  /// Makes a topic of the embedded cluster; those of a real one are its administrator's.
  void create_topic(const std::string& name, int partitions) {
    if (embedded_) embedded_->create_topic(name, partitions);
  }

  /// For the examples that cause faults; null when the cluster is a real one.
  [[nodiscard]] kafka::MockCluster* embedded() { return embedded_ ? &*embedded_ : nullptr; }

 private:
  void start(CLI::App& app, int argc, char** argv) {
    app.name(std::filesystem::path(argv[0]).filename());
    app.add_option("--bootstrap-servers", bootstrap_servers_, "Brokers to connect to first")
        ->type_name("HOST:PORT,...");
    app.footer("Without --bootstrap-servers an embedded cluster is started.");
    try {
      app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      constexpr int usage_error = 2;
      std::exit(app.exit(error) == 0 ? EXIT_SUCCESS : usage_error);
    }
    if (!bootstrap_servers_.empty()) return;
    bootstrap_servers_ = embedded_.emplace().bootstrap_servers();
    std::cerr << "No --bootstrap-servers: using an embedded cluster at " << bootstrap_servers_
              << '\n';
  }

  std::string bootstrap_servers_;
  std::optional<kafka::MockCluster> embedded_;
};
