// From produce to callback at 1,000 messages a second with `linger.ms=0`, while another thread
// polls: as a ratio to raw C, which runs in turn with this library in one process.

#include <benchmark/benchmark.h>
#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <kafka/background_poller.hpp>
#include <kafka/mock_cluster.hpp>
#include <kafka/producer.hpp>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using Latency = std::chrono::duration<double, std::micro>;

constexpr std::size_t messages = 2000;
constexpr const char* topic = "benchmark";
const std::string value(100, 'x');

struct Sent {
  Clock::time_point at;
  Latency latency{};
};

/// Calls `produce(sent)` every millisecond.
template <class Produce>
void at_an_even_pace(std::vector<Sent>& sent, Produce produce) {
  auto next = Clock::now();
  for (Sent& message : sent) {
    std::this_thread::sleep_until(next += 1ms);
    message.at = Clock::now();
    produce(message);
  }
}

void arrived(Sent& sent) {
  sent.latency = Clock::now() - sent.at;
}

std::vector<Sent> with_c(const std::string& servers) {
  std::vector<Sent> sent(messages);
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  rd_kafka_conf_set(conf, "bootstrap.servers", servers.c_str(), nullptr, 0);
  rd_kafka_conf_set(conf, "linger.ms", "0", nullptr, 0);
  rd_kafka_conf_set_dr_msg_cb(conf, [](rd_kafka_t*, const rd_kafka_message_t* message, void*) {
    if (message->_private != nullptr) arrived(*static_cast<Sent*>(message->_private));
  });
  rd_kafka_t* handle = rd_kafka_new(RD_KAFKA_PRODUCER, conf, nullptr, 0);
  rd_kafka_topic_t* handle_of_topic = rd_kafka_topic_new(handle, topic, nullptr);
  const auto produce = [&](void* opaque) {
    rd_kafka_produce(handle_of_topic, RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY,
                     const_cast<char*>(value.data()), value.size(), "key", 3, opaque);
  };
  produce(nullptr);
  rd_kafka_flush(handle, -1);
  std::atomic<bool> done{false};
  std::jthread polling([&] {
    while (!done) rd_kafka_poll(handle, 100);
  });
  at_an_even_pace(sent, [&](Sent& message) { produce(&message); });
  while (rd_kafka_outq_len(handle) > 0) std::this_thread::sleep_for(1ms);
  done = true;
  polling.join();
  rd_kafka_topic_destroy(handle_of_topic);
  rd_kafka_destroy(handle);
  return sent;
}

std::vector<Sent> with_ours(const std::string& servers) {
  std::vector<Sent> sent(messages);
  kafka::Producer producer({{"bootstrap.servers", servers}, {"linger.ms", "0"}});
  producer.produce(topic, "key", value);
  producer.flush();
  const kafka::BackgroundPoller poller(producer);
  at_an_even_pace(sent, [&](Sent& message) {
    producer.produce(topic, "key", value,
                     [&message](const kafka::Error&, const kafka::Message&) { arrived(message); });
  });
  while (producer.undelivered() > 0) std::this_thread::sleep_for(1ms);
  return sent;
}

double percentile(std::vector<Sent>& sent, double fraction) {
  const auto at =
      sent.begin() + static_cast<std::ptrdiff_t>(fraction * static_cast<double>(sent.size() - 1));
  std::nth_element(sent.begin(), at, sent.end(), [](const Sent& left, const Sent& right) {
    return left.latency < right.latency;
  });
  return at->latency.count();
}

void latency(benchmark::State& state) {
  kafka::MockCluster cluster;
  cluster.create_topic(topic, 4);
  for (auto _ : state) {
    auto c = with_c(cluster.bootstrap_servers());
    auto ours = with_ours(cluster.bootstrap_servers());
    state.counters["p50_us"] = percentile(ours, 0.50);
    state.counters["p99_us"] = percentile(ours, 0.99);
    state.counters["p50_to_c"] = percentile(ours, 0.50) / percentile(c, 0.50);
    state.counters["p99_to_c"] = percentile(ours, 0.99) / percentile(c, 0.99);
  }
}

BENCHMARK(latency)->Iterations(1)->Repetitions(5)->ReportAggregatesOnly()->UseRealTime();

}  // namespace

BENCHMARK_MAIN();
