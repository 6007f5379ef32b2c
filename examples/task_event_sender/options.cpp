#include "options.hpp"

#include <iostream>
#include <kafka/error.hpp>
#include <optional>
#include <vector>

#include "command_line.hpp"

namespace {

constexpr const char* footer =
    R"(An event is a JSON object: {"id": "task-001", "title": "Buy groceries",
"created_at": "2026-11-25T14:04:47Z"}. It may also have type, user_id and
project_id. --key-by user needs user_id, and --key-by project needs project_id.

Without --bootstrap-servers, the sender starts an embedded cluster and reads
back the events at the end.

Examples:
  task_event_sender
  task_event_sender --bootstrap-servers localhost:9092
  task_event_sender --input events.jsonl --key-by user -X compression.type=lz4
  task_event_sender --count 100000 -X linger.ms=5

Exit codes:
  0    all events were delivered
  1    some events were not delivered, or the output could not be written
  2    wrong usage
  130  Ctrl-C)";

/// Sets NAME=VALUE, the form that kcat and Kafka's own tools use.
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
  return !config.contains("bootstrap.servers");
}

std::optional<Options> parse_options(int argc, char** argv, int& code) {
  Options options;
  std::string servers;
  std::optional<std::string> config_file;
  std::vector<std::string> properties;
  std::string key_by = "task";
  double flush_timeout = 10;
  // Longer than any wait, and within the range of the clock.
  constexpr double longest_timeout = 1e9;

  command_line::App app("Sends task events to Apache Kafka and reports the outcome of each.",
                        "task_event_sender");
  command_line::add_bootstrap_servers(app, servers);
  app.add_option("--topic", options.topic, "Topic to send to")
      ->check(command_line::not_empty())
      ->capture_default_str();
  app.add_option("--config", config_file, "File of properties, one name=value per line")
      ->check(command_line::not_empty())
      ->type_name("FILE");
  app.add_option("-X", properties, "Property of librdkafka, overrides --config; can be repeated")
      ->type_name("NAME=VALUE")
      ->take_all();
  CLI::Option* input =
      app.add_option("--input", options.input,
                     "Events to send, one JSON object per line; - is standard input")
          ->check(command_line::not_empty())
          ->type_name("FILE");
  app.add_option("--count", options.count,
                 "Number of events to generate and send, instead of --input")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000'000'000}).description(""))
      ->type_name("N")
      ->excludes(input);
  app.add_option("--key-by", key_by, "Entity whose id is the key")
      ->check(CLI::IsMember({"task", "user", "project"}).description(""))
      ->type_name("task|user|project")
      ->capture_default_str();
  app.add_option("--flush-timeout", flush_timeout, "How long to wait for deliveries at the end")
      ->check(CLI::Range(0.0, longest_timeout).description(""))
      ->type_name("SECONDS")
      ->capture_default_str();
  app.add_flag("--print-config", options.print_config,
               "Print every property in force, without secrets, and exit");
  app.footer(footer);

  try {
    app.parse(argc, argv);
    // Keys land on the same partitions as with Kafka's Java clients.
    options.config = {{"client.id", "task-api-producer"},
                      {"partitioner", "murmur2_random"},
                      // Errors are printed as the producer reports them.
                      {"log_level", "0"}};
    if (config_file) options.config.merge(kafka::Config::from_file(*config_file));
    if (!servers.empty()) options.config.set("bootstrap.servers", servers);
    for (const std::string& property : properties) set_property(options.config, property);
    if (key_by == "user") options.key_by = kafka::KeyBy::user;
    if (key_by == "project") options.key_by = kafka::KeyBy::project;
    options.flush_timeout =
        std::chrono::milliseconds(static_cast<std::int64_t>(flush_timeout * 1000));
    return options;
  } catch (const CLI::ParseError& error) {
    code = command_line::exit_code(app, error);
  } catch (const kafka::Exception& exception) {
    std::cerr << exception.what() << '\n';
    code = exit_code::usage;
  }
  return std::nullopt;
}
