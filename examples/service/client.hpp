#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "answers.hpp"
#include "descriptor.hpp"
#include "line_buffer.hpp"

/// A connection: what has been read from it and is not produced yet, and what is owed to it.
class Client {
 public:
  Client(Descriptor socket, std::size_t longest_line);

  [[nodiscard]] const Descriptor& socket() const { return socket_; }
  LineBuffer& lines() { return lines_; }
  Answers& answers() { return answers_; }

  /// Reads once, at most 64 KiB, so that each client gets its turn. False when the connection is
  /// broken.
  bool read();
  /// The same, for a client that has its answers and need only close.
  bool discard_input();
  /// Sends the answers whose turn it is, as far as the socket takes them. False when the connection
  /// is broken.
  bool write();
  /// Says that no more answers will come. Closing a socket that holds unread lines could destroy
  /// answers on their way: the client has to close first.
  void end_output();

  /// Stops reading its lines, or goes on, for want of room for what it sends.
  void set_paused(bool paused) { paused_ = paused; }
  [[nodiscard]] bool paused() const { return paused_; }
  /// What the loop shall wait for.
  [[nodiscard]] std::uint32_t events() const;
  /// It has sent its last line, or has closed altogether.
  [[nodiscard]] bool input_ended() const { return input_ended_; }
  /// How many bytes of answers it has not taken.
  [[nodiscard]] std::size_t unsent() const { return output_.size(); }
  /// It has its answers to all that was accepted.
  [[nodiscard]] bool answered() const { return answers_.empty() && output_.empty(); }

 private:
  /// Nothing read when there is nothing to read now.
  bool receive(std::string& bytes);

  Descriptor socket_;
  LineBuffer lines_;
  Answers answers_;
  std::string output_;
  bool paused_ = false;
  bool input_ended_ = false;
  bool output_ended_ = false;
};
