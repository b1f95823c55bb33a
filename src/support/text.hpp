#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// Text as CommerceML has it: UTF-8 throughout. None of these functions fails; bytes that are not UTF-8 pass
/// unchanged.
namespace obmen {

/// `text` without white space at both ends. NBSP (U+00A0), narrow NBSP (U+202F) and BOM (U+FEFF) count as
/// white space (reference commerceml.md §11, §15).
[[nodiscard]] std::string_view trimmed(std::string_view text);

/// Trimmed, with each NBSP turned into a space.
[[nodiscard]] std::string tidied(std::string_view text);

/// Case-folded form of an identifier for comparison: ASCII, Latin-1, Greek and Cyrillic letters in lower
/// case.
[[nodiscard]] std::string folded(std::string_view identifier);

/// Number of Unicode characters.
[[nodiscard]] std::size_t character_count(std::string_view text);

/// The first `characters` characters, never half of one.
[[nodiscard]] std::string_view first_characters(std::string_view text, std::size_t characters);

/// True if every byte belongs to a valid UTF-8 sequence.
[[nodiscard]] bool is_utf8(std::string_view bytes);

/// `bytes` with everything that is not UTF-8 or is a control character shown as `?`, cut to `characters`: for
/// quoting foreign bytes in messages.
[[nodiscard]] std::string quotable(std::string_view bytes, std::size_t characters = 200);

/// Percent-encoding of RFC 3986: everything but letters, digits, `-._~` becomes `%XX`.
void append_percent_encoded(std::string& out, std::string_view text);

}  // namespace obmen
