#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <array>
#include <utility>

#include "producer/partition_groups.hpp"
#include "producer/state.hpp"

// Many records at once. What makes a record dear is that it changes the partition: the cache lines
// of a partition's queue travel between the threads. So the records of a batch are sorted by
// partition first, and each partition gets its own at once.

namespace kafka {
inline namespace v1 {

/// The way of up to PartitionGroups::capacity records into librdkafka's queue.
class Producer::State::Batch {
 public:
  /// `first_index` is that of the first record in the whole batch.
  Batch(State& state, std::span<Record> records, std::size_t first_index,
        std::vector<Refused>& refused)
      : state_(state),
        records_(records),
        first_index_(first_index),
        refused_(refused),
        groups_(records.size()) {}

  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;
  /// Gives back what an exception kept from being sent.
  ~Batch() { give_back_run(); }

  /// False when the queue is full, so that what follows has to be refused too.
  bool send() {
    for (std::size_t i = 0; i < records_.size(); ++i) {
      if (full_) {
        refuse(i, Errc::queue_full);
      } else {
        sort_in(i);
      }
    }
    send_groups();
    return !full_;
  }

 private:
  void sort_in(std::size_t index) {
    Record& record = records_[index];
    rd_kafka_topic_s* const topic = find_topic(record.topic);
    if (topic == nullptr || record.partition < RD_KAFKA_PARTITION_UA) {
      send_groups();
      return send_alone(index);
    }
    std::int32_t partition = record.partition;
    if (partition == RD_KAFKA_PARTITION_UA && state_.partitioner_->is_deterministic(record.key)) {
      const std::int32_t count = count_of(topic);
      if (count == 0) return learn_partition_count(topic, index);
      partition = state_.partitioner_->partition_of(record.key, count);
    }
    groups_.add(topic, partition, index);
  }

  /// Most batches are for one topic, whose name is often the same string.
  rd_kafka_topic_s* find_topic(std::string_view name) {
    const bool same = name.data() == last_name_.data() && name.size() == last_name_.size();
    // A topic that was not there may be now: the record before it has made it.
    if (!same || last_topic_ == nullptr) {
      last_name_ = name;
      last_topic_ = state_.topics_->find(name);
    }
    return last_topic_;
  }

  /// How many partitions the topic has, as librdkafka said during this call; 0 before it did.
  std::int32_t count_of(const rd_kafka_topic_s* topic) {
    if (counts_[last_count_].topic == topic) return counts_[last_count_].partitions;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      if (counts_[i].topic != topic) continue;
      last_count_ = i;
      return counts_[i].partitions;
    }
    return 0;
  }

  /// Sends a record by itself and observes how many partitions its topic has. So the count is never
  /// older than this call, and a topic may grow. While librdkafka does not know the topic, all its
  /// records wait in one queue in their order.
  void learn_partition_count(const rd_kafka_topic_s* topic, std::size_t index) {
    send_groups();
    const PartitionCountObserver observer(*state_.partitioner_);
    send_alone(index);
    if (observer.partitions() == 0) return;
    counts_[next_count_] = {topic, observer.partitions()};
    last_count_ = next_count_;
    next_count_ = (next_count_ + 1) % counts_.size();
  }

  void send_groups() {
    for (const PartitionGroups::Group& group : groups_) {
      std::uint16_t record = group.first;
      while (true) {
        add(group, record);
        if (record == group.last) break;
        record = groups_.next(record);
      }
      send_run(group);
    }
    groups_.clear();
  }

  void add(const PartitionGroups::Group& group, std::size_t index) {
    Record& record = records_[index];
    if (!is_plain(record)) {
      // librdkafka's batches have neither headers nor timestamps, and copy all values or none.
      send_run(group);
      return send_to(group.partition, index);
    }
    if (run_size_ == run_.size()) send_run(group);
    if (full_) return refuse(index, Errc::queue_full);
    Slot* const slot = state_.slots_->acquire(record.callback);
    run_indices_[run_size_] = static_cast<std::uint16_t>(index);
    rd_kafka_message_t& message = run_[run_size_++];
    message.err = RD_KAFKA_RESP_ERR__STATE;  // until librdkafka is asked
    message.payload = const_cast<void*>(record.value.data());
    message.len = record.value.size();
    message.key = const_cast<void*>(record.key.data());
    message.key_len = record.key.size();
    message._private = slot;
  }

  void send_run(const PartitionGroups::Group& group) {
    if (run_size_ == 0) return;
    const std::size_t size = run_size_;
    const std::size_t taken = state_.enqueue(size, [&] {
      return static_cast<std::size_t>(rd_kafka_produce_batch(
          group.topic, group.partition, RD_KAFKA_MSG_F_COPY, run_.data(), static_cast<int>(size)));
    });
    if (taken != size) return refuse_rest(group.partition, size);
    run_size_ = 0;
  }

  /// Everything is given back before anything is described, which may fail for lack of memory.
  void refuse_rest(std::int32_t partition, std::size_t size) {
    give_back_run();
    for (std::size_t i = 0; i < size; ++i) {
      if (run_[i].err == RD_KAFKA_RESP_ERR_NO_ERROR) continue;
      const std::size_t index = run_indices_[i];
      const Record& record = records_[index];
      const auto code = static_cast<Errc>(run_[i].err);
      if (code == Errc::unknown_partition && record.partition != partition) {
        // The topic was made anew meanwhile, with fewer partitions.
        send_alone(index);
      } else {
        refuse(index, state_.describe_rejection(code, record.topic, record.partition,
                                                record.key.size(), record.value.size()));
      }
    }
  }

  /// Gives back the callbacks of the run that librdkafka did not take.
  void give_back_run() noexcept {
    for (std::size_t i = 0; i < run_size_; ++i) {
      if (run_[i].err == RD_KAFKA_RESP_ERR_NO_ERROR) continue;
      state_.slots_->give_back(static_cast<Slot*>(run_[i]._private),
                               records_[run_indices_[i]].callback);
    }
    run_size_ = 0;
  }

  void send_alone(std::size_t index) {
    if (full_) return refuse(index, Errc::queue_full);
    Error error = state_.try_produce(records_[index]);
    if (error) refuse(index, std::move(error));
  }

  void send_to(std::int32_t partition, std::size_t index) {
    struct Restore {
      Record& record;
      const std::int32_t partition;
      ~Restore() { record.partition = partition; }
    };
    Record& record = records_[index];
    const Restore restore{record, record.partition};
    record.partition = partition;
    send_alone(index);
  }

  void refuse(std::size_t index, Error error) {
    full_ = full_ || error == Errc::queue_full;
    refused_.push_back({first_index_ + index, std::move(error)});
  }

  struct Count {
    const rd_kafka_topic_s* topic = nullptr;
    std::int32_t partitions = 0;
  };
  static constexpr std::size_t longest_run = 128;

  State& state_;
  const std::span<Record> records_;
  const std::size_t first_index_;
  std::vector<Refused>& refused_;
  bool full_ = false;
  std::string_view last_name_;
  rd_kafka_topic_s* last_topic_ = nullptr;
  // A batch for more topics asks for some counts again.
  std::array<Count, 16> counts_;
  std::size_t last_count_ = 0;
  std::size_t next_count_ = 0;
  PartitionGroups groups_;
  // What goes to one partition next.
  std::size_t run_size_ = 0;
  std::array<rd_kafka_message_t, longest_run> run_;
  std::array<std::uint16_t, longest_run> run_indices_;
};

std::vector<Refused> Producer::State::try_produce_batch(std::span<Record> records) {
  std::vector<Refused> refused;
  if (in_log_hook() || !in_service()) {
    for (std::size_t i = 0; i < records.size(); ++i) {
      refused.push_back({i, out_of_service_error()});
    }
    return refused;
  }
  bool room = true;
  for (std::size_t first = 0; first < records.size(); first += PartitionGroups::capacity) {
    const std::size_t size = std::min(PartitionGroups::capacity, records.size() - first);
    if (room) {
      room = Batch(*this, records.subspan(first, size), first, refused).send();
    } else {
      for (std::size_t i = first; i < first + size; ++i) refused.push_back({i, Errc::queue_full});
    }
  }
  std::sort(refused.begin(), refused.end(),
            [](const Refused& left, const Refused& right) { return left.index < right.index; });
  return refused;
}

}  // namespace v1
}  // namespace kafka
