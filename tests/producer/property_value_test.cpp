#include "producer/property_value.hpp"

#include <clocale>
#include <csignal>

#include "producer/conf_errors.hpp"

namespace {

using support::conf_error_with;
using support::says;

struct Value {
  const char* name;
  const char* value;
  const char* text;
};

// librdkafka accepts all of them, and then ignores or changes them, or fails without advice.
constexpr Value wrong[] = {
    {"linger.ms", "5abc", "property linger.ms takes a number from 0 to 900000, not \"5abc\""},
    {"linger.ms", "5ms", "takes a number"},
    {"linger.ms", "nan", "takes a number"},
    {"linger.ms", "-nan", "takes a number"},
    {"linger.ms", "0x10", "takes a number"},
    {"linger.ms", "5,5", "takes a number"},
    {"linger.ms", "1e400", "takes a number"},
    {"linger.ms", "900001", "takes a number from 0 to 900000"},
    {"message.max.bytes", "10kB", "takes a whole number from 1000 to 1000000000, not \"10kB\""},
    {"message.max.bytes", "010000", "takes a whole number"},
    {"message.max.bytes", "0x10000", "takes a whole number"},
    {"message.max.bytes", " 10000", "takes a whole number"},
    {"message.max.bytes", "1e6", "takes a whole number"},
    {"message.max.bytes", "1", "takes a whole number from 1000"},
    {"batch.size", "99999999999", "takes a whole number"},
    {"batch.size", "4294967297", "takes a whole number"},
    {"acks", "some", "takes a whole number from -1 to 1000, or all, not \"some\""},
    {"request.required.acks", "some", "request.required.acks is another name of it"},
    {"enable.idempotence", "maybe", "takes true or false, not \"maybe\""},
    {"compression.codec", "rar", "takes none, gzip, snappy, lz4 or zstd, not \"rar\""},
    {"partitioner", "java", "murmur2_random (that of Kafka's Java client)"},
    {"security.protocol", "tls", "takes plaintext, ssl, sasl_plaintext or sasl_ssl"},
    {"debug", "everything", "takes a list of generic, broker"},
    {"broker.version.fallback", "latest", "takes a version such as 0.10.0"},
    {"builtin.features", "gzip", "cannot be changed"},
    {"client.software.name", "my client", "takes letters, digits, dots and hyphens"},
    {"client.software.version", "1.0-", "takes letters, digits, dots and hyphens"},
    {"sasl.password", " secret", "starts with a blank, which librdkafka removes"},
    {"ssl.key.password", "\tsecret", "starts with a blank, which librdkafka removes"},
    {"sasl.password", "secret\n", "ends in a line break"},
    {"sasl.username", "me\r\n", "ends in a line break"},
    {"ssl.endpoint.identification.algorithm", "", "write none to switch"},
    {"internal.termination.signal", "9", "has another meaning for the process"},
    {"internal.termination.signal", "11", "has another meaning for the process"},
    {"internal.termination.signal", "SIGIO", "takes a whole number"},
};

TEST(PropertyValue, ThatLibrdkafkaWouldChangeIsRejected) {
  for (const auto& [name, value, text] : wrong) {
    EXPECT_TRUE(says(conf_error_with(name, value), text)) << name << '=' << value;
  }
}

TEST(PropertyValue, ThatIsRightIsAccepted) {
  for (const auto& [name, value] : {std::pair{"linger.ms", "0.5"},
                                    {"linger.ms", "1e1"},
                                    {"acks", "all"},
                                    {"acks", "-1"},
                                    {"enable.idempotence", "TRUE"},
                                    {"enable.idempotence", "t"},
                                    {"compression.type", "GZIP"},
                                    {"debug", "all,-broker"},
                                    {"debug", " topic, msg"},
                                    {"broker.version.fallback", "0.9.0.1"},
                                    {"sasl.password", "blanks inside are fine "},
                                    {"client.id", "t\xC3\xA4sk api"},
                                    {"ssl.key.pem", "\n-----BEGIN PRIVATE KEY-----"}}) {
    EXPECT_FALSE(conf_error_with(name, value)) << name << '=' << value;
  }
  EXPECT_FALSE(conf_error_with("internal.termination.signal", std::to_string(SIGIO)));
}

// For librdkafka, an empty value is the default: transactional.id= makes a producer without
// transactions.
TEST(PropertyValue, ThatIsEmptyIsRejectedForEveryProperty) {
  for (const kafka::Property& property : kafka::documented_properties()) {
    if (property.type == kafka::Property::Type::api) continue;
    for (const auto* value : {"", " ", "\t\n"}) {
      EXPECT_TRUE(says(conf_error_with(property.name, value), "is empty")) << property.name;
    }
  }
  EXPECT_TRUE(says(conf_error_with("debug", " , "), "debug is empty"));
}

TEST(PropertyValue, OfAClientIdThatBreaksTheStatisticsIsRejected) {
  for (const auto* id : {"a\"b", "a\\b", "a\nb", "a\x7F", "a\xC3", "a\xFF", "a\xC2\x85"}) {
    EXPECT_TRUE(says(conf_error_with("client.id", id), "property client.id has a quote")) << id;
  }
  // librdkafka cuts the client's name, at 127 bytes.
  std::string cut(99, 'a');
  cut += "\xC3\xA4";
  EXPECT_TRUE(says(conf_error_with("client.id", cut), "longer than 100 bytes"));
  EXPECT_FALSE(conf_error_with("client.id", std::string(300, 'a')));
}

TEST(PropertyValue, WithAFractionIsReadInEveryLocale) {
  const std::string before = std::setlocale(LC_NUMERIC, nullptr);
  bool any = false;
  for (const auto* name : {"de_DE.UTF-8", "fr_FR.UTF-8", "de_DE", "fr_FR"}) {
    if (std::setlocale(LC_NUMERIC, name) != nullptr) any = true;
    if (any) break;
  }
  const kafka::Config config{{"bootstrap.servers", "localhost:9092"}, {"linger.ms", "0.5"}};
  const support::Error error = support::error_of([&] {
    const kafka::Conf conf = kafka::make_conf(config, kafka::Secrets(config));
    EXPECT_EQ(kafka::read_conf(conf.get()).get("linger.ms"), "0.5");
  });
  std::setlocale(LC_NUMERIC, before.c_str());
  EXPECT_FALSE(error) << error;
  if (!any) GTEST_SKIP() << "there is no locale with a decimal comma on this machine";
}

}  // namespace
