#pragma once

#include <cstddef>
#include <string_view>

/// Loops over many bytes at once, with SSE2 where the machine has it.
namespace obmen::commerceml {

/// Bytes that must be readable after the terminating NUL of a text given to the `find_` functions that take a
/// pointer.
inline constexpr std::size_t scan_padding = 32;

/// The next `<`, `&`, `]` or NUL.
[[nodiscard]] const char* find_text_end(const char* text);

/// The next `<`, `&` or CR, or NUL.
[[nodiscard]] const char* find_text_break(const char* text);

/// The next `character` or NUL.
[[nodiscard]] const char* find_or_end(const char* text, char character);

/// The first byte that belongs to no character of U+0400..U+04FF. For UTF-8 text that begins with a whole
/// character.
[[nodiscard]] const char* after_cyrillic(const char* text);

/// Index from `from` on of the next byte that may begin a character XML does not allow: a control character
/// other than tab, LF and CR, or 0xEF. `text.size()` if there is none.
[[nodiscard]] std::size_t find_suspect(std::string_view text, std::size_t from);

/// Line ends in `text`: LF, CR and CRLF each count once. `after_carriage_return` tells that the byte before
/// was a CR, so that an LF at the front does not count.
[[nodiscard]] std::size_t count_line_ends(std::string_view text, bool after_carriage_return);

/// Number of UTF-8 characters that begin in `text`.
[[nodiscard]] std::size_t count_characters(std::string_view text);

}  // namespace obmen::commerceml
