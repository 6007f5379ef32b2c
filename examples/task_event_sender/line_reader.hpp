#pragma once

#include <cstddef>
#include <optional>
#include <string>

/// Reads lines from a file or standard input. It waits for a line only for a given time, so that
/// the sender can serve callbacks and react to Ctrl-C.
class LineReader {
 public:
  /// `-` is standard input. Throws std::system_error when the file cannot be opened. A longer line
  /// is cut off after `longest` bytes and one.
  LineReader(const std::string& path, std::size_t longest);
  LineReader(const LineReader&) = delete;
  LineReader& operator=(const LineReader&) = delete;
  ~LineReader();

  /// The next line without its end (LF or CRLF), if one arrives within the time. Throws
  /// std::system_error when the file cannot be read.
  std::optional<std::string> next(int timeout_ms);
  /// Whether next() would return a line without waiting.
  [[nodiscard]] bool has_line() const noexcept;
  /// Whether all lines have been returned.
  [[nodiscard]] bool at_end() const noexcept { return ended_ && rest_.empty(); }
  /// The number of the line that next() returned last, from 1.
  [[nodiscard]] std::size_t line_number() const noexcept { return line_number_; }

 private:
  void fill(int timeout_ms);
  std::string take(std::size_t size, std::size_t end);

  const std::string path_;
  const std::size_t longest_;
  int descriptor_ = 0;
  std::string rest_;
  // The part of rest_ before this has no line end.
  std::size_t searched_ = 0;
  std::size_t line_number_ = 0;
  bool ended_ = false;
  // The end of a line that is too long has not been read yet.
  bool skipping_ = false;
};
