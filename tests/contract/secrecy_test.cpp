// Point 16 of the contract: secrets and control characters.

#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <kafka/background_poller.hpp>
#include <memory>
#include <mutex>
#include <sstream>
#include <stdexcept>
#include <vector>

#include "support.hpp"

namespace {

using namespace support;

struct Contract16 : Cluster {
  static constexpr const char* secret = "s3cr3t-hunter2-value";

  std::mutex mutex;
  std::string seen;

  void see(std::string_view text) {
    const std::lock_guard lock(mutex);
    seen.append(text).append("\n");
  }
  void expect_nothing_seen(const std::string& where) {
    const std::lock_guard lock(mutex);
    EXPECT_EQ(seen.find(secret), std::string::npos) << where << ": " << seen;
    EXPECT_TRUE(std::none_of(seen.begin(), seen.end(), [](char c) {
      return c != '\n' && static_cast<unsigned char>(c) < 0x20;
    })) << where;
  }
  /// Makes a producer of the configuration, and looks at all that it says.
  void try_config(const kafka::Config& config, const std::string& where) {
    std::ostringstream printed;
    printed << config;
    see(printed.str());
    try {
      kafka::Producer producer(config,
                               {.on_error = [&](const Error& error) { see(error.message()); },
                                .on_log =
                                    [&](int, std::string_view facility, std::string_view text) {
                                      see(std::string(facility) + std::string(text));
                                    }});
      producer.poll(10ms);
      producer.set_close_timeout(0ms);
    } catch (const kafka::Exception& exception) {
      see(exception.what());
    }
    expect_nothing_seen(where);
  }
};

TEST_F(Contract16, NoSecretPropertyIsEverShown) {
  const std::vector<std::pair<std::string, std::string>> secrets = {
      {"sasl.password", secret},
      {"sasl.username", secret},
      {"ssl.key.password", secret},
      {"ssl.keystore.password", secret},
      {"ssl.key.pem", std::string("-----BEGIN PRIVATE KEY-----\n") + secret + "\n-----END-----"},
      {"ssl_key", secret},
      {"sasl.oauthbearer.client.secret", secret},
      {"sasl.oauthbearer.config", std::string("principal=x scope=") + secret},
      {"sasl.kerberos.kinit.cmd", std::string("kinit -p https://me:") + secret + "@host"},
      {"sasl.kerberos.kinit.cmd", std::string("false ") + secret},
      {"sasl.oauthbearer.token.endpoint.url",
       std::string("https://me:") + secret + "@localhost/token?key=" + secret},
      {"sasl.oauthbearer.token.endpoint.url", std::string("https://localhost/token?key=") + secret},
      {"bootstrap.servers", std::string("sasl_ssl://me:") + secret + "@localhost:1"},
  };
  for (const auto& [name, value] : secrets) {
    for (const auto* mechanism : {"", "PLAIN", "SCRAM-SHA-512", "OAUTHBEARER", "GSSAPI"}) {
      kafka::Config config{{"bootstrap.servers", "localhost:1"}, {"debug", "all"}};
      if (*mechanism != '\0') {
        config.set("sasl.mechanism", mechanism).set("security.protocol", "sasl_plaintext");
      }
      try_config(config.set(name, value), name + " " + mechanism);
    }
    // A name that is only nearly right.
    try_config(kafka::Config{{"bootstrap.servers", "localhost:1"}}.set(name + "s", value), name);
  }
}

TEST_F(Contract16, AnErrorThatQuotesAValueHidesASecret) {
  try_config(
      {{"bootstrap.servers", "localhost:1"}, {"sasl.password", secret}, {"linger.ms", secret}},
      "linger.ms");
}

/// The names of all properties of this librdkafka, which it only prints.
std::vector<std::string> all_properties() {
  char* text = nullptr;
  std::size_t size = 0;
  std::FILE* stream = ::open_memstream(&text, &size);
  rd_kafka_conf_properties_show(stream);
  std::fclose(stream);
  const std::unique_ptr<char, decltype(&std::free)> owner(text, std::free);
  std::istringstream lines(std::string(text, size));
  std::vector<std::string> names;
  for (std::string line; std::getline(lines, line);) {
    if (line.find('|') != std::string::npos) names.push_back(line.substr(0, line.find(' ')));
  }
  return names;
}

// librdkafka hides the values of those properties that it calls sensitive in its own dump.
TEST_F(Contract16, WhatLibrdkafkaCallsSensitiveIsASecretHereToo) {
  std::unique_ptr<rd_kafka_conf_t, decltype(&rd_kafka_conf_destroy)> conf(rd_kafka_conf_new(),
                                                                          rd_kafka_conf_destroy);
  int known = 0;  // of those that are sensitive in every version; a build without TLS has fewer
  for (const std::string& name : all_properties()) {
    const bool free_text = name.starts_with("sasl.") || name.starts_with("ssl") ||
                           name.find("secret") != std::string::npos;
    if (free_text &&
        rd_kafka_conf_set(conf.get(), name.c_str(), "some-text", nullptr, 0) == RD_KAFKA_CONF_OK) {
      known += name == "sasl.username" || name == "sasl.password" || name == "ssl.key.password" ||
               name == "ssl.key.pem" || name == "ssl.keystore.password";
    }
  }
  rd_kafka_conf_set(conf.get(), "debug", "conf", nullptr, 0);
  rd_kafka_conf_set_opaque(conf.get(), this);
  rd_kafka_conf_set_log_cb(conf.get(),
                           [](const rd_kafka_t* handle, int, const char*, const char* text) {
                             if (handle != nullptr)
                               static_cast<Contract16*>(rd_kafka_opaque(handle))->see(text);
                           });
  char reason[512] = "";
  const std::unique_ptr<rd_kafka_t, decltype(&rd_kafka_destroy)> handle(
      rd_kafka_new(RD_KAFKA_PRODUCER, conf.get(), reason, sizeof reason), rd_kafka_destroy);
  ASSERT_NE(handle, nullptr) << reason;
  static_cast<void>(conf.release());

  std::istringstream lines(std::exchange(seen, {}));
  int sensitive = 0;
  for (std::string line; std::getline(lines, line);) {
    const std::size_t end = line.find(" = [redacted]");
    if (end == std::string::npos) continue;
    const std::size_t begin = line.find_last_of(" ", end - 1) + 1;
    const std::string name = line.substr(begin, end - begin);
    std::ostringstream printed;
    printed << kafka::Config().set(name, secret);
    EXPECT_EQ(printed.str(), name + "=[redacted]\n");
    ++sensitive;
  }
  EXPECT_GE(known, 2);
  EXPECT_GE(sensitive, known);
}

TEST_F(Contract16, EveryPropertyThatSoundsLikeASecretIsHidden) {
  int secrets = 0;
  for (const std::string& name : all_properties()) {
    const bool sounds_secret = name.find("password") != std::string::npos ||
                               name.find("secret") != std::string::npos ||
                               name.find("passphrase") != std::string::npos;
    if (!sounds_secret) continue;
    try_config(
        kafka::Config{{"bootstrap.servers", "localhost:1"}, {"debug", "all"}}.set(name, secret),
        name);
    ++secrets;
  }
  EXPECT_GE(secrets, 4);
}

TEST_F(Contract16, WhatCallbacksThrowIsLoggedWithoutSecrets) {
  {
    kafka::Producer producer(
        config({{"sasl.password", secret}, {"log_level", "6"}}),
        {.on_log = [&](int, std::string_view, std::string_view text) { see(text); }});
    producer.produce("events", "key", "value", [](const Error&, const Message&) {
      throw std::runtime_error(std::string("a\x1b[2J\n") + secret);
    });
  }
  expect_nothing_seen("exception");
  EXPECT_NE(seen.find("a callback threw: a\\x1b[2J\\x0a[redacted]"), std::string::npos) << seen;
}

/// Whether librdkafka was built with the feature.
bool has_feature(const std::string& name) {
  char features[512] = "";
  std::size_t size = sizeof features;
  rd_kafka_conf_t* const conf = rd_kafka_conf_new();
  rd_kafka_conf_get(conf, "builtin.features", features, &size);
  rd_kafka_conf_destroy(conf);
  return ("," + std::string(features) + ",").find("," + name + ",") != std::string::npos;
}

TEST_F(Contract16, NoPartOfASecretThatLibrdkafkaCutOffIsShown) {
  std::string token;  // in which no four letters are those of another text
  for (int i = 0; token.size() < 600; ++i) token += "q" + std::to_string(1000 + i) + "z";
  for (const char* before : {"", "principal=me ", "principal=me extension_x=y "}) {
    try_config({{"bootstrap.servers", "localhost:1"},
                {"debug", "all"},
                {"security.protocol", "sasl_plaintext"},
                {"sasl.mechanism", "OAUTHBEARER"},
                {"enable.sasl.oauthbearer.unsecure.jwt", "true"},
                {"sasl.oauthbearer.config", before + token}},
               before);
    for (std::size_t i = 0; i + 4 <= token.size(); i += 3) {
      ASSERT_EQ(seen.find(token.substr(i, 4)), std::string::npos) << before << ": " << seen;
    }
  }
  if (has_feature("sasl_oauthbearer")) {
    EXPECT_NE(seen.find("beginning at: [redacted]"), std::string::npos) << seen;
  }
}

TEST_F(Contract16, StatisticsShowNoSecret) {
  std::string statistics;
  kafka::Producer producer(config({{"client.id", std::string("me-") + secret},
                                   {"sasl.password", secret},
                                   {"statistics.interval.ms", "10"}}),
                           {.on_statistics = [&](std::string_view json) { statistics = json; }});
  producer.produce(secret, "key", "value");
  ASSERT_EQ(producer.flush(patience), 0U);
  ASSERT_TRUE(eventually([&] {
    producer.poll(10ms);
    return statistics.find(R"("topic":)") != std::string::npos;
  }));
  std::erase(statistics, ' ');
  see(statistics);
  expect_nothing_seen("statistics");
  EXPECT_NE(seen.find(R"("client_id":"me-[redacted]")"), std::string::npos) << seen;
  EXPECT_NE(seen.find(R"("[redacted]":{"topic":"[redacted]")"), std::string::npos) << seen;
}

TEST_F(Contract16, TheNameOfTheProducerIsLoggedWithoutSecrets) {
  testing::internal::CaptureStderr();
  {
    kafka::Producer producer(config({{"client.id", std::string("me-") + secret},
                                     {"sasl.password", secret},
                                     {"debug", "all"},
                                     {"log_level", "7"}}));
  }
  const std::string logged = testing::internal::GetCapturedStderr();
  EXPECT_NE(logged.find("me-[redacted]#producer-"), std::string::npos) << logged;
  EXPECT_EQ(logged.find(secret), std::string::npos) << logged;
}

TEST_F(Contract16, WhatCallbacksThrowInABackgroundPollerIsLoggedWithoutSecrets) {
  {
    kafka::Producer producer(
        config({{"sasl.password", secret}}),
        {.on_log = [&](int, std::string_view, std::string_view text) { see(text); }});
    const kafka::BackgroundPoller poller(producer);
    producer.produce("events", "key", "value", [](const Error&, const Message&) {
      throw std::runtime_error(std::string("a\x1b[2J\n") + secret);
    });
    ASSERT_TRUE(eventually([&] {
      const std::lock_guard lock(mutex);
      return seen.find("a callback threw: a\\x1b[2J\\x0a[redacted]") != std::string::npos;
    }));
  }
  expect_nothing_seen("exception");
}

TEST_F(Contract16, LogLinesAreEscaped) {
  try_config({{"bootstrap.servers", "localhost:1"},
              {"sasl.kerberos.service.name", "a\x1b[2J\nb"},
              {"debug", "all"}},
             "log");
  EXPECT_NE(seen.find("a\\x1b[2J\\x0ab"), std::string::npos) << seen;
}

TEST_F(Contract16, ControlCharactersAreEscaped) {
  kafka::Producer producer(config());
  const std::string evil = "a\x1b[2J\nb";
  see(error_of([&] { producer.produce(evil, "key", "value"); }).message());
  std::ostringstream printed;
  printed << error_of([&] { producer.produce(evil, "key", "value"); }) << kafka::BytesView(evil);
  printed << Error(Errc::invalid_arg, evil);
  see(printed.str());
  expect_nothing_seen("topic");
  EXPECT_NE(seen.find("\\x1b"), std::string::npos) << seen;
}

}  // namespace
