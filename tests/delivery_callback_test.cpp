#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>

#include <array>
#include <functional>
#include <future>
#include <kafka/delivery_callback.hpp>
#include <kafka/error.hpp>
#include <kafka/message.hpp>
#include <memory>

namespace {

using kafka::DeliveryCallback;
using kafka::Error;
using kafka::Message;

void call(DeliveryCallback& callback, const Error& error = {}) {
  const rd_kafka_message_t message{};
  callback(error, Message(message));
}

/// Counts what lives and what was moved, to see that nothing is destroyed twice or forgotten.
struct Counted {
  explicit Counted(int& alive) : alive_(&alive) { ++*alive_; }
  Counted(Counted&& other) noexcept : alive_(other.alive_) { ++*alive_; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  ~Counted() { --*alive_; }
  int* alive_;
};

int free_function_calls = 0;
void free_function(const Error&, const Message&) {
  ++free_function_calls;
}

TEST(DeliveryCallback, HoldsAnyCallable) {
  int calls = 0;
  DeliveryCallback lambda = [&](const Error& error, const Message&) {
    calls += error == kafka::Errc::fail ? 1 : 100;
  };
  call(lambda, kafka::Errc::fail);
  EXPECT_EQ(calls, 1);

  DeliveryCallback function = free_function;
  call(function);
  EXPECT_EQ(free_function_calls, 1);

  const std::function<void(const Error&, const Message&)> std_function =
      [&](const Error&, const Message&) { ++calls; };
  DeliveryCallback copy = std_function;
  call(copy);
  EXPECT_EQ(calls, 2);

  DeliveryCallback by_value = [&](Error, auto&&) { ++calls; };
  call(by_value);
  EXPECT_EQ(calls, 3);
}

TEST(DeliveryCallback, HoldsWhatCanOnlyBeMoved) {
  std::promise<int> promise;
  auto future = promise.get_future();
  DeliveryCallback callback = [promise = std::move(promise), seven = std::make_unique<int>(7)](
                                  const Error&, const Message&) mutable {
    promise.set_value(*seven);
  };
  DeliveryCallback moved = std::move(callback);
  call(moved);
  EXPECT_EQ(future.get(), 7);
}

TEST(DeliveryCallback, IsEmptyFromNullPointersAndEmptyFunctions) {
  void (*null_function)(const Error&, const Message&) = nullptr;
  EXPECT_FALSE(DeliveryCallback());
  EXPECT_FALSE(DeliveryCallback(nullptr));
  EXPECT_FALSE(DeliveryCallback(null_function));
  EXPECT_FALSE(DeliveryCallback(std::function<void(const Error&, const Message&)>()));
  EXPECT_TRUE(DeliveryCallback([](const Error&, const Message&) {}));
}

TEST(DeliveryCallback, DoesNotCompileFromWhatCannotBeCalled) {
  EXPECT_FALSE((std::is_constructible_v<DeliveryCallback, int>));
  EXPECT_FALSE((std::is_constructible_v<DeliveryCallback, void (*)(int)>));
  EXPECT_FALSE((std::is_copy_constructible_v<DeliveryCallback>));
}

template <std::size_t Size>
void expect_destroyed_once() {
  int alive = 0;
  {
    DeliveryCallback first = [counted = Counted(alive), bytes = std::array<char, Size>{}](
                                 const Error&, const Message&) { static_cast<void>(bytes); };
    DeliveryCallback second = std::move(first);
    EXPECT_FALSE(first);
    EXPECT_EQ(alive, 1);
    DeliveryCallback third = [counted = Counted(alive)](const Error&, const Message&) {};
    EXPECT_EQ(alive, 2);
    third = std::move(second);
    EXPECT_EQ(alive, 1);
    call(third);
    EXPECT_EQ(alive, 1);
    third.reset();
    EXPECT_EQ(alive, 0);
    third.reset();
    first = [counted = Counted(alive)](const Error&, const Message&) {};
    EXPECT_EQ(alive, 1);
  }
  EXPECT_EQ(alive, 0);
}

TEST(DeliveryCallback, DestroysWhatItHoldsOnce) {
  expect_destroyed_once<1>();
  expect_destroyed_once<40>();
  expect_destroyed_once<41>();
  expect_destroyed_once<1000>();
}

TEST(DeliveryCallback, LetsExceptionsThrough) {
  DeliveryCallback callback = [](const Error&, const Message&) { throw 7; };
  EXPECT_THROW(call(callback), int);
}

}  // namespace
