#include "client.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <cerrno>
#include <utility>

namespace {

/// A client that lets its answers pile up is not read from until it has taken them.
constexpr std::size_t most_output = std::size_t{64} * 1024;

}  // namespace

Client::Client(Descriptor socket, std::size_t longest_line)
    : socket_(std::move(socket)), lines_(longest_line) {
  // Answers are small, and their client may wait for each.
  const int on = 1;
  ::setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

bool Client::receive(std::string& bytes) {
  constexpr std::size_t chunk = std::size_t{64} * 1024;
  char buffer[chunk];
  const ssize_t size = ::recv(socket_.get(), buffer, sizeof buffer, 0);
  if (size < 0) return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
  input_ended_ = size == 0;
  bytes.assign(buffer, static_cast<std::size_t>(size));
  return true;
}

bool Client::read() {
  std::string bytes;
  if (!receive(bytes)) return false;
  lines_.append(bytes);
  return true;
}

bool Client::discard_input() {
  std::string bytes;
  return receive(bytes);
}

bool Client::write() {
  output_ += answers_.take();
  std::size_t sent = 0;
  bool connected = true;
  while (sent < output_.size()) {
    const ssize_t size = ::send(socket_.get(), output_.data() + sent, output_.size() - sent, 0);
    if (size < 0) {
      connected = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
      break;
    }
    sent += static_cast<std::size_t>(size);
  }
  output_.erase(0, sent);
  return connected;
}

void Client::end_output() {
  if (std::exchange(output_ended_, true)) return;
  ::shutdown(socket_.get(), SHUT_WR);
}

std::uint32_t Client::events() const {
  const bool reads = !input_ended_ && (output_ended_ || (!paused_ && output_.size() < most_output));
  return (reads ? std::uint32_t{EPOLLIN} : 0U) | (output_.empty() ? 0U : std::uint32_t{EPOLLOUT});
}
