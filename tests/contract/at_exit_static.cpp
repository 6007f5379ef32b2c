#include "at_exit.hpp"

namespace {

/// A static object that uses producers only in its destructor.
struct Late {
  Late() = default;
  Late(const Late&) = delete;
  Late& operator=(const Late&) = delete;
  ~Late() { deliver_one_record("in the destructor of a static object"); }
};

[[maybe_unused]] const Late late;

}  // namespace
