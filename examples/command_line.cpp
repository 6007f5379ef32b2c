#include "command_line.hpp"

#include <memory>

#include "terminal.hpp"

namespace command_line {
namespace {

/// Prints an option's name, its argument's name, its description and its default.
class HelpFormatter : public CLI::Formatter {
 public:
  std::string make_usage(const CLI::App*, std::string name) const override {
    return "Usage: " + name + " [OPTION]...\n";
  }

  std::string make_option(const CLI::Option* option, bool) const override {
    constexpr std::size_t width = 80;
    constexpr std::size_t column = 24;
    std::string names = "  " + option->get_name(false, true);
    if (const std::size_t comma = names.find(','); comma != std::string::npos) {
      names.insert(comma + 1, " ");
    }
    if (const std::string argument = option->get_type_name(); !argument.empty()) {
      names += ' ' + argument;
    }
    std::string description = option->get_description();
    if (const std::string value = option->get_default_str(); !value.empty()) {
      description += " (default: " + value + ")";
    }
    // A long name has a line of its own.
    const std::string indent(column, ' ');
    if (names.size() + 2 > column) {
      names += '\n' + indent;
    } else {
      names.resize(column, ' ');
    }
    std::string text = terminal::wrapped(description, width - column, 0);
    for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos;) {
      text.insert(++at, indent);
    }
    return names + text + '\n';
  }
};

}  // namespace

App::App(const std::string& description, const std::string& name) : CLI::App(description, name) {
  formatter(std::make_shared<HelpFormatter>());
  set_help_flag("-h,--help", "Print this help and exit");
  set_version_flag("--version", KAFKA_PRODUCER_VERSION, "Print the version and exit");
}

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
