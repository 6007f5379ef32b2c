#include "toxiproxy.hpp"

#include <stdexcept>

namespace integration {
namespace {

std::string at_port(int port) {
  return "127.0.0.1:" + std::to_string(port);
}

std::string program(const std::string& name) {
  return KAFKA_DIRECTORY "/toxiproxy/" + name;
}

void require(bool condition, const std::string& what) {
  if (!condition) throw std::runtime_error("toxiproxy: " + what);
}

}  // namespace

Toxiproxy::Toxiproxy(const Cluster& cluster)
    : cluster_(cluster),
      directory_("toxiproxy"),
      port_(free_port()),
      server_({program("server"), "-host", "127.0.0.1", "-port", std::to_string(port_)},
              directory_.path() / "server.txt") {
  require(eventually([this] { return command({"list"}); }), "does not start");
  for (int broker = 1; broker <= cluster.size(); ++broker) {
    require(command({"create", "--listen", at_port(cluster.proxy_port(broker)), "--upstream",
                     at_port(cluster.port(broker, "PROXIED")), std::to_string(broker)}),
            "no proxy for broker " + std::to_string(broker));
  }
}

std::string Toxiproxy::bootstrap_servers() const {
  std::string text;
  for (int broker = 1; broker <= cluster_.size(); ++broker) {
    text += (broker > 1 ? "," : "") + at_port(cluster_.proxy_port(broker));
  }
  return text;
}

bool Toxiproxy::command(std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin(), {program("cli"), "--host", "http://" + at_port(port_)});
  return run(arguments).exit_code == 0;
}

void Toxiproxy::add(int broker, const std::string& type, const std::vector<std::string>& attributes,
                    Direction direction) const {
  std::vector<std::string> arguments{
      "toxic",       "add",  direction == Direction::to_client ? "--downstream" : "--upstream",
      "--toxicName", "only", "--type",
      type};
  for (const std::string& attribute : attributes) {
    arguments.insert(arguments.end(), {"--attribute", attribute});
  }
  arguments.push_back(std::to_string(broker));
  require(command(arguments), "does not add " + type);
}

void Toxiproxy::remove(int broker) const {
  require(command({"toxic", "remove", "--toxicName", "only", std::to_string(broker)}),
          "does not remove what was added");
}

void Toxiproxy::cut(int broker) const {
  toggle(broker);
}

void Toxiproxy::reconnect(int broker) const {
  toggle(broker);
}

void Toxiproxy::toggle(int broker) const {
  require(command({"toggle", std::to_string(broker)}), "does not toggle");
}

}  // namespace integration
