#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

/// Splits the bytes that arrive into lines. A line ends with LF or CRLF; bytes without such an end
/// are not a line, because the client may have died in the middle of one.
class LineBuffer {
 public:
  struct Line {
    std::string_view text;
    /// The line has more than `longest` bytes, and `text` is only its beginning.
    bool too_long;
  };

  explicit LineBuffer(std::size_t longest) : longest_(longest) {}

  void append(std::string_view bytes);
  /// The oldest line, until pop() or append() is called.
  [[nodiscard]] std::optional<Line> front() const;
  void pop();

 private:
  [[nodiscard]] std::size_t first_end() const { return bytes_.find('\n', begin_); }
  /// Appends to the unfinished line, but no more than shows that it is too long.
  void append_bounded(std::string_view bytes);

  std::size_t longest_;
  std::string bytes_;
  std::size_t begin_ = 0;
  // The begin of the unfinished line.
  std::size_t unfinished_ = 0;
};
