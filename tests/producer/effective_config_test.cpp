#include <algorithm>
#include <sstream>

#include "support.hpp"

namespace {

struct EffectiveConfig : support::Cluster {
  kafka::Config in_force(const kafka::Config& more = {}) const {
    return kafka::Producer(config(more)).effective_config();
  }
};

TEST_F(EffectiveConfig, HasWhatWasSetAndTheDefaults) {
  const kafka::Config effective = in_force({{"linger.ms", "7"}, {"client.id", "effective"}});
  EXPECT_EQ(effective.get("bootstrap.servers"), cluster.bootstrap_servers());
  EXPECT_EQ(effective.get("linger.ms"), "7");
  EXPECT_EQ(effective.get("queue.buffering.max.ms"), "7");
  EXPECT_EQ(effective.get("client.id"), "effective");
  EXPECT_EQ(effective.get("delivery.timeout.ms"), "300000");
  EXPECT_EQ(effective.get("acks"), "-1");
  EXPECT_EQ(effective.get("client.software.name"), "kafka-producer-cpp");
  EXPECT_FALSE(effective.contains("group.id"));
  EXPECT_GT(effective.properties().size(), 50U);
}

TEST_F(EffectiveConfig, HasWhatLibrdkafkaDerives) {
  const kafka::Config effective = in_force({{"enable.idempotence", "true"}});
  EXPECT_EQ(effective.get("max.in.flight.requests.per.connection"), "5");
  EXPECT_EQ(effective.get("acks"), "-1");
  EXPECT_EQ(in_force({{"statistics.interval.ms", "100"}}).get("statistics.interval.ms"), "0");
}

TEST_F(EffectiveConfig, UsesEachPropertysNameOnce) {
  const kafka::Config effective = in_force();
  for (const auto* other : {"metadata.broker.list", "queue.buffering.max.ms", "max.in.flight",
                            "request.required.acks", "message.timeout.ms", "compression.codec"}) {
    EXPECT_FALSE(effective.properties().contains(other)) << other;
  }
}

TEST_F(EffectiveConfig, MakesAProducerOfTheSameConfiguration) {
  for (const auto* idempotence : {"false", "true"}) {
    const kafka::Config effective = in_force({{"enable.idempotence", idempotence}});
    kafka::Producer producer(effective);
    EXPECT_EQ(producer.effective_config(), effective);
  }
}

TEST_F(EffectiveConfig, HidesSecretsWhenItIsPrinted) {
  const kafka::Config effective = in_force({{"sasl.password", "hunter22"}});
  EXPECT_EQ(effective.get("sasl.password"), "hunter22");
  std::ostringstream stream;
  stream << effective;
  EXPECT_NE(stream.str().find("\nsasl.password=[redacted]\n"), std::string::npos);
  EXPECT_EQ(stream.str().find("hunter22"), std::string::npos);
}

TEST_F(EffectiveConfig, IsThereAfterCloseAndNotAfterAMove) {
  kafka::Producer producer(config());
  producer.close();
  EXPECT_EQ(producer.effective_config().get("bootstrap.servers"), cluster.bootstrap_servers());
  const kafka::Producer moved(std::move(producer));
  EXPECT_EQ(support::error_of([&] { static_cast<void>(producer.effective_config()); }),
            kafka::Errc::state);
}

}  // namespace
