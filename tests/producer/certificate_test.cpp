#include "producer/certificate.hpp"

#include <gtest/gtest.h>

namespace {

using kafka::certificate_problem;

TEST(Certificate, ProblemsAreNamed) {
  EXPECT_EQ(certificate_problem(10), "the broker's certificate has expired");
  EXPECT_EQ(certificate_problem(9), "the broker's certificate is not valid yet");
  EXPECT_EQ(certificate_problem(23), "the broker's certificate has been revoked");
  for (const int unknown_authority : {2, 18, 19, 20, 21}) {
    EXPECT_EQ(certificate_problem(unknown_authority),
              "the broker's certificate is signed by no authority of ssl.ca.location");
  }
  for (const int other_host : {62, 64}) {
    EXPECT_NE(certificate_problem(other_host).find("names another host"), std::string::npos);
  }
}

TEST(Certificate, RareProblemsKeepTheirNumber) {
  EXPECT_EQ(certificate_problem(24),
            "the broker's certificate was refused for OpenSSL's reason 24");
}

}  // namespace
