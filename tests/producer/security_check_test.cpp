#include "producer/security_check.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "producer/conf_errors.hpp"

namespace {

using kafka::Config;
using support::says;

support::Error error_with(const Config& config) {
  return support::conf_error(Config{{"bootstrap.servers", "localhost:9092"}}.merge(config));
}

Config sasl(const Config& config) {
  return Config{{"security.protocol", "sasl_ssl"}}.merge(config);
}

Config tls(std::string_view name, const std::string& value) {
  return Config{{"security.protocol", "ssl"}}.set(name, value);
}

TEST(SecurityCheck, NamesTheMissingMechanism) {
  EXPECT_TRUE(says(error_with(sasl({})), "security.protocol=sasl_ssl needs sasl.mechanism"));
  EXPECT_TRUE(says(error_with({{"security.protocol", "SASL_PLAINTEXT"}}),
                   "security.protocol=sasl_plaintext needs sasl.mechanism"));
  // Kerberos is the default, for those that configure it.
  EXPECT_FALSE(error_with(sasl({{"sasl.kerberos.keytab", "/no/such/keytab"}})));
}

TEST(SecurityCheck, NamesTheMechanismThatWasMeant) {
  EXPECT_TRUE(says(error_with(sasl({{"sasl.mechanism", "plain"}})), "takes PLAIN in capital"));
  EXPECT_TRUE(says(error_with(sasl({{"sasl.mechanisms", "Scram-Sha-256"}})),
                   "takes SCRAM-SHA-256 in capital"));
}

TEST(SecurityCheck, NamesTheMissingCredentials) {
  for (const auto* mechanism : {"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", " PLAIN"}) {
    const Config config = sasl({{"sasl.mechanism", mechanism}});
    EXPECT_TRUE(says(error_with(config), "set sasl.username"));
    EXPECT_TRUE(says(error_with(Config(config).set("sasl.username", "me")), "set sasl.password"));
    EXPECT_FALSE(
        error_with(Config(config).set("sasl.username", "me").set("sasl.password", "secret")));
  }
}

TEST(SecurityCheck, NamesTheMissingSourceOfTokens) {
  const Config config = sasl({{"sasl.mechanism", "OAUTHBEARER"}});
  EXPECT_TRUE(says(error_with(config), "needs a source of tokens"));
  EXPECT_TRUE(says(error_with(Config(config).set("sasl.oauthbearer.config", "principal=me")),
                   "needs a source of tokens"));
  EXPECT_TRUE(says(error_with(Config(config).set("enable.sasl.oauthbearer.unsecure.jwt", "false")),
                   "needs a source of tokens"));
  const Config unsecured = Config(config).set("enable.sasl.oauthbearer.unsecure.jwt", "true");
  EXPECT_TRUE(says(error_with(unsecured), "needs sasl.oauthbearer.config"));
  EXPECT_FALSE(error_with(Config(unsecured).set("sasl.oauthbearer.config", "principal=me")));
}

TEST(SecurityCheck, NamesTheMissingKeytab) {
  const Config config = sasl({{"sasl.mechanism", "GSSAPI"}});
  EXPECT_TRUE(says(error_with(config), "set sasl.kerberos.keytab"));
  EXPECT_FALSE(error_with(Config(config).set("sasl.kerberos.kinit.cmd", "true")));
  EXPECT_FALSE(error_with(Config(config).set("sasl.kerberos.min.time.before.relogin", "0")));
}

TEST(SecurityCheck, LooksOnlyAtWhatHasAnEffect) {
  EXPECT_FALSE(error_with({{"sasl.mechanism", "PLAIN"}}));
  EXPECT_FALSE(error_with({{"ssl.ca.location", "/no/such/file"}}));
}

class Files : public testing::Test {
 protected:
  Files() { std::filesystem::create_directories(directory_); }
  ~Files() override { std::filesystem::remove_all(directory_); }

  std::string file(const std::string& name, std::string_view content) {
    std::ofstream(directory_ / name, std::ios::binary) << content;
    return (directory_ / name).string();
  }

  const std::filesystem::path directory_ =
      std::filesystem::path(testing::TempDir()) / ("security_check_" + std::to_string(getpid()));
};

using SecurityCheckFiles = Files;

TEST_F(SecurityCheckFiles, ThatAreMissingAreNamed) {
  for (const auto* name : {"ssl.ca.location", "ssl.certificate.location", "ssl.key.location",
                           "ssl.crl.location", "ssl.keystore.location"}) {
    const support::Error error = error_with(tls(name, "/no/such/file"));
    EXPECT_TRUE(says(error, std::string("property ") + name +
                                ": \"/no/such/file\" cannot be read (No such file or directory)"));
    EXPECT_FALSE(error_with({{name, "/no/such/file"}})) << "without TLS";
  }
  EXPECT_TRUE(says(error_with(tls("ssl.ca.location", file("ca.pem", "-----BEGIN ") + " ")),
                   "ca.pem \" cannot be read"));
}

TEST_F(SecurityCheckFiles, WithoutPermissionAreNamed) {
  const std::string path = file("secret.pem", "-----BEGIN PRIVATE KEY-----");
  std::filesystem::permissions(path, std::filesystem::perms::none);
  if (access(path.c_str(), R_OK) == 0) GTEST_SKIP() << "this user may read every file";
  EXPECT_TRUE(says(error_with(tls("ssl.key.location", path)), "(Permission denied)"));
}

TEST_F(SecurityCheckFiles, OfAnotherFormatAreNamed) {
  const std::string text = file("ca.der", "\x30\x82");
  EXPECT_TRUE(says(error_with(tls("ssl.ca.location", text)), "ca.der\" is not in PEM format"));
  const std::string java = file("trust.jks", "\xFE\xED\xFE\xED");
  EXPECT_TRUE(says(error_with(tls("ssl.ca.location", java)), "is a Java keystore (JKS)"));
  EXPECT_TRUE(says(error_with(tls("ssl.keystore.location", java)), "is a Java keystore (JKS)"));
}

TEST_F(SecurityCheckFiles, MayBeADirectoryForAuthoritiesOnly) {
  EXPECT_FALSE(error_with(tls("ssl.ca.location", directory_.string())));
  EXPECT_TRUE(says(error_with(tls("ssl.key.location", directory_.string())), "is a directory"));
}

TEST_F(SecurityCheckFiles, AreReadWhereTheyHaveTheRightFormat) {
  EXPECT_FALSE(
      error_with(tls("ssl.ca.location", file("ca.pem", "# a\n-----BEGIN CERTIFICATE-----"))));
  EXPECT_FALSE(error_with(tls("ssl.ca.location", " " + file("ca.pem", "-----BEGIN ..."))));
  EXPECT_FALSE(error_with(tls("ssl.ca.location", "probe")));
  EXPECT_FALSE(error_with(tls("ssl.keystore.location", file("a.p12", "\x30\x82"))));
}

TEST_F(SecurityCheckFiles, ThatOpenSslCannotReadAreNamedToo) {
  const std::string path = file("ca.pem", "-----BEGIN CERTIFICATE-----\nx\n");
  const Config config = Config{{"bootstrap.servers", "localhost:1"}, {"log_level", "0"}}.merge(
      tls("ssl.ca.location", path));
  EXPECT_TRUE(says(support::error_of([&] { kafka::Producer producer(config); }),
                   "(ssl.ca.location is \"" + path + "\")"));
}

TEST(SecurityCheck, ExplainsWhatLibrdkafkaLeavesOut) {
  EXPECT_EQ(kafka::explain_failure({}, "`message.timeout.ms` must be greater than `linger.ms`"),
            "`delivery.timeout.ms` must be greater than `linger.ms`");
  EXPECT_EQ(kafka::explain_failure({}, "an odd ` backtick"), "an odd ` backtick");
  EXPECT_NE(kafka::explain_failure({}, "Unsupported SASL mechanism: X").find("SCRAM-SHA-256"),
            std::string::npos);
}

}  // namespace
