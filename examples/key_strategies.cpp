// Compares three keys: the task, the user and the project.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iomanip>
#include <iostream>
#include <kafka/producer.hpp>
#include <kafka/task_event.hpp>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "cluster.hpp"

using namespace std::chrono_literals;

namespace {

constexpr const char* topic = "task-events";
constexpr std::size_t task_count = 2'000;
constexpr std::size_t user_count = 100;
constexpr std::size_t project_count = 10;

/// Returns a number below count. Small numbers are more frequent: a few users do most of the work.
std::size_t skewed(std::mt19937& random, std::size_t count) {
  double total = 0;
  for (std::size_t i = 0; i < count; ++i) total += 1.0 / static_cast<double>(i + 1);
  double point = total * static_cast<double>(random()) / static_cast<double>(std::mt19937::max());
  for (std::size_t i = 0; i < count; ++i) {
    point -= 1.0 / static_cast<double>(i + 1);
    if (point <= 0) return i;
  }
  return count - 1;
}

std::string numbered(const char* name, std::size_t number) {
  return std::string(name) + "-" + std::to_string(number + 1);
}

/// The events of all tasks. 20 tasks are active at a time.
std::vector<kafka::TaskEvent> make_events() {
  constexpr const char* types[] = {"created", "updated", "updated", "updated", "completed"};
  constexpr std::size_t at_a_time = 20;
  std::mt19937 random(52);
  std::vector<kafka::TaskEvent> tasks;
  for (std::size_t i = 0; i < task_count; ++i) {
    tasks.push_back({.id = numbered("task", i),
                     .title = "Generated task",
                     .created_at = {},
                     .user_id = numbered("user", skewed(random, user_count)),
                     .project_id = numbered("project", skewed(random, project_count))});
  }
  std::vector<kafka::TaskEvent> events;
  for (std::size_t first = 0; first < task_count; first += at_a_time) {
    for (const char* type : types) {
      for (std::size_t i = first; i < std::min(first + at_a_time, task_count); ++i) {
        events.push_back(tasks[i]);
        events.back().type = type;
      }
    }
  }
  return events;
}

struct Place {
  std::int32_t partition;
  std::int64_t offset;
};

std::vector<Place> send(kafka::Producer& producer, const std::vector<kafka::TaskEvent>& events,
                        kafka::KeyBy key_by) {
  std::vector<Place> places(events.size());
  for (std::size_t i = 0; i < events.size(); ++i) {
    producer.produce(
        topic, kafka::key_of(events[i], key_by), kafka::to_json(events[i]),
        [&place = places[i]](const kafka::Error& error, const kafka::Message& message) {
          if (error) throw kafka::Exception(error);
          place = {message.partition(), message.offset()};
        });
    producer.poll();
  }
  producer.flush();
  return places;
}

/// Counts the tasks, users or projects that have all of their events in one partition, in the order
/// of sending.
std::string in_order(const std::vector<kafka::TaskEvent>& events, const std::vector<Place>& places,
                     kafka::KeyBy entity) {
  struct Entity {
    Place last;
    bool in_order = true;
  };
  std::map<std::string_view, Entity> entities;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const Place& place = places[i];
    const auto [entry, first] =
        entities.try_emplace(kafka::key_of(events[i], entity), Entity{place});
    auto& [last, kept] = entry->second;
    if (!first) kept = kept && place.partition == last.partition && place.offset > last.offset;
    last = place;
  }
  const auto kept = std::count_if(entities.begin(), entities.end(),
                                  [](const auto& entry) { return entry.second.in_order; });
  return std::to_string(kept) + " of " + std::to_string(entities.size());
}

/// A space and a bar, drawn in eighths of a character. 40 characters are the whole.
std::string bar(double share) {
  constexpr const char* eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const auto length = static_cast<std::size_t>(std::lround(share * 40 * 8));
  if (length == 0) return {};
  std::string text = " ";
  for (std::size_t i = 0; i < length / 8; ++i) text += "█";
  return text + eighths[length % 8];
}

void draw(const std::vector<Place>& places, std::size_t partitions) {
  std::vector<std::size_t> counts(partitions);
  for (const Place& place : places) ++counts[static_cast<std::size_t>(place.partition)];
  const auto share = [&](std::size_t count) {
    return static_cast<double>(count) / static_cast<double>(places.size());
  };
  for (std::size_t i = 0; i < partitions; ++i) {
    std::cout << "  partition " << i << ' ' << std::setw(5) << 100 * share(counts[i]) << " %"
              << bar(share(counts[i])) << '\n';
  }
  // One consumer of a group reads each partition. The fullest partition takes longest.
  std::cout << "  " << partitions << " consumers are at most "
            << 1 / share(*std::max_element(counts.begin(), counts.end()))
            << " times as fast as one\n";
}

}  // namespace

int main(int argc, char** argv) try {
  Cluster cluster("Sends 10,000 task events with the task, the user and the project as the key.",
                  argc, argv);
  cluster.need_topic(topic, 6);
  kafka::Producer producer({{"bootstrap.servers", cluster.bootstrap_servers()},
                            // The same partitions as with Kafka's Java clients.
                            {"partitioner", "murmur2_random"}});
  const std::vector<kafka::TaskEvent> events = make_events();

  constexpr std::pair<const char*, kafka::KeyBy> strategies[] = {
      {"task_id", kafka::KeyBy::task},
      {"user_id", kafka::KeyBy::user},
      {"project_id", kafka::KeyBy::project},
  };
  std::size_t partitions = 0;
  std::cout << std::fixed << std::setprecision(1);
  for (const auto& [name, key_by] : strategies) {
    const std::vector<Place> places = send(producer, events, key_by);
    for (const Place& place : places) {
      partitions = std::max(partitions, static_cast<std::size_t>(place.partition) + 1);
    }
    std::cout << "\nKey: " << name << '\n';
    draw(places, partitions);
    std::cout << "  in order: tasks " << in_order(events, places, kafka::KeyBy::task) << ", users "
              << in_order(events, places, kafka::KeyBy::user) << ", projects "
              << in_order(events, places, kafka::KeyBy::project) << '\n';
  }
} catch (const kafka::Exception& exception) {
  std::cerr << exception.what() << '\n';
  return 1;
}
