#pragma once

namespace kafka {
inline namespace v1 {

/// Why something failed: every error code that librdkafka has up to version 2.16.
///
/// The values are librdkafka's. The names are librdkafka's in lower case, without the underscore
/// that marks an error of the client: `_QUEUE_FULL` is `queue_full`. An Error may carry a code that
/// is newer than this list, and compares equal to its number.
enum class Errc : int {
  // Errors of the client.
  bad_msg = -199,                ///< A message from a broker could not be read.
  bad_compression = -198,        ///< Compressed data could not be unpacked.
  destroy = -197,                ///< The producer is being destroyed.
  fail = -196,                   ///< Communication with a broker failed.
  transport = -195,              ///< The connection to a broker failed or broke.
  crit_sys_resource = -194,      ///< The system refused a resource such as a thread or memory.
  resolve = -193,                ///< The host name of a broker could not be resolved.
  msg_timed_out = -192,          ///< The record was not acknowledged within `delivery.timeout.ms`.
  partition_eof = -191,          ///< A consumer reached the end of a partition.
  unknown_partition = -190,      ///< The topic has no such partition.
  fs = -189,                     ///< A file could not be read or written.
  unknown_topic = -188,          ///< The cluster has no such topic.
  all_brokers_down = -187,       ///< No connection to any broker is left.
  invalid_arg = -186,            ///< An argument or a property is invalid.
  timed_out = -185,              ///< An operation did not finish in time.
  queue_full = -184,             ///< The queue has no room for another record.
  isr_insuff = -183,             ///< Too few replicas are in sync.
  node_update = -182,            ///< The address of a broker changed.
  ssl = -181,                    ///< A TLS operation failed.
  wait_coord = -180,             ///< The coordinator is not known yet.
  unknown_group = -179,          ///< The consumer group is not known.
  in_progress = -178,            ///< The operation is already running.
  prev_in_progress = -177,       ///< The previous operation is still running.
  existing_subscription = -176,  ///< The subscription exists already.
  assign_partitions = -175,      ///< A consumer is assigned partitions.
  revoke_partitions = -174,      ///< A consumer loses partitions.
  conflict = -173,               ///< The call conflicts with another use of the object.
  state = -172,                  ///< The object is in a state that does not allow the call.
  unknown_protocol = -171,       ///< The protocol is not known.
  not_implemented = -170,      ///< librdkafka was built without this feature, or does not have it.
  authentication = -169,       ///< Authentication failed.
  no_offset = -168,            ///< No offset is stored.
  outdated = -167,             ///< The information is outdated.
  timed_out_queue = -166,      ///< A request timed out before it was sent.
  unsupported_feature = -165,  ///< The brokers lack a feature that this needs.
  wait_cache = -164,           ///< The metadata is not cached yet.
  intr = -163,                 ///< The operation was interrupted.
  key_serialization = -162,    ///< The key could not be serialized.
  value_serialization = -161,  ///< The value could not be serialized.
  key_deserialization = -160,  ///< The key could not be deserialized.
  value_deserialization = -159,  ///< The value could not be deserialized.
  partial = -158,                ///< A response is incomplete.
  read_only = -157,              ///< The object is read-only.
  noent = -156,                  ///< There is no such entry.
  underflow = -155,              ///< Data ended too early.
  invalid_type = -154,           ///< The type is invalid.
  retry = -153,                  ///< The operation must be tried again.
  purge_queue = -152,            ///< The record was given up before it was sent.
  purge_inflight = -151,         ///< The record was given up while its acknowledgement was awaited.
  fatal = -150,                  ///< The producer has ended; see Producer::fatal_error().
  inconsistent = -149,           ///< librdkafka's state is inconsistent.
  gapless_guarantee = -148,      ///< Going on would leave a gap in the order of the records.
  max_poll_exceeded = -147,      ///< A consumer did not poll within `max.poll.interval.ms`.
  unknown_broker = -146,         ///< The broker is not known.
  not_configured = -145,         ///< A property that the call needs is not set.
  fenced = -144,                 ///< A newer instance has taken over.
  application = -143,            ///< The application raised this error.
  assignment_lost = -142,        ///< A consumer lost its partitions.
  noop = -141,                   ///< Nothing was done.
  auto_offset_reset = -140,      ///< A consumer has no offset to start from.
  log_truncation = -139,         ///< A consumer found that the log of a partition was truncated.
  invalid_different_record =
      -138,               ///< Another record of the batch was invalid; this one may be sent again.
  destroy_broker = -137,  ///< The broker has left the cluster; the producer goes on.

  // Errors that a broker returns.
  unknown = -1,                    ///< The broker failed for a reason that has no code.
  no_error = 0,                    ///< Success.
  offset_out_of_range = 1,         ///< The partition has no such offset.
  invalid_msg = 2,                 ///< The record is damaged, or has no key on a compacted topic.
  unknown_topic_or_part = 3,       ///< The broker does not have the topic or the partition.
  invalid_msg_size = 4,            ///< The size of the message is invalid.
  leader_not_available = 5,        ///< The partition has no leader at the moment.
  not_leader_for_partition = 6,    ///< The broker is not the leader of the partition.
  request_timed_out = 7,           ///< The broker could not answer in time.
  broker_not_available = 8,        ///< The broker is not available.
  replica_not_available = 9,       ///< The replica is not available.
  msg_size_too_large = 10,         ///< The record is larger than the topic allows.
  stale_ctrl_epoch = 11,           ///< The controller has an old epoch.
  offset_metadata_too_large = 12,  ///< The metadata of an offset is too large.
  network_exception = 13,          ///< The broker lost its connection before it answered.
  coordinator_load_in_progress = 14,  ///< The coordinator is still loading.
  coordinator_not_available = 15,     ///< The coordinator is not available.
  not_coordinator = 16,               ///< The broker is not the coordinator.
  topic_exception = 17,               ///< The name of the topic is invalid.
  record_list_too_large = 18,         ///< The batch is larger than a segment of the log.
  not_enough_replicas = 19,           ///< Too few replicas are in sync; the record was not written.
  not_enough_replicas_after_append = 20,  ///< Too few replicas are in sync; the record was written.
  invalid_required_acks = 21,             ///< The value of `acks` is invalid.
  illegal_generation = 22,                ///< The generation of the consumer group is invalid.
  inconsistent_group_protocol =
      23,                        ///< The members of the consumer group have no protocol in common.
  invalid_group_id = 24,         ///< The name of the consumer group is invalid.
  unknown_member_id = 25,        ///< The consumer group has no such member.
  invalid_session_timeout = 26,  ///< The broker does not allow this session timeout.
  rebalance_in_progress = 27,    ///< The consumer group is being rebalanced.
  invalid_commit_offset_size = 28,    ///< The data of an offset commit is too large.
  topic_authorization_failed = 29,    ///< The user may not do this with the topic.
  group_authorization_failed = 30,    ///< The user may not do this with the consumer group.
  cluster_authorization_failed = 31,  ///< The user may not do this with the cluster.
  invalid_timestamp = 32,             ///< The topic does not allow this timestamp.
  unsupported_sasl_mechanism = 33,    ///< The broker does not support the SASL mechanism.
  illegal_sasl_state = 34,            ///< The request does not fit the state of the authentication.
  unsupported_version = 35,           ///< The broker does not support this version of the request.
  topic_already_exists = 36,          ///< The topic exists already.
  invalid_partitions = 37,            ///< The number of partitions is invalid.
  invalid_replication_factor = 38,    ///< There are too few brokers for so many replicas.
  invalid_replica_assignment = 39,    ///< The assignment of replicas is invalid.
  invalid_config = 40,                ///< The configuration is invalid.
  not_controller = 41,                ///< The broker is not the controller.
  invalid_request = 42,               ///< The request is invalid.
  unsupported_for_message_format = 43,  ///< The topic's message format does not support this.
  policy_violation = 44,                ///< A policy of the brokers forbids this.
  out_of_order_sequence_number = 45,    ///< Earlier records of this producer are missing.
  duplicate_sequence_number = 46,       ///< The broker has this record already.
  invalid_producer_epoch = 47,          ///< A newer producer has taken over.
  invalid_txn_state = 48,               ///< The state of the transaction does not allow this.
  invalid_producer_id_mapping =
      49,  ///< The producer's ID does not belong to its `transactional.id`.
  invalid_transaction_timeout = 50,     ///< The brokers do not allow so long a transaction timeout.
  concurrent_transactions = 51,         ///< The previous transaction is not complete yet.
  transaction_coordinator_fenced = 52,  ///< Another transaction coordinator has taken over.
  transactional_id_authorization_failed = 53,  ///< The user may not use the `transactional.id`.
  security_disabled = 54,                      ///< The brokers have no authorizer.
  operation_not_attempted = 55,                ///< The broker did not attempt the operation.
  kafka_storage_error = 56,                    ///< The broker's disk failed.
  log_dir_not_found = 57,                      ///< The broker has no such log directory.
  sasl_authentication_failed = 58,             ///< The broker did not accept the credentials.
  unknown_producer_id = 59,                    ///< The broker no longer knows this producer.
  reassignment_in_progress = 60,               ///< The partition is being reassigned.
  delegation_token_auth_disabled = 61,         ///< Delegation tokens are not enabled.
  delegation_token_not_found = 62,             ///< There is no such delegation token.
  delegation_token_owner_mismatch =
      63,  ///< The user neither owns the delegation token nor may renew it.
  delegation_token_request_not_allowed =
      64,  ///< This connection may not request delegation tokens.
  delegation_token_authorization_failed =
      65,                               ///< The user may not do this with the delegation token.
  delegation_token_expired = 66,        ///< The delegation token has expired.
  invalid_principal_type = 67,          ///< The type of the principal is not supported.
  non_empty_group = 68,                 ///< The consumer group has members.
  group_id_not_found = 69,              ///< There is no such consumer group.
  fetch_session_id_not_found = 70,      ///< There is no such fetch session.
  invalid_fetch_session_epoch = 71,     ///< The epoch of the fetch session is invalid.
  listener_not_found = 72,              ///< The leader does not have the listener that was used.
  topic_deletion_disabled = 73,         ///< Topics must not be deleted.
  fenced_leader_epoch = 74,             ///< The leader epoch is older than the broker's.
  unknown_leader_epoch = 75,            ///< The leader epoch is newer than the broker's.
  unsupported_compression_type = 76,    ///< The compression type is not supported.
  stale_broker_epoch = 77,              ///< The broker has an old epoch.
  offset_not_available = 78,            ///< The leader does not know the offset yet.
  member_id_required = 79,              ///< The member of the consumer group needs an ID first.
  preferred_leader_not_available = 80,  ///< The preferred leader is not available.
  group_max_size_reached = 81,          ///< The consumer group is full.
  fenced_instance_id = 82,  ///< Another consumer with the same `group.instance.id` has taken over.
  eligible_leaders_not_available = 83,  ///< No replica may become the leader.
  election_not_needed = 84,             ///< The partition needs no election.
  no_reassignment_in_progress = 85,     ///< The partition is not being reassigned.
  group_subscribed_to_topic = 86,       ///< The consumer group is subscribed to the topic.
  invalid_record = 87,                  ///< A check of the broker refused the record.
  unstable_offset_commit = 88,          ///< Offsets of an open transaction are not stable yet.
  throttling_quota_exceeded = 89,       ///< The quota is used up.
  producer_fenced = 90,     ///< A newer producer with the same `transactional.id` has taken over.
  resource_not_found = 91,  ///< There is no such resource.
  duplicate_resource = 92,  ///< The request names a resource twice.
  unacceptable_credential = 93,  ///< The credential does not meet the broker's rules.
  inconsistent_voter_set = 94,   ///< A request among voters came from or to a broker that is none.
  invalid_update_version = 95,   ///< The version of the update is invalid.
  feature_update_failed = 96,    ///< The brokers could not change their features.
  principal_deserialization_failure = 97,  ///< The forwarded principal could not be read.
  unknown_topic_id = 100,                  ///< The broker does not have a topic with this ID.
  inconsistent_topic_id = 103,             ///< The topic's ID is not that of the broker's log.
  fenced_member_epoch = 110,               ///< The coordinator has fenced the member's epoch.
  unreleased_instance_id = 111,            ///< Another member still uses the instance ID.
  unsupported_assignor = 112,              ///< The consumer group does not support the assignor.
  stale_member_epoch = 113,                ///< The member's epoch is old.
  mismatched_endpoint_type = 114,   ///< The request does not belong to this type of endpoint.
  unsupported_endpoint_type = 115,  ///< This type of endpoint is not supported.
  unknown_controller_id = 116,      ///< There is no controller with this ID.
  unknown_subscription_id = 117,    ///< The subscription of the client's metrics is outdated.
  telemetry_too_large = 118,        ///< The client pushed more metrics than the broker accepts.
  invalid_registration = 119,       ///< The controller refuses the broker's registration.
  transaction_abortable =
      120,  ///< The transaction failed and must be aborted; the producer goes on.
  invalid_record_state = 121,         ///< The record's state does not allow its acknowledgement.
  share_session_not_found = 122,      ///< There is no such share session.
  invalid_share_session_epoch = 123,  ///< The epoch of the share session is invalid.
  fenced_state_epoch = 124,           ///< The epoch of the share group's state is another.
  invalid_voter_key = 125,            ///< The key of the voter is not that of the replica.
  duplicate_voter = 126,              ///< The voter is already among the voters.
  voter_not_found = 127,              ///< The voter is not among the voters.
  invalid_regular_expression = 128,   ///< The regular expression is invalid.
  rebootstrap_required =
      129,  ///< The metadata is too old; the client must start from `bootstrap.servers`.
  streams_invalid_topology = 130,        ///< The topology is invalid.
  streams_invalid_topology_epoch = 131,  ///< The epoch of the topology is invalid.
  streams_topology_fenced = 132,         ///< The epoch of the topology is outdated.
  share_session_limit_reached = 133,     ///< There are too many share sessions.
};

}  // namespace v1
}  // namespace kafka
