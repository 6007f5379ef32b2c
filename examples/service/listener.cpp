#include "listener.hpp"

#include <netdb.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <cerrno>
#include <memory>
#include <stdexcept>
#include <system_error>
#include <utility>

using namespace std::chrono_literals;

namespace {

Descriptor listen_at(const std::string& address) {
  const std::size_t colon = address.rfind(':');
  std::string host = address.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (host.empty() || colon == std::string::npos ||
      ::getaddrinfo(host.c_str(), address.c_str() + colon + 1, &hints, &found) != 0) {
    throw std::invalid_argument("\"" + address +
                                "\" is not an address to listen at: use one like 127.0.0.1:7070");
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> guard(found, &::freeaddrinfo);
  Descriptor socket(
      ::socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP),
      "socket");
  const int on = 1;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(socket.get(), found->ai_addr, found->ai_addrlen) != 0 ||
      ::listen(socket.get(), SOMAXCONN) != 0) {
    throw std::system_error(errno, std::generic_category(), "cannot listen at " + address);
  }
  return socket;
}

}  // namespace

Listener::Listener(EventLoop& loop, const std::string& address, OnConnection on_connection)
    : loop_(loop),
      on_connection_(std::move(on_connection)),
      socket_(listen_at(address)),
      watch_(loop.watch(socket_, EPOLLIN, [this](auto, auto) { accept(); })) {}

Listener::~Listener() {
  loop_.unwatch(watch_);
}

std::string Listener::address() const {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  char host[NI_MAXHOST] = "";
  char port[NI_MAXSERV] = "";
  // The sockets API is made for this cast.
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  ::getsockname(socket_.get(), generic, &size);
  ::getnameinfo(generic, size, host, sizeof host, port, sizeof port,
                NI_NUMERICHOST | NI_NUMERICSERV);
  const std::string name = address.ss_family == AF_INET6 ? "[" + std::string(host) + "]" : host;
  return name + ":" + port;
}

void Listener::pause() {
  pause_until(Clock::time_point::max());
}

void Listener::resume() {
  pause_until({});
}

void Listener::tick() {
  if (Clock::now() >= paused_until_) resume();
}

void Listener::pause_until(Clock::time_point end) {
  paused_until_ = end;
  loop_.change(watch_, end == Clock::time_point() ? std::uint32_t{EPOLLIN} : 0U);
}

void Listener::accept() {
  const int socket = ::accept4(socket_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (socket >= 0) {
    on_connection_(Descriptor(socket, "accept4"));
  } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
    // The connection stays in the queue, and would wake the loop again and again.
    pause_until(Clock::now() + 1s);
  }
  // Other errors mean that the connection has gone already.
}
