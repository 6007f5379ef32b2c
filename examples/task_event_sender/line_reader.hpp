#pragma once

#include <cstddef>
#include <optional>
#include <string>

/// Reads lines from a file or standard input, and waits for one no longer than it is told: the
/// sender has callbacks to serve and Ctrl-C to obey meanwhile.
class LineReader {
 public:
  /// `-` is standard input. Throws std::system_error when the file cannot be opened. Of a longer
  /// line only the first `longest` bytes and one are kept.
  LineReader(const std::string& path, std::size_t longest);
  LineReader(const LineReader&) = delete;
  LineReader& operator=(const LineReader&) = delete;
  ~LineReader();

  /// The next line without its end (LF or CRLF), if one came within the time. Throws
  /// std::system_error when the file cannot be read.
  std::optional<std::string> next(int timeout_ms);
  /// Whether next() would return a line without waiting.
  [[nodiscard]] bool has_line() const noexcept;
  /// Whether all has been read.
  [[nodiscard]] bool at_end() const noexcept { return ended_ && rest_.empty(); }
  /// The number of the line that next() has returned last, from 1.
  [[nodiscard]] std::size_t line_number() const noexcept { return line_number_; }

 private:
  void fill(int timeout_ms);
  std::string take(std::size_t size, std::size_t end);

  const std::string path_;
  const std::size_t longest_;
  int descriptor_ = 0;
  std::string rest_;
  // Where in the rest the search for a line's end goes on.
  std::size_t searched_ = 0;
  std::size_t line_number_ = 0;
  bool ended_ = false;
  // The end of a line that is too long is still to come.
  bool skipping_ = false;
};
