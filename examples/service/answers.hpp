#pragma once

#include <cstdint>
#include <deque>
#include <string>

/// The answers to one client's lines. They leave in the order of the lines, although the outcomes
/// of the records come in any order.
class Answers {
 public:
  /// The number of the line that the next expect() adds.
  [[nodiscard]] std::uint64_t next() const { return first_ + waiting_.size(); }
  /// Adds a line that needs an answer.
  void expect() { waiting_.emplace_back(); }
  /// Sets the answer to the line of this number. The text is not empty and ends with LF.
  void give(std::uint64_t line, std::string answer);
  /// Removes the answers that no earlier line holds back, and returns their text.
  std::string take();
  /// How many lines have an answer that take() has not returned.
  [[nodiscard]] std::size_t size() const { return waiting_.size(); }

 private:
  std::uint64_t first_ = 0;
  // An empty text is an answer that is not known yet.
  std::deque<std::string> waiting_;
};
