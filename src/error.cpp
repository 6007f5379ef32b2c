#include <librdkafka/rdkafka.h>

#include <kafka/error.hpp>
#include <map>
#include <mutex>
#include <ostream>
#include <utility>

#include "detail/advice.hpp"
#include "detail/printable.hpp"

namespace kafka {
inline namespace v1 {
namespace {

/// Codes that an older librdkafka may receive from a broker without a name for them.
struct NewCode {
  Errc code;
  const char* name;
  const char* message;
};
constexpr NewCode new_codes[] = {
    {Errc::log_truncation, "_LOG_TRUNCATION",
     "Local: A consumer found that the log of a partition was truncated"},
    {Errc::invalid_different_record, "_INVALID_DIFFERENT_RECORD",
     "Local: Another record of the same batch was invalid"},
    {Errc::destroy_broker, "_DESTROY_BROKER", "Local: Broker removed while the client goes on"},
    {Errc::unknown_topic_id, "UNKNOWN_TOPIC_ID",
     "Broker: The broker does not have a topic with this ID"},
    {Errc::inconsistent_topic_id, "INCONSISTENT_TOPIC_ID",
     "Broker: The topic's ID is not that of the broker's log"},
    {Errc::fenced_member_epoch, "FENCED_MEMBER_EPOCH",
     "Broker: The coordinator has fenced the member's epoch"},
    {Errc::unreleased_instance_id, "UNRELEASED_INSTANCE_ID",
     "Broker: Another member still uses the instance ID"},
    {Errc::unsupported_assignor, "UNSUPPORTED_ASSIGNOR",
     "Broker: The consumer group does not support the assignor"},
    {Errc::stale_member_epoch, "STALE_MEMBER_EPOCH", "Broker: The member's epoch is old"},
    {Errc::mismatched_endpoint_type, "MISMATCHED_ENDPOINT_TYPE",
     "Broker: The request does not belong to this type of endpoint"},
    {Errc::unsupported_endpoint_type, "UNSUPPORTED_ENDPOINT_TYPE",
     "Broker: This type of endpoint is not supported"},
    {Errc::unknown_controller_id, "UNKNOWN_CONTROLLER_ID",
     "Broker: There is no controller with this ID"},
    {Errc::unknown_subscription_id, "UNKNOWN_SUBSCRIPTION_ID",
     "Broker: The subscription of the client's metrics is outdated"},
    {Errc::telemetry_too_large, "TELEMETRY_TOO_LARGE",
     "Broker: The client pushed more metrics than the broker accepts"},
    {Errc::invalid_registration, "INVALID_REGISTRATION",
     "Broker: The controller refuses the broker's registration"},
    {Errc::transaction_abortable, "TRANSACTION_ABORTABLE",
     "Broker: The transaction failed and must be aborted"},
    {Errc::invalid_record_state, "INVALID_RECORD_STATE",
     "Broker: The record's state does not allow its acknowledgement"},
    {Errc::share_session_not_found, "SHARE_SESSION_NOT_FOUND",
     "Broker: There is no such share session"},
    {Errc::invalid_share_session_epoch, "INVALID_SHARE_SESSION_EPOCH",
     "Broker: The epoch of the share session is invalid"},
    {Errc::fenced_state_epoch, "FENCED_STATE_EPOCH",
     "Broker: The epoch of the share group's state is another"},
    {Errc::invalid_voter_key, "INVALID_VOTER_KEY",
     "Broker: The key of the voter is not that of the replica"},
    {Errc::duplicate_voter, "DUPLICATE_VOTER", "Broker: The voter is already among the voters"},
    {Errc::voter_not_found, "VOTER_NOT_FOUND", "Broker: The voter is not among the voters"},
    {Errc::invalid_regular_expression, "INVALID_REGULAR_EXPRESSION",
     "Broker: The regular expression is invalid"},
    {Errc::rebootstrap_required, "REBOOTSTRAP_REQUIRED",
     "Broker: The metadata of the client is too old"},
    {Errc::streams_invalid_topology, "STREAMS_INVALID_TOPOLOGY", "Broker: The topology is invalid"},
    {Errc::streams_invalid_topology_epoch, "STREAMS_INVALID_TOPOLOGY_EPOCH",
     "Broker: The epoch of the topology is invalid"},
    {Errc::streams_topology_fenced, "STREAMS_TOPOLOGY_FENCED",
     "Broker: The epoch of the topology is outdated"},
    {Errc::share_session_limit_reached, "SHARE_SESSION_LIMIT_REACHED",
     "Broker: There are too many share sessions"},
};

struct Description {
  std::string name;
  std::string message;
};

Description make_description(Errc code, std::string name, std::string message) {
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
    result.try_emplace(code, make_description(code, codes[i].name, codes[i].desc));
  }
  for (const NewCode& entry : new_codes) {
    result.try_emplace(entry.code, make_description(entry.code, entry.name, entry.message));
  }
  return result;
}

/// Lives for ever, because name() and message() refer to it. Known codes are found without a lock,
/// which another thread might hold at the moment of a fork.
const Description& describe(Errc code) {
  static const auto& known = *new std::map<Errc, Description>(describe_all());
  if (const auto entry = known.find(code); entry != known.end()) return entry->second;

  static std::mutex mutex;
  static auto& unknown = *new std::map<Errc, Description>;
  const std::lock_guard lock(mutex);
  const auto [entry, inserted] = unknown.try_emplace(code);
  if (inserted) {
    // The text is librdkafka's. It is not asked for it, because its enumeration does not hold every
    // number.
    const std::string number = std::to_string(static_cast<int>(code));
    entry->second = make_description(code, "ERR_" + number + "?", "Err-" + number + "?");
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
  const auto code = static_cast<Errc>(rd_kafka_error_code(error));
  const bool fatal = rd_kafka_error_is_fatal(error) != 0;
  Error result(code, with_advice(code, rd_kafka_error_string(error), fatal), fatal);
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
    // Errors of the client that may pass with time, when the queue is served, or when a connection
    // is back.
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
    case Errc::destroy_broker:
    // Valid records of a batch that was refused for another record.
    case Errc::invalid_different_record:
    // Errors of brokers that the table of the protocol calls retriable
    // (https://kafka.apache.org/protocol.html#protocol_error_codes), as far as librdkafka has them.
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
    case Errc::election_not_needed:
    case Errc::unstable_offset_commit:
    case Errc::throttling_quota_exceeded:
    case Errc::unknown_topic_id:
    case Errc::inconsistent_topic_id:
    case Errc::share_session_not_found:
    case Errc::invalid_share_session_epoch:
    case Errc::share_session_limit_reached:
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
