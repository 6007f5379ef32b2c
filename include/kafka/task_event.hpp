#pragma once

#include <chrono>
#include <cstddef>
#include <kafka/export.hpp>
#include <kafka/fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace kafka {
inline namespace v1 {

/// Something that happened to a task: the value of a record, written as JSON. All texts are UTF-8.
struct TaskEvent {
  /// Names the task; not empty.
  std::string id;
  /// For people; may be empty.
  std::string title;
  /// In UTC, in the years 0000 to 9999.
  std::chrono::sys_time<std::chrono::milliseconds> created_at;
  /// What happened: `created`, `updated`, `completed`.
  std::optional<std::string> type = {};
  /// Whose task it is.
  std::optional<std::string> user_id = {};
  /// Which project it belongs to.
  std::optional<std::string> project_id = {};

  /// Whether all members are equal.
  friend bool operator==(const TaskEvent&, const TaskEvent&) = default;
};

/// One line of JSON, members in the order in which TaskEvent has them, those that are not set left
/// out:
///
///     {"id": "task-001", "title": "Buy groceries", "created_at": "2025-01-15T10:30:00Z"}
///
/// Text that is not ASCII is written as it is; milliseconds only when there are some. Throws
/// Exception (Errc::value_serialization) that names the field: one that is not UTF-8, an empty id,
/// a year that has not four digits. May be called from any threads.
[[nodiscard]] KAFKA_EXPORT std::string to_json(const TaskEvent& event);

/// The longest text that parse_task_event() reads, in bytes, so that nobody can exhaust its memory:
/// events of this kind have a few hundred.
inline constexpr std::size_t task_event_max_bytes = std::size_t{1} << 20U;
/// The deepest nesting of arrays and objects, in levels: what is ignored has to be parsed as well.
inline constexpr std::size_t task_event_max_depth = 64;

/// Reads what to_json() writes, and what other writers may make of it: members in any order,
/// unknown ones (which are ignored, so that an older reader survives a newer writer), any RFC 3339
/// time with its offset and any number of digits after the second, cut to milliseconds. Throws
/// Exception (Errc::value_deserialization) that names the field and says what is wrong with it:
/// missing, of another type, given twice, a time that does not exist. May be called from any
/// threads.
[[nodiscard]] KAFKA_EXPORT TaskEvent parse_task_event(std::string_view json);

/// Which field becomes the record's key. Kafka keeps the order among records of one key, and sends
/// all of them to one partition, which one consumer of a group reads.
enum class KeyBy {
  /// The order within a task is kept: created, updated, completed. There are many tasks, so that
  /// load spreads evenly and any number of consumers has work. The right choice when in doubt.
  task,
  /// The order among all tasks of a user is kept, and one consumer sees all of them, which suits
  /// per-user state and notifications. A user who does much makes a partition hot.
  user,
  /// The order within a project is kept, over its tasks and users. There are few projects, of very
  /// different sizes: the largest one bounds the throughput, since its partition cannot be divided.
  project,
};
// Changing the strategy, or the number of partitions, sends the records of a key elsewhere from
// then on: their order across that moment is lost.

/// The field that is the key, viewed: it lives as long as the event. Throws Exception
/// (Errc::key_serialization) when the event does not have it.
[[nodiscard]] KAFKA_EXPORT std::string_view key_of(const TaskEvent& event, KeyBy key_by);

}  // namespace v1
}  // namespace kafka
