#include "detail/secrets.hpp"

#include <gtest/gtest.h>

#include <kafka/config.hpp>

namespace {

using kafka::is_secret;
using kafka::redact_urls;
using kafka::Secrets;

TEST(Secrets, KnowsTheProperties) {
  for (const auto* name :
       {"sasl.password", "sasl.username", "ssl.key.password", "ssl.keystore.password",
        "ssl.key.pem", "ssl_key", "sasl.oauthbearer.client.secret", "sasl.oauthbearer.config",
        "sasl.jaas.config", "SASL.Password"}) {
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

TEST(Secrets, OfAUrlAreHiddenOutsideOfIt) {
  const Secrets secrets({{"sasl.oauthbearer.token.endpoint.url", "https://me:hunter22@host/a"},
                         {"bootstrap.servers", "localhost:9092,ssl://you:pass@w0rd@other:1"},
                         {"client.id", "http://host:1/@me and http://user@host"}});
  EXPECT_EQ(secrets.redact("cannot resolve me:hunter22@host"), "cannot resolve me:[redacted]@host");
  EXPECT_EQ(secrets.redact("you:pass@w0rd@other"), "you:[redacted]@other");
  EXPECT_EQ(secrets.redact("host:1, user@host"), "host:1, user@host");
}

TEST(Secrets, GoOutOfUrls) {
  EXPECT_EQ(redact_urls("at https://me:pass@host:1/a?token=x#y."),
            "at https://[redacted]@host:1/a?[redacted]");
  EXPECT_EQ(redact_urls("http://me@h and http://h/a"), "http://[redacted]@h and http://h/a");
  EXPECT_EQ(redact_urls("http://me:p@ss/w@host/"), "http://[redacted]@host/");
}

}  // namespace
