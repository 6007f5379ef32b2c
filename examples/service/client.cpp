#include "client.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <cerrno>
#include <utility>

namespace {

/// Lines of one client that may wait for their outcome at once.
constexpr std::size_t most_unanswered = 1000;

/// Of each direction of a connection in the kernel, which would let them grow to megabytes.
constexpr int socket_buffer = 64 * 1024;

bool would_block() {
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

}  // namespace

Client::Client(Descriptor socket, std::size_t longest_line)
    : socket_(std::move(socket)), lines_(longest_line) {
  // Answers are small, and the client may wait for each.
  const int on = 1;
  ::setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUF, &socket_buffer, sizeof socket_buffer);
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_SNDBUF, &socket_buffer, sizeof socket_buffer);
}

bool Client::read() {
  char buffer[64 * 1024];
  const ssize_t size = ::recv(socket_.get(), buffer, sizeof buffer, 0);
  if (size < 0) return would_block();
  input_ended_ = size == 0;
  if (!input_stopped_) lines_.append({buffer, static_cast<std::size_t>(size)});
  return true;
}

std::optional<LineBuffer::Line> Client::next_line() const {
  const bool has_to_wait = !output_.empty() || answers_.size() >= most_unanswered;
  if (has_to_wait || input_stopped_) return std::nullopt;
  return lines_.front();
}

void Client::pop_line() {
  lines_.pop();
  answers_.expect();
  last_progress_ = Clock::now();
}

void Client::stop_input() {
  input_stopped_ = true;
}

void Client::give_answer(std::uint64_t line, std::string answer) {
  answers_.give(line, std::move(answer));
}

bool Client::write() {
  output_ += answers_.take();
  while (!output_.empty()) {
    const ssize_t size = ::send(socket_.get(), output_.data(), output_.size(), 0);
    if (size < 0) return would_block();
    output_.erase(0, static_cast<std::size_t>(size));
    last_progress_ = Clock::now();
  }
  return true;
}

void Client::end_output() {
  if (std::exchange(output_ended_, true)) return;
  ::shutdown(socket_.get(), SHUT_WR);
}

std::uint32_t Client::events() const {
  // Lines are read when all earlier ones have been popped. After stop_input() they are read only to
  // see the client close.
  const bool reads = !input_ended_ && (input_stopped_ ? output_ended_ : !lines_.front());
  return (reads ? std::uint32_t{EPOLLIN} : 0U) | (output_.empty() ? 0U : std::uint32_t{EPOLLOUT});
}

bool Client::timed_out(Clock::time_point now, Clock::duration timeout) {
  const bool waits_for_service = output_.empty() && (answers_.size() > 0 || lines_.front());
  if (waits_for_service) last_progress_ = now;
  return now - last_progress_ > timeout;
}
