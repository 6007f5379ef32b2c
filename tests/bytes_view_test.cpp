#include <gtest/gtest.h>

#include <array>
#include <deque>
#include <kafka/bytes_view.hpp>
#include <list>
#include <sstream>
#include <string>
#include <vector>

namespace {

using kafka::BytesView;
using namespace std::string_view_literals;

std::string printed(BytesView bytes) {
  std::ostringstream stream;
  stream << bytes;
  return stream.str();
}

TEST(BytesView, IsMadeFromTextAndContainersOfBytes) {
  const std::string string = "abc";
  const std::vector<std::byte> bytes{std::byte{'a'}, std::byte{'b'}, std::byte{'c'}};
  const std::array<unsigned char, 3> array{'a', 'b', 'c'};
  const char* pointer = "abc";
  char buffer[16] = "abc";
  const std::optional<std::string> optional = "abc";
  for (const BytesView view :
       {BytesView("abc"), BytesView("abc"sv), BytesView(string), BytesView(bytes), BytesView(array),
        BytesView(std::span(bytes)), BytesView(pointer), BytesView(buffer), BytesView(u8"abc"),
        BytesView(optional), BytesView(std::optional("abc")),
        BytesView(static_cast<const void*>(string.data()), 3)}) {
    EXPECT_EQ(view.text(), "abc");
    EXPECT_FALSE(view.is_null());
  }
}

TEST(BytesView, ViewsAContainerWhereItIs) {
  const std::string string(1000, 'x');
  EXPECT_EQ(BytesView(string).data(), string.data());
}

TEST(BytesView, CountsContainersWholeAndCStringsUpToTheNul) {
  EXPECT_EQ(BytesView(std::string("a\0b", 3)).size(), 3U);
  EXPECT_EQ(BytesView("a\0b"sv).size(), 3U);
  EXPECT_EQ(BytesView("a\0b").size(), 1U);
  const char unterminated[] = {'a', 'b'};
  EXPECT_EQ(BytesView(unterminated).size(), 2U);
}

TEST(BytesView, KeepsNullApartFromEmpty) {
  for (const BytesView null :
       {BytesView(), BytesView(nullptr), BytesView(std::nullopt),
        BytesView(std::optional<std::string>()), BytesView(static_cast<const char*>(nullptr)),
        BytesView(static_cast<const void*>(nullptr), 0)}) {
    EXPECT_TRUE(null.is_null());
    EXPECT_TRUE(null.empty());
    EXPECT_EQ(null.data(), nullptr);
    EXPECT_NE(null, BytesView(""));
  }
  for (const BytesView empty : {BytesView(""), BytesView(std::string()), BytesView(""sv),
                                BytesView(std::string_view()), BytesView(std::vector<char>())}) {
    EXPECT_FALSE(empty.is_null());
    EXPECT_TRUE(empty.empty());
    EXPECT_NE(empty.data(), nullptr);
    EXPECT_EQ(empty, BytesView(""));
  }
}

TEST(BytesView, DoesNotCompileFromWhatIsNotBytes) {
  EXPECT_FALSE((std::is_constructible_v<BytesView, int>));
  EXPECT_FALSE((std::is_constructible_v<BytesView, bool>));
  EXPECT_FALSE((std::is_constructible_v<BytesView, char>));
  EXPECT_FALSE((std::is_constructible_v<BytesView, double>));
  EXPECT_FALSE((std::is_constructible_v<BytesView, const wchar_t*>));
  EXPECT_FALSE((std::is_constructible_v<BytesView, std::u16string>));
  EXPECT_FALSE((std::is_constructible_v<BytesView, std::vector<int>>));
  EXPECT_FALSE((std::is_constructible_v<BytesView, std::vector<bool>>));
  EXPECT_FALSE((std::is_constructible_v<BytesView, std::deque<char>>));
  EXPECT_FALSE((std::is_constructible_v<BytesView, std::list<char>>));
  EXPECT_FALSE((std::is_constructible_v<BytesView, std::optional<int>>));
}

TEST(BytesView, ComparesBytes) {
  EXPECT_EQ(BytesView("a\0b"sv), BytesView(std::string("a\0b", 3)));
  EXPECT_NE(BytesView("a"), BytesView("b"));
  EXPECT_EQ(BytesView(nullptr), BytesView(std::nullopt));
}

TEST(BytesView, PrintsNoRawControlCharacters) {
  EXPECT_EQ(printed("task-001"), "task-001");
  EXPECT_EQ(printed("Käse 買い物 🛒"), "Käse 買い物 🛒");
  EXPECT_EQ(printed("a\x1b[2J\r\nb\0c"sv), "a\\x1b[2J\\x0d\\x0ab\\x00c");
  EXPECT_EQ(printed("\xff\xc3"), "\\xff\\xc3");
  EXPECT_EQ(printed("\xc2\x9b"), "\\xc2\\x9b");
  EXPECT_EQ(printed(nullptr), "");
}

}  // namespace
