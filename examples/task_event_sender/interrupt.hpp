#pragma once

/// Ctrl-C: the first asks the program to come to its end, the second ends it at once.
namespace interrupt {

inline constexpr int exit_code = 130;  // 128 + SIGINT, as shells report it

/// From now on Ctrl-C is counted, and a closed output pipe is an error of the write.
void install();

[[nodiscard]] bool requested() noexcept;

/// Becomes readable at Ctrl-C, for poll().
[[nodiscard]] int descriptor() noexcept;

}  // namespace interrupt
