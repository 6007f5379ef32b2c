// The same messages sent in five ways, each with its rate and its latency.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <kafka/background_poller.hpp>
#include <kafka/producer.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cluster.hpp"

using namespace std::chrono_literals;

namespace {

using Clock = std::chrono::steady_clock;
using Latencies = std::vector<std::chrono::microseconds>;

const std::string value(100, 'x');

kafka::Record make_record(Latencies& latencies) {
  return {.topic = "throughput",
          .value = value,
          .callback = [&latencies](const kafka::Error& error, const kafka::Message& message) {
            if (error) throw kafka::Exception(error);
            latencies.push_back(message.latency());
          }};
}

/// Waits for room when the queue is full.
void produce(kafka::Producer& producer, kafka::Record record) {
  if (const kafka::Error error = producer.try_produce_for(record, 1min)) {
    throw kafka::Exception(error);
  }
}

void poll_without_waiting(kafka::Producer& producer, std::size_t count, Latencies& latencies) {
  for (std::size_t i = 0; i < count; ++i) {
    produce(producer, make_record(latencies));
    producer.poll();
  }
  producer.flush();
}

void poll_and_wait(kafka::Producer& producer, std::size_t count, Latencies& latencies) {
  for (std::size_t i = 0; i < count; ++i) {
    produce(producer, make_record(latencies));
    producer.poll(10ms);
  }
  producer.flush();
}

/// Beside a BackgroundPoller.
void do_not_poll(kafka::Producer& producer, std::size_t count, Latencies& latencies) {
  for (std::size_t i = 0; i < count; ++i) produce(producer, make_record(latencies));
  producer.flush();
}

void batches(kafka::Producer& producer, std::size_t count, Latencies& latencies) {
  constexpr std::size_t batch_size = 100;
  std::vector<kafka::Record> batch;
  for (std::size_t sent = 0; sent < count; sent += batch.size()) {
    batch.clear();
    while (batch.size() < std::min(batch_size, count - sent)) {
      batch.push_back(make_record(latencies));
    }
    // What was refused is as it was: there was no room for it.
    for (const kafka::Refused& refused : producer.try_produce_batch(batch)) {
      produce(producer, std::move(batch[refused.index]));
    }
    producer.poll();
  }
  producer.flush();
}

void synchronously(kafka::Producer& producer, std::size_t count, Latencies& latencies) {
  for (std::size_t i = 0; i < count; ++i) {
    produce(producer, make_record(latencies));
    producer.flush();
  }
}

double percentile_ms(const Latencies& sorted, double fraction) {
  const auto last = static_cast<double>(sorted.size() - 1);
  const auto microseconds = sorted[static_cast<std::size_t>(fraction * last)];
  return std::chrono::duration<double, std::milli>(microseconds).count();
}

using Send = void (*)(kafka::Producer&, std::size_t count, Latencies&);

void measure(const char* name, const kafka::Config& config, std::size_t count, Send send,
             bool in_background = false) {
  Latencies latencies;
  latencies.reserve(count);
  kafka::Producer producer(config);
  // The first one waits for the connection, which is not what is measured.
  produce(producer, make_record(latencies));
  producer.flush();
  latencies.clear();
  std::optional<kafka::BackgroundPoller> poller;
  if (in_background) poller.emplace(producer);

  const Clock::time_point start = Clock::now();
  send(producer, count, latencies);
  const std::chrono::duration<double> seconds = Clock::now() - start;

  std::sort(latencies.begin(), latencies.end());
  std::printf("%-34s %10.0f /s %9.2f ms %9.2f ms %9.2f ms\n", name,
              static_cast<double>(count) / seconds.count(), percentile_ms(latencies, 0.50),
              percentile_ms(latencies, 0.99), percentile_ms(latencies, 1.0));
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) try {
  CLI::App app(
      "Sends the same messages in five ways, and prints the rate and the latency of each.");
  std::size_t count = 1000;
  app.add_option("--count", count, "Number of messages to send in each way")
      ->check(CLI::Range(1, 100'000'000).description(""))
      ->type_name("N")
      ->capture_default_str();
  Cluster cluster(app, argc, argv);
  cluster.create_topic("throughput", 1);
  const kafka::Config config{{"bootstrap.servers", cluster.bootstrap_servers()}};

  std::printf("%zu messages of %zu bytes\n\n", count, value.size());
  std::printf("%-34s %13s %12s %12s %12s\n", "", "messages", "p50", "p99", "max");
  measure("poll() after each", config, count, poll_without_waiting);
  measure("poll(10ms) after each", config, count, poll_and_wait);
  measure("a BackgroundPoller", config, count, do_not_poll, true);
  measure("try_produce_batch() of 100", config, count, batches);
  measure("synchronously, flush() after each", config, count, synchronously);
} catch (const kafka::Exception& exception) {
  std::cerr << exception.what() << '\n';
  return 1;
}
