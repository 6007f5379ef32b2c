#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <kafka/config.hpp>
#include <kafka/error.hpp>
#include <sstream>

namespace {

using kafka::Config;
using kafka::Errc;

kafka::Error error_of_parsing(std::string_view text) {
  try {
    static_cast<void>(Config::parse(text, "client.properties"));
  } catch (const kafka::Exception& exception) {
    return exception.error();
  }
  return {};
}

kafka::Error error_of_reading(const std::filesystem::path& path) {
  try {
    static_cast<void>(Config::from_file(path));
  } catch (const kafka::Exception& exception) {
    return exception.error();
  }
  return {};
}

TEST(Config, IsMadeFromPairsAndMaps) {
  const Config expected{{"bootstrap.servers", "localhost:9092"}, {"linger.ms", "5"}};
  EXPECT_EQ(expected.get("linger.ms"), "5");
  EXPECT_EQ(expected.get("acks"), std::nullopt);
  EXPECT_TRUE(expected.contains("linger.ms"));
  EXPECT_FALSE(expected.contains("acks"));
  EXPECT_EQ(Config(std::map<std::string, std::string>{{"linger.ms", "5"},
                                                      {"bootstrap.servers", "localhost:9092"}}),
            expected);
  EXPECT_EQ(Config()
                .set("linger.ms", "4")
                .set("bootstrap.servers", "localhost:9092")
                .set("linger.ms", "5"),
            expected);
  EXPECT_EQ((Config{{"linger.ms", "4"}, {"linger.ms", "5"}}.get("linger.ms")), "5");
}

TEST(Config, MergesTheOtherOneOverItself) {
  Config config{{"acks", "1"}, {"linger.ms", "5"}};
  config.merge({{"acks", "all"}, {"client.id", "a"}});
  EXPECT_EQ(config, (Config{{"acks", "all"}, {"client.id", "a"}, {"linger.ms", "5"}}));
}

struct Names {
  const char* kafkas;
  const char* other;
};

constexpr Names aliases[] = {{"bootstrap.servers", "metadata.broker.list"},
                             {"linger.ms", "queue.buffering.max.ms"},
                             {"acks", "request.required.acks"},
                             {"delivery.timeout.ms", "message.timeout.ms"},
                             {"compression.type", "compression.codec"},
                             {"retries", "message.send.max.retries"},
                             {"max.in.flight.requests.per.connection", "max.in.flight"},
                             {"sasl.mechanism", "sasl.mechanisms"}};

TEST(Config, KeepsOneEntryForTheTwoNamesOfAProperty) {
  for (const auto& [kafkas, other] : aliases) {
    const auto expect_last = [&, kafkas = kafkas, other = other](const Config& config) {
      EXPECT_EQ(config.properties(), (Config::Properties{{kafkas, "last"}}));
      EXPECT_EQ(config.get(kafkas), "last");
      EXPECT_EQ(config.get(other), "last");
      EXPECT_TRUE(config.contains(kafkas) && config.contains(other));
    };
    const std::string as_kafkas = std::string(kafkas) + "=";
    const std::string as_other = std::string(other) + "=";
    expect_last(Config{{kafkas, "first"}, {other, "last"}});
    expect_last(Config{{other, "first"}, {kafkas, "last"}});
    expect_last(Config::parse(as_kafkas + "first\n" + as_other + "last\n"));
    expect_last(Config::parse(as_other + "first\n" + as_kafkas + "last\n"));
    expect_last(Config{{kafkas, "first"}}.set(other, "last"));
    expect_last(Config{{other, "first"}}.set(kafkas, "last"));
    expect_last(Config{{kafkas, "first"}}.merge({{other, "last"}}));
    expect_last(Config{{other, "first"}}.merge({{kafkas, "last"}}));
    expect_last(Config(std::map<std::string, std::string>{{other, "last"}}));
    expect_last(Config(Config::Properties{{other, "last"}}));
    expect_last(Config(Config::Properties{{other, "last"}, {kafkas, "last"}}));
  }
}

TEST(Config, RejectsAMapWithTwoValuesForAProperty) {
  const std::map<std::string, std::string> map{{"bootstrap.servers", "a:1"},
                                               {"metadata.broker.list", "b:2"}};
  const auto text_of = [](auto make) {
    try {
      static_cast<void>(make());
    } catch (const kafka::Exception& exception) {
      EXPECT_EQ(exception.error(), Errc::invalid_arg);
      return exception.error().message();
    }
    return std::string();
  };
  const std::string text = text_of([&] { return Config(map); });
  EXPECT_NE(text.find("bootstrap.servers and metadata.broker.list"), std::string::npos) << text;
  EXPECT_EQ(text_of([&] { return Config(Config::Properties(map.begin(), map.end())); }), text);
  EXPECT_EQ(text.find("b:2"), std::string::npos) << "a value may be a secret";
}

TEST(Config, ReadsJavasProperties) {
  const Config config = Config::parse(
      "\xEF\xBB\xBF# a comment\n"
      "! another one\r\n"
      "\n"
      "bootstrap.servers=localhost:9092\n"
      "  client.id : task api \n"
      "linger.ms 5\r\n"
      "acks\\\n"
      "   =al\\\n"
      "     l\n"
      "path=C:\\\\keys\\\\a\n"
      "with\\ blank=a=b:c\n"
      "unicode=\\u00e4\\u8cb7\\ud83d\\uDED2\\t|\n"
      "empty=\n"
      "alone\n"
      "last=without a newline");
  EXPECT_EQ(config, (Config{{"bootstrap.servers", "localhost:9092"},
                            {"client.id", "task api "},
                            {"linger.ms", "5"},
                            {"acks", "all"},
                            {"path", "C:\\keys\\a"},
                            {"with blank", "a=b:c"},
                            {"unicode", "ä買🛒\t|"},
                            {"empty", ""},
                            {"alone", ""},
                            {"last", "without a newline"}}));
}

TEST(Config, NamesTheLineThatCannotBeRead) {
  for (const auto* text : {"a=1\n\n=password", "a=1\nb=\\\n2\n\\u12=3", "\n\na=\\ud83d",
                           "\n\na=\\ud83d\\u0041", "\n\na=\\udede", "\n\na=\\u12x4"}) {
    const kafka::Error error = error_of_parsing(text);
    EXPECT_EQ(error, Errc::invalid_arg) << text;
    EXPECT_NE(error.message().find("client.properties, line "), std::string::npos) << error;
    EXPECT_EQ(error.message().find("password"), std::string::npos) << error;
  }
  EXPECT_NE(error_of_parsing("a=1\n\n=x").message().find("line 3"), std::string::npos);
}

TEST(Config, GivesThePropertiesOfATemporaryAway) {
  int properties = 0;
  for (const auto& [name, value] : Config::parse("a=1\nb=1").properties()) {
    EXPECT_EQ(value, "1") << name;
    ++properties;
  }
  EXPECT_EQ(properties, 2);
}

TEST(Config, ReadsAFile) {
  const auto path = std::filesystem::path(testing::TempDir()) / "config_test.properties";
  std::ofstream(path) << "linger.ms=5\n";
  EXPECT_EQ(Config::from_file(path), (Config{{"linger.ms", "5"}}));
  std::filesystem::remove(path);
}

TEST(Config, NamesTheFileThatCannotBeRead) {
  const kafka::Error missing = error_of_reading("no/such/file");
  EXPECT_EQ(missing, Errc::fs);
  EXPECT_NE(missing.message().find("no/such/file: No such file"), std::string::npos) << missing;
  const kafka::Error directory = error_of_reading(testing::TempDir());
  EXPECT_EQ(directory, Errc::fs);
  EXPECT_NE(directory.message().find("Is a directory"), std::string::npos) << directory;
}

TEST(Config, PrintsNoSecret) {
  std::ostringstream stream;
  stream << Config{{"client.id", "a\x1b[2J"},
                   {"sasl.password", "hunter22"},
                   {"sasl.oauthbearer.token.endpoint.url", "https://me:hunter22@host/token?k=abc"},
                   {"ssl.key.pem", "-----BEGIN PRIVATE KEY-----"}};
  EXPECT_EQ(stream.str(),
            "client.id=a\\x1b[2J\n"
            "sasl.oauthbearer.token.endpoint.url=https://[redacted]@host/token?[redacted]\n"
            "sasl.password=[redacted]\n"
            "ssl.key.pem=[redacted]\n");
}

}  // namespace
