#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <cctype>
#include <kafka/error.hpp>
#include <map>
#include <string>

namespace {

using kafka::Errc;

#define KAFKA_ERRC(name) \
  { Errc::name, #name }

const std::map<Errc, std::string> all = {
    KAFKA_ERRC(bad_msg),
    KAFKA_ERRC(bad_compression),
    KAFKA_ERRC(destroy),
    KAFKA_ERRC(fail),
    KAFKA_ERRC(transport),
    KAFKA_ERRC(crit_sys_resource),
    KAFKA_ERRC(resolve),
    KAFKA_ERRC(msg_timed_out),
    KAFKA_ERRC(partition_eof),
    KAFKA_ERRC(unknown_partition),
    KAFKA_ERRC(fs),
    KAFKA_ERRC(unknown_topic),
    KAFKA_ERRC(all_brokers_down),
    KAFKA_ERRC(invalid_arg),
    KAFKA_ERRC(timed_out),
    KAFKA_ERRC(queue_full),
    KAFKA_ERRC(isr_insuff),
    KAFKA_ERRC(node_update),
    KAFKA_ERRC(ssl),
    KAFKA_ERRC(wait_coord),
    KAFKA_ERRC(unknown_group),
    KAFKA_ERRC(in_progress),
    KAFKA_ERRC(prev_in_progress),
    KAFKA_ERRC(existing_subscription),
    KAFKA_ERRC(assign_partitions),
    KAFKA_ERRC(revoke_partitions),
    KAFKA_ERRC(conflict),
    KAFKA_ERRC(state),
    KAFKA_ERRC(unknown_protocol),
    KAFKA_ERRC(not_implemented),
    KAFKA_ERRC(authentication),
    KAFKA_ERRC(no_offset),
    KAFKA_ERRC(outdated),
    KAFKA_ERRC(timed_out_queue),
    KAFKA_ERRC(unsupported_feature),
    KAFKA_ERRC(wait_cache),
    KAFKA_ERRC(intr),
    KAFKA_ERRC(key_serialization),
    KAFKA_ERRC(value_serialization),
    KAFKA_ERRC(key_deserialization),
    KAFKA_ERRC(value_deserialization),
    KAFKA_ERRC(partial),
    KAFKA_ERRC(read_only),
    KAFKA_ERRC(noent),
    KAFKA_ERRC(underflow),
    KAFKA_ERRC(invalid_type),
    KAFKA_ERRC(retry),
    KAFKA_ERRC(purge_queue),
    KAFKA_ERRC(purge_inflight),
    KAFKA_ERRC(fatal),
    KAFKA_ERRC(inconsistent),
    KAFKA_ERRC(gapless_guarantee),
    KAFKA_ERRC(max_poll_exceeded),
    KAFKA_ERRC(unknown_broker),
    KAFKA_ERRC(not_configured),
    KAFKA_ERRC(fenced),
    KAFKA_ERRC(application),
    KAFKA_ERRC(assignment_lost),
    KAFKA_ERRC(noop),
    KAFKA_ERRC(auto_offset_reset),
    KAFKA_ERRC(log_truncation),
    KAFKA_ERRC(invalid_different_record),
    KAFKA_ERRC(destroy_broker),
    KAFKA_ERRC(unknown),
    KAFKA_ERRC(no_error),
    KAFKA_ERRC(offset_out_of_range),
    KAFKA_ERRC(invalid_msg),
    KAFKA_ERRC(unknown_topic_or_part),
    KAFKA_ERRC(invalid_msg_size),
    KAFKA_ERRC(leader_not_available),
    KAFKA_ERRC(not_leader_for_partition),
    KAFKA_ERRC(request_timed_out),
    KAFKA_ERRC(broker_not_available),
    KAFKA_ERRC(replica_not_available),
    KAFKA_ERRC(msg_size_too_large),
    KAFKA_ERRC(stale_ctrl_epoch),
    KAFKA_ERRC(offset_metadata_too_large),
    KAFKA_ERRC(network_exception),
    KAFKA_ERRC(coordinator_load_in_progress),
    KAFKA_ERRC(coordinator_not_available),
    KAFKA_ERRC(not_coordinator),
    KAFKA_ERRC(topic_exception),
    KAFKA_ERRC(record_list_too_large),
    KAFKA_ERRC(not_enough_replicas),
    KAFKA_ERRC(not_enough_replicas_after_append),
    KAFKA_ERRC(invalid_required_acks),
    KAFKA_ERRC(illegal_generation),
    KAFKA_ERRC(inconsistent_group_protocol),
    KAFKA_ERRC(invalid_group_id),
    KAFKA_ERRC(unknown_member_id),
    KAFKA_ERRC(invalid_session_timeout),
    KAFKA_ERRC(rebalance_in_progress),
    KAFKA_ERRC(invalid_commit_offset_size),
    KAFKA_ERRC(topic_authorization_failed),
    KAFKA_ERRC(group_authorization_failed),
    KAFKA_ERRC(cluster_authorization_failed),
    KAFKA_ERRC(invalid_timestamp),
    KAFKA_ERRC(unsupported_sasl_mechanism),
    KAFKA_ERRC(illegal_sasl_state),
    KAFKA_ERRC(unsupported_version),
    KAFKA_ERRC(topic_already_exists),
    KAFKA_ERRC(invalid_partitions),
    KAFKA_ERRC(invalid_replication_factor),
    KAFKA_ERRC(invalid_replica_assignment),
    KAFKA_ERRC(invalid_config),
    KAFKA_ERRC(not_controller),
    KAFKA_ERRC(invalid_request),
    KAFKA_ERRC(unsupported_for_message_format),
    KAFKA_ERRC(policy_violation),
    KAFKA_ERRC(out_of_order_sequence_number),
    KAFKA_ERRC(duplicate_sequence_number),
    KAFKA_ERRC(invalid_producer_epoch),
    KAFKA_ERRC(invalid_txn_state),
    KAFKA_ERRC(invalid_producer_id_mapping),
    KAFKA_ERRC(invalid_transaction_timeout),
    KAFKA_ERRC(concurrent_transactions),
    KAFKA_ERRC(transaction_coordinator_fenced),
    KAFKA_ERRC(transactional_id_authorization_failed),
    KAFKA_ERRC(security_disabled),
    KAFKA_ERRC(operation_not_attempted),
    KAFKA_ERRC(kafka_storage_error),
    KAFKA_ERRC(log_dir_not_found),
    KAFKA_ERRC(sasl_authentication_failed),
    KAFKA_ERRC(unknown_producer_id),
    KAFKA_ERRC(reassignment_in_progress),
    KAFKA_ERRC(delegation_token_auth_disabled),
    KAFKA_ERRC(delegation_token_not_found),
    KAFKA_ERRC(delegation_token_owner_mismatch),
    KAFKA_ERRC(delegation_token_request_not_allowed),
    KAFKA_ERRC(delegation_token_authorization_failed),
    KAFKA_ERRC(delegation_token_expired),
    KAFKA_ERRC(invalid_principal_type),
    KAFKA_ERRC(non_empty_group),
    KAFKA_ERRC(group_id_not_found),
    KAFKA_ERRC(fetch_session_id_not_found),
    KAFKA_ERRC(invalid_fetch_session_epoch),
    KAFKA_ERRC(listener_not_found),
    KAFKA_ERRC(topic_deletion_disabled),
    KAFKA_ERRC(fenced_leader_epoch),
    KAFKA_ERRC(unknown_leader_epoch),
    KAFKA_ERRC(unsupported_compression_type),
    KAFKA_ERRC(stale_broker_epoch),
    KAFKA_ERRC(offset_not_available),
    KAFKA_ERRC(member_id_required),
    KAFKA_ERRC(preferred_leader_not_available),
    KAFKA_ERRC(group_max_size_reached),
    KAFKA_ERRC(fenced_instance_id),
    KAFKA_ERRC(eligible_leaders_not_available),
    KAFKA_ERRC(election_not_needed),
    KAFKA_ERRC(no_reassignment_in_progress),
    KAFKA_ERRC(group_subscribed_to_topic),
    KAFKA_ERRC(invalid_record),
    KAFKA_ERRC(unstable_offset_commit),
    KAFKA_ERRC(throttling_quota_exceeded),
    KAFKA_ERRC(producer_fenced),
    KAFKA_ERRC(resource_not_found),
    KAFKA_ERRC(duplicate_resource),
    KAFKA_ERRC(unacceptable_credential),
    KAFKA_ERRC(inconsistent_voter_set),
    KAFKA_ERRC(invalid_update_version),
    KAFKA_ERRC(feature_update_failed),
    KAFKA_ERRC(principal_deserialization_failure),
    KAFKA_ERRC(unknown_topic_id),
    KAFKA_ERRC(inconsistent_topic_id),
    KAFKA_ERRC(fenced_member_epoch),
    KAFKA_ERRC(unreleased_instance_id),
    KAFKA_ERRC(unsupported_assignor),
    KAFKA_ERRC(stale_member_epoch),
    KAFKA_ERRC(mismatched_endpoint_type),
    KAFKA_ERRC(unsupported_endpoint_type),
    KAFKA_ERRC(unknown_controller_id),
    KAFKA_ERRC(unknown_subscription_id),
    KAFKA_ERRC(telemetry_too_large),
    KAFKA_ERRC(invalid_registration),
    KAFKA_ERRC(transaction_abortable),
    KAFKA_ERRC(invalid_record_state),
    KAFKA_ERRC(share_session_not_found),
    KAFKA_ERRC(invalid_share_session_epoch),
    KAFKA_ERRC(fenced_state_epoch),
    KAFKA_ERRC(invalid_voter_key),
    KAFKA_ERRC(duplicate_voter),
    KAFKA_ERRC(voter_not_found),
    KAFKA_ERRC(invalid_regular_expression),
    KAFKA_ERRC(rebootstrap_required),
    KAFKA_ERRC(streams_invalid_topology),
    KAFKA_ERRC(streams_invalid_topology_epoch),
    KAFKA_ERRC(streams_topology_fenced),
    KAFKA_ERRC(share_session_limit_reached),
};

/// The codes of the librdkafka that is linked, with its names for them.
std::map<int, std::string> librdkafkas() {
  const rd_kafka_err_desc* codes = nullptr;
  std::size_t count = 0;
  rd_kafka_get_err_descs(&codes, &count);
  std::map<int, std::string> result;
  for (std::size_t i = 0; i < count; ++i) {
    if (codes[i].desc != nullptr) result.emplace(codes[i].code, codes[i].name);
  }
  return result;
}

/// `_QUEUE_FULL` as the enumeration has it.
std::string enumerator(std::string name) {
  if (name.front() == '_') name.erase(0, 1);
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return name;
}

TEST(Errc, HasLibrdkafkasValuesAndNames) {
  const auto known = librdkafkas();
  std::size_t compared = 0;
  for (const auto& [code, name] : all) {
    const auto entry = known.find(static_cast<int>(code));
    if (entry == known.end()) continue;  // newer than the librdkafka that is linked
    EXPECT_EQ(enumerator(entry->second), name);
    EXPECT_EQ(kafka::Error(code).name(), entry->second);
    ++compared;
  }
  EXPECT_GE(compared, 159U);  // librdkafka 1.9.2 has them
}

TEST(Errc, HasEveryCodeOfLibrdkafkaUpTo216) {
  if (rd_kafka_version() > 0x021000ff) GTEST_SKIP() << rd_kafka_version_str();
  for (const auto& [code, name] : librdkafkas()) {
    EXPECT_EQ(all.count(static_cast<Errc>(code)), 1U) << name << " = " << code;
  }
}

TEST(Errc, HasNamesForCodesThatTheLinkedLibrdkafkaDoesNotKnow) {
  for (const auto& [code, name] : all) {
    const kafka::Error error(code);
    EXPECT_EQ(enumerator(std::string(error.name())), name);
    EXPECT_EQ(error.name().front() == '_', static_cast<int>(code) < -1) << name;
    EXPECT_EQ(error.message().find("Err-"), std::string::npos) << error.message();
  }
  EXPECT_EQ(static_cast<int>(Errc::invalid_different_record), -138);
  EXPECT_EQ(static_cast<int>(Errc::destroy_broker), -137);
  EXPECT_EQ(static_cast<int>(Errc::unknown_topic_id), 100);
  EXPECT_EQ(static_cast<int>(Errc::transaction_abortable), 120);
  EXPECT_EQ(static_cast<int>(Errc::rebootstrap_required), 129);
}

}  // namespace
