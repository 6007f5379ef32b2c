#include "line_buffer.hpp"

#include <algorithm>

void LineBuffer::append(std::string_view bytes) {
  bytes_.erase(0, begin_);
  unfinished_ -= begin_;
  begin_ = 0;
  while (!bytes.empty()) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    append_bounded(bytes.substr(0, end));
    bytes.remove_prefix(end);
    if (bytes.empty()) break;
    bytes_ += '\n';
    bytes.remove_prefix(1);
    unfinished_ = bytes_.size();
  }
}

void LineBuffer::append_bounded(std::string_view bytes) {
  // One byte more shows that the line is too long, and one may be the CR of its end.
  const std::size_t most = longest_ + 2;
  const std::size_t room = most - std::min(most, bytes_.size() - unfinished_);
  bytes_ += bytes.substr(0, room);
}

std::optional<LineBuffer::Line> LineBuffer::front() const {
  if (begin_ == unfinished_) return std::nullopt;
  std::string_view text(bytes_);
  text = text.substr(begin_, first_end() - begin_);
  if (text.ends_with('\r')) text.remove_suffix(1);
  return Line{text, text.size() > longest_};
}

void LineBuffer::pop() {
  begin_ = first_end() + 1;
}
