#include "cluster.hpp"

#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "command_line.hpp"
#include "terminal.hpp"

Cluster::Cluster(const std::string& description, int argc, char** argv) {
  command_line::App app(description, std::filesystem::path(argv[0]).filename());
  start(app, argc, argv);
}

Cluster::Cluster(CLI::App& app, int argc, char** argv) {
  start(app, argc, argv);
}

void Cluster::create_topic(const std::string& name, int partitions) {
  if (embedded_) embedded_->create_topic(name, partitions);
}

void Cluster::start(CLI::App& app, int argc, char** argv) {
  terminal::set_up();
  command_line::add_bootstrap_servers(app, bootstrap_servers_);
  app.footer("Without --bootstrap-servers, the program starts an embedded cluster.");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::exit(command_line::exit_code(app, error));
  }
  if (!bootstrap_servers_.empty()) return;
  bootstrap_servers_ = embedded_.emplace().bootstrap_servers();
  std::cerr << "No --bootstrap-servers: using an embedded cluster at " << bootstrap_servers_
            << '\n';
}
