#include "producer/foreign_properties.hpp"

#include <librdkafka/rdkafka.h>

namespace kafka {
inline namespace v1 {
namespace {

constexpr std::string_view java = "Kafka's Java client";
constexpr std::string_view java_consumer = "Kafka's Java consumer";
constexpr std::string_view console = "Kafka's console tools";
constexpr std::string_view old = "Kafka's clients before version 1.0";
constexpr std::string_view registry = "Confluent's schema registry client";
constexpr std::string_view spring = "Spring";
constexpr std::string_view test_client = "librdkafka's own tests";

constexpr std::string_view serialize = "pass the bytes of key and value to produce()";
constexpr std::string_view statistics =
    "use Hooks::on_statistics and set statistics.interval.ms for metrics";
constexpr std::string_view token =
    "set sasl.oauthbearer.method=oidc and the properties sasl.oauthbearer.client.id, "
    "sasl.oauthbearer.client.secret and sasl.oauthbearer.token.endpoint.url";
constexpr std::string_view no_counterpart = "leave it out, because librdkafka has no such setting";
constexpr std::string_view broker_side = "leave it out, because only brokers check tokens";
constexpr std::string_view openssl = "leave it out, because OpenSSL's own configuration decides it";
constexpr std::string_view trusted = "set ssl.ca.location to a PEM file of certificates";
constexpr std::string_view level = "set compression.level";
constexpr std::string_view refresh =
    "leave it out, because librdkafka renews a token after 80 % of its lifetime";
constexpr std::string_view record_parts =
    "pass the key, the value and the headers of a record to produce()";
constexpr std::string_view read_tool = "leave it out, because it formats what a consumer prints";

struct Foreign {
  std::string_view name;
  std::string_view owner;
  std::string_view advice;
};

constexpr Foreign foreign[] = {
    {"auto.include.jmx.reporter", java, statistics},
    {"buffer.memory", java, "set queue.buffering.max.kbytes and queue.buffering.max.messages"},
    {"compression.gzip.level", java, level},
    {"compression.lz4.level", java, level},
    {"compression.zstd.level", java, level},
    {"config.providers", java, "read the value yourself and pass it to Config::set()"},
    {"interceptor.classes", java, "do the work before produce() and in the record's callback"},
    {"key.serializer", java, serialize},
    {"value.serializer", java, serialize},
    {"max.block.ms", java,
     "use try_produce_for(), which waits for room in the queue up to a timeout"},
    {"max.request.size", java, "set message.max.bytes, and batch.size for a batch"},
    {"metadata.max.idle.ms", java, no_counterpart},
    {"metric.reporters", java, statistics},
    {"metrics.num.samples", java, statistics},
    {"metrics.recording.level", java, statistics},
    {"metrics.sample.window.ms", java, statistics},
    {"partitioner.adaptive.partitioning.enable", java, no_counterpart},
    {"partitioner.availability.timeout.ms", java, no_counterpart},
    {"partitioner.class", java, "set partitioner=murmur2_random for the Java client's partitions"},
    {"partitioner.ignore.keys", java, "set partitioner=random"},
    {"receive.buffer.bytes", java, "set socket.receive.buffer.bytes"},
    {"send.buffer.bytes", java, "set socket.send.buffer.bytes"},
    {"socket.connection.setup.timeout.max.ms", java, "set socket.connection.setup.timeout.ms"},
    {"transaction.two.phase.commit.enable", java, no_counterpart},
    {"security.providers", java, openssl},
    {"sasl.jaas.config", java, "set sasl.mechanism, sasl.username and sasl.password"},
    {"sasl.client.callback.handler.class", java, "set sasl.mechanism and its own properties"},
    {"sasl.login.callback.handler.class", java, token},
    {"sasl.login.class", java, token},
    {"sasl.login.connect.timeout.ms", java, no_counterpart},
    {"sasl.login.read.timeout.ms", java, no_counterpart},
    {"sasl.login.refresh.buffer.seconds", java, refresh},
    {"sasl.login.refresh.min.period.seconds", java, refresh},
    {"sasl.login.refresh.window.factor", java, refresh},
    {"sasl.login.refresh.window.jitter", java, refresh},
    {"sasl.login.retry.backoff.max.ms", java, no_counterpart},
    {"sasl.login.retry.backoff.ms", java, no_counterpart},
    {"sasl.kerberos.ticket.renew.jitter", java, "set sasl.kerberos.min.time.before.relogin"},
    {"sasl.kerberos.ticket.renew.window.factor", java, "set sasl.kerberos.min.time.before.relogin"},
    {"sasl.oauthbearer.assertion.template.file", java,
     "set sasl.oauthbearer.assertion.jwt.template.file"},
    {"sasl.oauthbearer.clock.skew.seconds", java, broker_side},
    {"sasl.oauthbearer.expected.audience", java, broker_side},
    {"sasl.oauthbearer.expected.issuer", java, broker_side},
    {"sasl.oauthbearer.header.urlencode", java, no_counterpart},
    {"sasl.oauthbearer.jwks.endpoint.refresh.ms", java, broker_side},
    {"sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms", java, broker_side},
    {"sasl.oauthbearer.jwks.endpoint.retry.backoff.ms", java, broker_side},
    {"sasl.oauthbearer.jwks.endpoint.url", java, broker_side},
    {"sasl.oauthbearer.jwt.retriever.class", java, token},
    {"sasl.oauthbearer.jwt.validator.class", java, token},
    {"sasl.oauthbearer.scope.claim.name", java, no_counterpart},
    {"ssl.enabled.protocols", java, openssl},
    {"ssl.protocol", java, openssl},
    {"ssl.provider", java, "set ssl.providers to the names of OpenSSL providers"},
    {"ssl.engine.factory.class", java, openssl},
    {"ssl.keymanager.algorithm", java, openssl},
    {"ssl.trustmanager.algorithm", java, openssl},
    {"ssl.secure.random.implementation", java, openssl},
    {"ssl.keystore.certificate.chain", java, "set ssl.certificate.pem"},
    {"ssl.keystore.key", java, "set ssl.key.pem"},
    {"ssl.keystore.type", java,
     "leave it out; ssl.keystore.location is a PKCS#12 file, and PEM files belong into "
     "ssl.certificate.location and ssl.key.location"},
    {"ssl.truststore.certificates", java, "set ssl.ca.pem"},
    {"ssl.truststore.location", java, trusted},
    {"ssl.truststore.password", java, trusted},
    {"ssl.truststore.type", java, trusted},
    {"key.deserializer", java_consumer, "leave it out, because a producer reads no records"},
    {"value.deserializer", java_consumer, "leave it out, because a producer reads no records"},
    {"max.poll.records", java_consumer, "leave it out, because a producer reads no records"},

    {"broker.list", console, "set bootstrap.servers"},
    {"topic", console, "pass the topic to produce()"},
    {"parse.key", console, record_parts},
    {"parse.headers", console, record_parts},
    {"key.separator", console, record_parts},
    {"headers.delimiter", console, record_parts},
    {"headers.separator", console, record_parts},
    {"headers.key.separator", console, record_parts},
    {"ignore.error", console, record_parts},
    {"null.marker", console, "pass nullptr as the value of a record to send a tombstone"},
    {"null.literal", console, read_tool},
    {"line.separator", console, read_tool},
    {"print.key", console, read_tool},
    {"print.value", console, read_tool},
    {"print.timestamp", console, read_tool},
    {"print.headers", console, read_tool},
    {"print.partition", console, read_tool},
    {"print.offset", console, read_tool},
    {"print.epoch", console, read_tool},
    {"print.delivery", console, read_tool},

    {"zookeeper.connect", old, "set bootstrap.servers to the addresses of brokers"},
    {"producer.type", old, "leave it out, because produce() is always asynchronous"},
    {"serializer.class", old, serialize},
    {"key.serializer.class", old, serialize},

    {"schema.registry.url", registry, serialize},
    {"basic.auth.credentials.source", registry, serialize},
    {"basic.auth.user.info", registry, serialize},
    {"schema.registry.basic.auth.user.info", registry, serialize},
    {"auto.register.schemas", registry, serialize},
    {"use.latest.version", registry, serialize},
    {"value.subject.name.strategy", registry, serialize},
    {"key.subject.name.strategy", registry, serialize},
    {"spring.kafka.bootstrap-servers", spring, "set bootstrap.servers"},
    {"spring.kafka.producer.bootstrap-servers", spring, "set bootstrap.servers"},

    {"test.mock.num.brokers", test_client,
     "make a kafka::MockCluster and set bootstrap.servers to its bootstrap_servers()"},
    {"test.mock.broker.rtt", test_client, "use MockCluster::set_round_trip_time()"},
};

/// Properties of the producer that librdkafka has added since 1.9.
struct Newer {
  std::string_view name;
  /// All names that start with `name`.
  bool prefix;
  std::string_view since;
};

constexpr Newer newer[] = {
    {"ssl.providers", false, "2.0.0"},
    {"client.dns.lookup", false, "2.2.0"},
    {"retry.backoff.max.ms", false, "2.3.0"},
    {"enable.metrics.push", false, "2.5.0"},
    {"metadata.recovery.strategy", false, "2.10.0"},
    {"metadata.recovery.rebootstrap.trigger.ms", false, "2.11.0"},
    {"https.ca.", true, "2.11.0"},
    {"sasl.oauthbearer.assertion.", true, "2.11.0"},
    {"sasl.oauthbearer.client.credentials.", true, "2.11.0"},
    {"sasl.oauthbearer.grant.type", false, "2.11.0"},
    {"sasl.oauthbearer.metadata.authentication.type", false, "2.12.0"},
    {"sasl.oauthbearer.sub.claim.name", false, "2.14.0"},
};

struct ApiProperty {
  std::string_view name;
  std::string_view advice;
};

constexpr ApiProperty api_properties[] = {
    {"dr_cb", "pass a callback with each record to produce()"},
    {"dr_msg_cb", "pass a callback with each record to produce()"},
    {"error_cb", "set Hooks::on_error"},
    {"log_cb", "set Hooks::on_log"},
    {"stats_cb", "set Hooks::on_statistics"},
    {"ssl_ca", "set ssl.ca.location or ssl.ca.pem"},
    {"ssl_certificate", "set ssl.certificate.location or ssl.certificate.pem"},
    {"ssl_key", "set ssl.key.location or ssl.key.pem"},
};

}  // namespace

std::string describe_foreign_property(std::string_view name) {
  const std::string begin = "property " + std::string(name);
  for (const Foreign& property : foreign) {
    if (property.name != name) continue;
    return begin + " belongs to " + std::string(property.owner) + ": here, " +
           std::string(property.advice);
  }
  for (const Newer& property : newer) {
    if (property.prefix ? !name.starts_with(property.name) : property.name != name) continue;
    return begin + " needs librdkafka " + std::string(property.since) + " or later, and this is " +
           rd_kafka_version_str() + ": leave it out, or use a newer librdkafka";
  }
  return {};
}

std::string describe_api_property(std::string_view name) {
  const std::string begin =
      "property " + std::string(name) + " takes a function or a pointer of librdkafka's C API, ";
  for (const ApiProperty& property : api_properties) {
    if (property.name == name) return begin + "not a text: " + std::string(property.advice);
  }
  return begin + "not a text: leave it out";
}

}  // namespace v1
}  // namespace kafka
