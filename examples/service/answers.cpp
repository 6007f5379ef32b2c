#include "answers.hpp"

#include <utility>

void Answers::give(std::uint64_t line, std::string answer) {
  waiting_.at(line - first_) = std::move(answer);
}

std::string Answers::take() {
  std::string text;
  while (!waiting_.empty() && !waiting_.front().empty()) {
    text += waiting_.front();
    waiting_.pop_front();
    ++first_;
  }
  return text;
}
