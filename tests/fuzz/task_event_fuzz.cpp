// The parser of task events: what it accepts survives being written and read again.

#include <kafka/task_event.hpp>

#include "fuzz.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  kafka::TaskEvent event;
  try {
    event = kafka::parse_task_event(fuzz::text_of(data, size));
  } catch (const kafka::Exception& exception) {
    fuzz::require(exception.error() == kafka::Errc::value_deserialization, "the error's code");
    fuzz::require_printable(exception.error());
    return 0;
  }
  const std::string json = kafka::to_json(event);
  fuzz::require(kafka::parse_task_event(json) == event, "what is written is read", json);
  fuzz::require(json.find('\n') == std::string::npos, "an event is one line", json);

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
