// Compares the texts with the programs. In README.md and examples/README.md, each block of C++ is
// part of the file that is linked before it, and each command of a console block prints the lines
// below it.

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <ostream>
#include <regex>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "example_process.hpp"

namespace {

using std::filesystem::path;

const path root = PROJECT_ROOT;

std::string read_file(const path& file) {
  std::ifstream stream(file);
  if (!stream) throw std::runtime_error("cannot read " + file.string());
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + '\n';
  return text;
}

/// A fenced block of a text.
struct Block {
  path document;
  std::size_t line = 0;
  std::string language;
  path file;  // the source that is linked before it
  std::string text;
};

std::vector<Block> blocks(const path& document, const std::string& language) {
  static const std::regex link(R"(\]\(([^)]+\.[ch]pp)\))");
  std::vector<Block> found;
  Block block;
  path file;
  std::size_t number = 0;
  bool inside = false;
  for (const std::string& line : lines_of(read_file(document))) {
    ++number;
    if (line.starts_with("```")) {
      if (inside && block.language == language) found.push_back(block);
      inside = !inside;
      block = {document, number, line.substr(3), file, ""};
    } else if (inside) {
      block.text += line + '\n';
    } else {
      for (std::sregex_iterator match(line.begin(), line.end(), link), end; match != end; ++match) {
        file = document.parent_path() / (*match)[1].str();
      }
    }
  }
  return found;
}

/// Replaces parts that differ from run to run.
std::string without_what_varies(std::string text) {
  static const std::pair<std::regex, const char*> rules[] = {
      {std::regex(R"(127\.0\.0\.1:\d{2,})"), "127.0.0.1:PORT"},
      {std::regex(R"(\d{4}-\d\d-\d\dT[\d:.]+Z)"), "TIME"},
      {std::regex(R"( *\d+(\.\d+)? m?s\b)"), " DURATION"},
      {std::regex(R"(\(after \d+ms)"), "(after DURATION"},
      {std::regex(R"( +\d+ /s)"), " RATE"},
      {std::regex(R"(served \d+ delivery)"), "served SOME delivery"},
      // Attempts to connect differ in number, and in the step at which they fail.
      {std::regex(R"([^\n]*identical error\(s\) suppressed\)[^\n]*\n)"), ""},
      {std::regex(R"(  log: _(TRANSPORT|TIMED_OUT|ALL_BROKERS_DOWN): [^\n]*)"),
       "  log: NO CONNECTION"},
      {std::regex(R"(the hook: _ALL_BROKERS_DOWN: [^\n]*)"), "the hook: _ALL_BROKERS_DOWN"},
  };
  for (const auto& [pattern, word] : rules) text = std::regex_replace(text, pattern, word);
  // Reports of different partitions arrive in any order.
  std::vector<std::string> lines = lines_of(text);
  // Versions of librdkafka differ in how often they repeat an error.
  for (const std::string_view told : {"log: NO CONNECTION", "the hook: _ALL_BROKERS_DOWN"}) {
    const auto tells = [&](const std::string& line) { return line.ends_with(told); };
    const auto first = std::find_if(lines.begin(), lines.end(), tells);
    if (first == lines.end()) continue;
    lines.erase(std::remove_if(first + 1, lines.end(), tells), lines.end());
  }
  const auto is_report = [](const std::string& line) {
    return line.starts_with("Delivered: ") || line.starts_with("SUCCESS: ");
  };
  const auto reports = std::stable_partition(lines.begin(), lines.end(), std::not_fn(is_report));
  std::sort(reports, lines.end());
  return joined(lines);
}

std::string without_indentation(const std::string& text) {
  return std::regex_replace(text, std::regex(R"(\n +)"), "\n");
}

// The name of a test's block, as failures and ctest print it.
void PrintTo(const Block& block, std::ostream* stream) {
  *stream << block.document.lexically_relative(root).string() << ":" << block.line;
}

std::string name_of(const ::testing::TestParamInfo<Block>& info) {
  std::string name = ::testing::PrintToString(info.param);
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

class Snippet : public ::testing::TestWithParam<Block> {};

TEST_P(Snippet, IsPartOfTheFileLinkedBeforeIt) {
  const Block& block = GetParam();
  ASSERT_FALSE(block.file.empty()) << "no source is linked before this block";
  // A block with main() is a whole program, which can be copied.
  if (block.text.find("int main(") != std::string::npos) {
    EXPECT_EQ(block.text, read_file(block.file));
    return;
  }
  const std::string source = without_indentation('\n' + read_file(block.file));
  EXPECT_NE(source.find(without_indentation('\n' + block.text)), std::string::npos)
      << block.file << " does not have these lines:\n"
      << block.text;
}

INSTANTIATE_TEST_SUITE_P(Lesson, Snippet,
                         ::testing::ValuesIn(blocks(root / "examples/README.md", "cpp")), name_of);

class Output : public ::testing::TestWithParam<Block> {};

TEST_P(Output, IsWhatTheProgramPrints) {
  static const std::string prompt = "$ sh examples/run.sh";
  const std::string& text = GetParam().text;
  const std::size_t end = text.find('\n');
  ASSERT_TRUE(text.starts_with(prompt)) << "a console block begins with \"" << prompt << '"';
  std::string command = text.substr(prompt.size(), end - prompt.size());
  command.erase(0, 1);
  if (command.empty() || command.starts_with("-")) command = "task_event_sender " + command;
  EXPECT_EQ(without_what_varies(run_example(command).output),
            without_what_varies(text.substr(end + 1)));
}

INSTANTIATE_TEST_SUITE_P(Readme, Output, ::testing::ValuesIn(blocks(root / "README.md", "console")),
                         name_of);
INSTANTIATE_TEST_SUITE_P(Lesson, Output,
                         ::testing::ValuesIn(blocks(root / "examples/README.md", "console")),
                         name_of);

}  // namespace
