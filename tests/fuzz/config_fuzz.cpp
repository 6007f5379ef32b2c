// The reader of configuration files: what it accepts survives being written, as
// java.util.Properties.store() does it, and read again; and printing it shows no secret.

#include <kafka/config.hpp>
#include <sstream>

#include "detail/secrets.hpp"
#include "fuzz.hpp"

namespace {

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '\t':
        result += "\\t";
        break;
      case '\n':
        result += "\\n";
        break;
      case '\r':
        result += "\\r";
        break;
      case '\f':
        result += "\\f";
        break;
      case ' ':
      case '\\':
      case '=':
      case ':':
      case '#':
      case '!':
        result += '\\';
        [[fallthrough]];
      default:
        result += c;
    }
  }
  return result;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  kafka::Config config;
  try {
    config = kafka::Config::parse(fuzz::text_of(data, size), "input");
  } catch (const kafka::Exception& exception) {
    fuzz::require(exception.error() == kafka::Errc::invalid_arg, "the error's code");
    fuzz::require(exception.error().message().starts_with("input, line "), "it names the line");
    fuzz::require_printable(exception.error());
    return 0;
  }

  std::string stored = "# a comment, so that a byte order mark in the first name is one of it\n";
  std::string expected;
  for (const auto& [name, value] : config.properties()) {
    stored += escaped(name) + "=" + escaped(value) + "\n";
    expected += kafka::printable(name) + "=";
    expected += kafka::is_secret(name) ? "[redacted]"
                                       : kafka::printable(kafka::Secrets(config).redact(value));
    expected += "\n";
  }
  fuzz::require(kafka::Config::parse(stored) == config, "what is written is read", stored);

  std::ostringstream printed;
  printed << config;
  fuzz::require(printed.str() == expected, "secrets are not printed", printed.str());
  return 0;
}
