#include "workload.hpp"

#include <gtest/gtest.h>

#include <iostream>
#include <map>
#include <thread>

#include "tools.hpp"

namespace integration {

using kafka::Errc;
using kafka::Persistence;

Workload::Workload(const kafka::Config& config, std::string topic, int count, int pace)
    : topic_(std::move(topic)),
      count_(count),
      pace_(pace),
      outcomes_(static_cast<std::size_t>(count)),
      producer_(config) {}

void Workload::run(const std::function<void()>& fault) {
  {
    std::vector<std::jthread> senders;
    for (int thread = 0; thread < threads; ++thread) {
      senders.emplace_back([this, thread] { send(thread); });
    }
    EXPECT_TRUE(eventually([this] { return delivered_ >= count_ / 20; }));
    fault();
    is_over_ = true;
  }
  EXPECT_EQ(producer_.flush(5 * patience), 0U);
}

void Workload::send(int thread) {
  // Of a thread's numbers, which are `threads` apart, so many are sent before the fault is over.
  const int kept = count_ - count_ / 10;
  const auto start = Clock::now();
  for (int number = thread; number < count_; number += threads) {
    if (!is_over_) {
      const auto due = start + std::chrono::microseconds(1'000'000LL * number / pace_);
      while (!is_over_ && (Clock::now() < due || number >= kept)) producer_.poll(1ms);
    }
    send_record(number);
  }
}

void Workload::send_record(int number) {
  const std::string key = key_of(number);
  const std::string value = std::to_string(number);
  Outcome& outcome = outcomes_[static_cast<std::size_t>(number)];
  kafka::Record record{
      .topic = topic_,
      .key = key,
      .value = value,
      .callback = [this, &outcome](const kafka::Error& error, const kafka::Message& message) {
        ++outcome.calls;
        outcome.error = error.code();
        outcome.persistence = message.persistence();
        outcome.partition = message.partition();
        outcome.offset = message.offset();
        ++(error ? failed_ : delivered_);
      }};
  kafka::Error error;
  do {
    error = producer_.try_produce_for(record, 1s);
  } while (error == Errc::queue_full);
  EXPECT_FALSE(error) << error;
}

std::string Workload::key_of(int number) {
  return "key-" + std::to_string(number % (threads * keys_of_a_thread));
}

void Workload::expect_truth(const Cluster& cluster, Expectation expectation) const {
  const auto log = consume(cluster, topic_);
  std::vector<int> times(outcomes_.size());
  std::map<std::pair<std::int32_t, std::int64_t>, int> places;
  std::map<std::string, int> latest;
  int duplicates = 0;
  int out_of_order = 0;
  for (const auto& record : log) {
    const int number = std::stoi(record.value.value());
    ASSERT_EQ(record.key, key_of(number));
    places[{record.partition, record.offset}] = number;
    if (++times[static_cast<std::size_t>(number)] > 1) ++duplicates;
    int& before = latest.try_emplace(*record.key, -1).first->second;
    if (number < before) ++out_of_order;
    before = std::max(before, number);
  }

  int unknown_places = 0;
  int possibly = 0;
  int possibly_and_there = 0;
  for (int number = 0; number < count_; ++number) {
    const Outcome& outcome = outcomes_[static_cast<std::size_t>(number)];
    const int found = times[static_cast<std::size_t>(number)];
    ASSERT_EQ(outcome.calls, 1) << number;
    if (outcome.error == Errc::no_error) {
      ASSERT_EQ(outcome.persistence, Persistence::persisted) << number;
      ASSERT_GE(found, 1) << number << " was acknowledged and is lost";
      // After an acknowledgement that got lost, the offset may be unknown.
      if (outcome.offset < 0) ++unknown_places;
      if (outcome.offset >= 0) {
        const auto place = places.find({outcome.partition, outcome.offset});
        ASSERT_TRUE(place != places.end() && place->second == number)
            << number << " is not at partition " << outcome.partition << ", offset "
            << outcome.offset;
      }
    } else if (outcome.persistence == Persistence::not_persisted) {
      ASSERT_EQ(found, 0) << number << " is in the log, failed with "
                          << kafka::Error(outcome.error).name();
    } else {
      ASSERT_EQ(outcome.persistence, Persistence::possibly_persisted) << number;
      ++possibly;
      if (found > 0) ++possibly_and_there;
    }
  }
  std::cout << "  " << delivered_ << " delivered (" << unknown_places << " at an unknown offset), "
            << failed_ << " failed (" << possibly << " possibly persisted, of them "
            << possibly_and_there << " in the log), " << duplicates << " twice, " << out_of_order
            << " out of order\n";
  EXPECT_EQ(delivered_ + failed_, count_);
  if (expectation.exactly_once_in_order) {
    EXPECT_EQ(duplicates, 0);
    EXPECT_EQ(out_of_order, 0);
  }
  if (expectation.all_delivered) {
    EXPECT_EQ(failed_, 0);
  }
}

}  // namespace integration
