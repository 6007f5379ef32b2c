#include "producer/foreign_properties.hpp"

#include "detail/property_table.hpp"
#include "producer/conf_errors.hpp"

namespace {

using support::conf_error_with;
using support::says;

/// ProducerConfig.configNames() of Kafka 3.9.1 and 4.3.1.
constexpr const char* java_properties[] = {
    "acks",
    "auto.include.jmx.reporter",
    "batch.size",
    "bootstrap.servers",
    "buffer.memory",
    "client.dns.lookup",
    "client.id",
    "compression.gzip.level",
    "compression.lz4.level",
    "compression.type",
    "compression.zstd.level",
    "config.providers",
    "connections.max.idle.ms",
    "delivery.timeout.ms",
    "enable.idempotence",
    "enable.metrics.push",
    "interceptor.classes",
    "key.serializer",
    "linger.ms",
    "max.block.ms",
    "max.in.flight.requests.per.connection",
    "max.request.size",
    "metadata.max.age.ms",
    "metadata.max.idle.ms",
    "metadata.recovery.rebootstrap.trigger.ms",
    "metadata.recovery.strategy",
    "metric.reporters",
    "metrics.num.samples",
    "metrics.recording.level",
    "metrics.sample.window.ms",
    "partitioner.adaptive.partitioning.enable",
    "partitioner.availability.timeout.ms",
    "partitioner.class",
    "partitioner.ignore.keys",
    "receive.buffer.bytes",
    "reconnect.backoff.max.ms",
    "reconnect.backoff.ms",
    "request.timeout.ms",
    "retries",
    "retry.backoff.max.ms",
    "retry.backoff.ms",
    "sasl.client.callback.handler.class",
    "sasl.jaas.config",
    "sasl.kerberos.kinit.cmd",
    "sasl.kerberos.min.time.before.relogin",
    "sasl.kerberos.service.name",
    "sasl.kerberos.ticket.renew.jitter",
    "sasl.kerberos.ticket.renew.window.factor",
    "sasl.login.callback.handler.class",
    "sasl.login.class",
    "sasl.login.connect.timeout.ms",
    "sasl.login.read.timeout.ms",
    "sasl.login.refresh.buffer.seconds",
    "sasl.login.refresh.min.period.seconds",
    "sasl.login.refresh.window.factor",
    "sasl.login.refresh.window.jitter",
    "sasl.login.retry.backoff.max.ms",
    "sasl.login.retry.backoff.ms",
    "sasl.mechanism",
    "sasl.oauthbearer.assertion.algorithm",
    "sasl.oauthbearer.assertion.claim.aud",
    "sasl.oauthbearer.assertion.claim.exp.seconds",
    "sasl.oauthbearer.assertion.claim.iss",
    "sasl.oauthbearer.assertion.claim.jti.include",
    "sasl.oauthbearer.assertion.claim.nbf.seconds",
    "sasl.oauthbearer.assertion.claim.sub",
    "sasl.oauthbearer.assertion.file",
    "sasl.oauthbearer.assertion.private.key.file",
    "sasl.oauthbearer.assertion.private.key.passphrase",
    "sasl.oauthbearer.assertion.template.file",
    "sasl.oauthbearer.client.credentials.client.id",
    "sasl.oauthbearer.client.credentials.client.secret",
    "sasl.oauthbearer.clock.skew.seconds",
    "sasl.oauthbearer.expected.audience",
    "sasl.oauthbearer.expected.issuer",
    "sasl.oauthbearer.header.urlencode",
    "sasl.oauthbearer.jwks.endpoint.refresh.ms",
    "sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms",
    "sasl.oauthbearer.jwks.endpoint.retry.backoff.ms",
    "sasl.oauthbearer.jwks.endpoint.url",
    "sasl.oauthbearer.jwt.retriever.class",
    "sasl.oauthbearer.jwt.validator.class",
    "sasl.oauthbearer.scope",
    "sasl.oauthbearer.scope.claim.name",
    "sasl.oauthbearer.sub.claim.name",
    "sasl.oauthbearer.token.endpoint.url",
    "security.protocol",
    "security.providers",
    "send.buffer.bytes",
    "socket.connection.setup.timeout.max.ms",
    "socket.connection.setup.timeout.ms",
    "ssl.cipher.suites",
    "ssl.enabled.protocols",
    "ssl.endpoint.identification.algorithm",
    "ssl.engine.factory.class",
    "ssl.key.password",
    "ssl.keymanager.algorithm",
    "ssl.keystore.certificate.chain",
    "ssl.keystore.key",
    "ssl.keystore.location",
    "ssl.keystore.password",
    "ssl.keystore.type",
    "ssl.protocol",
    "ssl.provider",
    "ssl.secure.random.implementation",
    "ssl.trustmanager.algorithm",
    "ssl.truststore.certificates",
    "ssl.truststore.location",
    "ssl.truststore.password",
    "ssl.truststore.type",
    "transaction.timeout.ms",
    "transaction.two.phase.commit.enable",
    "transactional.id",
    "value.serializer",
};

TEST(ForeignProperties, OfJavasProducerHaveASentenceEach) {
  for (const auto* name : java_properties) {
    if (kafka::find_property(name) != nullptr) continue;
    const support::Error error = conf_error_with(name, "1");
    const bool newer = error.message().find(" or later, and this is ") != std::string::npos;
    if (!newer) {
      EXPECT_TRUE(
          says(error, std::string("property ") + name + " belongs to Kafka's Java client: here, "));
    }
    EXPECT_EQ(error.message().find("did you mean"), std::string::npos) << error;
  }
}

struct Foreign {
  const char* name;
  const char* text;
};

constexpr Foreign foreign[] = {
    {"max.block.ms", "use try_produce_for()"},
    {"buffer.memory", "set queue.buffering.max.kbytes"},
    {"key.serializer", "pass the bytes of key and value to produce()"},
    {"partitioner.class", "set partitioner=murmur2_random"},
    {"max.request.size", "set message.max.bytes"},
    {"ssl.truststore.location", "set ssl.ca.location to a PEM file"},
    {"sasl.jaas.config", "set sasl.mechanism, sasl.username and sasl.password"},
    {"metric.reporters", "use Hooks::on_statistics"},
    {"key.deserializer", "belongs to Kafka's Java consumer"},
    {"parse.key", "belongs to Kafka's console tools: here, pass the key"},
    {"null.marker", "to send a tombstone"},
    {"print.timestamp", "belongs to Kafka's console tools"},
    {"topic", "pass the topic to produce()"},
    {"zookeeper.connect", "set bootstrap.servers to the addresses of brokers"},
    {"schema.registry.url", "belongs to Confluent's schema registry client"},
    {"test.mock.num.brokers", "make a kafka::MockCluster"},
};

TEST(ForeignProperties, SayWhatToDoHere) {
  for (const auto& [name, text] : foreign) {
    EXPECT_TRUE(says(conf_error_with(name, "1"), text)) << name;
  }
  EXPECT_EQ(kafka::describe_foreign_property("linger.ms"), "");
  EXPECT_EQ(kafka::describe_foreign_property("no.such.property"), "");
}

TEST(ForeignProperties, OfANewerLibrdkafkaSayWhichOne) {
  for (const auto* name : {"client.dns.lookup", "enable.metrics.push",
                           "sasl.oauthbearer.assertion.claim.sub", "https.ca.location"}) {
    const std::string text = kafka::describe_foreign_property(name);
    EXPECT_NE(text.find(std::string("property ") + name + " needs librdkafka 2."),
              std::string::npos);
  }
}

TEST(ForeignProperties, ThatTakeAFunctionNameTheHook) {
  EXPECT_TRUE(says(conf_error_with("error_cb", "1"), "not a text: set Hooks::on_error"));
  EXPECT_TRUE(says(conf_error_with("dr_msg_cb", "1"), "pass a callback with each record"));
  EXPECT_TRUE(says(conf_error_with("opaque", "1"), "leave it out"));
  for (const kafka::Property& property : kafka::documented_properties()) {
    if (property.type != kafka::Property::Type::api) continue;
    EXPECT_TRUE(says(conf_error_with(property.name, "1"), "not a text")) << property.name;
  }
}

}  // namespace
