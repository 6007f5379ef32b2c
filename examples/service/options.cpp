#include "options.hpp"

#include <CLI/CLI.hpp>
#include <iostream>
#include <kafka/error.hpp>
#include <vector>

namespace {

constexpr const char* footer =
    R"(Every line that a client sends becomes a record. The service answers each line with one line, in the same order:
  OK                                the record is in the log
  ERROR NAME PERSISTENCE message    it failed; possibly_persisted: it may be in the log
A line that gets no answer may be lost: send it again.

Clients have to take their answers. The service reads no more lines from a client that has answers to take, or 1000
lines without an answer. It closes a connection that for --idle-timeout neither completes a line nor takes its answers.
A client that waits for an answer is not idle. Memory is bounded by about --max-line for each client, and by
queue.buffering.max.kbytes for the producer's queue.

On SIGTERM the service stops reading, and waits for outcomes until --drain-timeout. At the --health address, GET /healthz
has status 503 when the service should be replaced, and GET /readyz when clients should go elsewhere: while --max-clients
are connected, and after SIGTERM.

Without --bootstrap-servers the service starts an embedded cluster.

Examples:
  service
  service --bootstrap-servers localhost:9092 --topic task-created
  printf 'one\ntwo\n' | nc -N 127.0.0.1 7070
  curl http://127.0.0.1:7071/healthz

Exit codes: 0 all accepted lines were delivered, 1 some were not, 2 wrong usage.)";

std::chrono::milliseconds milliseconds(double seconds) {
  return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

/// Takes NAME=VALUE, as kcat and Kafka's own tools do.
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
  double idle_timeout = 60;
  double drain_timeout = 10;
  constexpr double longest_timeout = 1e6;

  CLI::App app("Receives lines over TCP and writes them to Apache Kafka.", "service");
  app.add_option("--bootstrap-servers", servers, "Brokers to connect to first")
      ->type_name("HOST:PORT,...");
  app.add_option("--topic", options.topic, "Topic to write to")->capture_default_str();
  app.add_option("--config", config_file, "File of properties, one name=value a line")
      ->type_name("FILE");
  app.add_option("-X", properties, "Property of librdkafka (repeatable); overrides --config")
      ->type_name("NAME=VALUE")
      ->take_all();
  app.add_option("--listen", options.listen, "Address for clients; port 0 takes a free one")
      ->type_name("ADDRESS:PORT")
      ->capture_default_str();
  app.add_option("--health", options.health, "Address for GET /healthz and GET /readyz")
      ->type_name("ADDRESS:PORT")
      ->capture_default_str();
  app.add_option("--max-line", options.longest_line, "Longest line to accept")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1'000'000'000}).description(""))
      ->type_name("BYTES")
      ->capture_default_str();
  app.add_option("--max-clients", options.most_clients,
                 "Most clients at once; others wait until one leaves")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1'000'000}).description(""))
      ->type_name("N")
      ->capture_default_str();
  app.add_option("--idle-timeout", idle_timeout, "When to close the connection of an idle client")
      ->check(CLI::Range(1.0, longest_timeout).description(""))
      ->type_name("SECONDS")
      ->capture_default_str();
  app.add_option("--drain-timeout", drain_timeout, "How long to wait for outcomes after SIGTERM")
      ->check(CLI::Range(0.0, longest_timeout).description(""))
      ->type_name("SECONDS")
      ->capture_default_str();
  app.set_version_flag("--version", KAFKA_PRODUCER_VERSION);
  app.footer(footer);

  try {
    app.parse(argc, argv);
    // With idempotence, retries keep the order and make no duplicates.
    options.config = {{"client.id", "line-service"},
                      {"enable.idempotence", "true"},
                      // The service prints errors itself.
                      {"log_level", "0"}};
    if (!config_file.empty()) options.config.merge(kafka::Config::from_file(config_file));
    if (!servers.empty()) options.config.set("bootstrap.servers", servers);
    for (const std::string& property : properties) set_property(options.config, property);
    options.idle_timeout = milliseconds(idle_timeout);
    options.drain_timeout = milliseconds(drain_timeout);
    return options;
  } catch (const CLI::ParseError& error) {
    code = app.exit(error) == 0 ? exit_code::all_delivered : exit_code::usage;
  } catch (const kafka::Exception& exception) {
    std::cerr << exception.what() << '\n';
    code = exit_code::usage;
  }
  return std::nullopt;
}
