#include "command_line.hpp"

namespace command_line {

CLI::Validator not_empty() {
  const auto check = [](const std::string& text) -> std::string {
    if (text.find_first_not_of(" \t,") != std::string::npos) return {};
    return "The value is empty. Is a variable not set?";
  };
  return {check, ""};
}

void add_bootstrap_servers(CLI::App& app, std::string& servers) {
  app.add_option("--bootstrap-servers", servers, "Brokers to connect to first")
      ->check(not_empty())
      ->type_name("HOST:PORT,...");
}

int exit_code(const CLI::App& app, const CLI::ParseError& error) {
  return app.exit(error) == 0 ? 0 : usage_error;
}

}  // namespace command_line
