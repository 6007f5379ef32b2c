// The way from a configuration to a producer: whatever the names and the values, either a clear
// error without a secret, or a producer that librdkafka has made of exactly this configuration.

#include <netdb.h>

#include <algorithm>
#include <array>
#include <kafka/producer.hpp>
#include <mutex>

#include "detail/secrets.hpp"
#include "fuzz.hpp"
#include "producer/librdkafka_conf.hpp"

// librdkafka calls this one. It keeps the target from connecting to the hosts that the fuzzer
// invents.
extern "C" int getaddrinfo(const char*, const char*, const addrinfo*, addrinfo**) {
  return EAI_NONAME;
}

namespace {

constexpr std::string_view mark = "hunter2-hunter2";

/// Properties that load code, run it, read files or set signal handlers.
bool is_dangerous(std::string_view name) {
  constexpr std::array<std::string_view, 9> parts = {
      "plugin", "location",           "engine", "kerberos", "providers",
      "file",   "certificate.stores", "signal", "url"};
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

/// Lines of librdkafka's log about properties that it ignores.
class Warnings {
 public:
  void see(std::string_view line) {
    if (line.find("parse error") == std::string_view::npos &&
        line.find("No `bootstrap.servers` configured") == std::string_view::npos) {
      return;
    }
    const std::lock_guard lock(mutex_);
    seen_ += line;
  }

  [[nodiscard]] std::string seen() const {
    const std::lock_guard lock(mutex_);
    return seen_;
  }

 private:
  mutable std::mutex mutex_;
  std::string seen_;
};

void check_producer(kafka::Producer& producer, const kafka::Config& config) {
  const kafka::Config effective = producer.effective_config();
  for (const auto* name : {"bootstrap.servers", "client.id", "acks", "client.software.name"}) {
    fuzz::require(effective.contains(name), "a property is in force", name);
  }
  fuzz::require(effective.get("statistics.interval.ms") == "0", "nothing receives statistics");
  if (const auto id = config.get("client.id")) {
    fuzz::require(id->ends_with(*effective.get("client.id")), "the client.id is in force", *id);
  }
  // What is in force can be set again, and is the same then.
  const kafka::Conf again = kafka::make_conf(effective, kafka::Secrets(effective));
  fuzz::require(kafka::read_conf(again.get()) == effective, "the same is in force again");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  kafka::Config config;
  try {
    config = config_of(fuzz::text_of(data, size));
  } catch (const kafka::Exception&) {
    return 0;  // config_fuzz looks at these
  }
  Warnings warnings;
  try {
    kafka::Producer producer(config, {.on_log = [&](int, std::string_view, std::string_view line) {
                               warnings.see(line);
                             }});
    check_producer(producer, config);
    producer.close(std::chrono::milliseconds(0));
  } catch (const kafka::Exception& exception) {
    const kafka::Error& error = exception.error();
    fuzz::require(error == kafka::Errc::invalid_arg || error == kafka::Errc::not_implemented,
                  "the error's code", error.message());
    fuzz::require_printable(error);
    fuzz::require(error.message().find(mark) == std::string::npos, "no secret is shown",
                  error.message());
  }
  fuzz::require(warnings.seen().empty(), "librdkafka ignores nothing", warnings.seen());
  return 0;
}
