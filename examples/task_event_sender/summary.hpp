#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <ostream>
#include <vector>

/// The rate of a run, and its latencies from produce() to the acknowledgement.
class Summary {
 public:
  void add(std::size_t bytes, std::chrono::microseconds latency);
  void print(std::ostream& stream);

 private:
  using Clock = std::chrono::steady_clock;
  [[nodiscard]] double percentile_ms(double fraction) const;

  const Clock::time_point start_ = Clock::now();
  Clock::time_point last_ = start_;
  std::uint64_t bytes_ = 0;
  std::vector<std::uint32_t> latencies_us_;
};
