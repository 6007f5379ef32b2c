#include "tools.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <string_view>

namespace integration {
namespace {

// What the console consumer puts between things; no test's data holds it.
constexpr std::string_view between_fields = "<|>";
constexpr std::string_view between_headers = "<,>";
constexpr std::string_view null = "<null>";
constexpr std::string_view end_of_record = "<end>";

/// Cuts the text off the front, up to the separator.
std::string_view take(std::string_view& text, std::string_view separator) {
  const std::size_t end = text.find(separator);
  if (end == std::string_view::npos) {
    throw std::runtime_error("the console consumer printed: " + std::string(text.substr(0, 1000)));
  }
  const std::string_view taken = text.substr(0, end);
  text.remove_prefix(end + separator.size());
  return taken;
}

std::int64_t number_after(std::string_view label, std::string_view field) {
  std::int64_t number = 0;
  const bool labelled = field.starts_with(label);
  if (labelled) field.remove_prefix(label.size());
  if (!labelled || std::from_chars(field.begin(), field.end(), number).ptr != field.end()) {
    throw std::runtime_error("the console consumer printed: " + std::string(field));
  }
  return number;
}

std::optional<std::string> bytes(std::string_view field) {
  if (field == null) return std::nullopt;
  return std::string(field);
}

kafka::StoredRecord parse_record(std::string_view line) {
  kafka::StoredRecord record;
  record.timestamp = std::chrono::sys_time<std::chrono::milliseconds>(
      std::chrono::milliseconds(number_after("CreateTime:", take(line, between_fields))));
  record.partition =
      static_cast<std::int32_t>(number_after("Partition:", take(line, between_fields)));
  record.offset = number_after("Offset:", take(line, between_fields));
  std::string headers(take(line, between_fields));
  if (headers != "NO_HEADERS") {
    headers += between_headers;
    std::string_view rest = headers;
    while (!rest.empty()) {
      std::string_view value = take(rest, between_headers);
      const std::string_view name = take(value, ":");
      record.headers.push_back({std::string(name), bytes(value)});
    }
  }
  record.key = bytes(take(line, between_fields));
  record.value = bytes(line);
  return record;
}

}  // namespace

std::string run_tool(const Cluster& cluster, const std::string& class_name,
                     const std::vector<std::string>& arguments) {
  std::vector<std::string> all{"--bootstrap-server", cluster.bootstrap_servers()};
  all.insert(all.end(), arguments.begin(), arguments.end());
  Finished tool = run(java(class_name, all));
  if (tool.exit_code != 0) {
    throw std::runtime_error(class_name + ": " + tail(tool.output + tool.errors));
  }
  return std::move(tool.output);
}

std::vector<kafka::StoredRecord> consume(const Cluster& cluster, const std::string& topic) {
  std::int64_t count = 0;
  for (int partition = cluster.partitions(topic); partition-- > 0;) {
    count += cluster.end_offset(topic, partition);
  }
  std::vector<kafka::StoredRecord> records;
  if (count == 0) return records;

  std::vector<std::string> arguments{
      "--topic",      topic,  "--from-beginning", "--max-messages", std::to_string(count),
      "--timeout-ms", "60000"};
  const auto set = [&](const std::string& name, std::string_view value) {
    arguments.emplace_back("--formatter-property");
    arguments.push_back(name + "=" + std::string(value));
  };
  for (const char* part : {"timestamp", "partition", "offset", "headers", "key"}) {
    set(std::string("print.") + part, "true");
  }
  set("key.separator", between_fields);
  set("headers.separator", between_headers);
  set("null.literal", null);
  set("line.separator", end_of_record);
  const std::string output =
      run_tool(cluster, "org.apache.kafka.tools.consumer.ConsoleConsumer", arguments);

  records.reserve(static_cast<std::size_t>(count));
  for (std::string_view rest = output; !rest.empty();) {
    records.push_back(parse_record(take(rest, end_of_record)));
    records.back().topic = topic;
  }
  if (records.size() != static_cast<std::size_t>(count)) {
    throw std::runtime_error("the console consumer read " + std::to_string(records.size()) +
                             " of " + std::to_string(count) + " records");
  }
  std::sort(records.begin(), records.end(), [](const auto& left, const auto& right) {
    return std::pair(left.partition, left.offset) < std::pair(right.partition, right.offset);
  });
  return records;
}

std::string dump_log(const Cluster& cluster, const std::string& topic, int partition, int broker) {
  std::vector<std::string> segments;
  for (const auto& file :
       std::filesystem::directory_iterator(cluster.log_directory(topic, partition, broker))) {
    if (file.path().extension() == ".log") segments.push_back(file.path());
  }
  std::sort(segments.begin(), segments.end());
  std::string files;
  for (const std::string& segment : segments) files += (files.empty() ? "" : ",") + segment;
  const Finished tool =
      run(java("org.apache.kafka.tools.DumpLogSegments", {"--print-data-log", "--files", files}));
  if (tool.exit_code != 0) throw std::runtime_error(tail(tool.output + tool.errors));
  return tool.output;
}

}  // namespace integration
