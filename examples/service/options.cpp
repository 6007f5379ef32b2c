#include "options.hpp"

#include <CLI/CLI.hpp>
#include <iostream>
#include <kafka/error.hpp>
#include <vector>

namespace {

constexpr const char* footer =
    "Every line that a client sends becomes a record, and gets one line in answer, in the order of "
    "the lines:\n"
    "  OK                                the record is in the log\n"
    "  ERROR NAME PERSISTENCE message    it failed; possibly_persisted: it may be in the log\n"
    "A line without an answer may be lost: send it again. On SIGTERM the service reads no more, "
    "and "
    "waits for outcomes\nuntil --drain-timeout. GET /healthz at the --health address tells how it "
    "is.\n\n"
    "Without --bootstrap-servers an embedded cluster is started.\n\n"
    "Examples:\n"
    "  service\n"
    "  service --bootstrap-servers localhost:9092 --topic task-created\n"
    "  printf 'one\\ntwo\\n' | nc -N 127.0.0.1 7070\n"
    "  curl http://127.0.0.1:7071/healthz\n\n"
    "Exit codes: 0 all that was accepted was delivered, 1 something was not, 2 wrong usage.";

/// NAME=VALUE, as kcat and Kafka's own tools take it.
void set_property(kafka::Config& config, const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    // The text is not quoted: it may be a password.
    throw CLI::ValidationError("-X", "takes NAME=VALUE, such as -X linger.ms=5");
  }
  config.set(text.substr(0, equals), text.substr(equals + 1));
}

}  // namespace

bool Options::embedded() const {
  return !config.contains("bootstrap.servers") && !config.contains("metadata.broker.list");
}

std::optional<Options> parse_options(int argc, char** argv, int& code) {
  Options options;
  std::string servers;
  std::string config_file;
  std::vector<std::string> properties;
  double drain_timeout = 10;
  constexpr double longest_timeout = 1e6;

  CLI::App app("Writes the lines that it receives over TCP to Apache Kafka.", "service");
  app.add_option("--bootstrap-servers", servers, "Brokers to connect to first")
      ->type_name("HOST:PORT,...");
  app.add_option("--topic", options.topic, "Topic to write to")->capture_default_str();
  app.add_option("--config", config_file, "File of properties, one name=value a line")
      ->type_name("FILE");
  app.add_option("-X", properties, "Property of librdkafka (repeatable); goes over --config")
      ->type_name("NAME=VALUE")
      ->take_all();
  app.add_option("--listen", options.listen, "Where clients connect; port 0 is any free one")
      ->type_name("ADDRESS:PORT")
      ->capture_default_str();
  app.add_option("--health", options.health, "Where GET /healthz is answered")
      ->type_name("ADDRESS:PORT")
      ->capture_default_str();
  app.add_option("--max-line", options.longest_line, "Longest line to take")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1'000'000'000}).description(""))
      ->type_name("BYTES")
      ->capture_default_str();
  app.add_option("--max-clients", options.most_clients, "How many may be connected; others wait")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1'000'000}).description(""))
      ->type_name("N")
      ->capture_default_str();
  app.add_option("--drain-timeout", drain_timeout, "How long to wait for outcomes after SIGTERM")
      ->check(CLI::Range(0.0, longest_timeout).description(""))
      ->type_name("SECONDS")
      ->capture_default_str();
  app.set_version_flag("--version", KAFKA_PRODUCER_VERSION);
  app.footer(footer);

  try {
    app.parse(argc, argv);
    // Retries neither change the order nor make duplicates.
    options.config = {{"client.id", "line-service"},
                      {"enable.idempotence", "true"},
                      // Errors are printed as the producer reports them.
                      {"log_level", "0"}};
    if (!config_file.empty()) options.config.merge(kafka::Config::from_file(config_file));
    if (!servers.empty()) options.config.set("bootstrap.servers", servers);
    for (const std::string& property : properties) set_property(options.config, property);
    options.drain_timeout =
        std::chrono::milliseconds(static_cast<std::int64_t>(drain_timeout * 1000));
    return options;
  } catch (const CLI::ParseError& error) {
    code = app.exit(error) == 0 ? exit_code::all_delivered : exit_code::usage;
  } catch (const kafka::Exception& exception) {
    std::cerr << exception.what() << '\n';
    code = exit_code::usage;
  }
  return std::nullopt;
}
