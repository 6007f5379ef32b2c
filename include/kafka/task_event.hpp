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

/// An event in the life of a task: the value of a record, written as JSON. All texts are UTF-8.
struct TaskEvent {
  /// Identifies the task. Not empty.
  std::string id;
  /// For people. May be empty.
  std::string title;
  /// In UTC, in the years 0000 to 9999.
  std::chrono::sys_time<std::chrono::milliseconds> created_at;
  /// The kind of event: `created`, `updated`, `completed`.
  std::optional<std::string> type = {};
  /// The user that the task belongs to.
  std::optional<std::string> user_id = {};
  /// The project that the task belongs to.
  std::optional<std::string> project_id = {};

  /// Whether all members are equal.
  friend bool operator==(const TaskEvent&, const TaskEvent&) = default;
};

/// Writes the event as one line of JSON. The members have TaskEvent's order, and those that are not
/// set are left out:
///
///     {"id": "task-001", "title": "Buy groceries", "created_at": "2025-01-15T10:30:00Z"}
///
/// Text outside ASCII is not escaped. The time has milliseconds only if they are not zero. Throws
/// Exception (Errc::value_serialization) that names the field if a text is not UTF-8, the id is
/// empty, or the year does not have four digits. May be called from any thread.
[[nodiscard]] KAFKA_EXPORT std::string to_json(const TaskEvent& event);

/// The longest document that parse_task_event() reads, in bytes. It bounds the memory that a
/// document can take. Events have a few hundred bytes.
inline constexpr std::size_t task_event_max_bytes = std::size_t{1} << 20U;
/// The deepest nesting of arrays and objects that parse_task_event() reads, ignored members
/// included.
inline constexpr std::size_t task_event_max_depth = 64;

/// Reads an event from a JSON object (RFC 8259), which to_json() or another program has written.
/// Members may have any order. Unknown members are ignored, whatever they hold, so that an older
/// reader understands a newer writer. An optional member may be null.
///
/// The time is an RFC 3339 date-time with any offset. It may have any number of digits after the
/// second, and is cut to milliseconds. A leap second (`23:59:60` in UTC at the end of a month) is
/// read as the following second.
///
/// Throws Exception (Errc::value_deserialization) that names the field and says what is wrong with
/// it: it is missing, has another type, occurs twice, or is a time that does not exist. Throws the
/// same for a document that is not JSON, that holds an unpaired surrogate (`"\ud83d"`), or that
/// exceeds the two limits above. May be called from any thread.
[[nodiscard]] KAFKA_EXPORT TaskEvent parse_task_event(std::string_view json);

/// The field that becomes the record's key. Kafka keeps the order of the records of one key. They
/// all go to one partition, and one consumer of a group reads that partition.
///
/// If the strategy or the number of partitions changes, the later records of a key can go to
/// another partition. Their order across the change is lost.
enum class KeyBy {
  /// Keeps the order within a task: created, updated, completed. There are many tasks, and so load
  /// spreads evenly over any number of consumers. The best choice in most cases.
  task,
  /// Keeps the order among all tasks of a user. One consumer sees all of them, which suits per-user
  /// state and notifications. A very active user overloads one partition.
  user,
  /// Keeps the order within a project, across its tasks and users. There are few projects, of very
  /// different sizes. The largest project limits the throughput, because its partition cannot be
  /// divided.
  project,
};

/// Returns a view of the field that is the key. It is valid as long as the event is. Throws
/// Exception (Errc::key_serialization) if the event does not have the field.
[[nodiscard]] KAFKA_EXPORT std::string_view key_of(const TaskEvent& event, KeyBy key_by);

}  // namespace v1
}  // namespace kafka
