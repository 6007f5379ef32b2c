#pragma once

#include <kafka/fwd.hpp>
#include <string>

namespace kafka {
inline namespace v1 {

/// The value of `security.protocol` in lower case: plaintext, ssl, sasl_plaintext or sasl_ssl.
std::string security_protocol(const Config& config);

/// Throws Exception where TLS or SASL cannot work with the properties: a mechanism, a user, a
/// password, a keytab or a source of tokens is missing, or a file of certificates cannot be read.
/// Every property that is checked has an effect with this `security.protocol`.
void check_security(const Config& config);

/// librdkafka's reason for not making a producer, with what it leaves out: the paths of the files
/// that it names, the mechanisms that exist, and this library's names of properties.
std::string explain_failure(const Config& config, std::string reason);

}  // namespace v1
}  // namespace kafka
