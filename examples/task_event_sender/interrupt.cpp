#include "interrupt.hpp"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <system_error>

namespace interrupt {
namespace {

std::atomic<bool> was_requested{false};
static_assert(std::atomic<bool>::is_always_lock_free, "it is written by a signal handler");
int pipe_ends[2] = {-1, -1};

extern "C" void handle_signal(int) {
  if (was_requested.exchange(true)) ::_exit(exit_code);
  const int saved = errno;
  [[maybe_unused]] const auto written = ::write(pipe_ends[1], "", 1);
  errno = saved;
}

}  // namespace

void install() {
  if (::pipe2(pipe_ends, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category());
  struct sigaction action {};
  action.sa_handler = handle_signal;
  sigemptyset(&action.sa_mask);
  ::sigaction(SIGINT, &action, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
}

bool requested() noexcept {
  return was_requested;
}

int descriptor() noexcept {
  return pipe_ends[0];
}

}  // namespace interrupt
