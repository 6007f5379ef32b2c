#pragma once

#include <string>
#include <string_view>

namespace kafka {
inline namespace v1 {

/// An error's text for a name that librdkafka does not know: the property that was probably meant,
/// where there is one with nearly the same name. It does not quote a name that looks like part of a
/// private key, as it appears when a key is pasted into a file without backslashes.
/// `key_is_cut`: the configuration holds a key that has no end, so even a short name may be part
/// of it.
std::string describe_unknown_property(std::string_view name, bool key_is_cut);

}  // namespace v1
}  // namespace kafka
