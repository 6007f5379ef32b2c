#pragma once

#include <gtest/gtest.h>

#include <kafka/producer.hpp>

#include "wait.hpp"

namespace integration {

/// What became of one record, and when.
struct Outcome {
  int calls = 0;
  kafka::Error error = {};
  kafka::RecordMetadata metadata = {};
  Clock::time_point accepted = Clock::now();
  Clock::duration after = {};

  kafka::DeliveryCallback callback() {
    return [this](const kafka::Error& result, const kafka::Message& message) {
      ++calls;
      error = result;
      metadata = message.metadata();
      after = Clock::now() - accepted;
    };
  }
};

/// What is promised of every outcome, while somebody polls.
inline void expect_in_time(const Outcome& outcome, std::chrono::milliseconds delivery_timeout) {
  EXPECT_EQ(outcome.calls, 1);
  EXPECT_LE(outcome.after, delivery_timeout + 2s);
}

}  // namespace integration
