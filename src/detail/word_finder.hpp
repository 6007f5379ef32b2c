#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace kafka {
inline namespace v1 {

/// Finds words and beginnings of words in a text, byte by byte, in time proportional to the text,
/// whatever the words are (the algorithm of Aho and Corasick). Immutable once built.
class WordFinder {
 public:
  /// What the text read so far ends with. A text begins with State{0}.
  using State = std::uint32_t;

  /// Empty words are ignored.
  explicit WordFinder(const std::vector<std::string>& words);

  /// The state after one more byte.
  [[nodiscard]] State next(State state, char byte) const;

  /// The length of the longest beginning of a word, or word, that the text ends with.
  [[nodiscard]] std::size_t beginning(State state) const { return nodes_[state].depth; }

  /// The state of the longest word that the text ends with; 0 when it ends with none. Its
  /// beginning() is the word's length.
  [[nodiscard]] State word(State state) const {
    return nodes_[state].is_word ? state : nodes_[state].shorter_word;
  }
  /// The state of the next shorter word that the text ends with, for a state that word() returned.
  [[nodiscard]] State shorter_word(State word) const { return nodes_[word].shorter_word; }

 private:
  /// One beginning of a word. Together they are a tree, whose root is the empty beginning.
  struct Node {
    State first_child = 0;
    State sibling = 0;
    State fallback = 0;  // the longest other beginning that this one ends with
    State shorter_word = 0;
    std::uint32_t depth = 0;
    char byte = 0;
    bool is_word = false;
  };

  [[nodiscard]] State child(State parent, char byte) const;

  std::array<State, 256> root_children_{};
  std::vector<Node> nodes_;
};

}  // namespace v1
}  // namespace kafka
