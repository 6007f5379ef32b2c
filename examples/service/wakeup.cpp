#include "wakeup.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>

Wakeup::Wakeup() : descriptor_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), "eventfd") {}

void Wakeup::signal() const noexcept {
  const std::uint64_t one = 1;
  // It fails only when the counter is full, and then the descriptor is readable already.
  [[maybe_unused]] const auto size = ::write(descriptor_.get(), &one, sizeof one);
}

void Wakeup::clear() const noexcept {
  std::uint64_t count = 0;
  [[maybe_unused]] const auto size = ::read(descriptor_.get(), &count, sizeof count);
}
