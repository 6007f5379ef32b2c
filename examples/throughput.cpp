// Sends the same messages in five ways, and measures each.

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
#include "command_line.hpp"
#include "terminal.hpp"

using namespace std::chrono_literals;

namespace {

using Clock = std::chrono::steady_clock;
using Latencies = std::vector<std::chrono::microseconds>;

const std::string value(100, 'x');

/// One way of sending: how many messages, and the latency of each.
struct Run {
  std::string name;
  std::size_t count;
  std::size_t sent = 0;
  Latencies latencies = {};
};

kafka::Record make_record(Run& run) {
  return {.topic = "throughput",
          .value = value,
          .callback = [&run](const kafka::Error& error, const kafka::Message& message) {
            if (error) throw kafka::Exception(error);
            run.latencies.push_back(message.latency());
          }};
}

/// Waits for room when the queue is full.
void produce(kafka::Producer& producer, Run& run, kafka::Record record) {
  if (const kafka::Error error = producer.try_produce_for(record, 1min)) {
    throw kafka::Exception(error);
  }
  constexpr std::size_t step = 128;
  if (++run.sent % step == 0) {
    terminal::show_progress(run.name + ": " + std::to_string(run.sent) + " of " +
                            std::to_string(run.count));
  }
}

void poll_without_waiting(kafka::Producer& producer, Run& run) {
  for (std::size_t i = 0; i < run.count; ++i) {
    produce(producer, run, make_record(run));
    producer.poll();
  }
  producer.flush();
}

void poll_and_wait(kafka::Producer& producer, Run& run) {
  for (std::size_t i = 0; i < run.count; ++i) {
    produce(producer, run, make_record(run));
    producer.poll(10ms);
  }
  producer.flush();
}

/// A BackgroundPoller runs the callbacks.
void do_not_poll(kafka::Producer& producer, Run& run) {
  for (std::size_t i = 0; i < run.count; ++i) produce(producer, run, make_record(run));
  producer.flush();
}

void batches(kafka::Producer& producer, Run& run) {
  constexpr std::size_t batch_size = 100;
  std::vector<kafka::Record> batch;
  for (std::size_t sent = 0; sent < run.count; sent += batch.size()) {
    batch.clear();
    while (batch.size() < std::min(batch_size, run.count - sent)) {
      batch.push_back(make_record(run));
    }
    // There was no room for the refused records. They are unchanged.
    for (const kafka::Refused& refused : producer.try_produce_batch(batch)) {
      produce(producer, run, std::move(batch[refused.index]));
    }
    producer.poll();
  }
  producer.flush();
}

void synchronously(kafka::Producer& producer, Run& run) {
  for (std::size_t i = 0; i < run.count; ++i) {
    produce(producer, run, make_record(run));
    producer.flush();
  }
}

double percentile_ms(const Latencies& sorted, double fraction) {
  const auto last = static_cast<double>(sorted.size() - 1);
  const auto microseconds = sorted[static_cast<std::size_t>(fraction * last)];
  return std::chrono::duration<double, std::milli>(microseconds).count();
}

using Send = void (*)(kafka::Producer&, Run&);

void measure(Run run, const kafka::Config& config, Send send, bool in_background = false) {
  run.latencies.reserve(run.count + 1);
  kafka::Producer producer(config);
  // The first message waits for the connection, which is not measured.
  produce(producer, run, make_record(run));
  producer.flush();
  run.latencies.clear();
  run.sent = 0;
  std::optional<kafka::BackgroundPoller> poller;
  if (in_background) poller.emplace(producer);

  const Clock::time_point start = Clock::now();
  send(producer, run);
  const std::chrono::duration<double> seconds = Clock::now() - start;

  std::sort(run.latencies.begin(), run.latencies.end());
  char row[128];
  std::snprintf(row, sizeof row, "%-31s %9.0f /s %8.2f ms %8.2f ms %8.2f ms\n", run.name.c_str(),
                static_cast<double>(run.count) / seconds.count(),
                percentile_ms(run.latencies, 0.50), percentile_ms(run.latencies, 0.99),
                percentile_ms(run.latencies, 1.0));
  std::cout << row << std::flush;
}

}  // namespace

int main(int argc, char** argv) try {
  command_line::App app(
      "Sends the same messages in five ways. Prints the rate and the latency of each.",
      "throughput");
  std::size_t count = 1000;
  app.add_option("--count", count, "Number of messages to send in each way")
      ->check(CLI::Range(1, 100'000'000).description(""))
      ->type_name("N")
      ->capture_default_str();
  Cluster cluster(app, argc, argv);
  cluster.need_topic("throughput", 1);
  const kafka::Config config{{"bootstrap.servers", cluster.bootstrap_servers()}};

  std::cout << count << " messages of " << value.size() << " bytes\n\n";
  char head[128];
  std::snprintf(head, sizeof head, "%-31s %12s %11s %11s %11s\n", "", "messages", "p50", "p99",
                "max");
  std::cout << head;
  measure({"poll() after each", count}, config, poll_without_waiting);
  // Each message waits for its own answer, so that more messages show nothing new.
  const std::size_t few = std::min(count, std::size_t{1000});
  measure({"poll(10ms) after each, " + std::to_string(few), few}, config, poll_and_wait);
  measure({"a BackgroundPoller", count}, config, do_not_poll, true);
  measure({"try_produce_batch() of 100", count}, config, batches);
  measure({"flush() after each, synchronous", count}, config, synchronously);
} catch (const kafka::Exception& exception) {
  std::cerr << exception.what() << '\n';
  return 1;
}
