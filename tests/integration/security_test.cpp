// TLS, SASL and permissions on a real broker, right and wrong. What is wrong is named, in time, and
// without a secret.

#include <librdkafka/rdkafka.h>

#include <mutex>

#include "cluster.hpp"
#include "outcome.hpp"
#include "tools.hpp"

namespace {

using namespace integration;
using kafka::Persistence;

constexpr auto delivery_timeout = 3000ms;

/// What a configuration may hold and no text may.
const std::vector<std::string> secrets{"alice-secret", "scram-secret", "a-wrong-password",
                                       "key-password"};

Cluster::Options secure_options(const std::string& certificates) {
  const std::string login = "org.apache.kafka.common.security.";
  const std::string plain =
      login +
      "plain.PlainLoginModule required user_alice=\"alice-secret\" user_bob=\"bob-secret\";";
  Cluster::Properties properties{
      {"ssl.keystore.type", "PEM"},
      {"ssl.keystore.location", certificates + "/server.pem"},
      {"ssl.truststore.type", "PEM"},
      {"ssl.truststore.location", certificates + "/ca.crt"},
      {"listener.name.mtls.ssl.client.auth", "required"},
      {"listener.name.mtls.ssl.principal.mapping.rules", "RULE:^CN=([^,]+).*$/$1/,DEFAULT"},
      {"sasl.enabled.mechanisms", "PLAIN,SCRAM-SHA-512"},
      {"listener.name.sasl.plain.sasl.jaas.config", plain},
      {"listener.name.saslssl.plain.sasl.jaas.config", plain},
      {"listener.name.sasl.scram-sha-512.sasl.jaas.config",
       login + "scram.ScramLoginModule required;"},
      {"listener.name.saslssl.scram-sha-512.sasl.jaas.config",
       login + "scram.ScramLoginModule required;"},
      {"listener.name.oauth.sasl.enabled.mechanisms", "OAUTHBEARER"},
      {"listener.name.oauth.oauthbearer.sasl.jaas.config",
       login +
           "oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub=\"any\";"},
      {"authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer"},
      // Bob is none of them. The listeners of the servers' and the tools' own know nobody by name.
      {"super.users", "User:ANONYMOUS;User:alice;User:scram;User:client1;User:service"},
  };
  for (const std::string name : {"wronghost", "expired"}) {
    properties["listener.name." + name + ".ssl.keystore.type"] = "PEM";
    properties["listener.name." + name + ".ssl.keystore.location"] =
        certificates + (name == "expired" ? "/expired.pem" : "/wrong-host.pem");
  }
  return {.listeners = {{"TLS", "SSL"},
                        {"MTLS", "SSL"},
                        {"WRONGHOST", "SSL"},
                        {"EXPIRED", "SSL"},
                        {"SASL", "SASL_PLAINTEXT"},
                        {"SASLSSL", "SASL_SSL"},
                        {"OAUTH", "SASL_PLAINTEXT"}},
          .properties = properties,
          .format_arguments = {"--add-scram", "SCRAM-SHA-512=[name=scram,password=scram-secret]"}};
}

struct Security : testing::Test {
  static void SetUpTestSuite() {
    certificates = std::make_unique<ScratchDirectory>("certificates");
    const Finished made =
        run({"sh", SOURCE_DIRECTORY "/certificates.sh", certificates->path().string()});
    ASSERT_EQ(made.exit_code, 0) << made.errors;
    cluster = std::make_unique<Cluster>(secure_options(certificates->path()));
    cluster->create_topic("events");
  }
  static void TearDownTestSuite() {
    cluster.reset();
    certificates.reset();
  }

  static std::string certificate(const std::string& name) { return certificates->path() / name; }

  static kafka::Config config(const Cluster& at, const char* listener, const kafka::Config& more) {
    return kafka::Config{{"bootstrap.servers", "127.0.0.1:" + std::to_string(at.port(1, listener))},
                         {"delivery.timeout.ms", std::to_string(delivery_timeout.count())},
                         {"log_level", "7"}}
        .merge(more);
  }

  static kafka::Config tls(const kafka::Config& more = {}) {
    return kafka::Config{{"security.protocol", "ssl"}, {"ssl.ca.location", certificate("ca.crt")}}
        .merge(more);
  }
  static kafka::Config mutual_tls(const std::string& name) {
    return tls({{"ssl.certificate.location", certificate(name + ".crt")},
                {"ssl.key.location", certificate(name + ".key")}});
  }
  static kafka::Config sasl(std::string_view mechanism, std::string_view user,
                            std::string_view password) {
    return {{"security.protocol", "sasl_plaintext"},
            {"sasl.mechanism", mechanism},
            {"sasl.username", user},
            {"sasl.password", password}};
  }
  static kafka::Config oauth(std::string_view token) {
    return {{"security.protocol", "sasl_plaintext"},
            {"sasl.mechanism", "OAUTHBEARER"},
            {"enable.sasl.oauthbearer.unsecure.jwt", "true"},
            {"sasl.oauthbearer.config", token}};
  }

  /// Sends a record; the error hook's texts and the log go to `texts`.
  void send(const Cluster& at, const char* listener, const kafka::Config& more,
            const char* topic = "events") {
    kafka::Hooks hooks;
    hooks.on_error = [this](const kafka::Error& error) {
      std::ostringstream text;
      text << error;
      const std::lock_guard lock(mutex);
      errors += text.str() + "\n";
      texts += text.str() + "\n";
    };
    hooks.on_log = [this](int, std::string_view, std::string_view text) {
      const std::lock_guard lock(mutex);
      texts.append(text) += '\n';
    };
    kafka::Producer producer(config(at, listener, more), std::move(hooks));
    outcome.accepted = Clock::now();
    producer.produce(topic, "key", "value", outcome.callback());
    EXPECT_EQ(producer.flush(patience), 0U);
    producer.close();
    expect_in_time(outcome, delivery_timeout);
    for (const std::string& secret : secrets) {
      EXPECT_EQ(texts.find(secret), std::string::npos) << texts;
      EXPECT_EQ(outcome.error.message().find(secret), std::string::npos);
    }
  }

  void expect_delivery(const Cluster& at, const char* listener, const kafka::Config& more) {
    const auto before = at.end_offset("events", 0);
    send(at, listener, more);
    EXPECT_FALSE(outcome.error) << outcome.error << '\n' << errors;
    EXPECT_EQ(outcome.metadata.offset, before);
    const auto log = consume(at, "events");
    ASSERT_EQ(log.size(), static_cast<std::size_t>(before) + 1);
    EXPECT_EQ(log.back().key, "key");
    EXPECT_EQ(log.back().value, "value");
  }

  /// That nothing arrives, and that an error of this name says so in these words.
  void expect_refusal(const char* listener, const kafka::Config& more, const char* name,
                      const std::vector<const char*>& words) {
    const auto before = cluster->end_offset("events", 0);
    send(*cluster, listener, more);
    EXPECT_TRUE(outcome.error);
    EXPECT_EQ(outcome.metadata.persistence, Persistence::not_persisted);
    EXPECT_EQ(cluster->end_offset("events", 0), before);
    EXPECT_NE(errors.find(std::string(name) + ": "), std::string::npos) << errors;
    for (const char* word : words) {
      EXPECT_NE(errors.find(word), std::string::npos) << word << " is not in:\n" << errors;
    }
  }

  Outcome outcome;
  std::mutex mutex;
  std::string errors;
  std::string texts;
  static std::unique_ptr<ScratchDirectory> certificates;
  static std::unique_ptr<Cluster> cluster;
};
std::unique_ptr<ScratchDirectory> Security::certificates;
std::unique_ptr<Cluster> Security::cluster;

TEST_F(Security, TlsWithAPrivateAuthority) {
  expect_delivery(*cluster, "TLS", tls());
}

TEST_F(Security, MutualTls) {
  expect_delivery(*cluster, "MTLS", mutual_tls("client1"));
}

TEST_F(Security, SaslPlain) {
  expect_delivery(*cluster, "SASL", sasl("PLAIN", "alice", "alice-secret"));
}

TEST_F(Security, SaslPlainOverTls) {
  expect_delivery(*cluster, "SASLSSL",
                  tls()
                      .merge(sasl("PLAIN", "alice", "alice-secret"))
                      .merge({{"security.protocol", "sasl_ssl"}}));
}

TEST_F(Security, OAuthBearer) {
  expect_delivery(*cluster, "OAUTH", oauth("principal=service"));
}

TEST_F(Security, ScramSha512) {
  // librdkafka before 2.6.1 does not take Kafka 4's right answer to a right password.
  std::unique_ptr<Cluster> older;
  if (rd_kafka_version() < 0x020601ff) {
    auto options = secure_options(certificates->path());
    options.version = "3.9.1";
    older = std::make_unique<Cluster>(options);
    older->create_topic("events");
  }
  const Cluster& at = older ? *older : *cluster;
  expect_delivery(at, "SASL", sasl("SCRAM-SHA-512", "scram", "scram-secret"));

  outcome = {};
  send(at, "SASL", sasl("SCRAM-SHA-512", "scram", "a-wrong-password"));
  EXPECT_TRUE(outcome.error);
  EXPECT_NE(errors.find("_AUTHENTICATION: "), std::string::npos) << errors;
}

// ---- Each way to get it wrong

TEST_F(Security, AnotherAuthority) {
  expect_refusal("TLS", tls({{"ssl.ca.location", certificate("other-ca.crt")}}), "_SSL",
                 {"certificate verify failed", "signed by no authority of ssl.ca.location"});
}

TEST_F(Security, ACertificateOfAnotherHost) {
  expect_refusal("WRONGHOST", tls(), "_SSL", {"certificate verify failed", "names another host"});
}

TEST_F(Security, AnExpiredCertificate) {
  expect_refusal("EXPIRED", tls(), "_SSL", {"certificate verify failed", "has expired"});
}

TEST_F(Security, NoVerificationWhereItIsSwitchedOff) {
  expect_delivery(*cluster, "EXPIRED", tls({{"enable.ssl.certificate.verification", "false"}}));
}

TEST_F(Security, NoCertificateWhereOneIsRequired) {
  expect_refusal("MTLS", tls(), "_TRANSPORT", {"SSL", "certificate"});
}

TEST_F(Security, ACertificateOfAStranger) {
  expect_refusal("MTLS", mutual_tls("stranger"), "_TRANSPORT", {"SSL", "certificate"});
}

TEST_F(Security, AnAuthorityThatIsNotThere) {
  try {
    const kafka::Producer producer(
        config(*cluster, "TLS", tls({{"ssl.ca.location", "/nowhere/ca.crt"}})));
    ADD_FAILURE() << "the producer was made";
  } catch (const kafka::Exception& exception) {
    EXPECT_NE(std::string(exception.what()).find("ssl.ca.location"), std::string::npos)
        << exception.what();
  }
}

TEST_F(Security, PlaintextToATlsPort) {
  expect_refusal("TLS", {}, "_TRANSPORT", {"connecting to a SSL listener?"});
}

TEST_F(Security, TlsToAPlaintextPort) {
  expect_refusal("PLAINTEXT", tls(), "_SSL", {"SSL"});
}

TEST_F(Security, PlaintextToASaslPort) {
  expect_refusal("SASL", {}, "_TRANSPORT", {"might require SASL authentication"});
}

TEST_F(Security, AWrongPassword) {
  expect_refusal("SASL", sasl("PLAIN", "alice", "a-wrong-password"), "_AUTHENTICATION",
                 {"Invalid username or password"});
}

TEST_F(Security, AMechanismThatIsNotEnabled) {
  expect_refusal("SASL", sasl("SCRAM-SHA-256", "scram", "scram-secret"), "_AUTHENTICATION",
                 {"SCRAM-SHA-512"});
}

TEST_F(Security, ATokenThatTheBrokerRefuses) {
  expect_refusal("OAUTH", oauth("principalClaimName=name principal=service"), "_AUTHENTICATION",
                 {"invalid_token"});
}

TEST_F(Security, NoPermissionOnTheTopic) {
  const auto before = cluster->end_offset("events", 0);
  send(*cluster, "SASL", sasl("PLAIN", "bob", "bob-secret"));
  EXPECT_EQ(outcome.error.name(), "TOPIC_AUTHORIZATION_FAILED") << outcome.error;
  EXPECT_EQ(outcome.metadata.persistence, Persistence::not_persisted);
  EXPECT_EQ(cluster->end_offset("events", 0), before);

  // With it, given by Kafka's own tool, the same goes through.
  run_tool(*cluster, "org.apache.kafka.tools.AclCommand",
           {"--add", "--allow-principal", "User:bob", "--operation", "Write", "--operation",
            "Describe", "--topic", "events"});
  outcome = {};
  expect_delivery(*cluster, "SASL", sasl("PLAIN", "bob", "bob-secret"));
}

}  // namespace
