#include "event_loop.hpp"

#include <sys/epoll.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <system_error>
#include <utility>

EventLoop::EventLoop() : epoll_(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1") {}

EventLoop::Watch EventLoop::watch(const Descriptor& descriptor, std::uint32_t events,
                                  Handler handler) {
  auto watched = std::make_shared<Watched>(Watched{descriptor.get(), events, std::move(handler)});
  control(EPOLL_CTL_ADD, ++last_, *watched);
  watched_.emplace(last_, std::move(watched));
  return last_;
}

void EventLoop::change(Watch watch, std::uint32_t events) {
  Watched& watched = *watched_.at(watch);
  if (watched.events == events) return;
  watched.events = events;
  control(EPOLL_CTL_MOD, watch, watched);
}

void EventLoop::unwatch(Watch watch) {
  const auto found = watched_.find(watch);
  if (found == watched_.end()) return;
  control(EPOLL_CTL_DEL, watch, *found->second);
  watched_.erase(found);
}

void EventLoop::control(int operation, Watch watch, const Watched& watched) {
  epoll_event event{.events = watched.events, .data = {.u64 = watch}};
  if (::epoll_ctl(epoll_.get(), operation, watched.descriptor, &event) != 0) {
    throw std::system_error(errno, std::generic_category(), "epoll_ctl");
  }
}

void EventLoop::run_once(std::chrono::milliseconds timeout) {
  constexpr int most = 64;
  constexpr std::chrono::milliseconds longest(std::numeric_limits<int>::max());
  epoll_event events[most];
  const auto wait =
      static_cast<int>(std::clamp(timeout, std::chrono::milliseconds(0), longest).count());
  const int count = ::epoll_wait(epoll_.get(), events, most, wait);
  if (count < 0 && errno != EINTR) {
    throw std::system_error(errno, std::generic_category(), "epoll_wait");
  }
  for (int i = 0; i < count; ++i) {
    // A copy: the structure is packed.
    const std::uint64_t id = events[i].data.u64;
    const auto found = watched_.find(id);
    if (found == watched_.end()) continue;
    const auto watched = found->second;
    watched->handler(id, events[i].events);
  }
}
