#include "producer/librdkafka_conf.hpp"

#include <librdkafka/rdkafka.h>

#include <kafka/config.hpp>
#include <kafka/error.hpp>
#include <memory>
#include <string>

#include "detail/property_table.hpp"
#include "producer/conf_errors.hpp"

namespace {

using kafka::Config;
using support::Errc;
using support::Error;
using support::says;

Error error_of(const Config& config) {
  return support::conf_error(config);
}

Error error_with(std::string_view name, std::string_view value) {
  return support::conf_error_with(name, value);
}

TEST(Property, ThatIsRightIsSet) {
  EXPECT_FALSE(error_with("linger.ms", "5"));
  EXPECT_FALSE(error_with("linger.ms", "0.5"));
  EXPECT_FALSE(error_with("acks", "all"));
  EXPECT_FALSE(error_with("acks", "-1"));
  EXPECT_FALSE(error_with("request.required.acks", "1"));
  EXPECT_FALSE(error_with("enable.idempotence", "true"));
  EXPECT_FALSE(error_with("compression.codec", "lz4"));
  EXPECT_FALSE(error_with("partitioner", "murmur2_random"));
  EXPECT_FALSE(error_of({{"metadata.broker.list", "localhost:9092"}}));
}

TEST(Property, ThatIsUnknownNamesTheNearestOne) {
  EXPECT_TRUE(says(error_with("bootstrap.server", "x"), "did you mean bootstrap.servers?"));
  EXPECT_TRUE(says(error_with("Linger.MS", "5"), "did you mean linger.ms?"));
  EXPECT_TRUE(says(error_with("delivery.timeout", "5"), "did you mean delivery.timeout.ms?"));
  EXPECT_TRUE(says(error_with("compresion.type", "lz4"), "did you mean compression.type?"));
  EXPECT_TRUE(says(error_with("", "5"), "without a name"));
  EXPECT_TRUE(says(error_with("bad\x1b[2Jname", "5"), "bad\\x1b[2Jname"));
}

TEST(Property, OfTheWrongTypeIsRefused) {
  EXPECT_TRUE(says(error_with("linger.ms", "5abc"), "property linger.ms takes a number"));
  EXPECT_TRUE(says(error_with("linger.ms", "abc"), "linger.ms"));
  EXPECT_TRUE(says(error_with("message.max.bytes", "10kB"), "takes a whole number"));
  EXPECT_TRUE(says(error_with("message.max.bytes", "010000"), "takes a whole number"));
  EXPECT_TRUE(says(error_with("message.max.bytes", " 10000"), "takes a whole number"));
  EXPECT_TRUE(says(error_with("message.max.bytes", "99999999999"), "takes a whole number"));
  EXPECT_TRUE(says(error_with("message.max.bytes", "1"), "message.max.bytes"));
  EXPECT_TRUE(says(error_with("enable.idempotence", "maybe"), "enable.idempotence"));
  EXPECT_TRUE(says(error_with("compression.codec", "rar"), "compression.codec"));
  EXPECT_TRUE(says(error_with("acks", "some"), "acks"));
}

TEST(Property, WithANulIsRefused) {
  using namespace std::string_view_literals;
  EXPECT_TRUE(says(error_with("client.id"sv, "a\0b"sv), "property client.id contains a NUL"));
  EXPECT_TRUE(says(error_with("client.id\0x"sv, "a"sv), "contains a NUL"));
}

TEST(Property, OfTheBrokersMustBeThere) {
  EXPECT_TRUE(says(error_of({}), "bootstrap.servers is missing"));
  EXPECT_TRUE(says(error_of({{"bootstrap.servers", ""}}), "bootstrap.servers is empty"));
  EXPECT_TRUE(says(error_of({{"bootstrap.servers", " , ,"}}), "bootstrap.servers is empty"));
}

TEST(Property, ThatWouldBreakThePromisesIsRefused) {
  EXPECT_TRUE(says(error_with("delivery.report.only.error", "true"), "would lose the reports"));
  EXPECT_TRUE(says(error_with("log.queue", "true"), "log"));
  EXPECT_TRUE(says(error_with("enabled_events", "1"), "events"));
  EXPECT_FALSE(error_with("delivery.report.only.error", "false"));
}

TEST(Property, OfTheBrokersHoldsNoUser) {
  const Error error = error_of({{"bootstrap.servers", "sasl_ssl://me:hunter22@localhost:9092"}});
  EXPECT_TRUE(says(error, "set sasl.username and sasl.password"));
  EXPECT_EQ(error.message().find("hunter22"), std::string::npos) << error;
}

TEST(Property, ThatLooksLikeALineOfAKeyIsNotQuoted) {
  const Error error =
      error_of(Config::parse("bootstrap.servers=localhost:9092\n"
                             "ssl.key.pem=-----BEGIN PRIVATE KEY-----\n"
                             "+IIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n"));
  EXPECT_TRUE(says(error, "end each line of a value but the last with a backslash"));
  EXPECT_EQ(error.message().find("BADANBgkqhkiG"), std::string::npos) << error;
}

// Builds of librdkafka differ: whichever this one is, it says what is the case.
TEST(Property, ThatThisBuildLacksIsNamed) {
  const std::unique_ptr<rd_kafka_conf_t, decltype(&rd_kafka_conf_destroy)> conf(
      rd_kafka_conf_new(), rd_kafka_conf_destroy);
  char text[512] = "";
  const bool there = rd_kafka_conf_set(conf.get(), "sasl.oauthbearer.client.id", "me", text,
                                       sizeof text) == RD_KAFKA_CONF_OK;
  const Error error = error_with("sasl.oauthbearer.client.id", "me");
  EXPECT_EQ(error.code(), there ? Errc::no_error : Errc::not_implemented);
  EXPECT_EQ(error.message().find("built with this feature") == std::string::npos, there) << error;
}

// Names that librdkafka accepts without documenting them. One of them sets a function pointer.
TEST(Property, ThatIsNotDocumentedIsRejected) {
  for (const auto* name : {"ut_handle_ProduceResponse", "enable_sasl_queue",
                           "enable.sparse.connections", "metadata.request.timeout.ms"}) {
    EXPECT_TRUE(says(error_with(name, "10"), "is internal to librdkafka and not documented"));
  }
  EXPECT_TRUE(says(error_with("test.mock.num.brokers", "3"), "kafka::MockCluster"));
  EXPECT_TRUE(says(error_with("test.mock.broker.rtt", "3"), "MockCluster"));
}

Config made(const Config& config, const kafka::Hooks& hooks = {}) {
  const Config complete = Config{{"bootstrap.servers", "localhost:9092"}}.merge(config);
  const kafka::Conf conf = kafka::make_conf(complete, kafka::Secrets(complete), hooks);
  return kafka::read_conf(conf.get());
}

TEST(Property, ThatIsSetLastCountsWhicheverNameItHas) {
  EXPECT_EQ(made({{"metadata.broker.list", "a:1"}, {"bootstrap.servers", "b:2"}})
                .get("bootstrap.servers"),
            "b:2");
  EXPECT_EQ(made({{"bootstrap.servers", "b:2"}, {"metadata.broker.list", "a:1"}})
                .get("bootstrap.servers"),
            "a:1");
}

TEST(Property, OfStatisticsIsOffWithoutAHook) {
  const Config config{{"statistics.interval.ms", "1000"}};
  EXPECT_EQ(made(config).get("statistics.interval.ms"), "0");
  EXPECT_EQ(made(config, {.on_statistics = [](std::string_view) {}}).get("statistics.interval.ms"),
            "1000");
}

TEST(Property, OfTheClientsSoftwareIsThisLibrarysUnlessItIsSet) {
  EXPECT_EQ(made({}).get("client.software.name"), "kafka-producer-cpp");
  EXPECT_NE(made({}).get("client.software.version")->find("-librdkafka-"), std::string::npos);
  const Config mine{{"client.software.name", "my-client"}, {"client.software.version", "7"}};
  EXPECT_EQ(made(mine).get("client.software.name"), "my-client");
  EXPECT_EQ(made(mine).get("client.software.version"), "7");
}

TEST(Property, ThatIsReadBackHasTheValueInForce) {
  const Config config = made({{"client.id", "reader"}, {"linger.ms", "0.25"}, {"acks", "all"}});
  EXPECT_EQ(config.get("client.id"), "reader");
  EXPECT_EQ(config.get("linger.ms"), "0.25");
  EXPECT_EQ(config.get("acks"), "-1");
  EXPECT_EQ(config.get("delivery.timeout.ms"), "300000");
  EXPECT_EQ(config.get("partitioner"), "consistent_random");
  EXPECT_FALSE(config.contains("ssl.ca.location")) << "it has no value";
  EXPECT_FALSE(config.contains("group.id"));
  EXPECT_FALSE(config.contains("session.timeout.ms"));
  EXPECT_FALSE(config.contains("error_cb"));
}

TEST(Property, ThatIsReadBackCanBeSetAgain) {
  const Config config = made({{"client.id", "again"}, {"security.protocol", "ssl"}});
  EXPECT_EQ(made(config), config);
}

TEST(Property, ThatIsASecretIsNotQuoted) {
  for (const auto* name : {"sasl.password", "ssl.key.pem", "ssl.key.password"}) {
    const Error error = error_with(name, std::string("hunter22\0x", 10));
    EXPECT_TRUE(error);
    EXPECT_EQ(error.message().find("hunter22"), std::string::npos) << error;
  }
  const Error error = error_of({{"bootstrap.servers", "localhost:9092"},
                                {"sasl.password", "hunter22"},
                                {"linger.ms", "5hunter22"}});
  EXPECT_TRUE(says(error, "linger.ms"));
  EXPECT_EQ(error.message().find("hunter22"), std::string::npos) << error;
}

}  // namespace
