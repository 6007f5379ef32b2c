// Random sequences of calls and faults, with a model of what must hold after each step.
//
// A failure prints its seed. KAFKA_STATE_MACHINE_SEED=N runs that one,
// KAFKA_STATE_MACHINE_SECONDS=N runs new seeds for as long.

#include <cstdlib>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

#include "support.hpp"

namespace {

using namespace support;

/// A producer, the cluster that it sends to, and the model.
class Machine {
 public:
  explicit Machine(std::uint64_t seed) : random_(seed) {
    cluster_.create_topic("events", 3, 2);
    owner_ = std::make_unique<kafka::Producer>(
        kafka::Config{{"bootstrap.servers", cluster_.bootstrap_servers()},
                      {"queue.buffering.max.messages", "200"},
                      {"message.timeout.ms", "3000"},
                      {"retry.backoff.ms", "5"},
                      {"reconnect.backoff.ms", "5"},
                      {"reconnect.backoff.max.ms", "50"}},
        kafka::Hooks{.on_log = [this](int, std::string_view, std::string_view text) {
          logged_ += text.find("a callback threw") != std::string_view::npos;
        }});
    producer_ = owner_.get();
  }

  void run(int steps) {
    for (int i = 0; i < steps && !testing::Test::HasFailure(); ++i) {
      step();
      check();
    }
    end();
  }

 private:
  struct Sent {
    std::string value;
    int calls = 0;
    Error error;
    kafka::RecordMetadata metadata;
  };

  int pick(int count) { return std::uniform_int_distribution<int>(0, count - 1)(random_); }

  void step() {
    switch (pick(20)) {
      case 0:
      case 1:
      case 2:
      case 3:
        for (int count = pick(30); count >= 0; --count) produce();
        break;
      case 4:
        batch();
        break;
      case 5:
        refuse();
        break;
      case 6:
      case 7:
      case 8:
        serve([&] { producer_->poll(std::chrono::milliseconds(pick(5))); });
        break;
      case 9:
      case 10:
        flush();
        break;
      case 11:
        serve([&] { producer_->purge(); });
        break;
      case 12:
        cluster_.broker_down(1 + pick(2));
        break;
      case 13:
      case 14:
        cluster_.broker_up(1 + pick(2));
        break;
      case 15:
        fail_requests();
        break;
      case 16:
        cluster_.set_leader("events", pick(3), 1 + pick(2));
        break;
      case 17:
        wait_for_room();
        break;
      case 18: {
        kafka::Producer moved = std::move(*producer_);
        *producer_ = std::move(moved);
        break;
      }
      default:
        serve([&] { producer_->flush(0ms); });
    }
  }

  Record record(bool may_produce) {
    Sent& sent = *sent_.emplace_back(std::make_unique<Sent>());
    // Not by how many are remembered, lest two of them bear one number after one was forgotten.
    sent.value = std::to_string(++made_);
    const int manner = pick(10);
    return {
        .topic = "events",
        .key = pick(4) == 0 ? kafka::BytesView() : kafka::BytesView(sent.value),
        .value = pick(5) == 0 ? kafka::owned(std::string(sent.value)) : kafka::Value(sent.value),
        .headers = pick(5) == 0 ? std::vector<kafka::Header>{{"name", "value"}}
                                : std::vector<kafka::Header>(),
        .callback = [this, &sent, manner, may_produce](const Error& error, const Message& message) {
          ++called_;
          ++sent.calls;
          sent.error = error;
          sent.metadata = message.metadata();
          if (!error) {
            const auto [at, first] = last_.try_emplace(message.partition(), message.offset());
            EXPECT_TRUE(first || at->second < message.offset()) << "offsets out of order";
            at->second = message.offset();
          }
          if (manner == 0 && may_produce) produce(false);
          if (manner == 1) {
            ++thrown_;
            throw std::runtime_error("on purpose");
          }
        }};
  }

  void count(const Error& error) {
    if (!error) {
      ++accepted_;
    } else {
      sent_.pop_back();
      EXPECT_TRUE(error == Errc::queue_full || (closed_ && error == Errc::state)) << error;
    }
  }

  void produce(bool may_produce = true) {
    Record made = record(may_produce);
    const Error error = producer_->try_produce(made);
    EXPECT_EQ(static_cast<bool>(made.callback), static_cast<bool>(error));
    count(error);
  }

  void wait_for_room() {
    // The callbacks that this serves produce as well, so that the record is the model's only when
    // it has been accepted: it is one that nothing can go wrong with.
    serve([&] {
      Sent* sent = nullptr;
      Record made = record(false);
      sent = sent_.back().get();
      try {
        const Error error = producer_->try_produce_for(made, 2ms);
        if (!error) {
          ++accepted_;
        } else {
          forget(sent);
        }
      } catch (...) {
        forget(sent);
        throw;
      }
    });
  }

  void forget(const Sent* sent) {
    std::erase_if(sent_, [&](const auto& candidate) { return candidate.get() == sent; });
  }

  void batch() {
    std::vector<Record> records;
    std::vector<const Sent*> made;
    for (int size = pick(20); size >= 0; --size) {
      records.push_back(record(true));
      made.push_back(sent_.back().get());
    }
    const auto refused = producer_->try_produce_batch(records);
    for (const auto& [index, error] : refused) {
      EXPECT_EQ(error, Errc::queue_full);
      EXPECT_TRUE(records[index].callback);
      forget(made[index]);
    }
    accepted_ += records.size() - refused.size();
  }

  void refuse() {
    Record bad{.topic = "no good name",
               .callback = [](const Error&, const Message&) { ADD_FAILURE() << "called"; }};
    EXPECT_EQ(producer_->try_produce(bad), Errc::topic_exception);
    EXPECT_TRUE(bad.callback);
  }

  void flush() {
    serve([&] {
      const std::size_t left = producer_->flush(std::chrono::milliseconds(pick(20)));
      EXPECT_EQ(left, accepted_ - called_) << "what flush() returned";
    });
  }

  void fail_requests() {
    constexpr Errc errors[] = {Errc::not_leader_for_partition, Errc::request_timed_out,
                               Errc::msg_size_too_large, Errc::network_exception,
                               Errc::not_enough_replicas_after_append};
    std::vector<Errc> next;
    for (int i = pick(3); i >= 0; --i) next.push_back(errors[pick(std::size(errors))]);
    cluster_.fail_next(kafka::Request::produce, next);
  }

  template <class Call>
  void serve(Call call) {
    try {
      call();
    } catch (const std::runtime_error& error) {
      EXPECT_STREQ(error.what(), "on purpose");
      ++came_out_;
    }
  }

  void check() {
    EXPECT_EQ(accepted_, called_ + producer_->undelivered());
    EXPECT_LE(came_out_, thrown_);
  }

  void end() {
    const bool dead = pick(3) == 0;
    for (const int broker : {1, 2})
      dead ? cluster_.broker_down(broker) : cluster_.broker_up(broker);
    closed_ = true;
    if (pick(2) == 0) {
      serve([&] { producer_->close(std::chrono::milliseconds(pick(100))); });
      EXPECT_EQ(producer_->undelivered(), 0U);
      EXPECT_EQ(producer_->try_produce({.topic = "events"}), Errc::state);
      EXPECT_EQ(producer_->poll(1h), 0U);
    } else {
      producer_->set_close_timeout(std::chrono::milliseconds(pick(100)));
    }
    owner_.reset();
    EXPECT_EQ(accepted_, called_);
    EXPECT_EQ(thrown_, came_out_ + logged_) << "exceptions";

    for (const int broker : {1, 2}) cluster_.broker_up(broker);
    std::map<std::pair<std::int32_t, std::int64_t>, std::string> places;
    std::set<std::string> log;
    for (const auto& stored : cluster_.read("events", 0, patience)) {
      places[{stored.partition, stored.offset}] = *stored.value;
      log.insert(*stored.value);
    }
    for (const auto& sent : sent_) {
      EXPECT_EQ(sent->calls, 1) << sent->value;
      if (!sent->error) {
        EXPECT_EQ((places[{sent->metadata.partition, sent->metadata.offset}]), sent->value);
      } else if (sent->metadata.persistence == Persistence::not_persisted) {
        EXPECT_FALSE(log.contains(sent->value)) << sent->value << ": " << sent->error;
      }
    }
  }

  std::mt19937_64 random_;
  kafka::MockCluster cluster_{2};
  std::vector<std::unique_ptr<Sent>> sent_;
  std::size_t made_ = 0;
  std::size_t accepted_ = 0;
  std::size_t called_ = 0;
  std::size_t thrown_ = 0;
  std::size_t came_out_ = 0;
  std::atomic<std::size_t> logged_{0};
  std::map<std::int32_t, std::int64_t> last_;
  bool closed_ = false;
  std::unique_ptr<kafka::Producer> owner_;
  // Beside the owner, because callbacks produce while it destroys the producer as well.
  kafka::Producer* producer_ = nullptr;
};

void run(std::uint64_t seed) {
  SCOPED_TRACE("KAFKA_STATE_MACHINE_SEED=" + std::to_string(seed));
  Machine(seed).run(200);
}

struct StateMachine : testing::TestWithParam<std::uint64_t> {};

TEST_P(StateMachine, KeepsTheContract) {
  run(GetParam());
}

INSTANTIATE_TEST_SUITE_P(Seeds, StateMachine, testing::Range<std::uint64_t>(1, 21));

TEST(StateMachineOfYourOwn, KeepsTheContract) {
  if (const char* seed = std::getenv("KAFKA_STATE_MACHINE_SEED")) run(std::stoull(seed));
  if (const char* seconds = std::getenv("KAFKA_STATE_MACHINE_SECONDS")) {
    const auto end = Clock::now() + std::chrono::seconds(std::stoll(seconds));
    std::random_device random;
    int runs = 0;
    while (Clock::now() < end && !testing::Test::HasFailure()) {
      run(random());
      ++runs;
    }
    std::cout << runs << " sequences\n";
  }
}

}  // namespace
