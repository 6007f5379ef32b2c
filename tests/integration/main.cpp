#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>

int main(int argc, char** argv) {
  // When ctest is killed, this ends too, and the brokers with it.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
