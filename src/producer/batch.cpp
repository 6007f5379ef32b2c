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
  static bool is_plain(const Record& record) noexcept {
    return record.headers.empty() && !record.timestamp && record.value.owner() == nullptr;
  }

  void sort_in(std::size_t index) {
    Record& record = records_[index];
    rd_kafka_topic_s* const topic = find_topic(record.topic);
    if (topic == nullptr || record.partition < RD_KAFKA_PARTITION_UA) return send_alone(index);
    std::int32_t partition = record.partition;
    if (partition == RD_KAFKA_PARTITION_UA && state_.partitioner_->places(record.key)) {
      const std::int32_t count = count_of(topic);
      if (count == 0) return ask_for_count(topic, index);
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

  /// How many partitions the topic has, as librdkafka told during this call; 0 when it did not yet.
  std::int32_t count_of(const rd_kafka_topic_s* topic) {
    if (counts_[last_count_].topic == topic) return counts_[last_count_].partitions;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      if (counts_[i].topic != topic) continue;
      last_count_ = i;
      return counts_[i].partitions;
    }
    return 0;
  }

  /// Sends a record by itself, and listens to how many partitions its topic has. So the count is
  /// never older than this call, and a topic may grow; and while the topic is not known, when
  /// librdkafka itself cannot tell the partition, all records wait in one queue in their order.
  void ask_for_count(const rd_kafka_topic_s* topic, std::size_t index) {
    send_groups();
    if (full_) return refuse(index, Errc::queue_full);
    const Partitioner::Listener listener(*state_.partitioner_);
    send_alone(index);
    if (listener.partitions() == 0) return;
    counts_[next_count_] = {topic, listener.partitions()};
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
    if (full_) return refuse(index, Errc::queue_full);
    if (!is_plain(record)) {
      // librdkafka's batches know neither headers nor timestamps, and either copy all or nothing.
      send_run(group);
      return send_to(group.partition, index);
    }
    if (run_size_ == run_.size()) {
      send_run(group);
      if (full_) return refuse(index, Errc::queue_full);
    }
    Slot* const slot = state_.slots_->acquire(record.callback);
    run_indices_[run_size_] = static_cast<std::uint16_t>(index);
    rd_kafka_message_t& message = run_[run_size_++];
    message.err = RD_KAFKA_RESP_ERR_NO_ERROR;
    message.payload = const_cast<void*>(record.value.data());
    message.len = record.value.size();
    message.key = const_cast<void*>(record.key.data());
    message.key_len = record.key.size();
    message._private = slot;
  }

  void send_run(const PartitionGroups::Group& group) {
    if (run_size_ == 0) return;
    state_.accepted_.fetch_add(run_size_);
    const bool in_service = state_.in_service();
    std::size_t taken = 0;
    if (in_service) {
      const int count = static_cast<int>(run_size_);
      taken = static_cast<std::size_t>(rd_kafka_produce_batch(
          group.topic, group.partition, RD_KAFKA_MSG_F_COPY, run_.data(), count));
    }
    if (taken != run_size_) take_back_run(group.partition, in_service);
    run_size_ = 0;
  }

  void take_back_run(std::int32_t partition, bool in_service) {
    for (std::size_t i = 0; i < run_size_; ++i) {
      const rd_kafka_message_t& message = run_[i];
      if (in_service && message.err == RD_KAFKA_RESP_ERR_NO_ERROR) continue;
      state_.accepted_.fetch_sub(1);
      const std::size_t index = run_indices_[i];
      Record& record = records_[index];
      if (auto* slot = static_cast<Slot*>(message._private)) {
        record.callback = std::move(slot->callback);
        state_.slots_->release(slot);
      }
      if (!in_service) {
        refuse(index, state_.out_of_service_error());
      } else if (message.err == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION &&
                 record.partition != partition) {
        // The topic was made anew meanwhile, with fewer partitions.
        send_alone(index);
      } else {
        refuse(index, state_.refusal(message.err, record.topic, record.partition,
                                     record.value.size(), record.key.size() + record.value.size()));
      }
    }
  }

  void send_alone(std::size_t index) {
    Error error = state_.try_produce(records_[index]);
    if (error) refuse(index, std::move(error));
  }

  void send_to(std::int32_t partition, std::size_t index) {
    Record& record = records_[index];
    const std::int32_t own = std::exchange(record.partition, partition);
    Error error = state_.try_produce(record);
    record.partition = own;
    if (error) refuse(index, std::move(error));
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

std::vector<Refused> Producer::try_produce_batch(std::span<Record> records) {
  return state().try_produce_batch(records);
}

}  // namespace v1
}  // namespace kafka
