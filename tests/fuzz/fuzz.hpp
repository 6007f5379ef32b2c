#pragma once

/// What the fuzz targets share. Each defines LLVMFuzzerTestOneInput(), which libFuzzer calls with
/// inputs of its own, and replay.cpp with those of the corpus.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <kafka/error.hpp>
#include <string>
#include <string_view>

#include "detail/printable.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// Ends the program where something does not hold, as libFuzzer expects it.
inline void require(bool holds, const char* what, std::string_view text = {}) {
  if (holds) return;
  std::fprintf(stderr, "Does not hold: %s: %s\n", what, kafka::printable(text).c_str());
  std::abort();
}

/// An error's text can neither steer a terminal nor forge a line of a log.
inline void require_printable(const kafka::Error& error) {
  require(kafka::printable(error.message()) == error.message(), "an error's text is printable",
          error.message());
}

}  // namespace fuzz
