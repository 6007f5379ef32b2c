#pragma once

#include <kafka/errc.hpp>
#include <string>
#include <string_view>

namespace kafka {
inline namespace v1 {

/// What the user can do about an error of this code. Null when there is nothing to add to the
/// code's own text.
const char* advice(Errc code) noexcept;

/// A text of librdkafka or of a broker, followed by the advice for the code. The advice appears
/// once, also when the text ends with it. After a fatal error it is to make a new producer.
std::string with_advice(Errc code, std::string_view text, bool fatal = false);

}  // namespace v1
}  // namespace kafka
