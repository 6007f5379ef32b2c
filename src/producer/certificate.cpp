#include "producer/certificate.hpp"

namespace kafka {
inline namespace v1 {

std::string certificate_problem(int error) {
  // https://docs.openssl.org/3.0/man3/X509_STORE_CTX_get_error/; the numbers are part of its ABI.
  switch (error) {
    case 2:   // UNABLE_TO_GET_ISSUER_CERT
    case 18:  // DEPTH_ZERO_SELF_SIGNED_CERT
    case 19:  // SELF_SIGNED_CERT_IN_CHAIN
    case 20:  // UNABLE_TO_GET_ISSUER_CERT_LOCALLY
    case 21:  // UNABLE_TO_VERIFY_LEAF_SIGNATURE
      return "the broker's certificate is signed by no authority of ssl.ca.location";
    case 9:  // CERT_NOT_YET_VALID
      return "the broker's certificate is not valid yet";
    case 10:  // CERT_HAS_EXPIRED
      return "the broker's certificate has expired";
    case 23:  // CERT_REVOKED
      return "the broker's certificate has been revoked";
    case 62:  // HOSTNAME_MISMATCH
    case 64:  // IP_ADDRESS_MISMATCH
      return "the broker's certificate names another host than bootstrap.servers or the broker's "
             "advertised.listeners";
    default:
      return "the broker's certificate was refused for OpenSSL's reason " + std::to_string(error);
  }
}

}  // namespace v1
}  // namespace kafka
