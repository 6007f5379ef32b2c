#pragma once

#include <cstdint>
#include <deque>
#include <string>

/// The answers that one client is owed: they go out in the order of its lines, whatever the order
/// in which the outcomes of the records come.
class Answers {
 public:
  /// Names the line that expect() is called for next.
  [[nodiscard]] std::uint64_t next() const { return first_ + waiting_.size(); }
  /// One more line has to be answered.
  void expect() { waiting_.emplace_back(); }
  /// The answer to the line of this name, with its LF.
  void give(std::uint64_t line, std::string answer);
  /// Takes the answers whose turn it is.
  std::string take();
  /// Nothing is owed.
  [[nodiscard]] bool empty() const { return waiting_.empty(); }

 private:
  std::uint64_t first_ = 0;
  // An empty text is an answer that is not known yet.
  std::deque<std::string> waiting_;
};
