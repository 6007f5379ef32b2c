// The checks of properties: whatever the names and the values, a clear error without a secret.

#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <array>
#include <kafka/config.hpp>
#include <memory>

#include "detail/secrets.hpp"
#include "fuzz.hpp"
#include "producer/librdkafka_conf.hpp"

namespace {

constexpr std::string_view mark = "hunter2-hunter2";

/// Properties that load code, run it or read files.
bool is_dangerous(std::string_view name) {
  constexpr std::array<std::string_view, 7> parts = {
      "plugin", "location", "engine", "kinit", "providers", "file", "certificate.stores"};
  return std::any_of(parts.begin(), parts.end(), [&](std::string_view part) {
    return name.find(part) != std::string_view::npos;
  });
}

/// The properties that the input holds; what is secret has the mark in it, and nothing else has.
kafka::Config config_of(std::string_view text) {
  kafka::Config config;
  for (const auto& [name, value] : kafka::Config::parse(text).properties()) {
    if (is_dangerous(name) || (name + value).find(mark) != std::string::npos) continue;
    config.set(name, kafka::is_secret(name) ? value + std::string(mark) : value);
  }
  return config;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  kafka::Config config;
  try {
    config = config_of(fuzz::text_of(data, size));
  } catch (const kafka::Exception&) {
    return 0;  // config_fuzz looks at these
  }
  try {
    static_cast<void>(kafka::make_conf(config, kafka::Secrets(config)));
  } catch (const kafka::Exception& exception) {
    const kafka::Error& error = exception.error();
    fuzz::require(error == kafka::Errc::invalid_arg || error == kafka::Errc::not_implemented,
                  "the error's code", error.message());
    fuzz::require_printable(error);
    fuzz::require(error.message().find(mark) == std::string::npos, "no secret is shown",
                  error.message());
  }
  return 0;
}
