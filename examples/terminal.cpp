#include "terminal.hpp"

#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <streambuf>
#include <utility>

namespace terminal {
namespace {

constexpr std::string_view erase_line = "\r\x1b[K";
bool progress_is_shown = false;

void erase_progress() {
  if (!std::exchange(progress_is_shown, false)) return;
  std::fputs(erase_line.data(), stderr);
}

std::size_t width_of(FILE* file) {
  winsize size{};
  constexpr std::size_t narrowest = 20;
  if (::ioctl(::fileno(file), TIOCGWINSZ, &size) != 0 || size.ws_col < narrowest) return 0;
  return size.ws_col;
}

bool wants_colour() {
  const char* no_colour = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  return (no_colour == nullptr || *no_colour == '\0') &&
         (terminal == nullptr || std::strcmp(terminal, "dumb") != 0);
}

/// The number of columns that UTF-8 text takes.
std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
  }));
}

/// Collects a line, and writes it wrapped and in colour.
class TerminalBuffer : public std::streambuf {
 public:
  explicit TerminalBuffer(FILE* file) : file_(file), has_colour_(wants_colour()) {}

 private:
  int_type overflow(int_type character) override {
    if (character == traits_type::eof()) return traits_type::not_eof(character);
    if (character != '\n') {
      line_ += traits_type::to_char_type(character);
      return character;
    }
    erase_progress();
    std::string text = line_;
    line_.clear();
    if (const std::size_t width = width_of(file_)) text = wrapped(text, width);
    if (has_colour_) text = coloured(text);
    text += '\n';
    const bool written = std::fwrite(text.data(), 1, text.size(), file_) == text.size();
    return written && std::fflush(file_) == 0 ? character : traits_type::eof();
  }

  FILE* const file_;
  const bool has_colour_;
  std::string line_;
};

void improve(std::ostream& stream, FILE* file) {
  // Never destroyed: the stream is used until the very end.
  if (::isatty(::fileno(file)) == 1) stream.rdbuf(new TerminalBuffer(file));
}

extern "C" void end_at_closed_pipe(int) {
  constexpr std::string_view text = "Cannot write all of the output: Broken pipe\n";
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text.data(), text.size());
  ::_exit(EXIT_FAILURE);
}

void check_output() {
  erase_progress();
  std::cout.flush();
  errno = 0;
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return;
  std::fprintf(stderr, "Cannot write all of the output: %s\n",
               errno == 0 ? "the disk is full, or the pipe is closed" : std::strerror(errno));
  std::_Exit(EXIT_FAILURE);
}

}  // namespace

void set_up() {
  ::signal(SIGPIPE, end_at_closed_pipe);
  std::atexit(check_output);
  improve(std::cout, stdout);
  improve(std::cerr, stderr);
}

void show_progress(const std::string& text) {
  using Clock = std::chrono::steady_clock;
  static Clock::time_point next;
  if (::isatty(STDERR_FILENO) != 1 || Clock::now() < next) return;
  next = Clock::now() + std::chrono::milliseconds(100);
  std::fprintf(stderr, "%s%s", erase_line.data(), text.c_str());
  std::fflush(stderr);
  progress_is_shown = true;
}

std::string counted(std::uint64_t number, const std::string& singular) {
  return std::to_string(number) + ' ' + singular + (number == 1 ? "" : "s");
}

std::string wrapped(std::string_view line, std::size_t width, std::size_t further) {
  const std::size_t indent = std::min(line.find_first_not_of(' '), line.size());
  if (line.substr(indent).starts_with('{')) return std::string(line);
  const std::string hanging(indent + further, ' ');
  std::string text(line.substr(0, indent));
  std::size_t used = indent;
  for (std::size_t start = indent; start < line.size();) {
    // A word, with the spaces before it.
    const std::size_t word = std::min(line.find_first_not_of(' ', start), line.size());
    const std::size_t end = std::min(line.find(' ', word), line.size());
    const std::size_t length = columns(line.substr(start, end - start));
    if (start > indent && used + length > width) {
      text += '\n' + hanging;
      used = hanging.size();
      start = word;
    }
    text += line.substr(start, end - start);
    used += columns(line.substr(start, end - start));
    start = end;
  }
  return text;
}

std::string coloured(const std::string& line) {
  struct Rule {
    std::string_view beginning;
    std::string_view colour;
  };
  constexpr std::string_view green = "\x1b[32m";
  constexpr std::string_view red = "\x1b[31m";
  constexpr std::string_view yellow = "\x1b[33m";
  constexpr std::string_view faint = "\x1b[2m";
  constexpr Rule rules[] = {
      {"SUCCESS", green},      {"Delivered", green},     {"All messages", green},
      {"Message sent", green}, {"delivered", green},     {"FAILED", red},
      {"ALERT", red},          {"Delivery failed", red}, {"Not delivered", red},
      {"WARNING", yellow},     {"Waiting", yellow},      {"Interrupted", yellow},
      {"log:", yellow},        {"Kafka:", yellow},       {"No --bootstrap-servers", faint},
  };
  const std::string_view words =
      std::string_view(line).substr(std::min(line.find_first_not_of(' '), line.size()));
  for (const auto& [beginning, colour] : rules) {
    if (words.starts_with(beginning)) return std::string(colour) + line + "\x1b[0m";
  }
  return line;
}

}  // namespace terminal
