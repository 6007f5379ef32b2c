#pragma once

#include <string>
#include <string_view>

#include "detail/secrets.hpp"

namespace kafka {
inline namespace v1 {

/// The addresses of `bootstrap.servers` as `host:port,host:port`: without blanks, empty entries and
/// schemes, and with a port for each host. librdkafka drops, cuts or misreads addresses that are
/// wrong, without an error. This throws Exception that says what to write instead.
///
/// A scheme has to agree with `security_protocol`. An IPv6 address stands in brackets; it may stand
/// without them where it cannot be taken for an address and a port.
std::string checked_broker_addresses(std::string_view servers, std::string_view security_protocol,
                                     const Secrets& secrets);

}  // namespace v1
}  // namespace kafka
