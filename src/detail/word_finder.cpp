#include "detail/word_finder.hpp"

namespace kafka {
inline namespace v1 {

WordFinder::WordFinder(const std::vector<std::string>& words) : nodes_(1) {
  for (const std::string& word : words) {
    State at = 0;
    for (const char byte : word) {
      State below = child(at, byte);
      if (below == 0) {
        below = static_cast<State>(nodes_.size());
        nodes_.push_back(
            {.sibling = nodes_[at].first_child, .depth = nodes_[at].depth + 1, .byte = byte});
        nodes_[at].first_child = below;
        if (at == 0) root_children_[static_cast<unsigned char>(byte)] = below;
      }
      at = below;
    }
    if (at != 0) nodes_[at].is_word = true;
  }
  // In the order of their length, so that what a beginning falls back to is complete.
  std::vector<State> order{0};
  order.reserve(nodes_.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    const State parent = order[i];
    for (State at = nodes_[parent].first_child; at != 0; at = nodes_[at].sibling) {
      if (parent != 0) nodes_[at].fallback = next(nodes_[parent].fallback, nodes_[at].byte);
      nodes_[at].shorter_word = word(nodes_[at].fallback);
      order.push_back(at);
    }
  }
}

WordFinder::State WordFinder::child(State parent, char byte) const {
  if (parent == 0) return root_children_[static_cast<unsigned char>(byte)];
  State at = nodes_[parent].first_child;
  while (at != 0 && nodes_[at].byte != byte) at = nodes_[at].sibling;
  return at;
}

WordFinder::State WordFinder::next(State state, char byte) const {
  while (true) {
    if (const State below = child(state, byte); below != 0) return below;
    if (state == 0) return 0;
    state = nodes_[state].fallback;
  }
}

}  // namespace v1
}  // namespace kafka
