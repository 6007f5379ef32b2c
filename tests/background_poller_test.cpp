#include <gtest/gtest.h>

#include <future>
#include <kafka/background_poller.hpp>
#include <kafka/mock_cluster.hpp>
#include <kafka/producer.hpp>
#include <stdexcept>
#include <thread>

namespace {

using namespace std::chrono_literals;

struct BackgroundPoller : testing::Test {
  kafka::MockCluster cluster;
  kafka::Producer producer{{{"bootstrap.servers", cluster.bootstrap_servers()}}};
};

TEST_F(BackgroundPoller, ServesCallbacksOnAThreadOfItsOwn) {
  std::promise<std::thread::id> served;
  const kafka::BackgroundPoller poller(producer);
  producer.produce("events", "key", "value", [&](const kafka::Error&, const kafka::Message&) {
    served.set_value(std::this_thread::get_id());
  });
  auto thread = served.get_future();
  ASSERT_EQ(thread.wait_for(10s), std::future_status::ready);
  EXPECT_NE(thread.get(), std::this_thread::get_id());
}

TEST_F(BackgroundPoller, GoesOnAfterAnException) {
  std::promise<std::string> told;
  std::promise<void> served;
  const kafka::BackgroundPoller poller(producer, [&](const std::exception_ptr& exception) {
    try {
      std::rethrow_exception(exception);
    } catch (const std::exception& caught) {
      told.set_value(caught.what());
    }
  });
  producer.produce("events", "key", "value", [](const kafka::Error&, const kafka::Message&) {
    throw std::runtime_error("thrown");
  });
  auto text = told.get_future();
  ASSERT_EQ(text.wait_for(10s), std::future_status::ready);
  EXPECT_EQ(text.get(), "thrown");
  producer.produce("events", "key", "value",
                   [&](const kafka::Error&, const kafka::Message&) { served.set_value(); });
  EXPECT_EQ(served.get_future().wait_for(10s), std::future_status::ready);
}

TEST_F(BackgroundPoller, EndsWhenTheProducerIsClosed) {
  const kafka::BackgroundPoller poller(producer);
  EXPECT_EQ(producer.close(), 0U);
}

}  // namespace
