// What may happen to three nodes and to the connections with them, while four threads send. The
// shape of the checks is that of Apache Kafka's own replication and round-trip fault tests.

#include <gtest/gtest.h>

#include "cluster.hpp"
#include "toxiproxy.hpp"
#include "workload.hpp"

namespace {

using namespace integration;
using Direction = Toxiproxy::Direction;

/// Each with idempotence and without.
struct Faults : testing::TestWithParam<bool> {
  static constexpr int records = 200'000;
  static constexpr int records_a_second = 10'000;

  static void SetUpTestSuite() {
    cluster = std::make_unique<Cluster>(
        Cluster::Options{.brokers = 3, .controllers = 3, .proxied = true});
    proxy = std::make_unique<Toxiproxy>(*cluster);
  }
  static void TearDownTestSuite() {
    proxy.reset();
    cluster.reset();
  }

  void SetUp() override {
    topic = testing::UnitTest::GetInstance()->current_test_info()->name();
    std::replace(topic.begin(), topic.end(), '/', '-');
    cluster->create_topic(topic, 3);
  }

  [[nodiscard]] kafka::Config config(const kafka::Config& more = {}) const {
    return kafka::Config{{"bootstrap.servers", proxy->bootstrap_servers()},
                         {"enable.idempotence", GetParam() ? "true" : "false"},
                         {"linger.ms", "5"},
                         // Of a broker that is silent, not closed, after 3 rather than 60 s.
                         {"socket.timeout.ms", "3000"},
                         {"reconnect.backoff.max.ms", "1000"},
                         {"log_level", "0"}}
        .merge(more);
  }

  template <class Fault>
  void expect_promises_through(Fault fault) {
    Workload workload(config(), topic, records, records_a_second);
    workload.run([&] { fault(workload); });
    cluster->wait_until_healthy();
    workload.expect_truth(*cluster, {.exactly_once_in_order = GetParam(), .all_delivered = true});
  }

  /// That a broker's fault has been got over: more records have been delivered since.
  static void expect_progress(const Workload& workload, int more = 10'000) {
    const int before = workload.delivered();
    EXPECT_TRUE(eventually(
        [&] { return workload.delivered() >= std::min(before + more, records * 8 / 10); }));
  }

  /// A leader and one more, so that the one that is left has no quorum.
  template <class Condition>
  void kill_two_until(Condition condition) {
    const int leader = cluster->leader(topic);
    const int other = leader % 3 + 1;
    cluster->kill(leader);
    cluster->kill(other);
    EXPECT_TRUE(eventually(condition));
    cluster->start(leader);
    cluster->start(other);
    cluster->wait_until_healthy();
  }

  std::string topic;
  static std::unique_ptr<Cluster> cluster;
  static std::unique_ptr<Toxiproxy> proxy;
};
std::unique_ptr<Cluster> Faults::cluster;
std::unique_ptr<Toxiproxy> Faults::proxy;

INSTANTIATE_TEST_SUITE_P(Each, Faults, testing::Bool(), [](const auto& idempotent) {
  return std::string(idempotent.param ? "WithIdempotence" : "WithoutIdempotence");
});

TEST_P(Faults, ALeaderIsKilled) {
  expect_promises_through([this](const Workload& workload) {
    const int leader = cluster->leader(topic);
    cluster->kill(leader);
    expect_progress(workload);
    cluster->start(leader);
    cluster->wait_until_healthy();
  });
}

TEST_P(Faults, EachBrokerIsRestartedInTurn) {
  expect_promises_through([](const Workload& workload) {
    for (int broker = 1; broker <= 3; ++broker) {
      cluster->stop(broker);
      cluster->start(broker);
      cluster->wait_until_healthy();
    }
    expect_progress(workload, 1);
  });
}

TEST_P(Faults, TwoOfThreeAreKilledAndComeBack) {
  expect_promises_through([this](const Workload& workload) {
    int before = -1;
    // Until nothing is delivered any more.
    kill_two_until([&] {
      std::this_thread::sleep_for(2s);
      return std::exchange(before, workload.delivered()) == workload.delivered();
    });
    expect_progress(workload);
  });
}

TEST_P(Faults, RecordsTimeOutWhileTwoOfThreeAreDown) {
  Workload workload(config({{"delivery.timeout.ms", "4000"}}), topic, records, records_a_second);
  int before = 0;
  workload.run([&] {
    kill_two_until([&] { return workload.failed() > 0; });
    before = workload.delivered();
  });
  EXPECT_GT(workload.failed(), 0);
  // The last tenth is sent after the brokers have come back. All earlier records may have timed out
  // by then, on a machine that starts brokers slowly.
  EXPECT_GT(workload.delivered(), before);
  // librdkafka goes on in a new epoch when a record has timed out, and what it sends again then is
  // not known to the brokers as a repetition. So not even idempotence promises `once` here.
  workload.expect_truth(*cluster, {.exactly_once_in_order = false, .all_delivered = false});
}

TEST_P(Faults, ALeaderFreezes) {
  expect_promises_through([this](const Workload& workload) {
    const int leader = cluster->leader(topic);
    cluster->freeze(leader);
    // The others make one of them the leader meanwhile.
    EXPECT_NE(cluster->leader(topic), leader);
    expect_progress(workload);
    cluster->thaw(leader);
    cluster->wait_until_healthy();
  });
}

TEST_P(Faults, ConnectionsAreCut) {
  expect_promises_through([](const Workload& workload) {
    for (int round = 0; round < 2; ++round) {
      for (int broker = 1; broker <= 3; ++broker) proxy->cut(broker);
      std::this_thread::sleep_for(1s);
      for (int broker = 1; broker <= 3; ++broker) proxy->reconnect(broker);
      expect_progress(workload);
    }
  });
}

TEST_P(Faults, ConnectionsAreSlow) {
  expect_promises_through([](const Workload& workload) {
    proxy->add(1, "latency", {"latency=500", "jitter=100"});
    proxy->add(2, "bandwidth", {"rate=100"}, Direction::to_broker);
    proxy->add(3, "slicer", {"average_size=500", "size_variation=200", "delay=100"},
               Direction::to_broker);
    expect_progress(workload, 20'000);
    for (int broker = 1; broker <= 3; ++broker) proxy->remove(broker);
  });
}

TEST_P(Faults, ConnectionsAreReset) {
  expect_promises_through([](const Workload& workload) {
    for (int round = 0; round < 2; ++round) {
      for (int broker = 1; broker <= 3; ++broker) proxy->add(broker, "reset_peer", {"timeout=200"});
      std::this_thread::sleep_for(1s);
      for (int broker = 1; broker <= 3; ++broker) proxy->remove(broker);
      expect_progress(workload);
    }
  });
}

TEST_P(Faults, AcknowledgementsGetLost) {
  expect_promises_through([](const Workload& workload) {
    // Records arrive and are appended; the answers do not come back, until the client gives up.
    for (int broker = 1; broker <= 3; ++broker) proxy->add(broker, "timeout", {"timeout=2000"});
    std::this_thread::sleep_for(3s);
    for (int broker = 1; broker <= 3; ++broker) proxy->remove(broker);
    expect_progress(workload);
  });
}

}  // namespace
