#include "health.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <cerrno>
#include <iterator>
#include <utility>

namespace {

/// More than a supervisor and a few people need. One more connection replaces the oldest.
constexpr std::size_t most_probes = 16;
constexpr std::size_t longest_request = 4096;
constexpr std::chrono::seconds request_timeout(5);

bool is_complete(const std::string& request) {
  return request.find("\r\n\r\n") != std::string::npos ||
         request.find("\n\n") != std::string::npos || request.size() > longest_request;
}

}  // namespace

Health::Health(EventLoop& loop, const std::string& address, std::function<Report()> report)
    : loop_(loop),
      report_(std::move(report)),
      listener_(loop, address, [this](Descriptor socket) { on_connection(std::move(socket)); }) {}

Health::~Health() {
  while (!probes_.empty()) drop(probes_.begin());
}

void Health::on_connection(Descriptor socket) {
  if (probes_.size() == most_probes) drop(probes_.begin());
  probes_.push_back({.socket = std::move(socket)});
  const Place probe = std::prev(probes_.end());
  probe->watch =
      loop_.watch(probe->socket, EPOLLIN, [this, probe](auto, auto) { on_probe(probe); });
}

void Health::on_probe(Place probe) {
  char buffer[longest_request];
  const ssize_t size = ::recv(probe->socket.get(), buffer, sizeof buffer, 0);
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (size <= 0) return drop(probe);
  probe->request.append(buffer, static_cast<std::size_t>(size));
  if (!is_complete(probe->request)) return;
  // The socket's buffer is empty, and has room for it.
  const std::string text = answer(probe->request);
  ::send(probe->socket.get(), text.data(), text.size(), 0);
  drop(probe);
}

void Health::tick() {
  listener_.tick();
  const auto latest = Clock::now() - request_timeout;
  while (!probes_.empty() && probes_.front().begin < latest) drop(probes_.begin());
}

void Health::drop(Place probe) {
  loop_.unwatch(probe->watch);
  probes_.erase(probe);
}

std::string Health::answer(const std::string& request) const {
  const bool is_healthz = request.starts_with("GET /healthz ");
  const bool is_readyz = request.starts_with("GET /readyz ");
  const char* status = "404 Not Found";
  std::string text = "ask for GET /healthz or GET /readyz\n";
  if (is_healthz || is_readyz) {
    Report report = report_();
    const bool good = is_healthz ? report.alive : report.ready;
    status = good ? "200 OK" : "503 Service Unavailable";
    text = std::move(report.text);
  }
  return std::string("HTTP/1.1 ") + status +
         "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: " +
         std::to_string(text.size()) + "\r\nConnection: close\r\n\r\n" + text;
}
