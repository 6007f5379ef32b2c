#pragma once

#include <signal.h>

#include "descriptor.hpp"

/// Makes SIGTERM and SIGINT events of the loop instead of interruptions.
class StopSignals {
 public:
  /// Blocks the signals in this thread and in all threads that start later, librdkafka's included.
  /// Ignores SIGPIPE: writing to a broken connection returns an error.
  StopSignals();

  /// Readable when a signal has come.
  [[nodiscard]] const Descriptor& descriptor() const { return descriptor_; }
  /// Removes the signal that has come.
  void take() const;

 private:
  Descriptor descriptor_;
};
