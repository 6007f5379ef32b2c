#include "loops.hpp"

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafkacpp.h>

#include <atomic>
#include <functional>
#include <kafka/producer.hpp>
#include <memory>
#include <stdexcept>
#include <thread>

namespace {

using kafka::Errc;
using kafka::Error;
using kafka::Message;
using namespace std::chrono_literals;

/// What every callback does: it counts.
struct Counts {
  std::size_t delivered = 0;
  std::size_t failed = 0;
};

void check(const Counts& counts, std::size_t messages) {
  if (counts.delivered == messages && counts.failed == 0) return;
  throw std::runtime_error("not everything was delivered: " + std::to_string(counts.delivered) +
                           " of " + std::to_string(messages));
}

// ---- librdkafka's C API

void count_report(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
  auto& counts = *static_cast<Counts*>(opaque);
  message->err == RD_KAFKA_RESP_ERR_NO_ERROR ? ++counts.delivered : ++counts.failed;
}

rd_kafka_t* make_handle(const Load& load, Counts& counts) {
  char text[512];
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  for (const auto& [name, value] : load.config.properties()) {
    if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), text, sizeof text) != 0) {
      throw std::runtime_error(text);
    }
  }
  rd_kafka_conf_set_dr_msg_cb(conf, count_report);
  rd_kafka_conf_set_opaque(conf, &counts);
  rd_kafka_t* handle = rd_kafka_new(RD_KAFKA_PRODUCER, conf, text, sizeof text);
  if (handle == nullptr) throw std::runtime_error(text);
  return handle;
}

/// The topic is known, and its broker connected, before anything is measured.
void warm_up(rd_kafka_t* handle, Counts& counts, const Load& load) {
  rd_kafka_flush(handle, -1);
  counts = {};
  load.begin();
}

void finish(rd_kafka_t* handle, const Load& load) {
  rd_kafka_flush(handle, -1);
  load.end();
}

void c_cached_handle(const Load& load) {
  Counts counts;
  rd_kafka_t* handle = make_handle(load, counts);
  rd_kafka_topic_t* topic = rd_kafka_topic_new(handle, load.topics[0].c_str(), nullptr);
  rd_kafka_produce(topic, RD_KAFKA_PARTITION_UA, 0, nullptr, 0, nullptr, 0, nullptr);
  warm_up(handle, counts, load);
  std::size_t key = 0;
  for (std::size_t i = 0; i < load.messages; ++i) {
    while (rd_kafka_produce(topic, RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY,
                            const_cast<char*>(load.value.data()), load.value.size(),
                            load.keys[key].data(), load.keys[key].size(), nullptr) != 0) {
      rd_kafka_poll(handle, 10);
    }
    rd_kafka_poll(handle, 0);
    if (++key == load.keys.size()) key = 0;
  }
  finish(handle, load);
  rd_kafka_topic_destroy(topic);
  rd_kafka_destroy(handle);
  check(counts, load.messages);
}

#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wgnu-statement-expression"  // librdkafka's own macros
#endif
void c_topic_name(const Load& load) {
  Counts counts;
  rd_kafka_t* handle = make_handle(load, counts);
  rd_kafka_producev(handle, RD_KAFKA_V_TOPIC(load.topics[0].c_str()), RD_KAFKA_V_END);
  warm_up(handle, counts, load);
  std::size_t key = 0;
  for (std::size_t i = 0; i < load.messages; ++i) {
    while (rd_kafka_producev(
               handle, RD_KAFKA_V_TOPIC(load.topics[0].c_str()),
               RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
               RD_KAFKA_V_VALUE(const_cast<char*>(load.value.data()), load.value.size()),
               RD_KAFKA_V_KEY(load.keys[key].data(), load.keys[key].size()), RD_KAFKA_V_END) != 0) {
      rd_kafka_poll(handle, 10);
    }
    rd_kafka_poll(handle, 0);
    if (++key == load.keys.size()) key = 0;
  }
  finish(handle, load);
  rd_kafka_destroy(handle);
  check(counts, load.messages);
}

#if defined(__clang__)
#pragma clang diagnostic pop
#endif

// ---- librdkafka's C++ API

class CountReports : public RdKafka::DeliveryReportCb {
 public:
  explicit CountReports(Counts& counts) : counts_(counts) {}
  void dr_cb(RdKafka::Message& message) override {
    message.err() == RdKafka::ERR_NO_ERROR ? ++counts_.delivered : ++counts_.failed;
  }

 private:
  Counts& counts_;
};

void cpp_api(const Load& load) {
  Counts counts;
  CountReports reports(counts);
  std::string text;
  const std::unique_ptr<RdKafka::Conf> conf(RdKafka::Conf::create(RdKafka::Conf::CONF_GLOBAL));
  for (const auto& [name, value] : load.config.properties()) conf->set(name, value, text);
  conf->set("dr_cb", &reports, text);
  const std::unique_ptr<RdKafka::Producer> producer(RdKafka::Producer::create(conf.get(), text));
  if (producer == nullptr) throw std::runtime_error(text);
  producer->produce(load.topics[0], RdKafka::Topic::PARTITION_UA, 0, nullptr, 0, nullptr, 0, 0,
                    nullptr);
  producer->flush(-1);
  counts = {};
  load.begin();
  std::size_t key = 0;
  for (std::size_t i = 0; i < load.messages; ++i) {
    while (producer->produce(load.topics[0], RdKafka::Topic::PARTITION_UA,
                             RdKafka::Producer::RK_MSG_COPY, const_cast<char*>(load.value.data()),
                             load.value.size(), load.keys[key].data(), load.keys[key].size(), 0,
                             nullptr) != RdKafka::ERR_NO_ERROR) {
      producer->poll(10);
    }
    producer->poll(0);
    if (++key == load.keys.size()) key = 0;
  }
  producer->flush(-1);
  load.end();
  check(counts, load.messages);
}

// ---- This library

void warm_up(kafka::Producer& producer, const Load& load) {
  for (const std::string& topic : load.topics) producer.produce({.topic = topic});
  producer.flush();
  load.begin();
}

void finish(kafka::Producer& producer, const Load& load) {
  producer.flush();
  load.end();
}

/// Calls `produce(i)` for every message, and polls after it.
template <class Produce>
void produce_and_poll(kafka::Producer& producer, const Load& load, Produce produce) {
  warm_up(producer, load);
  std::size_t key = 0;
  for (std::size_t i = 0; i < load.messages; ++i) {
    while (true) {
      try {
        produce(i, load.keys[key]);
        break;
      } catch (const kafka::Exception& exception) {
        if (exception.error() != Errc::queue_full) throw;
        producer.poll(10ms);
      }
    }
    producer.poll();
    if (++key == load.keys.size()) key = 0;
  }
  finish(producer, load);
}

void callback(const Load& load) {
  Counts counts;
  kafka::Producer producer(load.config);
  const std::string& topic = load.topics[0];
  produce_and_poll(producer, load, [&](std::size_t, const std::string& key) {
    producer.produce(topic, key, load.value,
                     [delivered = &counts.delivered, failed = &counts.failed](
                         const Error& error, const Message&) { error ? ++*failed : ++*delivered; });
  });
  check(counts, load.messages);
}

void no_callback(const Load& load) {
  kafka::Producer producer(load.config);
  const std::string& topic = load.topics[0];
  produce_and_poll(producer, load, [&](std::size_t, const std::string& key) {
    producer.produce(topic, key, load.value);
  });
}

void std_function(const Load& load) {
  Counts counts;
  kafka::Producer producer(load.config);
  const std::string& topic = load.topics[0];
  const std::function<void(const Error&, const Message&)> function = [&counts](const Error& error,
                                                                               const Message&) {
    error ? ++counts.failed : ++counts.delivered;
  };
  produce_and_poll(producer, load, [&](std::size_t, const std::string& key) {
    producer.produce(topic, key, load.value, function);
  });
  check(counts, load.messages);
}

void rotating_topics(const Load& load) {
  Counts counts;
  kafka::Producer producer(load.config);
  produce_and_poll(producer, load, [&](std::size_t i, const std::string& key) {
    producer.produce(load.topics[i % load.topics.size()], key, load.value,
                     [delivered = &counts.delivered, failed = &counts.failed](
                         const Error& error, const Message&) { error ? ++*failed : ++*delivered; });
  });
  check(counts, load.messages);
}

void headers(const Load& load) {
  Counts counts;
  kafka::Producer producer(load.config);
  kafka::Record record{.topic = load.topics[0],
                       .value = load.value,
                       .headers = {{"trace", "0123456789abcdef"}, {"source", "benchmark"}}};
  produce_and_poll(producer, load, [&](std::size_t, const std::string& key) {
    record.key = key;
    record.callback = [delivered = &counts.delivered, failed = &counts.failed](
                          const Error& error, const Message&) { error ? ++*failed : ++*delivered; };
    producer.produce(std::move(record));
  });
  check(counts, load.messages);
}

template <std::size_t size>
void batch(const Load& load) {
  Counts counts;
  kafka::Producer producer(load.config);
  warm_up(producer, load);
  std::vector<kafka::Record> records(size);
  std::size_t key = 0;
  for (std::size_t sent = 0; sent < load.messages; sent += size) {
    for (kafka::Record& record : records) {
      record.topic = load.topics[0];
      record.key = load.keys[key];
      record.value = load.value;
      record.callback = [delivered = &counts.delivered, failed = &counts.failed](const Error& error,
                                                                                 const Message&) {
        error ? ++*failed : ++*delivered;
      };
      if (++key == load.keys.size()) key = 0;
    }
    auto refused = producer.try_produce_batch(records);
    while (!refused.empty()) {
      producer.poll(10ms);
      std::vector<kafka::Record> again;
      for (const auto& [index, error] : refused) again.push_back(std::move(records[index]));
      refused = producer.try_produce_batch(again);
      if (!refused.empty()) records = std::move(again);
    }
    records.resize(size);
    producer.poll();
  }
  finish(producer, load);
  check(counts, (load.messages + size - 1) / size * size);
}

/// A thread that does nothing else; the benchmark knows it by this name.
[[gnu::noinline]] void producing_thread(kafka::Producer& producer, const Load& load,
                                        std::size_t messages, std::atomic<std::size_t>& delivered) {
  const std::string& topic = load.topics[0];
  for (std::size_t i = 0; i < messages; ++i) {
    producer.produce(topic, load.keys[i % load.keys.size()], load.value,
                     [&delivered](const Error& error, const Message&) { delivered += !error; });
  }
}

template <std::size_t count>
void threads(const Load& load) {
  std::atomic<std::size_t> delivered{0};
  kafka::Producer producer(load.config);
  warm_up(producer, load);
  {
    std::vector<std::jthread> producing;
    for (std::size_t i = 0; i < count; ++i) {
      producing.emplace_back(
          [&] { producing_thread(producer, load, load.messages / count, delivered); });
    }
  }
  finish(producer, load);
  check({.delivered = delivered}, load.messages);
}

constexpr Loop all[] = {
    {"c_cached_handle", "C, cached topic handle", c_cached_handle},
    {"c_topic_name", "C, topic by name", c_topic_name},
    {"cpp_api", "librdkafka's C++ API", cpp_api},
    {"callback", "produce with a callback", callback},
    {"no_callback", "produce without a callback", no_callback},
    {"std_function", "produce with a std::function", std_function},
    {"rotating_topics", "produce to 8 topics in turn", rotating_topics},
    {"headers", "produce with two headers", headers},
    {"batch_100", "try_produce_batch of 100", batch<100>},
    {"batch_1000", "try_produce_batch of 1,000", batch<1000>},
    {"threads_1", "produce on 1 thread, without poll", threads<1>},
    {"threads_2", "produce on 2 threads, without poll", threads<2>},
    {"threads_4", "produce on 4 threads, without poll", threads<4>},
    {"threads_8", "produce on 8 threads, without poll", threads<8>},
};

}  // namespace

std::vector<std::string> make_keys() {
  constexpr std::size_t keys = 1000;
  std::vector<std::string> result;
  for (std::size_t i = 0; i < keys; ++i) {
    const std::string number = std::to_string(i);
    result.push_back("task-" + std::string(9 - number.size(), '0') + number);
  }
  return result;
}

std::span<const Loop> loops() {
  return all;
}
