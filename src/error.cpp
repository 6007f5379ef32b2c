#include <librdkafka/rdkafka.h>

#include <kafka/error.hpp>
#include <map>
#include <mutex>
#include <ostream>
#include <utility>

#include "detail/printable.hpp"

namespace kafka {
inline namespace v1 {
namespace {

/// What librdkafka's own text leaves open: what the user can do.
const char* advice(Errc code) {
  switch (code) {
    case Errc::queue_full:
      return "serve delivery reports with poll() and try again, wait with try_produce_for(), or "
             "raise queue.buffering.max.messages and queue.buffering.max.kbytes";
    case Errc::msg_size_too_large:
      return "make the record smaller, or raise message.max.bytes here and max.message.bytes of "
             "the topic";
    case Errc::msg_timed_out:
      return "not acknowledged within message.timeout.ms: check that the brokers of "
             "bootstrap.servers can be reached and that the partition has a leader";
    case Errc::unknown_topic:
    case Errc::unknown_topic_or_part:
      return "create the topic first, or set auto.create.topics.enable on the brokers";
    case Errc::unknown_partition:
      return "the topic has fewer partitions: leave the partition unset to have it chosen by the "
             "key";
    case Errc::transport:
    case Errc::all_brokers_down:
      return "check that the brokers run and that bootstrap.servers and security.protocol are "
             "right";
    case Errc::resolve:
      return "check the host names in bootstrap.servers and in the brokers' advertised.listeners";
    case Errc::authentication:
    case Errc::sasl_authentication_failed:
      return "check sasl.mechanism, the user name and the password";
    case Errc::ssl:
      return "check ssl.ca.location, the broker's certificate and that its port speaks TLS";
    case Errc::topic_authorization_failed:
      return "grant this user the Write and Describe operations on the topic";
    case Errc::cluster_authorization_failed:
      return "grant this user the operation on the cluster";
    case Errc::topic_exception:
      return "a topic's name has 1 to 249 characters out of a-z, A-Z, 0-9, '.', '_' and '-', and "
             "is neither '.' nor '..'";
    case Errc::not_enough_replicas:
    case Errc::not_enough_replicas_after_append:
      return "too few brokers of this partition are in sync: bring them back, or lower "
             "min.insync.replicas of the topic";
    case Errc::invalid_timestamp:
      return "the timestamp lies outside what message.timestamp.before.max.ms and "
             "message.timestamp.after.max.ms of the topic allow";
    case Errc::purge_queue:
      return "given up by purge(), close() or the destructor before it was sent";
    case Errc::purge_inflight:
      return "given up by purge(), close() or the destructor while its acknowledgement was "
             "awaited: it may be in the log";
    case Errc::state:
      return "the producer is closed, was moved from, or belongs to the parent process: make a "
             "new one";
    case Errc::fatal:
      return "destroy this producer and make a new one";
    default:
      return nullptr;
  }
}

struct Description {
  std::string name;
  std::string message;
};

Description describe_anew(Errc code, std::string name, std::string message) {
  if (const char* what_to_do = advice(code)) message.append(": ").append(what_to_do);
  return {std::move(name), std::move(message)};
}

std::map<Errc, Description> describe_all() {
  std::map<Errc, Description> result;
  const rd_kafka_err_desc* codes = nullptr;
  std::size_t count = 0;
  rd_kafka_get_err_descs(&codes, &count);
  for (std::size_t i = 0; i < count; ++i) {
    if (codes[i].desc == nullptr) continue;
    const auto code = static_cast<Errc>(codes[i].code);
    result.try_emplace(code, describe_anew(code, codes[i].name, codes[i].desc));
  }
  return result;
}

/// Kept for ever: name() and message() refer to it. What librdkafka knows is found without a lock,
/// which another thread might hold at the moment of a fork.
const Description& describe(Errc code) {
  static const auto& known = *new std::map<Errc, Description>(describe_all());
  if (const auto entry = known.find(code); entry != known.end()) return entry->second;

  static std::mutex mutex;
  static auto& unknown = *new std::map<Errc, Description>;
  const std::lock_guard lock(mutex);
  const auto [entry, inserted] = unknown.try_emplace(code);
  if (inserted) {
    // In librdkafka's words, which is not asked: its enumeration has no room for every number.
    const std::string number = std::to_string(static_cast<int>(code));
    entry->second = describe_anew(code, "ERR_" + number + "?", "Err-" + number + "?");
  }
  return entry->second;
}

}  // namespace

Error::Error(Errc code, std::string_view message, bool fatal)
    : code_(code),
      fatal_(fatal),
      message_(std::make_shared<const std::string>(printable(message))) {}

Error Error::adopt(rd_kafka_error_s* error) {
  if (error == nullptr) return {};
  const std::unique_ptr<rd_kafka_error_t, decltype(&rd_kafka_error_destroy)> owner(
      error, rd_kafka_error_destroy);
  Error result(static_cast<Errc>(rd_kafka_error_code(error)), rd_kafka_error_string(error),
               rd_kafka_error_is_fatal(error) != 0);
  result.retriable_ = rd_kafka_error_is_retriable(error) != 0;
  result.txn_requires_abort_ = rd_kafka_error_txn_requires_abort(error) != 0;
  return result;
}

std::string_view Error::name() const {
  return describe(code_).name;
}

const std::string& Error::message() const {
  return message_ ? *message_ : describe(code_).message;
}

bool Error::retriable() const noexcept {
  if (fatal()) return false;
  if (retriable_) return true;
  switch (code_) {
    // Of the client: what time, a served queue or a connection that comes back can mend.
    case Errc::queue_full:
    case Errc::transport:
    case Errc::all_brokers_down:
    case Errc::resolve:
    case Errc::timed_out:
    case Errc::timed_out_queue:
    case Errc::msg_timed_out:
    case Errc::wait_coord:
    case Errc::wait_cache:
    case Errc::intr:
    case Errc::retry:
    // Of the brokers: what the protocol's table of error codes calls retriable
    // (https://kafka.apache.org/protocol.html#protocol_error_codes), as far as librdkafka names it.
    case Errc::invalid_msg:
    case Errc::unknown_topic_or_part:
    case Errc::leader_not_available:
    case Errc::not_leader_for_partition:
    case Errc::request_timed_out:
    case Errc::replica_not_available:
    case Errc::network_exception:
    case Errc::coordinator_load_in_progress:
    case Errc::coordinator_not_available:
    case Errc::not_coordinator:
    case Errc::not_enough_replicas:
    case Errc::not_enough_replicas_after_append:
    case Errc::not_controller:
    case Errc::concurrent_transactions:
    case Errc::kafka_storage_error:
    case Errc::fetch_session_id_not_found:
    case Errc::invalid_fetch_session_epoch:
    case Errc::listener_not_found:
    case Errc::fenced_leader_epoch:
    case Errc::unknown_leader_epoch:
    case Errc::offset_not_available:
    case Errc::preferred_leader_not_available:
    case Errc::eligible_leaders_not_available:
    case Errc::throttling_quota_exceeded:
      return true;
    default:
      return false;
  }
}

std::ostream& operator<<(std::ostream& stream, const Error& error) {
  return stream << error.name() << ": " << error.message();
}

Exception::Exception(Error error)
    : std::runtime_error(std::string(error.name()).append(": ").append(error.message())),
      error_(std::move(error)) {}

Exception::~Exception() = default;

}  // namespace v1
}  // namespace kafka
