#include <kafka/export.hpp>

namespace kafka {
inline namespace v1 {
namespace detail {

const char KAFKA_LIBRARY_KIND = 0;

}  // namespace detail
}  // namespace v1
}  // namespace kafka
