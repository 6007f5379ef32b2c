#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

/// Cuts the bytes that arrive into lines, which end with LF or CRLF. Bytes that no such end follows
/// are no line: their sender may have died in the middle of it.
class LineBuffer {
 public:
  struct Line {
    std::string_view text;
    /// Of a line of more than the `longest` bytes only the beginning is here.
    bool too_long;
  };

  explicit LineBuffer(std::size_t longest) : longest_(longest) {}

  void append(std::string_view bytes);
  /// The oldest line, until pop() or append() is called.
  [[nodiscard]] std::optional<Line> front() const;
  void pop();

 private:
  [[nodiscard]] std::size_t first_end() const { return bytes_.find('\n', begin_); }
  /// Appends what does not lengthen a line beyond what tells that it is too long.
  void append_bounded(std::string_view bytes);

  std::size_t longest_;
  std::string bytes_;
  std::size_t begin_ = 0;
  // Where the line begins whose end has not arrived.
  std::size_t unfinished_ = 0;
};
