#include "port_forward.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <string>
#include <system_error>
#include <thread>

namespace {

/// Closes its descriptor when the last copy is gone.
using Socket = std::shared_ptr<const int>;

Socket make_socket(int descriptor) {
  return {new int(descriptor), [](const int* owned) {
            ::close(*owned);
            delete owned;
          }};
}

Socket new_socket() {
  return make_socket(::socket(AF_INET, SOCK_STREAM, 0));
}

sockaddr_in address(int port) {
  sockaddr_in result{};
  result.sin_family = AF_INET;
  result.sin_port = htons(static_cast<std::uint16_t>(port));
  result.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return result;
}

/// Copies bytes until one side closes the connection.
void copy(const Socket& from, const Socket& to) {
  char buffer[16384];
  for (ssize_t size = 0; (size = ::recv(*from, buffer, sizeof buffer, 0)) > 0;) {
    for (ssize_t sent = 0; sent < size;) {
      const ssize_t part =
          ::send(*to, buffer + sent, static_cast<std::size_t>(size - sent), MSG_NOSIGNAL);
      if (part < 0) return;
      sent += part;
    }
  }
  ::shutdown(*to, SHUT_RDWR);
  ::shutdown(*from, SHUT_RDWR);
}

}  // namespace

void forward_port(int from, int to) {
  const Socket listener = new_socket();
  const int yes = 1;
  ::setsockopt(*listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  const sockaddr_in here = address(from);
  if (::bind(*listener, reinterpret_cast<const sockaddr*>(&here), sizeof here) != 0 ||
      ::listen(*listener, SOMAXCONN) != 0) {
    throw std::system_error(errno, std::generic_category(),
                            "cannot listen on port " + std::to_string(from));
  }
  std::thread([listener, to] {
    while (true) {
      const Socket client = make_socket(::accept(*listener, nullptr, nullptr));
      const Socket broker = new_socket();
      const sockaddr_in there = address(to);
      if (::connect(*broker, reinterpret_cast<const sockaddr*>(&there), sizeof there) != 0)
        continue;
      std::thread(copy, client, broker).detach();
      std::thread(copy, broker, client).detach();
    }
  }).detach();
}
