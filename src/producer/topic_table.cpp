#include "producer/topic_table.hpp"

#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <kafka/error.hpp>

namespace kafka {
inline namespace v1 {
namespace {

/// What brokers check (org.apache.kafka.common.internals.Topic); librdkafka checks nothing, and
/// the record would fail after minutes.
void check_name(std::string_view name) {
  constexpr std::size_t longest = 249;
  const auto is_legal = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  };
  std::string reason;
  if (name.empty()) {
    reason = "the topic's name is empty";
  } else if (name.size() > longest) {
    reason = "the topic's name has " + std::to_string(name.size()) + " characters";
  } else if (name == "." || name == "..") {
    reason = "no topic can be called \"" + std::string(name) + "\"";
  } else if (!std::all_of(name.begin(), name.end(), is_legal)) {
    reason = "no topic can be called \"" + std::string(name) + "\"";
  }
  if (reason.empty()) return;
  throw Exception(Error(Errc::topic_exception,
                        reason +
                            ": use 1 to 249 characters out of a-z, A-Z, 0-9, '.', '_' and '-', "
                            "and neither \".\" nor \"..\""));
}

}  // namespace

TopicTable::TopicTable(rd_kafka_s* handle) : handle_(handle) {
  constexpr std::size_t initial_size = 64;
  all_buckets_.push_back(std::make_unique<Buckets>(initial_size));
  buckets_.store(all_buckets_.back().get(), std::memory_order_release);
}

TopicTable::~TopicTable() {
  for (const auto& topic : topics_) rd_kafka_topic_destroy(topic->handle);
}

std::uint64_t TopicTable::hash(std::string_view name) noexcept {
  constexpr std::uint64_t multiplier = 0x9E37'79B9'7F4A'7C15;  // 2^64 divided by the golden ratio
  std::uint64_t result = name.size();
  const auto mix = [&](std::uint64_t word) {
    result = (result ^ word) * multiplier;
    result ^= result >> 32;
  };
  if (name.size() < word_size) {
    for (const char c : name) mix(static_cast<unsigned char>(c));
  } else {
    for (std::size_t at = 0; at + word_size < name.size(); at += word_size) mix(word(name, at));
    mix(word(name, name.size() - word_size));
  }
  return result;
}

TopicTable::Topic* TopicTable::find(const Buckets& buckets, std::string_view name) noexcept {
  for (std::size_t i = buckets.first(hash(name));; i = (i + 1) & buckets.mask) {
    Topic* topic = buckets.topics[i].load(std::memory_order_acquire);
    if (topic == nullptr || same(topic->name, name)) return topic;
  }
}

void TopicTable::insert(Buckets& buckets, Topic* topic) noexcept {
  std::size_t i = buckets.first(hash(topic->name));
  while (buckets.topics[i].load(std::memory_order_relaxed) != nullptr) i = (i + 1) & buckets.mask;
  buckets.topics[i].store(topic, std::memory_order_release);
}

rd_kafka_topic_s* TopicTable::add(std::string_view name) {
  check_name(name);
  const std::lock_guard lock(adding_);
  Buckets* buckets = buckets_.load(std::memory_order_relaxed);
  if (const Topic* topic = find(*buckets, name)) return topic->handle;

  if ((topics_.size() + 1) * 2 > buckets->topics.size()) {
    auto larger = std::make_unique<Buckets>(buckets->topics.size() * 2);
    for (const auto& topic : topics_) insert(*larger, topic.get());
    all_buckets_.push_back(std::move(larger));
    buckets = all_buckets_.back().get();
    buckets_.store(buckets, std::memory_order_release);
  }
  topics_.reserve(topics_.size() + 1);
  auto topic = std::make_unique<Topic>(Topic{std::string(name), nullptr});
  topic->handle = rd_kafka_topic_new(handle_, topic->name.c_str(), nullptr);
  if (topic->handle == nullptr) throw Exception(static_cast<Errc>(rd_kafka_last_error()));
  topics_.push_back(std::move(topic));
  insert(*buckets, topics_.back().get());
  if (topics_.size() == 1) {
    first_name_ = topics_.back()->name.data();
    first_handle_ = topics_.back()->handle;
    first_size_.store(name.size(), std::memory_order_release);
  }
  return topics_.back()->handle;
}

}  // namespace v1
}  // namespace kafka
