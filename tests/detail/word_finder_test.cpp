#include "detail/word_finder.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string_view>

namespace {

using kafka::WordFinder;

/// The state of a finder that has read the text.
WordFinder::State after(const WordFinder& finder, std::string_view text) {
  WordFinder::State state = 0;
  for (const char byte : text) state = finder.next(state, byte);
  return state;
}

TEST(WordFinder, FindsWordsThatOverlap) {
  const WordFinder finder({"he", "she", "hers", "e", ""});
  const auto she = finder.word(after(finder, "ushe"));
  EXPECT_EQ(finder.beginning(she), 3U);
  const auto he = finder.shorter_word(she);
  EXPECT_EQ(finder.beginning(he), 2U);
  const auto e = finder.shorter_word(he);
  EXPECT_EQ(finder.beginning(e), 1U);
  EXPECT_EQ(finder.shorter_word(e), 0U);
  EXPECT_EQ(finder.beginning(finder.word(after(finder, "ushers"))), 4U);
}

TEST(WordFinder, FindsBeginningsOfWords) {
  const WordFinder finder({"abcdef", "cdx"});
  EXPECT_EQ(finder.beginning(after(finder, "--abcd")), 4U);
  EXPECT_EQ(finder.word(after(finder, "--abcd")), 0U);
  EXPECT_EQ(finder.beginning(after(finder, "--abcdx")), 3U);
  EXPECT_NE(finder.word(after(finder, "--abcdx")), 0U);
  EXPECT_EQ(finder.beginning(after(finder, "--abcdy")), 0U);
}

TEST(WordFinder, OfNothingFindsNothing) {
  const WordFinder finder({});
  EXPECT_EQ(after(finder, "text"), 0U);
}

TEST(WordFinder, FindsWhatASimpleSearchFinds) {
  std::mt19937 random(3);
  const auto letters = [&](std::size_t longest) {
    std::string text(random() % (longest + 1), ' ');
    for (char& c : text) c = static_cast<char>("ab\xff"[random() % 3]);
    return text;
  };
  for (int round = 0; round < 2000; ++round) {
    std::vector<std::string> words(1 + random() % 5);
    for (std::string& word : words) word = letters(6);
    const WordFinder finder(words);
    const std::string text = letters(12);
    std::size_t longest_word = 0;
    std::size_t longest_beginning = 0;
    for (const std::string& word : words) {
      if (text.ends_with(word)) longest_word = std::max(longest_word, word.size());
      for (std::size_t size = 1; size <= word.size(); ++size) {
        if (text.ends_with(word.substr(0, size)))
          longest_beginning = std::max(longest_beginning, size);
      }
    }
    const auto state = after(finder, text);
    ASSERT_EQ(finder.beginning(state), longest_beginning) << text;
    ASSERT_EQ(finder.beginning(finder.word(state)), longest_word) << text;
  }
}

}  // namespace
