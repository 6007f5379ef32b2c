#include <gtest/gtest.h>

#include <kafka/error.hpp>
#include <kafka/task_event.hpp>
#include <string>
#include <vector>

namespace {

using namespace std::chrono_literals;
using kafka::Errc;
using kafka::TaskEvent;

const auto morning = std::chrono::sys_days(std::chrono::year(2025) / 1 / 15) + 10h + 30min;

TaskEvent lesson_event() {
  return {.id = "task-001", .title = "Buy groceries", .created_at = morning};
}

std::string with_time(const std::string& time) {
  return R"({"id": "a", "title": "b", "created_at": ")" + time + "\"}";
}

kafka::Error error_of_parsing(const std::string& json) {
  try {
    static_cast<void>(kafka::parse_task_event(json));
  } catch (const kafka::Exception& exception) {
    return exception.error();
  }
  return {};
}

testing::AssertionResult refuses(const std::string& json, const std::string& reason) {
  const kafka::Error error = error_of_parsing(json);
  if (error.code() != Errc::value_deserialization) {
    return testing::AssertionFailure() << "not refused: " << json.substr(0, 200);
  }
  if (error.message().find(reason) == std::string::npos) {
    return testing::AssertionFailure() << "another reason: " << error.message();
  }
  return testing::AssertionSuccess();
}

TEST(TaskEvent, IsWrittenAsTheLessonWritesIt) {
  EXPECT_EQ(
      kafka::to_json(lesson_event()),
      R"({"id": "task-001", "title": "Buy groceries", "created_at": "2025-01-15T10:30:00Z"})");
}

TEST(TaskEvent, WritesOptionalFieldsThatAreSetInTheirOrder) {
  TaskEvent event = lesson_event();
  event.project_id = "p";
  event.type = "created";
  EXPECT_EQ(kafka::to_json(event),
            R"({"id": "task-001", "title": "Buy groceries", "created_at": "2025-01-15T10:30:00Z", )"
            R"("type": "created", "project_id": "p"})");
}

TEST(TaskEvent, WritesMillisecondsOnlyWhenThereAreSome) {
  TaskEvent event = lesson_event();
  event.created_at += 7ms;
  EXPECT_NE(kafka::to_json(event).find("\"2025-01-15T10:30:00.007Z\""), std::string::npos);
}

TEST(TaskEvent, TitlesOfAnyScriptSurviveByteForByte) {
  using namespace std::string_literals;
  for (const std::string& title : {"Café"s, "Купить"s, "شراء البقالة"s, "買い物"s,
                                   "🛒👩‍👩‍👧"s, "e\u0301"s, "a\0b\n\"\\\x7f"s, ""s}) {
    TaskEvent event = lesson_event();
    event.title = title;
    EXPECT_EQ(kafka::parse_task_event(kafka::to_json(event)), event) << title;
  }
  TaskEvent event = lesson_event();
  event.title = "買い物";
  EXPECT_NE(kafka::to_json(event).find("買い物"), std::string::npos);
}

TEST(TaskEvent, CannotBeWrittenWithWhatIsNotUtf8) {
  for (const auto* bytes : {"\xff", "\xc0\xaf", "\xed\xa0\x80", "\xf0\x9f\x9b"}) {
    TaskEvent event = lesson_event();
    event.title = bytes;
    try {
      static_cast<void>(kafka::to_json(event));
      ADD_FAILURE() << "accepted";
    } catch (const kafka::Exception& exception) {
      EXPECT_EQ(exception.error(), Errc::value_serialization);
      EXPECT_NE(exception.error().message().find("title"), std::string::npos);
    }
  }
}

TEST(TaskEvent, CannotBeWrittenWithoutAnIdOrWithAYearOfFiveDigits) {
  TaskEvent event = lesson_event();
  event.id.clear();
  EXPECT_THROW(static_cast<void>(kafka::to_json(event)), kafka::Exception);
  event = lesson_event();
  event.created_at = std::chrono::sys_days(std::chrono::year(10000) / 1 / 1);
  EXPECT_THROW(static_cast<void>(kafka::to_json(event)), kafka::Exception);
  event.created_at -= 1ms;
  EXPECT_EQ(kafka::parse_task_event(kafka::to_json(event)), event);
}

TEST(TaskEvent, ReadsTheTimesOfOtherWriters) {
  for (const auto* time : {"2025-01-15T10:30:00Z", "2025-01-15t10:30:00z",
                           "2025-01-15T10:30:00+00:00", "2025-01-15T12:00:00+01:30",
                           "2025-01-14T22:30:00-12:00", "2025-01-15T10:30:00.000999+00:00"}) {
    EXPECT_EQ(kafka::parse_task_event(with_time(time)).created_at, morning) << time;
  }
  EXPECT_EQ(kafka::parse_task_event(with_time("2025-01-15T10:30:00.1234567Z")).created_at,
            morning + 123ms);
  EXPECT_EQ(kafka::parse_task_event(with_time("2024-02-29T00:00:00Z")).created_at,
            std::chrono::sys_days(std::chrono::year(2024) / 2 / 29));
}

TEST(TaskEvent, RefusesTimesThatDoNotExist) {
  for (const auto* time :
       {"2025-02-30T10:30:00Z", "2025-02-29T10:30:00Z", "2025-13-01T10:30:00Z",
        "2025-01-15T24:00:00Z", "2025-01-15T10:60:00Z", "2025-01-15T10:30:60Z",
        "2025-01-15T10:30:00", "2025-01-15", "2025-01-15 10:30:00Z", "2025-01-15T10:30:00.Z",
        "2025-01-15T10:30:00+24:00", "2025-01-15T10:30:00Zx", "-025-01-15T10:30:00Z", ""}) {
    EXPECT_TRUE(refuses(with_time(time), "created_at")) << time;
  }
}

TEST(TaskEvent, RefusesAnOffsetThatLeadsOutOfTheYearsThatCanBeWritten) {
  EXPECT_TRUE(refuses(with_time("0000-01-01T00:00:00+00:01"), "created_at"));
  EXPECT_TRUE(refuses(with_time("9999-12-31T23:59:59-00:01"), "created_at"));
  for (const auto* time : {"0000-01-01T00:00:00-23:59", "9999-12-31T23:59:59+23:59"}) {
    const TaskEvent event = kafka::parse_task_event(with_time(time));
    EXPECT_EQ(kafka::parse_task_event(kafka::to_json(event)), event);
  }
}

TEST(TaskEvent, NamesTheFieldThatIsMissingMistypedOrGivenTwice) {
  EXPECT_TRUE(refuses(R"({"title": "b", "created_at": "x"})", "field id is missing"));
  EXPECT_TRUE(refuses(R"({"id": "", "title": "b", "created_at": "2025-01-15T10:30:00Z"})",
                      "field id is empty"));
  EXPECT_TRUE(refuses(R"({"id": 7})", "field id is a number"));
  EXPECT_TRUE(refuses(R"({"id": null})", "field id is null"));
  EXPECT_TRUE(refuses(R"({"title": {"id": "a"}})", "field title is an object"));
  EXPECT_TRUE(refuses(R"({"user_id": [1]})", "field user_id is an array"));
  EXPECT_TRUE(refuses(R"({"id": "a", "id": "b"})", "field id is given twice"));
}

TEST(TaskEvent, TakesNullForAnOptionalFieldThatIsNotSet) {
  EXPECT_EQ(kafka::parse_task_event(R"({"user_id": null, "id": "a", "title": "b", )"
                                    R"("created_at": "2025-01-15T10:30:00Z"})")
                .user_id,
            std::nullopt);
}

TEST(TaskEvent, IgnoresUnknownFieldsOfAnyType) {
  EXPECT_EQ(kafka::parse_task_event(
                R"({"id": "task-001", "new": {"id": "x", "title": [1, null, "id"]}, "n": 1e3,)"
                R"("title": "Buy groceries", "x": null, "created_at": "2025-01-15T10:30:00Z",)"
                R"("y": [[{"created_at": 1}]]})"),
            lesson_event());
}

TEST(TaskEvent, RefusesWhatIsNotOneObject) {
  for (const auto* json : {"", " ", "{", "{\"id\": \"a", "{} {}", "{1", "nul"}) {
    EXPECT_TRUE(refuses(json, "not JSON")) << json;
  }
  for (const auto* json : {"[]", "[1", "\"id\"", "1", "null", "true"}) {
    EXPECT_TRUE(refuses(json, "not an object")) << json;
  }
}

TEST(TaskEvent, RefusesTextThatIsNotUtf8AndNamesTheField) {
  EXPECT_TRUE(refuses("{\"id\": \"a\", \"title\": \"\xff\"}", "in field title"));
  EXPECT_TRUE(refuses(R"({"title": "\ud83d"})", "in field title"));
}

TEST(TaskEvent, RefusesDepthAndSizeThatNoEventHas) {
  std::string deep = "{\"x\": ";
  for (int i = 0; i < 10'000; ++i) deep += i % 2 == 0 ? "[" : "{\"a\":";
  EXPECT_TRUE(refuses(deep, "nested more than 64 deep"));
  EXPECT_TRUE(refuses(std::string(100'000'000, '['), "100000000 bytes"));

  const std::string event = with_time("2025-01-15T10:30:00Z");
  EXPECT_FALSE(
      error_of_parsing(event + std::string(kafka::task_event_max_bytes - event.size(), ' ')));
  EXPECT_TRUE(
      refuses(event + std::string(kafka::task_event_max_bytes - event.size() + 1, ' '), "bytes"));
}

TEST(TaskEvent, ErrorsQuoteLittleAndNoControlCharacters) {
  for (const std::string& json :
       {with_time("\\u001b[2J" + std::string(1000, 'x')), "{\x1b" + std::string(100'000, 'x')}) {
    const kafka::Error error = error_of_parsing(json);
    EXPECT_EQ(error, Errc::value_deserialization);
    EXPECT_LT(error.message().size(), 600U);
    EXPECT_EQ(error.message().find('\x1b'), std::string::npos);
  }
}

TEST(TaskEvent, KeyIsTheFieldOfTheStrategy) {
  TaskEvent event = lesson_event();
  event.user_id = "user-1";
  EXPECT_EQ(kafka::key_of(event, kafka::KeyBy::task), "task-001");
  EXPECT_EQ(kafka::key_of(event, kafka::KeyBy::user), "user-1");
  try {
    static_cast<void>(kafka::key_of(event, kafka::KeyBy::project));
    ADD_FAILURE() << "accepted";
  } catch (const kafka::Exception& exception) {
    EXPECT_EQ(exception.error(), Errc::key_serialization);
    EXPECT_NE(exception.error().message().find("project_id"), std::string::npos);
    EXPECT_NE(exception.error().message().find("task-001"), std::string::npos);
  }
}

}  // namespace
