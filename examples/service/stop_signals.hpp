#pragma once

#include <signal.h>

#include "descriptor.hpp"

/// SIGTERM and SIGINT as something to read, so that they interrupt nothing.
class StopSignals {
 public:
  /// Threads that are started from now on, librdkafka's among them, do not get the signals either.
  /// SIGPIPE is ignored: a connection that has broken is an error of the call that writes to it.
  StopSignals();

  /// Readable when a signal has come.
  [[nodiscard]] const Descriptor& descriptor() const { return descriptor_; }
  /// Takes the signal.
  void take() const;

 private:
  Descriptor descriptor_;
};
