#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "answers.hpp"
#include "descriptor.hpp"
#include "line_buffer.hpp"

/// A connection, the lines that it has sent, and the answers to them. Its memory is bounded: while
/// a line has to wait, nothing more is read, and TCP makes the client wait.
class Client {
 public:
  using Clock = std::chrono::steady_clock;

  Client(Descriptor socket, std::size_t longest_line);

  [[nodiscard]] const Descriptor& socket() const { return socket_; }

  // ---- The lines

  /// Reads once, at most 64 KiB, so that each client gets its turn. Returns false when the
  /// connection is broken.
  bool read();
  /// The oldest line that may be produced now. None while the client has answers to take or too
  /// many lines without an answer.
  [[nodiscard]] std::optional<LineBuffer::Line> next_line() const;
  /// Removes that line, which needs an answer from now on.
  void pop_line();
  /// Ignores all lines that have not been popped.
  void stop_input();
  /// The client has closed its side of the connection.
  [[nodiscard]] bool input_ended() const { return input_ended_; }

  // ---- The answers

  /// The number of the line that the next pop_line() removes.
  [[nodiscard]] std::uint64_t line_number() const { return answers_.next(); }
  void give_answer(std::uint64_t line, std::string answer);
  /// Sends the answers whose turn it is, as far as the socket takes them. Returns false when the
  /// connection is broken.
  bool write();
  /// Closes the service's side. The client closes its own next: closing a socket that holds unread
  /// lines could destroy answers on their way.
  void end_output();
  /// How many lines wait for an answer.
  [[nodiscard]] std::size_t unanswered() const { return answers_.size(); }
  /// How many bytes of answers the socket has not taken.
  [[nodiscard]] std::size_t unsent() const { return output_.size(); }
  /// All answers have been sent.
  [[nodiscard]] bool answered() const { return answers_.size() == 0 && output_.empty(); }

  // ---- What the loop has to know

  /// The events to wait for.
  [[nodiscard]] std::uint32_t events() const;
  /// Whether the service has waited longer than `timeout` for this client to complete a line or to
  /// take its answers. Time in which the client waits for the service does not count; to notice
  /// such time, call this regularly.
  bool timed_out(Clock::time_point now, Clock::duration timeout);

 private:
  Descriptor socket_;
  LineBuffer lines_;
  Answers answers_;
  std::string output_;
  Clock::time_point last_progress_ = Clock::now();
  bool input_stopped_ = false;
  bool input_ended_ = false;
  bool output_ended_ = false;
};
