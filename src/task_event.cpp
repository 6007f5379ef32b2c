#include <array>
#include <cstdint>
#include <kafka/error.hpp>
#include <kafka/task_event.hpp>
#include <nlohmann/json.hpp>
#include <utility>

namespace kafka {
inline namespace v1 {
namespace {

using std::chrono::milliseconds;
using Time = std::chrono::sys_time<milliseconds>;
using json = nlohmann::json;

[[noreturn]] void throw_write_error(const std::string& message) {
  throw Exception(Error(Errc::value_serialization, "task event: " + message));
}

[[noreturn]] void throw_parse_error(const std::string& message) {
  throw Exception(Error(Errc::value_deserialization, "task event: " + message));
}

void append_digits(std::string& text, std::int64_t number, std::size_t width) {
  const std::string digits = std::to_string(number);
  text.append(width - digits.size(), '0').append(digits);
}

/// Whether the time's year has four digits. RFC 3339 cannot write other years.
bool has_four_digits(Time time) {
  return time >= Time(std::chrono::sys_days(std::chrono::year(0) / 1 / 1)) &&
         time < Time(std::chrono::sys_days(std::chrono::year(10000) / 1 / 1));
}

std::string format(Time time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  const int year = static_cast<int>(date.year());
  if (!has_four_digits(time)) throw_write_error("field created_at has a year outside 0000 to 9999");
  std::string text;
  append_digits(text, year, 4);
  append_digits(text.append("-"), static_cast<unsigned>(date.month()), 2);
  append_digits(text.append("-"), static_cast<unsigned>(date.day()), 2);
  append_digits(text.append("T"), clock.hours().count(), 2);
  append_digits(text.append(":"), clock.minutes().count(), 2);
  append_digits(text.append(":"), clock.seconds().count(), 2);
  if (clock.subseconds().count() != 0) {
    append_digits(text.append("."), clock.subseconds().count(), 3);
  }
  return text.append("Z");
}

[[noreturn]] void throw_bad_time(std::string_view text) {
  constexpr std::size_t longest_quote = 64;
  throw_parse_error("field created_at is not a time in the form 2025-01-15T10:30:00Z: \"" +
                    std::string(text.substr(0, longest_quote)) + "\"");
}

/// Whether this is the second after a leap second, which can only be the last one of a month in
/// UTC.
bool begins_a_month(std::chrono::sys_seconds second) {
  const auto day = std::chrono::floor<std::chrono::days>(second);
  return second == day && std::chrono::year_month_day(day).day() == std::chrono::day(1);
}

/// RFC 3339, section 5.6.
Time parse_time(std::string_view text) {
  std::string_view rest = text;
  const auto number = [&](std::size_t digits) {
    int value = 0;
    if (rest.size() < digits) throw_bad_time(text);
    for (const char c : rest.substr(0, digits)) {
      if (c < '0' || c > '9') throw_bad_time(text);
      value = value * 10 + (c - '0');
    }
    rest.remove_prefix(digits);
    return value;
  };
  const auto skip = [&](std::string_view any_of) {
    if (rest.empty() || any_of.find(rest.front()) == std::string_view::npos) throw_bad_time(text);
    const char found = rest.front();
    rest.remove_prefix(1);
    return found;
  };

  const std::chrono::year year(number(4));
  skip("-");
  const std::chrono::month month(static_cast<unsigned>(number(2)));
  skip("-");
  const std::chrono::day day(static_cast<unsigned>(number(2)));
  const std::chrono::year_month_day date(year, month, day);
  skip("Tt");
  const std::chrono::hours hours(number(2));
  skip(":");
  const std::chrono::minutes minutes(number(2));
  skip(":");
  const std::chrono::seconds seconds(number(2));
  if (!date.ok() || hours.count() > 23 || minutes.count() > 59 || seconds.count() > 60) {
    throw_bad_time(text);
  }
  milliseconds fraction(0);
  if (rest.starts_with('.')) {
    rest.remove_prefix(1);
    int unit = 100;
    do {
      fraction += milliseconds(number(1) * unit);
      unit /= 10;
    } while (!rest.empty() && rest.front() >= '0' && rest.front() <= '9');
  }
  std::chrono::minutes offset(0);
  if (const char zone = skip("Zz+-"); zone == '+' || zone == '-') {
    const int offset_hours = number(2);
    skip(":");
    const int offset_minutes = number(2);
    if (offset_hours > 23 || offset_minutes > 59) throw_bad_time(text);
    offset = std::chrono::hours(offset_hours) + std::chrono::minutes(offset_minutes);
    if (zone == '-') offset = -offset;
  }
  if (!rest.empty()) throw_bad_time(text);
  const auto second = std::chrono::sys_days(date) + hours + minutes + seconds - offset;
  if (seconds.count() == 60 && !begins_a_month(second)) throw_bad_time(text);  // no leap second
  const Time time = second + fraction;
  if (!has_four_digits(time)) throw_bad_time(text);  // the offset leads out of the years
  return time;
}

/// A copy of the document, of the same length, whose numbers fit into a double, because
/// nlohmann/json refuses others. Their values do not matter: no field is a number. Exponents become
/// zero, and digits beyond the 300th are replaced by blanks behind the number. Also refuses a NUL
/// outside a string, which nlohmann/json takes for the end of the document.
std::string fit_numbers(std::string_view document) {
  constexpr std::size_t most_digits = 300;
  std::string result;
  result.reserve(document.size());
  bool in_string = false;
  bool in_exponent = false;
  std::size_t digits = 0;
  std::size_t dropped = 0;
  for (std::size_t i = 0; i < document.size(); ++i) {
    const char c = document[i];
    if (in_string) {
      result += c;
      if (c == '"') in_string = false;
      if (c == '\\' && i + 1 < document.size()) result += document[++i];
    } else if (c >= '0' && c <= '9') {
      if (++digits > most_digits) {
        ++dropped;
      } else {
        result += in_exponent ? '0' : c;
      }
    } else {
      if (c == '\0') throw_parse_error("not JSON at byte " + std::to_string(i + 1) + ": a NUL");
      const bool is_sign = c == '+' || c == '-';
      const bool is_e = c == 'e' || c == 'E';
      if (!is_sign && !is_e && c != '.') result.append(std::exchange(dropped, 0), ' ');
      in_exponent = is_e || (in_exponent && is_sign);
      in_string = c == '"';
      digits = 0;
      result += c;
    }
  }
  return result;
}

/// Takes the fields out of the document while it is parsed. Ignored members cost no memory.
class Reader final : public nlohmann::json_sax<json> {
 public:
  TaskEvent finish() {
    const auto take = [this](const char* name) {
      std::optional<std::string>& value = field(name)->value;
      if (!value) throw_parse_error(std::string("field ") + name + " is missing");
      return std::move(*value);
    };
    TaskEvent event{.id = take("id"), .title = take("title"), .created_at = {}};
    event.created_at = parse_time(take("created_at"));
    if (event.id.empty()) throw_parse_error("field id is empty");
    event.type = std::move(field("type")->value);
    event.user_id = std::move(field("user_id")->value);
    event.project_id = std::move(field("project_id")->value);
    return event;
  }

  bool null() override {
    if (at_field() && !current_->required) {
      current_ = nullptr;
      return true;
    }
    return other("null");
  }
  bool boolean(bool) override { return other("a boolean"); }
  bool number_integer(number_integer_t) override { return other("a number"); }
  bool number_unsigned(number_unsigned_t) override { return other("a number"); }
  bool number_float(number_float_t, const string_t&) override { return other("a number"); }
  bool binary(binary_t&) override { return other("binary"); }
  bool string(string_t& text) override {
    if (depth_ == 0) return other("a string");
    if (at_field()) std::exchange(current_, nullptr)->value = std::move(text);
    return true;
  }
  bool start_object(std::size_t) override { return depth_ == 0 ? enter() : open("an object"); }
  bool start_array(std::size_t) override { return open("an array"); }
  bool end_object() override { return leave(); }
  bool end_array() override { return leave(); }

  bool key(string_t& name) override {
    if (depth_ != 1) return true;
    current_ = field(name);
    if (current_ == nullptr) return true;
    if (current_->seen) throw_parse_error("field " + name + " is given twice");
    current_->seen = true;
    return true;
  }

  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception& error) override {
    // The library's text quotes the input without a limit. Its end names the expected token.
    constexpr std::size_t longest_reason = 300;
    const std::string reason = error.what();
    const std::size_t begin = reason.size() > longest_reason ? reason.size() - longest_reason : 0;
    const std::string in = current_ == nullptr ? "" : std::string(" in field ") + current_->name;
    throw_parse_error("not JSON at byte " + std::to_string(position) + in + ": " +
                      reason.substr(begin));
  }

 private:
  struct Field {
    const char* name;
    bool required;
    bool seen = false;
    std::optional<std::string> value = {};
  };

  Field* field(std::string_view name) {
    for (Field& field : fields_) {
      if (field.name == name) return &field;
    }
    return nullptr;
  }
  [[nodiscard]] bool at_field() const { return depth_ == 1 && current_ != nullptr; }

  bool other(const char* type) {
    if (depth_ == 0) throw_parse_error(std::string("the document is ") + type + ", not an object");
    if (at_field()) {
      throw_parse_error(std::string("field ") + current_->name + " is " + type + ", not a string");
    }
    return true;
  }
  bool open(const char* type) {
    other(type);
    return enter();
  }
  bool enter() {
    if (++depth_ > task_event_max_depth) {
      throw_parse_error("the document is nested more than " + std::to_string(task_event_max_depth) +
                        " deep");
    }
    return true;
  }
  bool leave() {
    --depth_;
    return true;
  }

  std::size_t depth_ = 0;
  Field* current_ = nullptr;
  std::array<Field, 6> fields_{{{"id", true},
                                {"title", true},
                                {"created_at", true},
                                {"type", false},
                                {"user_id", false},
                                {"project_id", false}}};
};

void append_member(std::string& text, const char* name, const std::string& value) {
  text.append(text.empty() ? "{\"" : ", \"").append(name).append("\": ");
  try {
    text += json(value).dump();
  } catch (const json::type_error&) {
    throw_write_error(std::string("field ") + name + " is not UTF-8");
  }
}

}  // namespace

std::string to_json(const TaskEvent& event) {
  if (event.id.empty()) throw_write_error("field id is empty");
  std::string text;
  append_member(text, "id", event.id);
  append_member(text, "title", event.title);
  append_member(text, "created_at", format(event.created_at));
  if (event.type) append_member(text, "type", *event.type);
  if (event.user_id) append_member(text, "user_id", *event.user_id);
  if (event.project_id) append_member(text, "project_id", *event.project_id);
  return text.append("}");
}

TaskEvent parse_task_event(std::string_view text) {
  if (text.size() > task_event_max_bytes) {
    throw_parse_error("the document has " + std::to_string(text.size()) + " bytes, more than " +
                      std::to_string(task_event_max_bytes));
  }
  const std::string fitted = fit_numbers(text);
  Reader reader;
  json::sax_parse(fitted.begin(), fitted.end(), &reader);
  return reader.finish();
}

std::string_view key_of(const TaskEvent& event, KeyBy key_by) {
  const auto required = [&](const std::optional<std::string>& field,
                            const char* name) -> std::string_view {
    if (field) return *field;
    throw Exception(Error(Errc::key_serialization, "task event " + event.id + " has no field " +
                                                       name + ": set it, or use another key"));
  };
  switch (key_by) {
    case KeyBy::user:
      return required(event.user_id, "user_id");
    case KeyBy::project:
      return required(event.project_id, "project_id");
    case KeyBy::task:
      break;
  }
  return event.id;
}

}  // namespace v1
}  // namespace kafka
