// Whole-program figures as ratios to raw C, which runs in turn with this library in one process:
// messages a second and CPU time, of the whole process, from the first message to the last report.
//
// KAFKA_BOOTSTRAP_SERVERS names a real cluster, with a topic `benchmark` of four partitions;
// without it there is an embedded one.

#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <kafka/mock_cluster.hpp>
#include <memory>
#include <string>

#include "loops.hpp"

namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

struct Cost {
  Seconds wall;
  Seconds cpu;
};

Seconds process_cpu() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return Seconds(seconds(usage.ru_utime) + seconds(usage.ru_stime));
}

Cost cost_of(const Loop& loop, const Load& load) {
  Cost cost{};
  // Starting and ending a client, which can take a second, is not part of it.
  Load measured = load;
  measured.begin = [&] { cost = {Clock::now().time_since_epoch(), process_cpu()}; };
  measured.end = [&] {
    cost = {Clock::now().time_since_epoch() - cost.wall, process_cpu() - cost.cpu};
  };
  loop.run(measured);
  return cost;
}

struct Case {
  const Loop* loop;
  std::size_t value_size;
  std::string compression;
};

/// Text that compresses as JSON does.
std::string make_value(std::size_t size) {
  std::string value;
  for (std::size_t i = 0; value.size() < size; ++i) {
    value += R"({"id": "task-)" + std::to_string(i * 7919 % 10007) + R"("}, )";
  }
  value.resize(size);
  return value;
}

void compare(benchmark::State& state, const Case& compared) {
  constexpr std::size_t bytes = 50'000'000;
  constexpr std::size_t most_messages = 200'000;
  std::unique_ptr<kafka::MockCluster> cluster;
  Load load{.config = {{"linger.ms", "5"}, {"compression.type", compared.compression}},
            .topics = {"benchmark"},
            .keys = make_keys(),
            .value = make_value(compared.value_size),
            .messages = std::min(most_messages, bytes / compared.value_size / 1000 * 1000)};
  if (const char* servers = std::getenv("KAFKA_BOOTSTRAP_SERVERS")) {
    load.config.set("bootstrap.servers", servers);
  } else {
    cluster = std::make_unique<kafka::MockCluster>();
    cluster->create_topic("benchmark", 4);
    load.config.set("bootstrap.servers", cluster->bootstrap_servers());
  }
  for (auto _ : state) {
    const Cost c = cost_of(loops().front(), load);
    const Cost ours = cost_of(*compared.loop, load);
    const auto messages = static_cast<double>(load.messages);
    state.SetIterationTime(ours.wall.count());
    state.counters["messages/s"] = messages / ours.wall.count();
    state.counters["cpu_us"] = ours.cpu.count() * 1e6 / messages;
    state.counters["cpu_to_c"] = ours.cpu / c.cpu;
    state.counters["wall_to_c"] = ours.wall / c.wall;
  }
}

}  // namespace

int main(int argc, char** argv) {
  constexpr int pairs = 7;
  for (const char* name : {"callback", "no_callback", "batch_100", "batch_1000"}) {
    const Loop& loop = *std::find_if(loops().begin(), loops().end(), [&](const Loop& candidate) {
      return candidate.name == std::string(name);
    });
    for (const std::size_t value_size : {100U, 1000U, 10'000U}) {
      for (const std::string compression : {"none", "lz4"}) {
        benchmark::RegisterBenchmark(
            (std::string(name) + "/" + std::to_string(value_size) + "/" + compression).c_str(),
            [compared = Case{&loop, value_size, compression}](benchmark::State& state) {
              compare(state, compared);
            })
            ->Iterations(1)
            ->Repetitions(pairs)
            ->ReportAggregatesOnly()
            ->UseManualTime()
            ->Unit(benchmark::kMillisecond);
      }
    }
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
