#include "producer/active_calls.hpp"

#include "support.hpp"

namespace {

using namespace support;

TEST(ActiveCalls, WaitsUntilEveryCallHasEnded) {
  kafka::ActiveCalls calls;
  std::atomic<int> ended{0};
  std::vector<std::jthread> threads;
  for (int i = 0; i < 3; ++i) {
    calls.begin_call();
    threads.emplace_back([&, i] {
      std::this_thread::sleep_for(i * 10ms);
      ++ended;
      calls.end_call();
    });
  }
  calls.wait_for_none();
  EXPECT_EQ(ended, 3);
}

}  // namespace
