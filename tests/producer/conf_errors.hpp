#pragma once

/// What the tests of the configuration share: the error that a Producer's constructor would throw.

#include <gtest/gtest.h>

#include <kafka/config.hpp>
#include <string>
#include <string_view>

#include "detail/printable.hpp"
#include "producer/librdkafka_conf.hpp"
#include "support.hpp"

namespace support {

inline Error conf_error(const kafka::Config& config) {
  return error_of([&] { static_cast<void>(kafka::make_conf(config, kafka::Secrets(config))); });
}

inline Error conf_error_with(std::string_view name, std::string_view value) {
  return conf_error(kafka::Config{{"bootstrap.servers", "localhost:9092"}}.set(name, value));
}

/// Whether it is Errc::invalid_arg with this text in its message, and the message is printable.
inline testing::AssertionResult says(const Error& error, std::string_view text) {
  const std::string message = error.message();
  if (error == Errc::invalid_arg && message.find(text) != std::string::npos &&
      kafka::printable(message) == message) {
    return testing::AssertionSuccess();
  }
  return testing::AssertionFailure() << error << ", expected \"" << text << "\"";
}

}  // namespace support
