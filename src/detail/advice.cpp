#include "detail/advice.hpp"

#include <algorithm>
#include <cstddef>

namespace kafka {
inline namespace v1 {
namespace {

/// librdkafka calls a broker `HOST:PORT/ID`, or `HOST:PORT/bootstrap` before it has told its ID.
/// Whether the text is about one whose address came from a broker, not from bootstrap.servers.
bool is_about_advertised_address(std::string_view text) {
  const std::string_view broker = text.substr(0, text.find(": "));
  const std::size_t slash = broker.rfind('/');
  if (slash == std::string_view::npos || slash + 1 == broker.size()) return false;
  return broker.find_first_not_of("0123456789", slash + 1) == std::string_view::npos;
}

const char* advice_for(Errc code, std::string_view text, bool fatal) {
  switch (code) {
    case Errc::producer_fenced:
    case Errc::fenced:
    case Errc::invalid_producer_epoch:
      return advice(code);
    case Errc::state:
      return nullptr;  // librdkafka means a transaction's state, the advice this library's producer
    case Errc::resolve:
      if (!is_about_advertised_address(text)) break;
      return "the broker advertises this name (advertised.listeners): advertise one that this "
             "machine can resolve, or run this program where the name resolves; kubectl "
             "port-forward to bootstrap.servers is not enough";
    case Errc::transport:
      if (!is_about_advertised_address(text)) break;
      return "check that this broker runs, and that this machine can reach the address, which "
             "comes "
             "from the broker's advertised.listeners; kubectl port-forward to bootstrap.servers is "
             "not enough";
    default:
      break;
  }
  return advice(fatal ? Errc::fatal : code);
}

}  // namespace

const char* advice(Errc code) noexcept {
  switch (code) {
    // The record.
    case Errc::queue_full:
      return "serve delivery reports with poll() and try again, wait with try_produce_for(), or "
             "raise queue.buffering.max.messages and queue.buffering.max.kbytes";
    case Errc::msg_size_too_large:
    case Errc::invalid_msg_size:
      return "make the record smaller, or raise message.max.bytes here and max.message.bytes of "
             "the topic";
    case Errc::record_list_too_large:
      return "lower batch.size here, or raise segment.bytes of the topic";
    case Errc::msg_timed_out:
      return "not acknowledged within message.timeout.ms: check that the brokers of "
             "bootstrap.servers can be reached and that the partition has a leader";
    case Errc::invalid_timestamp:
      return "the timestamp lies outside what message.timestamp.before.max.ms and "
             "message.timestamp.after.max.ms of the topic allow";
    case Errc::invalid_msg:
      return "give the record a key if the topic is compacted; otherwise it was damaged on the "
             "way: "
             "send it again";
    case Errc::invalid_record:
      return "give the record a key if the topic is compacted, or correct what the broker's check "
             "refuses";
    case Errc::invalid_different_record:
      return "send this record again: it is valid, and not in the log";
    case Errc::purge_queue:
      return "given up by purge(), close() or the destructor before it was sent";
    case Errc::purge_inflight:
      return "given up by purge(), close() or the destructor while its acknowledgement was "
             "awaited: it may be in the log";

    // The topic.
    case Errc::unknown_topic:
    case Errc::unknown_topic_or_part:
      return "create the topic first, or set auto.create.topics.enable on the brokers";
    case Errc::unknown_topic_id:
    case Errc::inconsistent_topic_id:
      return "the topic was deleted and may exist again: send the record again, or create the "
             "topic";
    case Errc::unknown_partition:
      return "the topic has fewer partitions: leave the partition unset to have it chosen by the "
             "key";
    case Errc::topic_exception:
      return "a topic's name has 1 to 249 characters out of a-z, A-Z, 0-9, '.', '_' and '-', and "
             "is neither '.' nor '..'";
    case Errc::not_enough_replicas:
    case Errc::not_enough_replicas_after_append:
      return "too few brokers of this partition are in sync: bring them back, or lower "
             "min.insync.replicas of the topic";
    case Errc::leader_not_available:
    case Errc::not_leader_for_partition:
    case Errc::fenced_leader_epoch:
    case Errc::unknown_leader_epoch:
    case Errc::replica_not_available:
    case Errc::listener_not_found:
      return "the partition is moving to another broker: send the record again later";
    case Errc::kafka_storage_error:
      return "check the disks of the broker, and send the record again later";
    case Errc::invalid_required_acks:
      return "set acks to 0, 1 or all";
    case Errc::invalid_replication_factor:
      return "start as many brokers as default.replication.factor asks for, or create the topic "
             "with fewer replicas";
    case Errc::policy_violation:
      return "ask the administrator of the brokers for the policy that refuses it";
    case Errc::unsupported_compression_type:
      return "set compression.type to one that the brokers support";
    case Errc::unsupported_for_message_format:
      return "raise log.message.format.version of the topic, or send no headers";

    // The connection.
    case Errc::transport:
    case Errc::all_brokers_down:
      return "check that the brokers run and that bootstrap.servers and security.protocol are "
             "right";
    case Errc::resolve:
      return "check that this machine can resolve the host names in bootstrap.servers and in the "
             "brokers' advertised.listeners";
    case Errc::bad_msg:
      return "check that the address is that of a Kafka broker, and security.protocol";
    case Errc::broker_not_available:
    case Errc::destroy_broker:
      return "the broker has left the cluster: send the record again later";
    case Errc::network_exception:
      return "the connection broke before the answer came: see Message::persistence() before you "
             "send the record again";
    case Errc::timed_out:
    case Errc::timed_out_queue:
    case Errc::request_timed_out:
      return "check the load of the brokers and the network, or allow more time";
    case Errc::throttling_quota_exceeded:
      return "send less, or raise the quota of this client";
    case Errc::rebootstrap_required:
      return "nothing needs to be done: librdkafka starts again from bootstrap.servers";
    case Errc::unsupported_version:
    case Errc::unsupported_feature:
      return "the brokers are too old for this feature: upgrade them, or do without it";
    case Errc::unknown:
      return "see the log of the broker for the cause";

    // Authentication and authorization.
    case Errc::authentication:
    case Errc::sasl_authentication_failed:
      return "check sasl.mechanism and the credentials: user name and password, token or keytab";
    case Errc::unsupported_sasl_mechanism:
      return "set sasl.mechanism to one that the listener of the broker enables";
    case Errc::illegal_sasl_state:
      return "set security.protocol to that of the listener of the broker";
    case Errc::ssl:
      return "check ssl.ca.location, the broker's certificate and that its port speaks TLS";
    case Errc::topic_authorization_failed:
      return "grant this user the Write and Describe operations on the topic";
    case Errc::cluster_authorization_failed:
      return "grant this user the operation on the cluster, which enable.idempotence needs before "
             "Kafka 2.8 (IdempotentWrite)";
    case Errc::transactional_id_authorization_failed:
      return "grant this user the Write and Describe operations on the transactional.id";
    case Errc::group_authorization_failed:
      return "grant this user the Read operation on the consumer group";

    // Idempotence and transactions.
    case Errc::out_of_order_sequence_number:
    case Errc::unknown_producer_id:
    case Errc::invalid_producer_id_mapping:
      return "the broker has lost track of this producer: see Message::persistence() before you "
             "send the record again";
    case Errc::duplicate_sequence_number:
      return "the record is in the log already: do not send it again";
    case Errc::gapless_guarantee:
      return "destroy this producer and make a new one, or set enable.gapless.guarantee to false";
    case Errc::producer_fenced:
    case Errc::fenced:
    case Errc::invalid_producer_epoch:
      return "another producer with the same transactional.id has taken over: destroy this one";
    case Errc::coordinator_load_in_progress:
    case Errc::coordinator_not_available:
    case Errc::not_coordinator:
    case Errc::wait_coord:
      return "the coordinator is moving to another broker: try again later";
    case Errc::concurrent_transactions:
      return "the previous transaction is not complete yet: try again";
    case Errc::transaction_abortable:
      return "abort the transaction, and do its work again in a new one";
    case Errc::invalid_txn_state:
      return "begin a transaction first, or abort the one that failed";
    case Errc::invalid_transaction_timeout:
      return "lower transaction.timeout.ms, or raise transaction.max.timeout.ms of the brokers";
    case Errc::not_configured:
      return "set the property that this needs; transactions need transactional.id";

    // The producer.
    case Errc::state:
      return "the producer is closed, was moved from, or belongs to the parent process: make a "
             "new one";
    case Errc::fatal:
      return "destroy this producer and make a new one";
    case Errc::crit_sys_resource:
      return "check the limits of this process: threads, memory and open files";
    case Errc::not_implemented:
      return "use a librdkafka that was built with this feature";
    default:
      return nullptr;
  }
}

std::string with_advice(Errc code, std::string_view text, bool fatal) {
  const std::size_t end = text.find_last_not_of(". \t\r\n");
  std::string result(text.substr(0, end == std::string_view::npos ? 0 : end + 1));
  const char* what_to_do = advice_for(code, text, fatal);
  if (what_to_do == nullptr || result.ends_with(what_to_do)) return result;
  if (!result.empty()) result += ": ";
  return result += what_to_do;
}

}  // namespace v1
}  // namespace kafka
