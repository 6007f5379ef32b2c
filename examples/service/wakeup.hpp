#pragma once

#include "descriptor.hpp"

/// Wakes an event loop from another thread.
class Wakeup {
 public:
  Wakeup();

  /// Makes the descriptor readable until clear(). Callable from any thread; never waits.
  void signal() const noexcept;
  void clear() const noexcept;
  [[nodiscard]] const Descriptor& descriptor() const { return descriptor_; }

 private:
  Descriptor descriptor_;
};
