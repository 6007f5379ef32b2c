#include "summary.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

void Summary::add(std::size_t bytes, std::chrono::microseconds latency) {
  constexpr std::int64_t longest = std::numeric_limits<std::uint32_t>::max();  // 71 minutes
  latencies_us_.push_back(
      static_cast<std::uint32_t>(std::min<std::int64_t>(latency.count(), longest)));
  bytes_ += bytes;
  last_ = Clock::now();
}

double Summary::percentile_ms(double fraction) const {
  const auto rank = std::ceil(fraction * static_cast<double>(latencies_us_.size()));
  return latencies_us_[static_cast<std::size_t>(std::max(rank, 1.0)) - 1] / 1000.0;
}

void Summary::print(std::ostream& stream) {
  if (latencies_us_.empty()) return;
  std::sort(latencies_us_.begin(), latencies_us_.end());
  const double seconds = std::max(std::chrono::duration<double>(last_ - start_).count(), 1e-6);
  const auto count = static_cast<double>(latencies_us_.size());
  char text[256];
  std::snprintf(text, sizeof text,
                "Delivered %zu messages in %.3f s: %.0f messages/s, %.2f MB/s\n"
                "Latency: p50 %.2f ms, p95 %.2f ms, p99 %.2f ms, max %.2f ms\n",
                latencies_us_.size(), seconds, count / seconds,
                static_cast<double>(bytes_) / seconds / 1e6, percentile_ms(0.50),
                percentile_ms(0.95), percentile_ms(0.99), percentile_ms(1.0));
  stream << text;
}
