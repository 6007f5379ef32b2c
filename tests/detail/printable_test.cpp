#include "detail/printable.hpp"

#include <gtest/gtest.h>

namespace {

using kafka::printable;
using namespace std::string_view_literals;

TEST(Printable, KeepsTextOfAnyScript) {
  EXPECT_EQ(printable(""), "");
  EXPECT_EQ(printable("task-001"), "task-001");
  EXPECT_EQ(printable("Käse 買い物 🛒 \u07ff\uffff"), "Käse 買い物 🛒 \u07ff\uffff");
}

TEST(Printable, EscapesControlCharacters) {
  EXPECT_EQ(printable("\0\t\n\r\x1b\x7f"sv), "\\x00\\x09\\x0a\\x0d\\x1b\\x7f");
  EXPECT_EQ(printable("\xc2\x80\xc2\x9f\xc2\xa0"), "\\xc2\\x80\\xc2\\x9f\xc2\xa0");
}

TEST(Printable, EscapesWhatIsNotUtf8) {
  for (const auto& [text, expected] : {
           std::pair("\xff"sv, "\\xff"sv),                             // never a byte of UTF-8
           std::pair("\xc3"sv, "\\xc3"sv),                             // cut off
           std::pair("\xc3z"sv, "\\xc3z"sv),                           // not continued
           std::pair("\xc0\xaf"sv, "\\xc0\\xaf"sv),                    // longer than needed
           std::pair("\xe0\x9f\xbf"sv, "\\xe0\\x9f\\xbf"sv),           // longer than needed
           std::pair("\xed\xa0\x80"sv, "\\xed\\xa0\\x80"sv),           // a surrogate
           std::pair("\xf0\x8f\xbf\xbf"sv, "\\xf0\\x8f\\xbf\\xbf"sv),  // longer than needed
           std::pair("\xf4\x90\x80\x80"sv, "\\xf4\\x90\\x80\\x80"sv),  // beyond U+10FFFF
           std::pair("\xf0\x9f\x9b"sv, "\\xf0\\x9f\\x9b"sv),           // cut off
       }) {
    EXPECT_EQ(printable(text), expected);
  }
}

}  // namespace
