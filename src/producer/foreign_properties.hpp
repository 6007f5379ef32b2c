#pragma once

#include <string>
#include <string_view>

namespace kafka {
inline namespace v1 {

/// A sentence for a property of Kafka's Java client, of its console tools, of a newer librdkafka or
/// of other software that people configure beside a producer: whose property it is, and what to do
/// here. Empty for any other name.
std::string describe_foreign_property(std::string_view name);

/// A sentence for a property of librdkafka that takes a function or a pointer, which a text cannot
/// hold: what to use instead.
std::string describe_api_property(std::string_view name);

}  // namespace v1
}  // namespace kafka
