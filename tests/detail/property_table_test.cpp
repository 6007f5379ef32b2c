#include "detail/property_table.hpp"

#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>

#include <memory>

namespace {

using kafka::find_property;
using kafka::Property;

TEST(PropertyTable, DescribesEachTypeOfProperty) {
  const Property* linger = find_property("linger.ms");
  ASSERT_NE(linger, nullptr);
  EXPECT_EQ(linger->type, Property::Type::number);
  EXPECT_EQ(linger->range, "0 .. 900000");
  EXPECT_FALSE(linger->consumer_only);
  EXPECT_FALSE(linger->unused);
  EXPECT_EQ(find_property("acks")->type, Property::Type::integer);
  EXPECT_EQ(find_property("enable.idempotence")->type, Property::Type::boolean);
  EXPECT_EQ(find_property("compression.type")->type, Property::Type::word);
  EXPECT_EQ(find_property("compression.type")->range, "none, gzip, snappy, lz4, zstd");
  EXPECT_EQ(find_property("debug")->type, Property::Type::flags);
  EXPECT_EQ(find_property("client.id")->type, Property::Type::text);
  EXPECT_EQ(find_property("client.id")->default_value, "rdkafka");
  EXPECT_EQ(find_property("error_cb")->type, Property::Type::api);
  EXPECT_TRUE(find_property("group.id")->consumer_only);
  EXPECT_TRUE(find_property("produce.offset.report")->unused);
}

TEST(PropertyTable, HasOneEntryForTheNamesOfAProperty) {
  const Property* acks = find_property("acks");
  EXPECT_EQ(find_property("request.required.acks"), acks);
  EXPECT_EQ(acks->name, "acks");
  EXPECT_EQ(acks->other_name, "request.required.acks");
}

TEST(PropertyTable, PrefersKafkasName) {
  for (const auto& [kafkas, other] : {std::pair{"bootstrap.servers", "metadata.broker.list"},
                                      {"linger.ms", "queue.buffering.max.ms"},
                                      {"acks", "request.required.acks"},
                                      {"delivery.timeout.ms", "message.timeout.ms"},
                                      {"compression.type", "compression.codec"},
                                      {"retries", "message.send.max.retries"},
                                      {"max.in.flight.requests.per.connection", "max.in.flight"},
                                      {"sasl.mechanism", "sasl.mechanisms"}}) {
    EXPECT_EQ(kafka::canonical_name(kafkas), kafkas);
    EXPECT_EQ(kafka::canonical_name(other), kafkas);
  }
  EXPECT_EQ(kafka::canonical_name("no.such.property"), "no.such.property");
  EXPECT_EQ(find_property("no.such.property"), nullptr);
}

// The topic property auto.commit.enable has an alias that is the name of a global property.
TEST(PropertyTable, DoesNotTakeAPropertyForTheAliasOfAnother) {
  EXPECT_NE(find_property("enable.auto.commit"), find_property("auto.commit.enable"));
}

TEST(PropertyTable, HasNoHiddenProperty) {
  for (const auto* name : {"ut_handle_ProduceResponse", "test.mock.num.brokers",
                           "client.software.name", "enable_sasl_queue"}) {
    EXPECT_EQ(find_property(name), nullptr) << name;
  }
}

TEST(PropertyTable, KnowsOnlyNamesThatLibrdkafkaKnows) {
  const std::unique_ptr<rd_kafka_conf_t, decltype(&rd_kafka_conf_destroy)> conf(
      rd_kafka_conf_new(), rd_kafka_conf_destroy);
  EXPECT_GT(kafka::documented_properties().size(), 100U);
  for (const Property& property : kafka::documented_properties()) {
    for (const std::string& name : {property.name, property.other_name}) {
      if (name.empty()) continue;
      EXPECT_NE(rd_kafka_conf_set(conf.get(), name.c_str(), "", nullptr, 0), RD_KAFKA_CONF_UNKNOWN)
          << name;
      EXPECT_EQ(find_property(name), &property);
    }
  }
}

}  // namespace
