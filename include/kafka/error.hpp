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

/// The outcome of an operation: success, or why it failed and what to do about it.
///
/// An Error is small and cheap to copy. Several threads may read it at once. Its text contains no
/// secret of the configuration. Control characters in it are escaped as `\xNN`.
class KAFKA_EXPORT Error {
 public:
  /// Success.
  Error() noexcept = default;

  /// message() explains the code and says what to do.
  Error(Errc code) noexcept : code_(code) {}

  /// message() returns the given text, in which control characters and invalid UTF-8 are escaped.
  /// `fatal` means that the producer cannot go on: destroy it and make a new one.
  Error(Errc code, std::string_view message, bool fatal = false);

  /// Converts an error that a librdkafka call returned, and destroys it. Null becomes success.
  /// message() is librdkafka's text, followed by what to do.
  [[nodiscard]] static Error adopt(rd_kafka_error_s* error);

  /// Errc::no_error on success.
  [[nodiscard]] Errc code() const noexcept { return code_; }

  /// The code's name as librdkafka spells it: `MSG_SIZE_TOO_LARGE`, or `_QUEUE_FULL` with an
  /// underscore when the error arose in the client. The name is never freed.
  [[nodiscard]] std::string_view name() const;

  /// Describes for people what happened and what to do. Do not compare with it: the text may
  /// change. It lives as long as this error and its copies.
  [[nodiscard]] const std::string& message() const;

  /// Whether the same operation may succeed later without a change. In a delivery report this does
  /// not tell whether the record is in the log already. Unless duplicates do no harm, send a record
  /// again only if Message::persistence() is not_persisted.
  [[nodiscard]] bool retriable() const noexcept;

  /// Whether the producer cannot go on: destroy it and make a new one.
  [[nodiscard]] bool fatal() const noexcept { return fatal_ || code_ == Errc::fatal; }

  /// Whether the current transaction must be aborted. Only errors of transactions say so.
  [[nodiscard]] bool txn_requires_abort() const noexcept { return txn_requires_abort_; }

  /// True when the operation failed.
  explicit operator bool() const noexcept { return code_ != Errc::no_error; }

  /// Compares the codes. Texts are ignored.
  friend bool operator==(const Error& left, const Error& right) noexcept {
    return left.code_ == right.code_;
  }
  /// Compares the code: `error == Errc::queue_full`.
  friend bool operator==(const Error& error, Errc code) noexcept { return error.code_ == code; }

  /// Prints `NAME: message`.
  KAFKA_EXPORT friend std::ostream& operator<<(std::ostream& stream, const Error& error);

 private:
  Errc code_ = Errc::no_error;
  bool fatal_ = false;
  bool retriable_ = false;
  bool txn_requires_abort_ = false;
  std::shared_ptr<const std::string> message_ = {};
};

/// Thrown when a call is refused. error() says why. Several threads may read it at once.
class KAFKA_EXPORT Exception : public std::runtime_error {
 public:
  /// what() returns the error as it is printed: `NAME: message`.
  explicit Exception(Error error);
  /// A copy of the same error.
  Exception(const Exception&) noexcept = default;
  /// Becomes a copy of the other.
  Exception& operator=(const Exception&) noexcept = default;
  /// Defined in the library, so that the whole process shares one vtable, also with `-fno-rtti`.
  ~Exception() override;

  /// The error. It lives as long as this exception.
  [[nodiscard]] const Error& error() const noexcept { return error_; }

 private:
  Error error_;
};

}  // namespace v1
}  // namespace kafka
