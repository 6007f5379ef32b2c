#include "producer/unknown_property.hpp"

#include "producer/conf_errors.hpp"

namespace {

using support::conf_error;
using support::conf_error_with;
using support::says;

TEST(UnknownProperty, WithNearlyTheNameOfAnotherNamesIt) {
  for (const auto& [name, meant] :
       {std::pair{"bootstrap.server", "bootstrap.servers"},
        {"bootstrap_servers", "bootstrap.servers"},
        {"bootstrapServers", "bootstrap.servers"},
        {"Linger.MS", "linger.ms"},
        {" linger.ms", "linger.ms"},
        {"Acks", "acks"},
        {"ack", "acks"},
        {"delivery.timeout", "delivery.timeout.ms"},
        {"compresion.type", "compression.type"},
        {"max_in_flight_requests_per_connection", "max.in.flight.requests.per.connection"},
        {"enable.idempotency", "enable.idempotence"},
        {"linger", "linger.ms"},
        {"compression", "compression.type or compression.level"}}) {
    EXPECT_TRUE(says(conf_error_with(name, "x"), std::string("did you mean ") + meant + "?"));
  }
}

TEST(UnknownProperty, WithANameOfItsOwnGetsNoSuggestion) {
  for (const auto* name :
       {"foo", "a", "brokers", "retries.max", "my.setting", "log.dir", "ssl", "num.partitions"}) {
    const support::Error error = conf_error_with(name, "x");
    EXPECT_TRUE(says(
        error, std::string("no property is called \"") + name + "\": choose one that librdkafka "));
    EXPECT_EQ(error.message().find("did you mean"), std::string::npos) << error;
  }
}

TEST(UnknownProperty, WithAnEndlessNameIsCut) {
  const support::Error error = conf_error_with(std::string(100'000, 'x'), "5");
  EXPECT_TRUE(says(error, "no property is called \"xxx"));
  EXPECT_LT(error.message().size(), 500U);
}

TEST(UnknownProperty, ThatMayBePartOfAKeyIsNotQuoted) {
  constexpr const char* config =
      "bootstrap.servers=localhost:9092\n"
      "ssl.key.pem=-----BEGIN PRIVATE KEY-----\n";
  for (const auto* line : {"+IIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj",
                           "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj",
                           "dlayqyDW8cK2", "Zk9", "-----END PRIVATE KEY-----"}) {
    const support::Error error =
        conf_error(kafka::Config::parse(std::string(config) + line + "\n"));
    EXPECT_TRUE(says(error, "end each line of a value but the last with a backslash"));
    EXPECT_EQ(error.message().find(std::string(line).substr(0, 5)), std::string::npos) << error;
  }
  // Without the beginning of the key.
  EXPECT_TRUE(says(conf_error_with("MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggS", ""),
                   "looks like part of a private key"));
}

TEST(UnknownProperty, ThatIsNoKeyIsQuoted) {
  for (const auto* name : {"Acks", "Retries", "lingerMs", "SomethingElseEntirely"}) {
    EXPECT_TRUE(says(conf_error_with(name, "1"), std::string("\"") + name + "\"")) << name;
  }
}

}  // namespace
