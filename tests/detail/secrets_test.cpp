#include "detail/secrets.hpp"

#include <gtest/gtest.h>

#include <ctime>
#include <kafka/config.hpp>
#include <random>
#include <string>

namespace {

using kafka::is_secret;
using kafka::redact_urls;
using kafka::Secrets;

TEST(Secrets, KnowsTheProperties) {
  for (const auto* name :
       {"sasl.password", "sasl.username", "ssl.key.password", "ssl.keystore.password",
        "ssl.key.pem", "ssl_key", "sasl.oauthbearer.client.secret", "sasl.oauthbearer.config",
        "sasl.jaas.config", "sasl.kerberos.kinit.cmd", "SASL.Password"}) {
    EXPECT_TRUE(is_secret(name)) << name;
  }
  for (const auto* name : {"bootstrap.servers", "client.id", "linger.ms", "ssl.ca.location",
                           "sasl.mechanism", "sasl.oauthbearer.token.endpoint.url"}) {
    EXPECT_FALSE(is_secret(name)) << name;
  }
}

TEST(Secrets, GoOutOfTexts) {
  const Secrets secrets({{"sasl.username", "alice-the-user"},
                         {"sasl.password", "hunter22"},
                         {"ssl.key.pem", "-----BEGIN KEY-----\nMIIabcdefgh\n-----END KEY-----"}});
  EXPECT_EQ(secrets.redact("hunter22, xhunter22x, alice-the-user"),
            "[redacted], x[redacted]x, [redacted]");
  EXPECT_EQ(secrets.redact("bad line: MIIabcdefgh"), "bad line: [redacted]");
  EXPECT_EQ(secrets.redact("nothing to hide"), "nothing to hide");
}

TEST(Secrets, ThatContainEachOtherGoAsAWhole) {
  const Secrets secrets({{"sasl.password", "hunter"}, {"ssl.key.password", "hunter22"}});
  EXPECT_EQ(secrets.redact("hunter22 hunter"), "[redacted] [redacted]");
}

TEST(Secrets, OfALetterAreHiddenWhereTheyStandAlone) {
  const Secrets secrets({{"sasl.password", "a"}});
  EXPECT_EQ(secrets.redact("a cat: 'a'"), "[redacted] cat: '[redacted]'");
}

/// Letters in an order that no other text has.
std::string random_letters(std::size_t count) {
  std::mt19937 random(16);
  std::string letters;
  while (letters.size() < count) letters += static_cast<char>('A' + random() % 26);
  return letters;
}

TEST(Secrets, AreHiddenWhereABufferCutThemOff) {
  const std::string token = random_letters(600);
  const Secrets secrets(
      {{"sasl.oauthbearer.config", "principal=me " + token}, {"ssl.key.password", "kitchen sink"}});
  for (const std::size_t left : {599U, 454U, 100U, 20U, 8U}) {
    EXPECT_EQ(secrets.redact("beginning at: " + token.substr(0, left)), "beginning at: [redacted]");
    EXPECT_EQ(secrets.redact(token.substr(0, left) + " or so"), "[redacted] or so");
  }
  EXPECT_EQ(secrets.redact("\"kitchen s\": no"), "\"[redacted]\": no");
  // Of a secret whose rest did not fit into a buffer there may be only a few letters.
  const std::string before = std::string(200, '-') + " ";
  for (const std::size_t left : {7U, 4U}) {
    EXPECT_EQ(secrets.redact(before + token.substr(0, left)), before + "[redacted]");
    EXPECT_EQ(secrets.redact(before + token.substr(0, left) + " (_AUTHENTICATION)"),
              before + "[redacted] (_AUTHENTICATION)");
  }
  for (const std::size_t size : {127U, 255U, 511U, 1023U, 2047U}) {
    const std::string filled = std::string(size - 2, '-') + " ";
    EXPECT_EQ(secrets.redact(filled + token[0]), filled + "[redacted]") << size;
  }
}

TEST(Secrets, AreNotFoundInOrdinaryWords) {
  const Secrets secrets({{"sasl.password", "connect-me"}, {"ssl.key.password", "used-by-me"}});
  const std::string before = std::string(200, '-') + " ";
  for (const std::string text :
       {"it did not connect", "it did not connect (c)", "a c", "connection refused"}) {
    EXPECT_EQ(secrets.redact(text), text);
  }
  EXPECT_EQ(secrets.redact(before + "connection refused"), before + "connection refused");
}

TEST(Secrets, AreHiddenPartByPart) {
  const Secrets secrets(
      {{"sasl.oauthbearer.config", "principal=alice scope=b,reader extension_x=pass7 Zm9v=="},
       {"sasl.jaas.config", "PlainLoginModule required username=\"bob\" password=\"abc 12\";"},
       {"ssl.key.pem", "-----BEGIN PRIVATE KEY-----\nMIIabc\nZg==\n-----END PRIVATE KEY-----"}});
  EXPECT_EQ(secrets.redact("principal=alice"), "principal=[redacted]");
  EXPECT_EQ(secrets.redact("pass7, reader, b, Zm9v"),
            "[redacted], [redacted], [redacted], [redacted]");
  EXPECT_EQ(secrets.redact("bob abc 12 MIIabc Zg=="),
            "[redacted] [redacted] [redacted] [redacted] [redacted]==");
  EXPECT_EQ(secrets.redact("lines BEGIN PRIVATE KEY, principal, extension_x, scope"),
            "lines BEGIN PRIVATE KEY, principal, extension_x, scope");
}

TEST(Secrets, OfACommandAreHiddenButNotWhatItIsAbout) {
  const Secrets secrets({{"sasl.kerberos.kinit.cmd",
                          "echo hunter2 | kinit -t \"%{sasl.kerberos.keytab}\" --user=alice"}});
  EXPECT_EQ(secrets.redact("failed: echo hunter2 | kinit -t \"/etc/keytab\" --user=alice: code 1"),
            "failed: echo [redacted] | kinit [redacted] \"/etc/keytab\" [redacted]=[redacted]: "
            "code 1");
  EXPECT_EQ(secrets.redact("sasl.kerberos.keytab, sasl.kerberos.kinit.cmd"),
            "sasl.kerberos.keytab, sasl.kerberos.kinit.cmd");
}

TEST(Secrets, AreHiddenInTextsThatWereEscaped) {
  const Secrets secrets({{"sasl.password", "one\ntwo\xff"}});
  EXPECT_EQ(secrets.redact("one\ntwo\xff, one\\x0atwo\\xff"), "[redacted], [redacted]");
}

TEST(Secrets, TakeTimeInProportionToTheText) {
  // A quadratic search takes minutes for one of these.
  const std::string text(2'000'000, 'a');
  const Secrets letter({{"sasl.password", "a"}});
  const Secrets repeated({{"sasl.password", std::string(100'000, 'a') + "b"}});
  std::string alone;
  while (alone.size() < text.size()) alone += "a ";
  const std::clock_t start = std::clock();
  EXPECT_EQ(letter.redact(text), text);
  EXPECT_EQ(letter.redact(alone).size(), alone.size() / 2 * 11);
  EXPECT_EQ(repeated.redact(text), "[redacted]");
  EXPECT_LT(std::clock() - start, 10 * CLOCKS_PER_SEC);
}

TEST(Secrets, GoOutOfJsonWhichKeepsItsNumbersAndNames) {
  const Secrets secrets({{"sasl.username", "state"}, {"sasl.password", "1234"}});
  EXPECT_EQ(secrets.redact_json(R"({"name": "state#1", "ts": 123456, "state": ["1234", "\\"],
        "brokers": {"state:9092/1": {"name": "\"1234\"", "state": "UP", "nodeid": 1234}},
        "topics": {"state": {"topic": "state", "partitions": {"0": {"state": 1}}}}, "age": 1234})"),
            R"({"name": "[redacted]#1", "ts": 123456, "state": ["[redacted]", "\\"],
        "brokers": {"[redacted]:9092/1": {"name": "\"[redacted]\"", "state": "UP", "nodeid": 1234}},
        "topics": {"[redacted]": {"topic": "[redacted]", "partitions": {"0": {"state": 1}}}}, "age": 1234})");
  EXPECT_EQ(secrets.redact_json(R"({"name": "1234)"), R"({"name": "[redacted])");
  for (const auto* text : {"", "}}", "{\"", "\"a\\", "[]"}) {
    EXPECT_EQ(secrets.redact_json(text), text);
  }
}

TEST(Secrets, OfAUrlAreHiddenOutsideOfIt) {
  const Secrets secrets({{"sasl.oauthbearer.token.endpoint.url", "https://me:hunter22@host/a"},
                         {"bootstrap.servers", "localhost:9092,ssl://you:pass@w0rd@other:1"},
                         {"client.id", "http://host:1/@me and http://user@host"}});
  EXPECT_EQ(secrets.redact("cannot resolve me:hunter22@host"), "cannot resolve me:[redacted]@host");
  EXPECT_EQ(secrets.redact("you:pass@w0rd@other"), "you:[redacted]@other");
  EXPECT_EQ(secrets.redact("host:1, user@host"), "host:1, user@host");
  const std::string before = std::string(200, '-') + " ";
  EXPECT_EQ(secrets.redact(before + "https://me:hunte"), before + "https://me:[redacted]");
  // A user without a password may be a token.
  EXPECT_EQ(Secrets({{"client.id", "https://ghp_0123456789@host"}}).redact("at https://ghp_0123"),
            "at https://[redacted]");
}

TEST(Secrets, GoOutOfUrls) {
  EXPECT_EQ(redact_urls("at https://me:pass@host:1/a?token=x#y."),
            "at https://[redacted]@host:1/a?[redacted]");
  EXPECT_EQ(redact_urls("http://me@h and http://h/a"), "http://[redacted]@h and http://h/a");
  EXPECT_EQ(redact_urls("http://me:p@ss/w@host/"), "http://[redacted]@host/");
}

}  // namespace
