#include "producer/ready_notifier.hpp"

#include "support.hpp"

namespace {

using namespace support;
using kafka::ReadyNotifier;

TEST(ReadyNotifier, CallsTheFunctionUntilItIsReplaced) {
  ReadyNotifier notifier;
  notifier.notify();
  int first = 0;
  int second = 0;
  notifier.set([&] { ++first; });
  notifier.notify();
  notifier.set([&] { ++second; });
  notifier.notify();
  notifier.set({});
  notifier.notify();
  EXPECT_EQ(first, 1);
  EXPECT_EQ(second, 1);
}

TEST(ReadyNotifier, KnowsWhetherTheFunctionIsTheCaller) {
  ReadyNotifier notifier;
  bool inside = false;
  bool another_thread = true;
  notifier.set([&] {
    inside = notifier.notifying_in_this_thread();
    std::jthread([&] { another_thread = notifier.notifying_in_this_thread(); }).join();
  });
  EXPECT_FALSE(notifier.notifying_in_this_thread());
  notifier.notify();
  EXPECT_TRUE(inside);
  EXPECT_FALSE(another_thread);
  EXPECT_FALSE(notifier.notifying_in_this_thread());
}

TEST(ReadyNotifier, LetsTheFunctionReplaceItself) {
  ReadyNotifier notifier;
  int calls = 0;
  int next = 0;
  const auto alive = std::make_shared<int>();
  notifier.set([&, alive] {
    notifier.set([&] { ++next; });
    ++calls;  // what the function captured is still there
  });
  notifier.notify();
  EXPECT_EQ(alive.use_count(), 1);
  notifier.notify();
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(next, 1);
}

TEST(ReadyNotifier, DoesNotCallTheFunctionInsideItself) {
  ReadyNotifier notifier;
  int calls = 0;
  notifier.set([&] {
    ++calls;
    notifier.notify();
  });
  notifier.notify();
  EXPECT_EQ(calls, 1);
}

TEST(ReadyNotifier, WaitsForACallInProgressBeforeItReplacesTheFunction) {
  ReadyNotifier notifier;
  std::atomic<bool> inside{false};
  std::atomic<bool> replaced{false};
  std::atomic<bool> ended{false};
  notifier.set([&] {
    inside = true;
    std::this_thread::sleep_for(20ms);
    EXPECT_FALSE(replaced);
    ended = true;
  });
  std::jthread notifying([&] { notifier.notify(); });
  ASSERT_TRUE(eventually([&] { return inside.load(); }));
  notifier.set({});
  replaced = true;
  EXPECT_TRUE(ended);
}

// A service that unsubscribes in its destructor may be what the function owns.
TEST(ReadyNotifier, MayBeUsedByTheDestructorOfWhatTheFunctionOwned) {
  ReadyNotifier notifier;
  struct Service {
    explicit Service(ReadyNotifier& used) : notifier(used) {}
    ~Service() { notifier.set({}); }
    ReadyNotifier& notifier;
  };
  notifier.set([service = std::make_shared<Service>(notifier)] {});
  notifier.set({});
  notifier.notify();
}

}  // namespace
