#include "cluster.hpp"

#include <librdkafka/rdkafka.h>
#include <signal.h>

#include <algorithm>
#include <functional>
#include <stdexcept>

namespace integration {
namespace {

using Handle = std::unique_ptr<rd_kafka_t, decltype(&rd_kafka_destroy)>;
using Metadata = std::unique_ptr<const rd_kafka_metadata_t, decltype(&rd_kafka_metadata_destroy)>;

constexpr int request_timeout_ms = 5000;

/// A client for one question, without what an earlier one believed of the cluster.
Handle client(const std::string& servers) {
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  rd_kafka_conf_set(conf, "bootstrap.servers", servers.c_str(), nullptr, 0);
  rd_kafka_conf_set(conf, "log_level", "0", nullptr, 0);
  char text[256] = "";
  Handle handle(rd_kafka_new(RD_KAFKA_PRODUCER, conf, text, sizeof text), rd_kafka_destroy);
  if (handle == nullptr) throw std::runtime_error(text);
  return handle;
}

Metadata metadata_of(const std::string& servers) {
  const Handle handle = client(servers);
  const rd_kafka_metadata_t* metadata = nullptr;
  rd_kafka_metadata(handle.get(), 1, nullptr, &metadata, request_timeout_ms);
  return {metadata, rd_kafka_metadata_destroy};
}

const rd_kafka_metadata_topic_t* find_topic(const rd_kafka_metadata_t* metadata,
                                            const std::string& name) {
  if (metadata == nullptr) return nullptr;
  for (int i = 0; i < metadata->topic_cnt; ++i) {
    if (metadata->topics[i].topic == name) return &metadata->topics[i];
  }
  return nullptr;
}

bool in_sync(const rd_kafka_metadata_topic_t& topic) {
  return topic.partition_cnt > 0 &&
         std::all_of(topic.partitions, topic.partitions + topic.partition_cnt,
                     [](const auto& partition) {
                       return partition.leader > 0 && partition.isr_cnt == partition.replica_cnt;
                     });
}

bool healthy(const rd_kafka_metadata_t* metadata, int brokers) {
  return metadata != nullptr && metadata->broker_cnt == brokers &&
         std::all_of(metadata->topics, metadata->topics + metadata->topic_cnt, in_sync);
}

void require(bool condition, const std::string& what) {
  if (!condition) throw std::runtime_error(what);
}

/// Asks the cluster's controller, through whatever broker, and throws what it answers.
void administer(const std::string& servers, rd_kafka_event_type_t answer,
                const std::function<void(rd_kafka_t*, const rd_kafka_AdminOptions_t*,
                                         rd_kafka_queue_t*)>& ask) {
  const Handle handle = client(servers);
  const std::unique_ptr<rd_kafka_queue_t, decltype(&rd_kafka_queue_destroy)> queue(
      rd_kafka_queue_new(handle.get()), rd_kafka_queue_destroy);
  const std::unique_ptr<rd_kafka_AdminOptions_t, decltype(&rd_kafka_AdminOptions_destroy)> options(
      rd_kafka_AdminOptions_new(handle.get(), RD_KAFKA_ADMIN_OP_ANY),
      rd_kafka_AdminOptions_destroy);
  rd_kafka_AdminOptions_set_request_timeout(options.get(), 30'000, nullptr, 0);
  ask(handle.get(), options.get(), queue.get());
  const std::unique_ptr<rd_kafka_event_t, decltype(&rd_kafka_event_destroy)> event(
      rd_kafka_queue_poll(queue.get(), 40'000), rd_kafka_event_destroy);
  require(event != nullptr, "no answer to an administrative request");
  require(rd_kafka_event_error(event.get()) == RD_KAFKA_RESP_ERR_NO_ERROR,
          rd_kafka_event_error_string(event.get()));
  std::size_t count = 0;
  const rd_kafka_topic_result_t** results =
      answer == RD_KAFKA_EVENT_CREATETOPICS_RESULT
          ? rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event.get()),
                                                &count)
          : rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event.get()),
                                                &count);
  for (std::size_t i = 0; i < count; ++i) {
    require(rd_kafka_topic_result_error(results[i]) == RD_KAFKA_RESP_ERR_NO_ERROR,
            std::string(rd_kafka_topic_result_name(results[i])) + ": " +
                rd_kafka_err2str(rd_kafka_topic_result_error(results[i])));
  }
}

std::filesystem::path jars(const std::string& version) {
  return std::filesystem::path(KAFKA_DIRECTORY) / version;
}

}  // namespace

std::vector<std::string> java(const std::string& class_name,
                              const std::vector<std::string>& arguments,
                              const std::string& version) {
  std::vector<std::string> command{
      "java", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
      "-XX:SharedArchiveFile=" + jars(version).string() + ".jsa",
      // What Java has to say of the archive does not belong to a
      // tool's output.
      "-Xlog:disable", "-Xlog:all=warning:stderr",
      "-Dlog4j2.configurationFile=" SOURCE_DIRECTORY "/log4j2.properties", "-cp",
      (jars(version) / "*").string(), class_name};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return command;
}

struct Cluster::Node {
  int id;
  std::map<std::string, int> ports;
  int proxy_port;
  std::filesystem::path directory;
  bool frozen = false;
  std::unique_ptr<Process> process = nullptr;

  [[nodiscard]] bool responsive() const {
    return process != nullptr && process->running() && !frozen;
  }
};

struct Cluster::Offsets {
  std::int64_t start;
  std::int64_t end;
};

Cluster::Cluster(Options options) : options_(std::move(options)), directory_("cluster") {
  for (int id = 1; id <= options_.brokers; ++id) {
    auto added = std::make_unique<Node>();
    added->id = id;
    added->directory = directory_.path() / std::to_string(id);
    added->ports = {{"PLAINTEXT", free_port()}, {"CONTROLLER", free_port()}};
    if (options_.proxied) added->ports["PROXIED"] = free_port();
    for (const auto& [listener, protocol] : options_.listeners)
      added->ports[listener] = free_port();
    added->proxy_port = free_port();
    nodes_.push_back(std::move(added));
  }
  for (const auto& each : nodes_) configure(*each);
  for (const auto& each : nodes_) start(each->id);
  wait_until_healthy();
}

Cluster::~Cluster() = default;

void Cluster::configure(Node& node) {
  const bool votes = node.id <= options_.controllers;
  const std::string replicas = std::to_string(std::min(options_.brokers, 3));
  const std::string in_sync = options_.brokers > 1 ? "2" : "1";
  std::string listeners;
  std::string advertised;
  std::string protocols;
  for (const auto& [listener, port] : node.ports) {
    const auto named = options_.listeners.find(listener);
    protocols += (protocols.empty() ? "" : ",") + listener + ":" +
                 (named == options_.listeners.end() ? "PLAINTEXT" : named->second);
    if (listener == "CONTROLLER" && !votes) continue;
    const std::string address = listener + "://127.0.0.1:";
    listeners += (listeners.empty() ? "" : ",") + address + std::to_string(port);
    if (listener == "CONTROLLER") continue;
    advertised += (advertised.empty() ? "" : ",") + address +
                  std::to_string(listener == "PROXIED" ? node.proxy_port : port);
  }
  Properties properties{
      {"process.roles", votes ? "broker,controller" : "broker"},
      {"node.id", std::to_string(node.id)},
      {"controller.quorum.voters", voters()},
      {"controller.listener.names", "CONTROLLER"},
      {"inter.broker.listener.name", "PLAINTEXT"},
      {"listeners", listeners},
      {"advertised.listeners", advertised},
      {"listener.security.protocol.map", protocols},
      {"log.dirs", (node.directory / "log").string()},
      {"auto.create.topics.enable", "false"},
      {"default.replication.factor", replicas},
      {"min.insync.replicas", in_sync},
      {"offsets.topic.replication.factor", replicas},
      {"offsets.topic.num.partitions", "1"},
      {"transaction.state.log.replication.factor", replicas},
      {"transaction.state.log.min.isr", in_sync},
      {"transaction.state.log.num.partitions", "1"},
      {"group.initial.rebalance.delay.ms", "0"},
      {"log.cleaner.dedupe.buffer.size", "2097152"},
      // Tests send records with old timestamps, and read them back at any time.
      {"log.retention.ms", "-1"},
      {"broker.session.timeout.ms", "2000"},
      {"broker.heartbeat.interval.ms", "300"},
      {"controller.quorum.fetch.timeout.ms", "1000"},
  };
  for (const auto& [name, value] : options_.properties) properties[name] = value;
  std::string text;
  for (const auto& [name, value] : properties) text += name + "=" + value + "\n";

  std::filesystem::create_directory(node.directory);
  const std::string file = node.directory / "server.properties";
  write_file(file, text);
  std::vector<std::string> arguments{"format", "-t", "AAAAAAAAAAAAAAAAAAAAAQ", "-c", file};
  arguments.insert(arguments.end(), options_.format_arguments.begin(),
                   options_.format_arguments.end());
  const Finished formatted = run(java("kafka.tools.StorageTool", arguments, options_.version));
  require(formatted.exit_code == 0, "StorageTool: " + formatted.output + formatted.errors);
}

std::string Cluster::voters() const {
  std::string text;
  for (int id = 1; id <= options_.controllers; ++id) {
    text += (id > 1 ? "," : "") + std::to_string(id) +
            "@127.0.0.1:" + std::to_string(port(id, "CONTROLLER"));
  }
  return text;
}

Cluster::Node& Cluster::node(int broker) const {
  return *nodes_.at(static_cast<std::size_t>(broker) - 1);
}

std::string Cluster::bootstrap_servers() const {
  std::string text;
  for (const auto& each : nodes_) {
    text += (text.empty() ? "" : ",") + ("127.0.0.1:" + std::to_string(port(each->id)));
  }
  return text;
}

std::string Cluster::responsive_servers() const {
  std::string text;
  for (const auto& each : nodes_) {
    if (!each->responsive()) continue;
    text += (text.empty() ? "" : ",") + ("127.0.0.1:" + std::to_string(port(each->id)));
  }
  return text;
}

int Cluster::port(int broker, const std::string& listener) const {
  return node(broker).ports.at(listener);
}

int Cluster::proxy_port(int broker) const {
  return node(broker).proxy_port;
}

void Cluster::start(int broker) {
  Node& started = node(broker);
  const std::string file = started.directory / "server.properties";
  started.process = std::make_unique<Process>(java("kafka.Kafka", {file}, options_.version),
                                              started.directory / "server.txt");
}

void Cluster::stop(int broker) {
  node(broker).process->send_signal(SIGTERM);
  node(broker).process->wait();
}

void Cluster::kill(int broker) {
  node(broker).process->send_signal(SIGKILL);
  node(broker).process->wait();
  node(broker).frozen = false;
}

void Cluster::freeze(int broker) {
  node(broker).process->send_signal(SIGSTOP);
  node(broker).frozen = true;
}

void Cluster::thaw(int broker) {
  node(broker).process->send_signal(SIGCONT);
  node(broker).frozen = false;
}

void Cluster::wait_until_healthy() const {
  for (const auto& each : nodes_) {
    const std::string server = "127.0.0.1:" + std::to_string(port(each->id));
    require(eventually([&] { return healthy(metadata_of(server).get(), options_.brokers); }),
            "the cluster does not become healthy; the end of a server's log:\n" +
                tail(read_file(each->directory / "server.txt")));
  }
}

void Cluster::create_topic(const std::string& topic, int partitions, const Properties& config) {
  administer(
      responsive_servers(), RD_KAFKA_EVENT_CREATETOPICS_RESULT,
      [&](rd_kafka_t* handle, const rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) {
        char text[256] = "";
        rd_kafka_NewTopic_t* made = rd_kafka_NewTopic_new(
            topic.c_str(), partitions, std::min(options_.brokers, 3), text, sizeof text);
        require(made != nullptr, text);
        for (const auto& [name, value] : config) {
          rd_kafka_NewTopic_set_config(made, name.c_str(), value.c_str());
        }
        rd_kafka_CreateTopics(handle, &made, 1, options, queue);
        rd_kafka_NewTopic_destroy(made);
      });
  for (const auto& each : nodes_) {
    if (!each->responsive()) continue;
    const std::string server = "127.0.0.1:" + std::to_string(port(each->id));
    require(eventually([&] {
              const Metadata metadata = metadata_of(server);
              const auto* found = find_topic(metadata.get(), topic);
              return found != nullptr && in_sync(*found);
            }),
            "the topic has not become known to all brokers");
  }
}

void Cluster::delete_topic(const std::string& topic) {
  administer(
      responsive_servers(), RD_KAFKA_EVENT_DELETETOPICS_RESULT,
      [&](rd_kafka_t* handle, const rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) {
        rd_kafka_DeleteTopic_t* deleted = rd_kafka_DeleteTopic_new(topic.c_str());
        rd_kafka_DeleteTopics(handle, &deleted, 1, options, queue);
        rd_kafka_DeleteTopic_destroy(deleted);
      });
}

int Cluster::leader(const std::string& topic, int partition) const {
  int leader = -1;
  require(eventually([&] {
            const Metadata metadata = metadata_of(responsive_servers());
            const auto* found = find_topic(metadata.get(), topic);
            leader = found == nullptr || found->partition_cnt <= partition
                         ? -1
                         : found->partitions[partition].leader;
            return leader > 0 && node(leader).responsive();
          }),
          "the partition gets no leader");
  return leader;
}

int Cluster::partitions(const std::string& topic) const {
  const Metadata metadata = metadata_of(bootstrap_servers());
  const auto* found = find_topic(metadata.get(), topic);
  require(found != nullptr, "no metadata of topic " + topic);
  return found->partition_cnt;
}

Cluster::Offsets Cluster::offsets(const std::string& topic, int partition) const {
  const Handle handle = client(bootstrap_servers());
  Offsets offsets{};
  require(eventually([&] {
            return rd_kafka_query_watermark_offsets(
                       handle.get(), topic.c_str(), partition, &offsets.start, &offsets.end,
                       request_timeout_ms) == RD_KAFKA_RESP_ERR_NO_ERROR;
          }),
          "no answer to the question for the partition's offsets");
  return offsets;
}

std::int64_t Cluster::start_offset(const std::string& topic, int partition) const {
  return offsets(topic, partition).start;
}

std::int64_t Cluster::end_offset(const std::string& topic, int partition) const {
  return offsets(topic, partition).end;
}

std::filesystem::path Cluster::log_directory(const std::string& topic, int partition,
                                             int broker) const {
  return node(broker).directory / "log" / (topic + "-" + std::to_string(partition));
}

}  // namespace integration
