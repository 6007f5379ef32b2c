#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// What people see of the programs. On a terminal, lines have colours and are wrapped at words. In
/// files and pipes the text stays as it is.
namespace terminal {

/// Call it first in main(). From then on, a program whose standard output cannot be written prints
/// an error and ends with exit code 1.
void set_up();

/// Shows a line on standard error that the next one replaces, at most ten times a second. Does
/// nothing when standard error is not a terminal.
void show_progress(const std::string& text);

/// `singular` or `singular` with an s, after the number: "1 message", "2 messages".
std::string counted(std::uint64_t number, const std::string& singular);

/// Breaks a line at words. The lines after the first are indented further. Lines of JSON stay
/// whole, so that they can be copied.
std::string wrapped(std::string_view line, std::size_t width, std::size_t further = 4);

/// Gives a line the colour that its first words ask for: green for deliveries, red for failures,
/// yellow for warnings.
std::string coloured(const std::string& line);

}  // namespace terminal
