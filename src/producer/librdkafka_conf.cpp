#include "producer/librdkafka_conf.hpp"

#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <kafka/config.hpp>
#include <kafka/error.hpp>
#include <string>
#include <string_view>

#include "detail/property_table.hpp"
#include "producer/broker_addresses.hpp"
#include "producer/foreign_properties.hpp"
#include "producer/invalid_config.hpp"
#include "producer/property_value.hpp"
#include "producer/security_check.hpp"
#include "producer/unknown_property.hpp"

namespace kafka {
inline namespace v1 {
namespace {

/// librdkafka leaves these to the libraries above it, and out of its documentation.
constexpr std::array<std::string_view, 2> software_properties = {"client.software.name",
                                                                 "client.software.version"};

/// Empty where the property is not set.
std::string read_property(const rd_kafka_conf_s* conf, const std::string& name) {
  std::size_t size = 0;
  if (rd_kafka_conf_get(conf, name.c_str(), nullptr, &size) != RD_KAFKA_CONF_OK) return {};
  std::string value(size, '\0');
  if (rd_kafka_conf_get(conf, name.c_str(), value.data(), &size) != RD_KAFKA_CONF_OK) return {};
  return value.substr(0, value.find('\0'));
}

/// Whether librdkafka has a property of this name, documented or not.
bool is_known_to_librdkafka(const std::string& name) {
  const Conf scratch(rd_kafka_conf_new());
  return rd_kafka_conf_set(scratch.get(), name.c_str(), "", nullptr, 0) != RD_KAFKA_CONF_UNKNOWN;
}

bool says_unsupported(std::string_view reason) {
  return reason.find("not supported in this build") != std::string_view::npos ||
         reason.find("Unsupported value") != std::string_view::npos;
}

/// Whether librdkafka was built with what the property needs.
bool is_supported(const std::string& name) {
  const Conf scratch(rd_kafka_conf_new());
  char reason[512] = "";
  rd_kafka_conf_set(scratch.get(), name.c_str(), "", reason, sizeof reason);
  return !says_unsupported(reason);
}

/// Whether a value holds the beginning of a PEM block without its end.
bool has_cut_key(const Config& config) {
  return std::any_of(config.properties().begin(), config.properties().end(),
                     [](const auto& property) {
                       const std::string& value = property.second;
                       return value.find("-----BEGIN ") != std::string::npos &&
                              value.find("-----END ") == std::string::npos;
                     });
}

bool is_off(std::string value) {
  std::transform(value.begin(), value.end(), value.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return value == "false" || value == "f" || value == "0";
}

/// Properties that would break what this library guarantees, and one that is only to be read.
void check_conflict(const std::string& name, const std::string& value) {
  if (name == "builtin.features" && value != read_property(Conf(rd_kafka_conf_new()).get(), name)) {
    throw_invalid_config(
        "property builtin.features says what librdkafka was built with: leave it out, because it "
        "cannot be changed");
  }
  if (name == "delivery.report.only.error" && !is_off(value)) {
    throw_invalid_config(
        "property delivery.report.only.error would lose the reports of delivered records: leave it "
        "out, and send records without a callback where no report is needed");
  }
  if (name == "log.queue" && !is_off(value)) {
    throw_invalid_config(
        "property log.queue would keep log lines from Hooks::on_log: leave it out");
  }
  if (name == "enabled_events" && !is_off(value)) {
    throw_invalid_config(
        "property enabled_events would turn callbacks into events that nothing receives: leave it "
        "out");
  }
}

class ConfMaker {
 public:
  ConfMaker(const Config& config, const Secrets& secrets) : config_(config), secrets_(secrets) {
    rd_kafka_conf_set_default_topic_conf(conf_.get(), rd_kafka_topic_conf_new());
  }

  Conf make(const Hooks& hooks) {
    apply("client.software.name", "kafka-producer-cpp");
    apply("client.software.version",
          std::string(KAFKA_PRODUCER_VERSION "-librdkafka-") + rd_kafka_version_str());
    // Plugins come first: they may have properties of their own.
    if (const auto plugins = config_.get(plugin_paths)) set(plugin_paths, *plugins);
    for (const auto& [name, value] : config_.properties()) {
      if (name != plugin_paths) set(name, value);
    }
    if (!config_.contains("bootstrap.servers")) {
      throw_invalid_config(
          "property bootstrap.servers is missing: set it to the address of at least one broker, "
          "such as localhost:9092");
    }
    check_security(config_);
    if (!hooks.on_statistics) apply("statistics.interval.ms", "0");
    return std::move(conf_);
  }

 private:
  static constexpr const char* plugin_paths = "plugin.library.paths";

  void set(const std::string& name, const std::string& value) {
    // librdkafka takes C strings, and would cut silently.
    if (name.find('\0') != std::string::npos || value.find('\0') != std::string::npos) {
      throw_invalid_config("property " + name + " contains a NUL: remove it");
    }
    if (name.empty()) throw_invalid_config("a property without a name: give it one");
    const Property* property = find_property(name);
    if (property != nullptr) return set_documented(*property, value);
    if (std::find(software_properties.begin(), software_properties.end(), name) !=
        software_properties.end()) {
      Property software;
      software.name = name;
      return set_documented(software, value);
    }
    set_undocumented(name, value);
  }

  void set_documented(const Property& property, const std::string& value) {
    if (property.type == Property::Type::api) {
      throw_invalid_config(describe_api_property(property.name));
    }
    const std::string shown = show(property.name, value);
    if (property.name == "bootstrap.servers") {
      const std::string addresses =
          checked_broker_addresses(value, security_protocol(config_), secrets_);
      return apply(property.name, addresses);
    }
    check_property_value(property, value, shown);
    check_conflict(property.name, value);
    std::string reason;
    const auto result = try_apply(property.name, value_for_librdkafka(property, value), reason);
    if (result == RD_KAFKA_CONF_OK) return;
    throw_rejection(property, shown, reason);
  }

  void set_undocumented(const std::string& name, const std::string& value) {
    const std::string foreign = describe_foreign_property(name);
    if (!foreign.empty()) throw_invalid_config(foreign);
    if (is_known_to_librdkafka(name)) {
      throw_invalid_config("property " + name +
                           " is internal to librdkafka and not documented: leave it out");
    }
    if (config_.contains(plugin_paths)) {
      std::string reason;
      const auto result = try_apply(name, value, reason);
      if (result == RD_KAFKA_CONF_OK) return;
      if (result == RD_KAFKA_CONF_INVALID) {
        throw_invalid_config("property " + name + " cannot be \"" + show(name, value) +
                             "\": " + reason);
      }
    }
    throw_invalid_config(secrets_.redact(describe_unknown_property(name, has_cut_key(config_))));
  }

  /// Throws the error for a value that librdkafka rejected.
  [[noreturn]] static void throw_rejection(const Property& property, const std::string& shown,
                                           const std::string& reason) {
    if (says_unsupported(reason)) {
      throw Exception(
          Error(Errc::not_implemented,
                "property " + property.name + ": " + reason +
                    ": leave it out, or use a librdkafka that was built with this feature"));
    }
    if (property.type != Property::Type::text || property.name == "partitioner") {
      throw_bad_value(property, shown);
    }
    throw_invalid_config("property " + property.name + " cannot be \"" + shown + "\": " + reason);
  }

  [[nodiscard]] std::string show(std::string_view name, const std::string& value) const {
    constexpr std::size_t longest = 200;
    if (is_secret(name)) return "[redacted]";
    const std::string shown = secrets_.redact(value);
    return shown.size() > longest ? shown.substr(0, longest) + "..." : shown;
  }

  rd_kafka_conf_res_t try_apply(const std::string& name, const std::string& value,
                                std::string& reason) {
    char text[512] = "";
    const auto result =
        rd_kafka_conf_set(conf_.get(), name.c_str(), value.c_str(), text, sizeof text);
    reason = secrets_.redact(text);
    reason.erase(reason.find_last_not_of("\r\n") + 1);
    return result;
  }

  void apply(const std::string& name, const std::string& value) {
    std::string reason;
    if (try_apply(name, value, reason) == RD_KAFKA_CONF_OK) return;
    throw_invalid_config("property " + name + ": " + reason);
  }

  const Config& config_;
  const Secrets& secrets_;
  Conf conf_{rd_kafka_conf_new()};
};

}  // namespace

void ConfDestroy::operator()(rd_kafka_conf_s* conf) const noexcept {
  rd_kafka_conf_destroy(conf);
}

Conf make_conf(const Config& config, const Secrets& secrets, const Hooks& hooks) {
  return ConfMaker(config, secrets).make(hooks);
}

Config read_conf(const rd_kafka_conf_s* conf) {
  Config config;
  const auto read = [&](const Property& property) {
    const std::string value = read_property(conf, property.name);
    if (!value.empty() && is_supported(property.name))
      config.set(property.name, value_from_librdkafka(property, value));
  };
  for (const Property& property : documented_properties()) {
    const bool applies =
        !property.consumer_only && !property.unused && property.type != Property::Type::api;
    // librdkafka sets enabled_events itself, for the callbacks that this library registers.
    if (applies && property.name != "enabled_events") read(property);
  }
  for (const std::string_view name : software_properties) {
    Property property;
    property.name = name;
    read(property);
  }
  return config;
}

}  // namespace v1
}  // namespace kafka
