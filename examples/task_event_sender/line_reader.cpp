#include "line_reader.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "interrupt.hpp"

LineReader::LineReader(const std::string& path, std::size_t longest)
    : path_(path == "-" ? "standard input" : path), longest_(longest) {
  if (path == "-") return;
  descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor_ < 0)
    throw std::system_error(errno, std::generic_category(), "cannot open " + path);
}

LineReader::~LineReader() {
  if (descriptor_ != STDIN_FILENO) ::close(descriptor_);
}

bool LineReader::has_line() const noexcept {
  return rest_.find('\n', searched_) != std::string::npos || (ended_ && !rest_.empty());
}

std::optional<std::string> LineReader::next(int timeout_ms) {
  if (!has_line() && !ended_) fill(timeout_ms);
  const std::size_t end = rest_.find('\n', searched_);
  if (end != std::string::npos) return take(end, end + 1);
  if (ended_ && !rest_.empty()) return take(rest_.size(), rest_.size());
  searched_ = rest_.size();
  return std::nullopt;
}

std::string LineReader::take(std::size_t size, std::size_t end) {
  std::string line = rest_.substr(0, size);
  rest_.erase(0, end);
  searched_ = 0;
  ++line_number_;
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

void LineReader::fill(int timeout_ms) {
  pollfd waiting[] = {{descriptor_, POLLIN, 0}, {interrupt::descriptor(), POLLIN, 0}};
  if (::poll(waiting, 2, timeout_ms) <= 0 || interrupt::count() > 0) return;

  constexpr std::size_t chunk = std::size_t{64} * 1024;
  char buffer[chunk];
  const ssize_t size = ::read(descriptor_, buffer, sizeof buffer);
  if (size < 0) {
    if (errno == EINTR || errno == EAGAIN) return;
    throw std::system_error(errno, std::generic_category(), "cannot read " + path_);
  }
  std::string_view read(buffer, static_cast<std::size_t>(size));
  ended_ = read.empty();
  if (skipping_) {
    read.remove_prefix(std::min(read.find('\n'), read.size()));
    skipping_ = read.empty() && !ended_;
  }
  rest_ += read;
  if (rest_.size() > longest_ + chunk && rest_.find('\n', searched_) == std::string::npos) {
    rest_.resize(longest_ + 1);
    skipping_ = true;
  }
}
