#pragma once

/// Apache Kafka's own command-line tools: what the log holds is read with them, not with ours.

#include <filesystem>
#include <kafka/mock_cluster.hpp>
#include <string>
#include <vector>

#include "cluster.hpp"

namespace integration {

/// Runs a tool that takes --bootstrap-server, and returns what it prints. Throws
/// std::runtime_error when it fails.
std::string run_tool(const Cluster& cluster, const std::string& class_name,
                     const std::vector<std::string>& arguments);

/// All that the topic holds, by partition and offset, as the console consumer prints it.
std::vector<kafka::StoredRecord> consume(const Cluster& cluster, const std::string& topic);

/// The segments of a partition as they lie on the broker's disk: batches, codecs and keys and
/// values, as DumpLogSegments prints them.
std::string dump_log(const Cluster& cluster, const std::string& topic, int partition,
                     int broker = 1);

}  // namespace integration
