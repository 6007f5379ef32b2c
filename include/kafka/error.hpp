#pragma once

#include <cstdint>
#include <iosfwd>
#include <kafka/errc.hpp>
#include <kafka/export.hpp>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

struct rd_kafka_error_s;

namespace kafka {
inline namespace v1 {

/// The outcome of an operation: success, or what failed and what to do about it.
///
/// Values are small, cheap to copy, and may be read from several threads at once. The texts hold
/// no secret of the configuration, and control characters in them are escaped as `\xNN`.
class KAFKA_EXPORT Error {
 public:
  /// Success.
  Error() noexcept = default;

  /// The code's own text says what it means and what to do.
  Error(Errc code) noexcept : code_(code) {}

  /// With a text of its own, of which control characters and invalid UTF-8 are escaped. A `fatal`
  /// error ends what the producer can do: destroy it and make a new one.
  Error(Errc code, std::string_view message, bool fatal = false);

  /// Takes over what a librdkafka call returned, and destroys it; success when it is null.
  [[nodiscard]] static Error adopt(rd_kafka_error_s* error);

  /// Errc::no_error on success.
  [[nodiscard]] Errc code() const noexcept { return code_; }

  /// The name of the code as Kafka's documentation spells it, `MSG_SIZE_TOO_LARGE`, or as
  /// librdkafka does, `_QUEUE_FULL`, for what arises in the client. It lives for ever.
  [[nodiscard]] std::string_view name() const;

  /// What happened and what to do about it, for people; not a text to compare with. It lives as
  /// long as this error and its copies.
  [[nodiscard]] const std::string& message() const;

  /// Whether the cause may pass by itself, so that the same operation may succeed later. Of a
  /// delivery report it says nothing about whether the record is in the log already: send again
  /// only what Message::persistence() calls not_persisted, unless duplicates do no harm.
  [[nodiscard]] bool retriable() const noexcept;

  /// Whether the producer is of no more use: destroy it and make a new one.
  [[nodiscard]] bool fatal() const noexcept { return fatal_ || code_ == Errc::fatal; }

  /// Whether the current transaction must be aborted. Only librdkafka's transaction functions,
  /// called through Producer::native_handle(), return such an error.
  [[nodiscard]] bool txn_requires_abort() const noexcept { return txn_requires_abort_; }

  /// true means failed.
  explicit operator bool() const noexcept { return code_ != Errc::no_error; }

  /// Errors are compared by their codes.
  friend bool operator==(const Error& left, const Error& right) noexcept {
    return left.code_ == right.code_;
  }
  /// `error == Errc::queue_full`.
  friend bool operator==(const Error& error, Errc code) noexcept { return error.code_ == code; }

  /// `NAME: message`.
  KAFKA_EXPORT friend std::ostream& operator<<(std::ostream& stream, const Error& error);

 private:
  Errc code_ = Errc::no_error;
  bool fatal_ = false;
  bool retriable_ = false;
  bool txn_requires_abort_ = false;
  std::shared_ptr<const std::string> message_ = {};
};

/// What is thrown when a call is refused; the distinction is in error(). It may be copied, and read
/// from several threads at once.
class KAFKA_EXPORT Exception : public std::runtime_error {
 public:
  /// what() is the error as it is printed, `NAME: message`.
  explicit Exception(Error error);
  /// A copy of the same error.
  Exception(const Exception&) noexcept = default;
  /// Becomes a copy of the other.
  Exception& operator=(const Exception&) noexcept = default;
  /// Defined in the library, so that all of a process share one vtable, with `-fno-rtti` too.
  ~Exception() override;

  /// What failed. It lives as long as this exception.
  [[nodiscard]] const Error& error() const noexcept { return error_; }

 private:
  Error error_;
};

}  // namespace v1
}  // namespace kafka
