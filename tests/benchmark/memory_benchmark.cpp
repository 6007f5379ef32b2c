// The peak of the memory that a program needs, in a process of its own each: as a ratio to raw C.

#include <benchmark/benchmark.h>
#include <librdkafka/rdkafka.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <kafka/mock_cluster.hpp>
#include <kafka/producer.hpp>
#include <string>

namespace {

const std::string value(100, 'x');

/// Of a child process that runs the function, beyond what one needs that does nothing.
template <class Function>
double peak_megabytes(Function function) {
  const auto measure = [](auto run) {
    const pid_t child = ::fork();
    if (child == 0) {
      run();
      ::_exit(0);
    }
    int status = 0;
    rusage usage{};
    ::wait4(child, &status, 0, &usage);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? static_cast<double>(usage.ru_maxrss)
                                                         : 0.0;
  };
  return (measure(function) - measure([] {})) / 1024;
}

/// How many records, to how many topics; with a cluster, or with none that could be reached.
struct Case {
  const char* name;
  std::size_t messages;
  std::size_t topics;
  bool delivered;
};

constexpr Case cases[] = {
    {"a_million_queued", 1'000'000, 1, false},
    {"ten_thousand_topics", 10'000, 10'000, false},
    {"nobody_polls", 100'000, 1, true},
};

kafka::Config config(const kafka::MockCluster* cluster) {
  return {{"bootstrap.servers", cluster != nullptr ? cluster->bootstrap_servers() : "127.0.0.1:1"},
          {"queue.buffering.max.messages", "2000000"},
          {"queue.buffering.max.kbytes", "2000000"},
          {"log_level", "0"}};
}

std::string topic(std::size_t number) {
  return "benchmark-" + std::to_string(number);
}

/// Sends and keeps all in memory; `run` makes the producer and produces.
template <class Run>
void with_cluster(const Case& measured, Run run) {
  if (!measured.delivered) return run(nullptr);
  kafka::MockCluster cluster;
  cluster.create_topic(topic(0), 4);
  run(&cluster);
}

void c(const Case& measured, const kafka::MockCluster* cluster) {
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  for (const auto& [name, text] : config(cluster).properties()) {
    rd_kafka_conf_set(conf, name.c_str(), text.c_str(), nullptr, 0);
  }
  rd_kafka_conf_set_dr_msg_cb(conf, [](rd_kafka_t*, const rd_kafka_message_t*, void*) {});
  rd_kafka_t* handle = rd_kafka_new(RD_KAFKA_PRODUCER, conf, nullptr, 0);
  std::vector<rd_kafka_topic_t*> topics;
  for (std::size_t i = 0; i < measured.topics; ++i) {
    topics.push_back(rd_kafka_topic_new(handle, topic(i).c_str(), nullptr));
  }
  for (std::size_t i = 0; i < measured.messages; ++i) {
    const std::string key = "task-" + std::to_string(100'000'000 + i);
    rd_kafka_produce(topics[i % measured.topics], RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY,
                     const_cast<char*>(value.data()), value.size(), key.data(), key.size(),
                     nullptr);
  }
  if (measured.delivered) ::sleep(2);  // all of it has been delivered long before
  ::_exit(0);
}

void ours(const Case& measured, const kafka::MockCluster* cluster) {
  kafka::Producer producer(config(cluster));
  std::size_t delivered = 0;
  std::size_t failed = 0;
  for (std::size_t i = 0; i < measured.messages; ++i) {
    producer.produce(topic(i % measured.topics), "task-" + std::to_string(100'000'000 + i), value,
                     [delivered = &delivered, failed = &failed](const kafka::Error& error,
                                                                const kafka::Message&) {
                       error ? ++*failed : ++*delivered;
                     });
  }
  if (measured.delivered) ::sleep(2);
  ::_exit(0);
}

void memory(benchmark::State& state, const Case& measured) {
  for (auto _ : state) {
    const double with_c = peak_megabytes([&] {
      with_cluster(measured, [&](const kafka::MockCluster* cluster) { c(measured, cluster); });
    });
    const double with_ours = peak_megabytes([&] {
      with_cluster(measured, [&](const kafka::MockCluster* cluster) { ours(measured, cluster); });
    });
    state.counters["MB"] = with_ours;
    state.counters["to_c"] = with_ours / with_c;
  }
}

}  // namespace

int main(int argc, char** argv) {
  for (const Case& measured : cases) {
    benchmark::RegisterBenchmark(measured.name, memory, measured)
        ->Iterations(1)
        ->Repetitions(3)
        ->ReportAggregatesOnly();
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
