#pragma once

/// Ctrl-C: the first asks the program to stop sending, the second to stop waiting for deliveries.
/// The third ends the program at once.
namespace interrupt {

inline constexpr int exit_code = 130;  // 128 + SIGINT, as shells report it

/// From now on, Ctrl-C is counted, and writing to a closed pipe is an error of the write.
void install();

/// How many times Ctrl-C was pressed.
[[nodiscard]] int count() noexcept;

/// Becomes readable at Ctrl-C, for poll().
[[nodiscard]] int descriptor() noexcept;

}  // namespace interrupt
