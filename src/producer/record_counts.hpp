#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace kafka {
inline namespace v1 {

/// Counts a producer's records: those that threads are handing over, those that were accepted, and
/// those that are complete. Any thread may call any member.
///
/// One word holds how many records were accepted and, in its lowest bits, how many are being handed
/// over. So a record that is refused is never counted as accepted, not even for a moment.
class RecordCounts {
 public:
  /// Before records are handed over.
  void begin(std::uint64_t records) noexcept { handed_over_.fetch_add(records); }
  /// After that: `accepted` of them were accepted.
  void end(std::uint64_t records, std::uint64_t accepted) noexcept {
    handed_over_.fetch_add((accepted << in_progress_bits) - records);
  }
  /// An accepted record has had its outcome.
  void complete() noexcept { completed_.fetch_add(1); }

  /// How many records are complete.
  [[nodiscard]] std::uint64_t completed() const noexcept {
    return completed_.load(std::memory_order_relaxed);
  }
  /// How many records were accepted and are not complete. Never more than there were: while others
  /// hand over records all the time, those may be missing from the count that are complete before
  /// their call returns.
  [[nodiscard]] std::size_t undelivered() const noexcept {
    constexpr int most_attempts = 100;
    for (int attempt = 1;; ++attempt) {
      const Snapshot now = snapshot();
      if (now.in_progress == 0 || attempt == most_attempts) {
        return static_cast<std::size_t>(std::max<std::int64_t>(now.incomplete, 0));
      }
    }
  }
  /// No record is incomplete, and none is being handed over.
  [[nodiscard]] bool all_complete() const noexcept {
    const Snapshot now = snapshot();
    return now.incomplete + static_cast<std::int64_t>(now.in_progress) == 0;
  }

 private:
  static constexpr unsigned in_progress_bits = 20;

  struct Snapshot {
    std::int64_t incomplete;
    std::uint64_t in_progress;
  };

  Snapshot snapshot() const noexcept {
    // While completed_ stays the same, so does what the difference counts.
    std::uint64_t completed = completed_.load();
    while (true) {
      const std::uint64_t handed_over = handed_over_.load();
      const std::uint64_t now = completed_.load();
      if (now == completed) {
        // The counts may have wrapped round: their difference has not.
        const std::uint64_t difference = handed_over - (completed << in_progress_bits);
        return {static_cast<std::int64_t>(difference) >> in_progress_bits,
                handed_over & ((std::uint64_t{1} << in_progress_bits) - 1)};
      }
      completed = now;
    }
  }

  // Written by producing threads.
  alignas(64) std::atomic<std::uint64_t> handed_over_{0};
  // Written by the thread that serves.
  alignas(64) std::atomic<std::uint64_t> completed_{0};
};

}  // namespace v1
}  // namespace kafka
