#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// Bytes, characters and which of them XML 1.0 allows.
namespace obmen::commerceml {

/// Length in bytes of the UTF-8 sequence at the front of `bytes`, 0 if there is none. `cut` tells that the
/// bytes end inside a sequence that is valid so far.
struct Utf8Sequence {
    std::size_t length = 0;
    bool cut = false;
};
[[nodiscard]] Utf8Sequence utf8_sequence(std::string_view bytes);

/// Bytes up to the first one that belongs to no whole UTF-8 sequence. Runs at memory speed where everything
/// is valid.
[[nodiscard]] std::size_t valid_utf8_length(std::string_view bytes);

/// Bytes of valid UTF-8 up to the first character that XML 1.0 does not allow (production 2, Char).
[[nodiscard]] std::size_t legal_length(std::string_view text);

/// True if `character` is a Char of XML 1.0.
[[nodiscard]] bool is_legal(char32_t character);

/// The character that a whole, valid sequence at the front of `text` stands for.
[[nodiscard]] char32_t first_character(std::string_view text);

/// Writes one character as UTF-8, at most four bytes; returns their number.
std::size_t write_utf8(char* out, char32_t character);

/// Upper-case hexadecimal digits, at least `width`.
[[nodiscard]] std::string hexadecimal(char32_t value, std::size_t width);

}  // namespace obmen::commerceml
