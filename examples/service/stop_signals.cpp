#include "stop_signals.hpp"

#include <sys/signalfd.h>
#include <unistd.h>

namespace {

int block_and_open() {
  ::signal(SIGPIPE, SIG_IGN);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return ::signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
}

}  // namespace

StopSignals::StopSignals() : descriptor_(block_and_open(), "signalfd") {}

void StopSignals::take() const {
  signalfd_siginfo info;
  [[maybe_unused]] const auto size = ::read(descriptor_.get(), &info, sizeof info);
}
