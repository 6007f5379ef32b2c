#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <kafka/producer.hpp>
#include <string>
#include <vector>

#include "cluster.hpp"

namespace integration {

/// Four threads that send numbered records with keys while something happens to the cluster, and
/// the account of what became of each record.
class Workload {
 public:
  /// Sends `count` records over all threads, `pace` a second.
  Workload(const kafka::Config& config, std::string topic, int count, int pace);

  /// Sends at that pace until the fault, which is called once the first records have been
  /// delivered, has returned, and then what is left as fast as it goes. The last tenth is kept
  /// until then, to show that sending goes on. Returns when each record has its outcome.
  void run(const std::function<void()>& fault);

  /// While run() sends: how many have been delivered, have failed, and wait.
  [[nodiscard]] int delivered() const { return delivered_; }
  [[nodiscard]] int failed() const { return failed_; }
  [[nodiscard]] std::size_t undelivered() const { return producer_.undelivered(); }

  struct Expectation {
    /// Each record is at most once in the log, and those of one key are in the order of sending.
    bool exactly_once_in_order;
    /// None has failed.
    bool all_delivered;
  };
  /// Compares the outcomes with the log, as the console consumer reads it: each record has one
  /// outcome; what was acknowledged is where it was said to be; what is said not to be in the log
  /// is not there.
  void expect_truth(const Cluster& cluster, Expectation expectation) const;

 private:
  static constexpr int threads = 4;
  static constexpr int keys_of_a_thread = 25;

  struct Outcome {
    int calls = 0;
    kafka::Errc error = kafka::Errc::no_error;
    kafka::Persistence persistence = kafka::Persistence::not_persisted;
    std::int32_t partition = -1;
    std::int64_t offset = -1;
  };

  void send(int thread);
  void send_record(int number);
  [[nodiscard]] static std::string key_of(int number);

  const std::string topic_;
  const int count_;
  const int pace_;
  std::vector<Outcome> outcomes_;
  std::atomic<int> delivered_{0};
  std::atomic<int> failed_{0};
  std::atomic<bool> is_over_{false};
  // Last, so that it is closed before what its callbacks use is destroyed.
  kafka::Producer producer_;
};

}  // namespace integration
