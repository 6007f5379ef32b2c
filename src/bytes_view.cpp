#include <kafka/bytes_view.hpp>
#include <ostream>

#include "detail/printable.hpp"

namespace kafka {
inline namespace v1 {

std::ostream& operator<<(std::ostream& stream, BytesView bytes) {
  return stream << printable(bytes.text());
}

}  // namespace v1
}  // namespace kafka
