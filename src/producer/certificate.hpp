#pragma once

#include <string>

namespace kafka {
inline namespace v1 {

/// Why a broker's certificate was refused, by the number that OpenSSL gives the reason (its
/// X509_V_ERR constants). librdkafka tells all reasons in the same words.
std::string certificate_problem(int error);

}  // namespace v1
}  // namespace kafka
