#include "producer/broker_addresses.hpp"

#include "producer/conf_errors.hpp"

namespace {

using support::conf_error;
using support::says;

kafka::Config at(std::string_view servers) {
  return kafka::Config().set("bootstrap.servers", servers);
}

TEST(BrokerAddresses, ThatAreRightAreBroughtIntoOneForm) {
  const kafka::Secrets none{kafka::Config()};
  const auto checked = [&](std::string_view servers, std::string_view protocol = "plaintext") {
    return kafka::checked_broker_addresses(servers, protocol, none);
  };
  EXPECT_EQ(checked("localhost:9092"), "localhost:9092");
  EXPECT_EQ(checked("localhost"), "localhost:9092");
  EXPECT_EQ(checked("a:1,b:65535"), "a:1,b:65535");
  EXPECT_EQ(checked(" a:1 , b:2 ,"), "a:1,b:2");
  EXPECT_EQ(checked(",a:1,,b:2,"), "a:1,b:2");
  EXPECT_EQ(checked("\ta:1,\r\n  b:2\n"), "a:1,b:2");
  EXPECT_EQ(checked("a: 1,b :2"), "a:1,b:2");
  EXPECT_EQ(checked("a:01"), "a:1");
  EXPECT_EQ(checked("kafka_1.a-b.example.com.:9092"), "kafka_1.a-b.example.com.:9092");
  EXPECT_EQ(checked("127.0.0.1:9092"), "127.0.0.1:9092");
  EXPECT_EQ(checked("[::1]:9092"), "[::1]:9092");
  EXPECT_EQ(checked("[::1]"), "[::1]:9092");
  EXPECT_EQ(checked("::1"), "[::1]:9092");
  EXPECT_EQ(checked("2001:db8::a"), "[2001:db8::a]:9092");
  EXPECT_EQ(checked("[fe80::1%eth0]:9093"), "[fe80::1%eth0]:9093");
  EXPECT_EQ(checked("PLAINTEXT://a:1"), "a:1");
  EXPECT_EQ(checked("plaintext://a:1/,PLAINTEXT://b"), "a:1,b:9092");
  EXPECT_EQ(checked("PLAINTEXT://[::1]:1"), "[::1]:1");
  EXPECT_EQ(checked("SASL_SSL://a:1", "sasl_ssl"), "a:1");
}

struct Wrong {
  const char* servers;
  const char* advice;
};

// What librdkafka does with them today is in the comments.
constexpr Wrong wrong[] = {
    // Drops the address, and connects to nothing.
    {"SASL_SSL://h:9092", "write h:9092, and set security.protocol=sasl_ssl"},
    {"ssl://h:9092", "write h:9092, and set security.protocol=ssl"},
    {"kafka://h:9092", "write h:9092, and set security.protocol if"},
    {"http://h:9092/path", "write h:9092, and set security.protocol if"},
    {"tcp://h", "write h, and set security.protocol if"},
    {"://h:9092", "write h:9092"},
    {"tcp://", "write host:9092"},
    // Connects to another port.
    {"localhost:90092", "write a number from 1 to 65535, such as localhost:9092"},
    {"h:65536", "write a number from 1 to 65535"},
    {"h:99999999999999999999", "write a number from 1 to 65535"},
    {"h:-1", "write a number from 1 to 65535"},
    {"h:0", "write a number from 1 to 65535"},
    {"h:abc", "write a number from 1 to 65535"},
    {"h:9092x", "write a number from 1 to 65535"},
    {"h:+9092", "write a number from 1 to 65535"},
    {"h:", "has no port behind the colon: write h:9092"},
    // Connects to the local host.
    {":9092", "has no host: write the name of a broker"},
    {"PLAINTEXT://", "has no host: write the name of a broker"},
    // Drops the rest.
    {"h:9092/kafka", "write h:9092"},
    {"h:9092?acks=all", "write h:9092"},
    {"PLAINTEXT://h:9092/a/b", "write h:9092"},
    {"PLAINTEXT:/h:9092", "write host:9092"},
    {"[::1]9092", "write [::1]:9092"},
    // Looks for a host of this name, in vain.
    {"::1:9092", "write [::1]:9092 or [::1:9092]:9092"},
    {"2001:db8::5:9092", "write [2001:db8::5]:9092"},
    {"1:2:3:4:5:6:7:8:9092", "write [1:2:3:4:5:6:7:8]:9092"},
    {"[::1", "write both, as in [::1]:9092"},
    {"::1]:9092", "write both, as in [::1]:9092"},
    {"[h]:9092", "no IPv6 address in its brackets"},
    {"['h:9092']", "write the addresses without them, separated by commas"},
    {"\"h:9092\"", "write the addresses without them, separated by commas"},
    {R"(["h1:9092","h2:9092"])", "write the addresses without them, separated by commas"},
    {"[h1,h2]", "write the addresses without them, separated by commas"},
    {"h:1;h:2", "a separator other than a comma: write host1:9092,host2:9092"},
    {"h:1|h:2", "a separator other than a comma: write host1:9092,host2:9092"},
    {"h:1 h:2", "separate addresses by commas"},
    {"h1 h2", "separate addresses by commas"},
    {"h:1\nh:2", "separate addresses by commas"},
    {"h:9092:9093", "write host:port, and separate addresses by commas"},
    {"h,9092", "write host:9092, with a colon between host and port"},
    {"10.0.0.256:9092", "write four numbers from 0 to 255"},
    {"10.0.0:9092", "write four numbers from 0 to 255"},
    {"${KAFKA_BROKERS}", "a placeholder that was not replaced"},
    {"<host>:9092", "a placeholder that was not replaced"},
    {"*:9092", "write the name in ASCII letters"},
    {"b\xC3\xBC"
     "cher:9092",
     "write the name in ASCII letters"},
    {"h\x01:9092", "write the name in ASCII letters"},
    {"h\xFF:9092", "write the name in ASCII letters"},
    {"me@h:9092", "leave it out, and set sasl.username and sasl.password"},
    {"", "is empty: set it to the address of at least one broker"},
    {" , ,", "is empty: set it to the address of at least one broker"},
};

TEST(BrokerAddresses, ThatAreWrongAreRejectedWithWhatToWriteInstead) {
  for (const auto& [servers, advice] : wrong) {
    const support::Error error = conf_error(at(servers));
    EXPECT_TRUE(says(error, "property bootstrap.servers")) << servers;
    EXPECT_TRUE(says(error, advice)) << servers;
  }
}

TEST(BrokerAddresses, AfterTheFirstAreCheckedToo) {
  EXPECT_TRUE(says(conf_error(at("h:9092,kafka://g:9092")), "\"kafka://g:9092\""));
  EXPECT_TRUE(says(conf_error(at("h:9092,g:90920")), "\"g:90920\""));
}

TEST(BrokerAddresses, WithALongHostAreRejected) {
  EXPECT_FALSE(conf_error(at(std::string(253, 'h') + ":9092")));
  const support::Error error = conf_error(at(std::string(254, 'h') + ":9092"));
  EXPECT_TRUE(says(error, "253 characters"));
  EXPECT_LT(error.message().size(), 300U);
}

TEST(BrokerAddresses, AgreeWithTheSecurityProtocolInAnyCase) {
  EXPECT_FALSE(conf_error(at("SSL://h:9092").set("security.protocol", "SSL")));
  EXPECT_FALSE(conf_error(at("ssl://h:9092").set("security.protocol", "ssl")));
  EXPECT_TRUE(says(conf_error(at("PLAINTEXT://h:9092").set("security.protocol", "ssl")),
                   "security.protocol, which is ssl"));
}

TEST(BrokerAddresses, InErrorsShowNoSecret) {
  for (const auto* servers :
       {"sasl_ssl://me:hunter22@h:9092", "me:hunter22@h:9092", "http://h:9092/?password=hunter22",
        "h:hunter22", "hunter22 h:9092"}) {
    const support::Error error =
        conf_error(at(servers).set("sasl.username", "me").set("sasl.password", "hunter22"));
    EXPECT_TRUE(error) << servers;
    EXPECT_EQ(error.message().find("hunter22"), std::string::npos) << error;
  }
}

}  // namespace
