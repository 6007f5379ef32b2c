// The parser of task events: an event that it accepts survives writing and reading, and unknown
// members do not change it.

#include <kafka/task_event.hpp>

#include "fuzz.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(fuzz::text_of(data, size));
  kafka::TaskEvent event;
  try {
    event = kafka::parse_task_event(text);
  } catch (const kafka::Exception& exception) {
    fuzz::require(exception.error() == kafka::Errc::value_deserialization, "the error's code");
    fuzz::require_printable(exception.error());
    return 0;
  }
  const std::string json = kafka::to_json(event);
  fuzz::require(kafka::parse_task_event(json) == event, "what is written is read", json);
  fuzz::require(json.find('\n') == std::string::npos, "an event is one line", json);

  const std::string more =
      text.substr(0, text.rfind('}')) + R"(, "unknown": [-1.5e400, "\"}", 1e-9]})";
  if (more.size() <= kafka::task_event_max_bytes) {
    fuzz::require(kafka::parse_task_event(more) == event, "an unknown member is ignored", more);
  }

  for (const auto key_by : {kafka::KeyBy::task, kafka::KeyBy::user, kafka::KeyBy::project}) {
    try {
      static_cast<void>(kafka::key_of(event, key_by));
    } catch (const kafka::Exception& exception) {
      fuzz::require(exception.error() == kafka::Errc::key_serialization, "the error's code");
      fuzz::require_printable(exception.error());
    }
  }
  return 0;
}
