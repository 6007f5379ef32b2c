#pragma once

/// An imitation of modern-cpp-kafka: a namespace `kafka` that KAFKA_API renames, with names that
/// this library has too.

#include <functional>
#include <string>

#ifndef KAFKA_API
#define KAFKA_API kafka
#endif

namespace KAFKA_API {

struct Error {
  int value = 0;
};
struct Header {
  std::string key = {};
};
using Value = std::string;
using Callback = std::function<void(const Error&, const Header&, const Value&)>;

namespace clients {
namespace consumer {

struct KafkaConsumer {
  Error commit(const Callback& callback = {}) const {
    const Error error = {};
    if (callback) callback(error, Header{}, Value{});
    return error;
  }
};

}  // namespace consumer
}  // namespace clients
}  // namespace KAFKA_API
