#pragma once

#include <CLI/CLI.hpp>
#include <string>

/// What the command lines of the programs have in common.
namespace command_line {

/// The exit code after wrong usage.
inline constexpr int usage_error = 2;

/// A command line whose help fits 80 columns. --version is added.
class App : public CLI::App {
 public:
  App(const std::string& description, const std::string& name);
};

/// Refuses an empty value, which usually comes from a variable that is not set.
CLI::Validator not_empty();

/// Adds `--bootstrap-servers`. It must not be empty.
void add_bootstrap_servers(CLI::App& app, std::string& servers);

/// Prints the help or the error that ended the parsing. Returns the program's exit code.
int exit_code(const CLI::App& app, const CLI::ParseError& error);

}  // namespace command_line
