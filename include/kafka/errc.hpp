#pragma once

namespace kafka {
inline namespace v1 {

/// Why something failed. The values are librdkafka's, and so are the names, in lower case and
/// without the underscore in front of what arises here rather than at a broker: `_QUEUE_FULL` is
/// `queue_full`. An Error may carry a code that is younger than this list; it compares equal to
/// its number.
enum class Errc : int {
  bad_msg = -199,                ///< Local: Bad message format.
  bad_compression = -198,        ///< Local: Invalid compressed data.
  destroy = -197,                ///< Local: Broker handle destroyed.
  fail = -196,                   ///< Local: Communication failure with broker.
  transport = -195,              ///< Local: Broker transport failure.
  crit_sys_resource = -194,      ///< Local: Critical system resource failure.
  resolve = -193,                ///< Local: Host resolution failure.
  msg_timed_out = -192,          ///< Local: Message timed out.
  partition_eof = -191,          ///< Broker: No more messages.
  unknown_partition = -190,      ///< Local: Unknown partition.
  fs = -189,                     ///< Local: File or filesystem error.
  unknown_topic = -188,          ///< Local: Unknown topic.
  all_brokers_down = -187,       ///< Local: All broker connections are down.
  invalid_arg = -186,            ///< Local: Invalid argument or configuration.
  timed_out = -185,              ///< Local: Timed out.
  queue_full = -184,             ///< Local: Queue full.
  isr_insuff = -183,             ///< Local: ISR count insufficient.
  node_update = -182,            ///< Local: Broker node update.
  ssl = -181,                    ///< Local: SSL error.
  wait_coord = -180,             ///< Local: Waiting for coordinator.
  unknown_group = -179,          ///< Local: Unknown group.
  in_progress = -178,            ///< Local: Operation in progress.
  prev_in_progress = -177,       ///< Local: Previous operation in progress.
  existing_subscription = -176,  ///< Local: Existing subscription.
  assign_partitions = -175,      ///< Local: Assign partitions.
  revoke_partitions = -174,      ///< Local: Revoke partitions.
  conflict = -173,               ///< Local: Conflicting use.
  state = -172,                  ///< Local: Erroneous state.
  unknown_protocol = -171,       ///< Local: Unknown protocol.
  not_implemented = -170,        ///< Local: Not implemented.
  authentication = -169,         ///< Local: Authentication failure.
  no_offset = -168,              ///< Local: No offset stored.
  outdated = -167,               ///< Local: Outdated.
  timed_out_queue = -166,        ///< Local: Timed out in queue.
  unsupported_feature = -165,    ///< Local: Required feature not supported by broker.
  wait_cache = -164,             ///< Local: Awaiting cache update.
  intr = -163,                   ///< Local: Operation interrupted.
  key_serialization = -162,      ///< Local: Key serialization error.
  value_serialization = -161,    ///< Local: Value serialization error.
  key_deserialization = -160,    ///< Local: Key deserialization error.
  value_deserialization = -159,  ///< Local: Value deserialization error.
  partial = -158,                ///< Local: Partial response.
  read_only = -157,              ///< Local: Read-only object.
  noent = -156,                  ///< Local: No such entry.
  underflow = -155,              ///< Local: Read underflow.
  invalid_type = -154,           ///< Local: Invalid type.
  retry = -153,                  ///< Local: Retry operation.
  purge_queue = -152,            ///< Local: Purged in queue.
  purge_inflight = -151,         ///< Local: Purged in flight.
  fatal = -150,                  ///< Local: Fatal error.
  inconsistent = -149,           ///< Local: Inconsistent state.
  gapless_guarantee = -148,  ///< Local: Gap-less ordering would not be guaranteed if proceeding.
  max_poll_exceeded =
      -147,  ///< Local: Maximum application poll interval (max.poll.interval.ms) exceeded.
  unknown_broker = -146,              ///< Local: Unknown broker.
  not_configured = -145,              ///< Local: Functionality not configured.
  fenced = -144,                      ///< Local: This instance has been fenced by a newer instance.
  application = -143,                 ///< Local: Application generated error.
  assignment_lost = -142,             ///< Local: Group partition assignment lost.
  noop = -141,                        ///< Local: No operation performed.
  auto_offset_reset = -140,           ///< Local: No offset to automatically reset to.
  unknown = -1,                       ///< Unknown broker error.
  no_error = 0,                       ///< Success.
  offset_out_of_range = 1,            ///< Broker: Offset out of range.
  invalid_msg = 2,                    ///< Broker: Invalid message.
  unknown_topic_or_part = 3,          ///< Broker: Unknown topic or partition.
  invalid_msg_size = 4,               ///< Broker: Invalid message size.
  leader_not_available = 5,           ///< Broker: Leader not available.
  not_leader_for_partition = 6,       ///< Broker: Not leader for partition.
  request_timed_out = 7,              ///< Broker: Request timed out.
  broker_not_available = 8,           ///< Broker: Broker not available.
  replica_not_available = 9,          ///< Broker: Replica not available.
  msg_size_too_large = 10,            ///< Broker: Message size too large.
  stale_ctrl_epoch = 11,              ///< Broker: StaleControllerEpochCode.
  offset_metadata_too_large = 12,     ///< Broker: Offset metadata string too large.
  network_exception = 13,             ///< Broker: Broker disconnected before response received.
  coordinator_load_in_progress = 14,  ///< Broker: Coordinator load in progress.
  coordinator_not_available = 15,     ///< Broker: Coordinator not available.
  not_coordinator = 16,               ///< Broker: Not coordinator.
  topic_exception = 17,               ///< Broker: Invalid topic.
  record_list_too_large =
      18,                    ///< Broker: Message batch larger than configured server segment size.
  not_enough_replicas = 19,  ///< Broker: Not enough in-sync replicas.
  not_enough_replicas_after_append =
      20,  ///< Broker: Message(s) written to insufficient number of in-sync replicas.
  invalid_required_acks = 21,         ///< Broker: Invalid required acks value.
  illegal_generation = 22,            ///< Broker: Specified group generation id is not valid.
  inconsistent_group_protocol = 23,   ///< Broker: Inconsistent group protocol.
  invalid_group_id = 24,              ///< Broker: Invalid group.id.
  unknown_member_id = 25,             ///< Broker: Unknown member.
  invalid_session_timeout = 26,       ///< Broker: Invalid session timeout.
  rebalance_in_progress = 27,         ///< Broker: Group rebalance in progress.
  invalid_commit_offset_size = 28,    ///< Broker: Commit offset data size is not valid.
  topic_authorization_failed = 29,    ///< Broker: Topic authorization failed.
  group_authorization_failed = 30,    ///< Broker: Group authorization failed.
  cluster_authorization_failed = 31,  ///< Broker: Cluster authorization failed.
  invalid_timestamp = 32,             ///< Broker: Invalid timestamp.
  unsupported_sasl_mechanism = 33,    ///< Broker: Unsupported SASL mechanism.
  illegal_sasl_state = 34,            ///< Broker: Request not valid in current SASL state.
  unsupported_version = 35,           ///< Broker: API version not supported.
  topic_already_exists = 36,          ///< Broker: Topic already exists.
  invalid_partitions = 37,            ///< Broker: Invalid number of partitions.
  invalid_replication_factor = 38,    ///< Broker: Invalid replication factor.
  invalid_replica_assignment = 39,    ///< Broker: Invalid replica assignment.
  invalid_config = 40,                ///< Broker: Configuration is invalid.
  not_controller = 41,                ///< Broker: Not controller for cluster.
  invalid_request = 42,               ///< Broker: Invalid request.
  unsupported_for_message_format =
      43,                 ///< Broker: Message format on broker does not support request.
  policy_violation = 44,  ///< Broker: Policy violation.
  out_of_order_sequence_number = 45,  ///< Broker: Broker received an out of order sequence number.
  duplicate_sequence_number = 46,     ///< Broker: Broker received a duplicate sequence number.
  invalid_producer_epoch = 47,  ///< Broker: Producer attempted an operation with an old epoch.
  invalid_txn_state =
      48,  ///< Broker: Producer attempted a transactional operation in an invalid state.
  invalid_producer_id_mapping = 49,  ///< Broker: Producer attempted to use a producer id which is
                                     ///< not currently assigned to its transactional id.
  invalid_transaction_timeout = 50,  ///< Broker: Transaction timeout is larger than the maximum
                                     ///< value allowed by the broker's max.transaction.timeout.ms.
  concurrent_transactions =
      51,  ///< Broker: Producer attempted to update a transaction while another concurrent
           ///< operation on the same transaction was ongoing.
  transaction_coordinator_fenced =
      52,  ///< Broker: Indicates that the transaction coordinator sending a WriteTxnMarker is no
           ///< longer the current coordinator for a given producer.
  transactional_id_authorization_failed = 53,  ///< Broker: Transactional Id authorization failed.
  security_disabled = 54,                      ///< Broker: Security features are disabled.
  operation_not_attempted = 55,                ///< Broker: Operation not attempted.
  kafka_storage_error = 56,  ///< Broker: Disk error when trying to access log file on disk.
  log_dir_not_found =
      57,  ///< Broker: The user-specified log directory is not found in the broker config.
  sasl_authentication_failed = 58,      ///< Broker: SASL Authentication failed.
  unknown_producer_id = 59,             ///< Broker: Unknown Producer Id.
  reassignment_in_progress = 60,        ///< Broker: Partition reassignment is in progress.
  delegation_token_auth_disabled = 61,  ///< Broker: Delegation Token feature is not enabled.
  delegation_token_not_found = 62,      ///< Broker: Delegation Token is not found on server.
  delegation_token_owner_mismatch =
      63,  ///< Broker: Specified Principal is not valid Owner/Renewer.
  delegation_token_request_not_allowed =
      64,  ///< Broker: Delegation Token requests are not allowed on this connection.
  delegation_token_authorization_failed = 65,  ///< Broker: Delegation Token authorization failed.
  delegation_token_expired = 66,               ///< Broker: Delegation Token is expired.
  invalid_principal_type = 67,                 ///< Broker: Supplied principalType is not supported.
  non_empty_group = 68,                        ///< Broker: The group is not empty.
  group_id_not_found = 69,                     ///< Broker: The group id does not exist.
  fetch_session_id_not_found = 70,             ///< Broker: The fetch session ID was not found.
  invalid_fetch_session_epoch = 71,            ///< Broker: The fetch session epoch is invalid.
  listener_not_found = 72,                     ///< Broker: No matching listener.
  topic_deletion_disabled = 73,                ///< Broker: Topic deletion is disabled.
  fenced_leader_epoch = 74,                    ///< Broker: Leader epoch is older than broker epoch.
  unknown_leader_epoch = 75,                   ///< Broker: Leader epoch is newer than broker epoch.
  unsupported_compression_type = 76,           ///< Broker: Unsupported compression type.
  stale_broker_epoch = 77,                     ///< Broker: Broker epoch has changed.
  offset_not_available = 78,                   ///< Broker: Leader high watermark is not caught up.
  member_id_required = 79,                     ///< Broker: Group member needs a valid member ID.
  preferred_leader_not_available = 80,         ///< Broker: Preferred leader was not available.
  group_max_size_reached = 81,                 ///< Broker: Consumer group has reached maximum size.
  fenced_instance_id =
      82,  ///< Broker: Static consumer fenced by other consumer with same group.instance.id.
  eligible_leaders_not_available = 83,  ///< Broker: Eligible partition leaders are not available.
  election_not_needed = 84,             ///< Broker: Leader election not needed for topic partition.
  no_reassignment_in_progress = 85,     ///< Broker: No partition reassignment is in progress.
  group_subscribed_to_topic =
      86,  ///< Broker: Deleting offsets of a topic while the consumer group is subscribed to it.
  invalid_record = 87,             ///< Broker: Broker failed to validate record.
  unstable_offset_commit = 88,     ///< Broker: There are unstable offsets that need to be cleared.
  throttling_quota_exceeded = 89,  ///< Broker: Throttling quota has been exceeded.
  producer_fenced = 90,  ///< Broker: There is a newer producer with the same transactionalId which
                         ///< fences the current one.
  resource_not_found = 91,  ///< Broker: Request illegally referred to resource that does not exist.
  duplicate_resource = 92,  ///< Broker: Request illegally referred to the same resource twice.
  unacceptable_credential =
      93,  ///< Broker: Requested credential would not meet criteria for acceptability.
  inconsistent_voter_set = 94,  ///< Broker: Indicates that the either the sender or recipient of a
                                ///< voter-only request is not one of the expected voters.
  invalid_update_version = 95,  ///< Broker: Invalid update version.
  feature_update_failed = 96,  ///< Broker: Unable to update finalized features due to server error.
  principal_deserialization_failure =
      97,  ///< Broker: Request principal deserialization failed during forwarding.
};

}  // namespace v1
}  // namespace kafka
