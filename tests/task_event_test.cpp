#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <kafka/task_event.hpp>
#include <string>
#include <vector>

#include "support.hpp"

namespace {

using namespace support;
using kafka::TaskEvent;

const auto morning = std::chrono::sys_days(std::chrono::year(2025) / 1 / 15) + 10h + 30min;

TaskEvent lesson_event() {
  return {.id = "task-001", .title = "Buy groceries", .created_at = morning};
}

std::string with_time(const std::string& time) {
  return R"({"id": "a", "title": "b", "created_at": ")" + time + "\"}";
}

/// An event with an unknown member that has this value. It comes last, so that whatever is left
/// open in the value leaves the event open too.
std::string with_member(const std::string& value) {
  std::string json = with_time("2025-01-15T10:30:00Z");
  json.pop_back();
  return json + ", \"unknown\": " + value + "}";
}

Error error_of_parsing(const std::string& json) {
  return error_of([&] { static_cast<void>(kafka::parse_task_event(json)); });
}

testing::AssertionResult refuses(const std::string& json, const std::string& reason) {
  const Error error = error_of_parsing(json);
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
  for (const auto* time : {"2025-02-30T10:30:00Z",
                           "2025-02-29T10:30:00Z",
                           "2025-13-01T10:30:00Z",
                           "2025-01-15T24:00:00Z",
                           "2025-01-15T10:60:00Z",
                           "2025-01-15T10:30:60Z",
                           "2025-01-15T10:30:00",
                           "2025-01-15",
                           "2025-01-15 10:30:00Z",
                           "2025-01-15T10:30:00.Z",
                           "2025-01-15T10:30:00+24:00",
                           "2025-01-15T10:30:00+23:60",
                           "2025-01-15T10:30:00+0100",
                           "2025-01-15T10:30:00+01",
                           "2025-01-15T10:30Z",
                           "2025-1-15T10:30:00Z",
                           "20250115T103000Z",
                           "2025-W03-3T10:30:00Z",
                           "2025-015T10:30:00Z",
                           "+12025-01-15T10:30:00Z",
                           "2025-00-15T10:30:00Z",
                           "2025-01-00T10:30:00Z",
                           "2100-02-29T10:30:00Z",
                           "2025-01-15T10:30:00,5Z",
                           "2025-01-15T10:30:00.5",
                           "2025-01-15T10:30:00 Z",
                           " 2025-01-15T10:30:00Z",
                           "2025-01-15T10:30:00Z\\u0000",
                           "2025-01-15T10:30:00Zx",
                           "-025-01-15T10:30:00Z",
                           ""}) {
    EXPECT_TRUE(refuses(with_time(time), "created_at")) << time;
  }
}

TEST(TaskEvent, ReadsALeapSecondAsTheFollowingSecond) {
  const auto new_year = std::chrono::sys_days(std::chrono::year(2017) / 1 / 1);
  for (const auto* time :
       {"2016-12-31T23:59:60Z", "2016-12-31t23:59:60z", "2016-12-31T15:59:60-08:00",
        "2017-01-01T05:29:60+05:30", "2017-01-01T00:59:60+01:00", "2016-12-31T23:59:60.000999Z"}) {
    EXPECT_EQ(kafka::parse_task_event(with_time(time)).created_at, new_year) << time;
  }
  EXPECT_EQ(kafka::parse_task_event(with_time("2016-12-31T23:59:60.25Z")).created_at,
            new_year + 250ms);
  EXPECT_EQ(kafka::parse_task_event(with_time("1990-12-31T23:59:60Z")).created_at,
            std::chrono::sys_days(std::chrono::year(1991) / 1 / 1));
  EXPECT_EQ(kafka::parse_task_event(with_time("2015-06-30T23:59:60Z")).created_at,
            std::chrono::sys_days(std::chrono::year(2015) / 7 / 1));
}

TEST(TaskEvent, RefusesALeapSecondThatIsNotTheLastSecondOfAMonth) {
  for (const auto* time : {"2016-12-30T23:59:60Z", "2016-12-31T22:59:60Z", "2016-12-31T23:58:60Z",
                           "2016-12-31T23:59:60+01:00", "2016-12-31T23:59:61Z",
                           "2016-12-31T15:59:60-07:00", "9999-12-31T23:59:60Z"}) {
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

// RFC 8259, section by section.
TEST(TaskEvent, IgnoresAnUnknownMemberWithAnyJsonValue) {
  const std::string nines(400, '9');
  for (const std::string& value : {std::string("null"),
                                   std::string("true"),
                                   std::string("false"),  // section 3
                                   std::string("{}"),
                                   std::string(R"({"":0,"a":{"a":1},"a":2})"),  // 4
                                   std::string("[]"),
                                   std::string("[1,\t\"a\",\r\n[ ] ]"),  // 5, 2
                                   std::string("0"),
                                   std::string("-0"),
                                   std::string("-1"),
                                   std::string("120"),  // 6
                                   std::string("0.0"),
                                   std::string("-0.5"),
                                   std::string("1.25"),
                                   std::string("1e5"),
                                   std::string("1E5"),
                                   std::string("1e+5"),
                                   std::string("1E-05"),
                                   std::string("0e0"),
                                   std::string("1.5e007"),
                                   std::string("1e400"),
                                   std::string("-1e400"),
                                   std::string("1e-400"),
                                   std::string("[1E+99999999999999999999]"),
                                   nines,
                                   '-' + nines,
                                   "0." + nines,
                                   nines + '.' + nines + "e-" + nines,
                                   "1e" + nines,
                                   '[' + nines + ',' + nines + ']',
                                   "{\"a\": " + nines + "}",
                                   nines + " \t\r\n",
                                   std::string(R"("")"),
                                   std::string(R"("\"\\\/\b\f\n\r\t\u0041\u00e9\u0000")"),  // 7
                                   std::string(R"("\ud83d\uDED2")"),
                                   std::string("\"\x7f\""),
                                   std::string(R"("1e400")"),
                                   "\"" + nines + "\"",
                                   std::string(R"("\\")"),
                                   std::string(R"("[\"{")"),
                                   std::string("\"é\u2028\U0001F6D2\xef\xbf\xbf\"")}) {
    EXPECT_FALSE(error_of_parsing(with_member(value))) << value;
    EXPECT_TRUE(error_of_parsing(with_member(value + 'x'))) << value;
    EXPECT_TRUE(error_of_parsing(with_member(value + ' ' + value))) << value;
  }
  EXPECT_FALSE(error_of_parsing(with_member("\"" + nines + "\\\" " + nines + "\"")));
}

TEST(TaskEvent, RefusesAnUnknownMemberThatIsNotJson) {
  const std::string nines(400, '9');
  for (const std::string& value : {std::string(),
                                   std::string("nul"),
                                   std::string("Null"),
                                   std::string("True"),
                                   std::string("undefined"),
                                   std::string("NaN"),
                                   std::string("Infinity"),
                                   std::string("-Infinity"),  // section 3
                                   std::string("{"),
                                   std::string("{,}"),
                                   std::string("{\"a\"}"),
                                   std::string("{\"a\":}"),
                                   std::string("{\"a\":1,}"),
                                   std::string("{\"a\":1 \"b\":2}"),
                                   std::string("{a:1}"),
                                   std::string("{'a':1}"),
                                   std::string("{1:1}"),
                                   std::string("{\"a\":1}}"),  // 4
                                   std::string("["),
                                   std::string("[1"),
                                   std::string("[,]"),
                                   std::string("[1,]"),
                                   std::string("[1,,2]"),
                                   std::string("[1 2]"),
                                   std::string("[1]]"),
                                   std::string("[1}"),  // 5
                                   std::string("+1"),
                                   std::string("-"),
                                   std::string("01"),
                                   std::string("-01"),
                                   std::string("00"),
                                   std::string(".5"),
                                   std::string("1."),
                                   std::string("-.5"),
                                   std::string("1.e5"),
                                   std::string("1e"),
                                   std::string("1e+"),
                                   std::string("1e5.5"),
                                   std::string("1e+-5"),
                                   std::string("--1"),
                                   std::string("0x1F"),
                                   std::string("1_000"),
                                   std::string("1,5"),
                                   std::string("1e4e5"),
                                   std::string("1.2.3"),
                                   '0' + nines,
                                   nines + '.',
                                   nines + 'e',
                                   nines + '-',
                                   nines + ".e1",
                                   '-' + nines + '+' + nines,
                                   '+' + nines,  // 6
                                   std::string("\""),
                                   std::string("\"a"),
                                   std::string("'a'"),
                                   std::string("\"\\a\""),
                                   std::string("\"\\u12\""),
                                   std::string("\"\\u12G4\""),
                                   std::string("\"\\\""),
                                   std::string("\"\\x41\""),
                                   std::string("\"\t\""),
                                   std::string("\"\n\""),
                                   std::string("\"\0\"", 3),
                                   std::string("\"\x1f\""),  // 7
                                   std::string("\"\xff\""),
                                   std::string("\"\xc0\xaf\""),
                                   std::string("\"\xed\xa0\x80\""),
                                   std::string("\"\xf4\x90\x80\x80\""),
                                   std::string("\"\xf0\x9f\x9b\""),  // 8
                                   std::string("1 // comment"),
                                   std::string("/* comment */ 1"),
                                   std::string("1 # comment"),
                                   std::string("\v1"),
                                   std::string("\f1"),
                                   std::string("\xc2\xa0"
                                               "1"),
                                   std::string("\xef\xbb\xbf"
                                               "1"),
                                   std::string("1\0", 2),
                                   std::string("\0"
                                               "1",
                                               2)}) {  // 2
    EXPECT_TRUE(refuses(with_member(value), "not JSON")) << value;
  }
}

TEST(TaskEvent, RefusesTextAfterTheObject) {
  const std::string event = with_time("2025-01-15T10:30:00Z");
  EXPECT_FALSE(error_of_parsing(event + " \t\r\n"));
  for (const std::string& rest : {std::string("x"), std::string("{}"), std::string(","),
                                  std::string("\0", 1), std::string("\0x", 2)}) {
    EXPECT_TRUE(refuses(event + rest, "not JSON")) << rest;
  }
}

TEST(TaskEvent, SaysWhereADocumentWithAHugeNumberIsNotJson) {
  const std::string before = with_member(std::string(1000, '7'));
  const std::string at = "not JSON at byte " + std::to_string(before.size() + 1);
  EXPECT_TRUE(refuses(before + "x", at));
}

// A test suite of others, for instance the directory test_parsing of nst/JSONTestSuite: documents
// with names that begin with y_ (JSON), n_ (not JSON) or i_ (either is right).
TEST(TaskEvent, AgreesWithAJsonTestSuite) {
  const char* directory = std::getenv("KAFKA_JSON_TEST_SUITE");
  if (directory == nullptr) GTEST_SKIP() << "KAFKA_JSON_TEST_SUITE names no directory";
  int documents = 0;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    const std::string name = entry.path().filename().string();
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string value(std::istreambuf_iterator<char>(file), {});
    const Error error = error_of_parsing(with_member(value));
    EXPECT_FALSE(name.starts_with("y_") && error) << name << ": " << error;
    EXPECT_FALSE(name.starts_with("n_") && !error) << name;
    ++documents;
  }
  EXPECT_GT(documents, 0);
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
  EXPECT_TRUE(refuses(with_member(R"("\ud83d")"), "not JSON"));
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
