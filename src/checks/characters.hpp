#pragma once

#include <string>
#include <string_view>

namespace obmen::checks {

/// The characters of `text` that nobody sees, each once: `U+200B, U+00AD`; empty where there are none.
/// Zero-width space, soft hyphen, word joiner, BOM, direction marks. Not the joiners that scripts and emoji
/// need (U+200C, U+200D).
[[nodiscard]] std::string invisible_characters(std::string_view text);

/// True if `name` has a letter or a digit of any script. `<>` and `---` have none.
[[nodiscard]] bool says_something(std::string_view name);

/// True if `path` cannot be a picture inside an export: a drive letter, a server, a root, or `..`. Web
/// addresses are no such paths.
[[nodiscard]] bool leads_outside(std::string_view path);

/// True if `code` has the form of an OKEI code: 1 to 4 digits.
[[nodiscard]] bool is_unit_code(std::string_view code);

/// The check digit that a barcode of 8, 12, 13 or 14 digits (EAN-8, UPC-A, EAN-13, ITF-14) should end with;
/// '\0' where it ends with it, or is no such barcode.
[[nodiscard]] char missed_check_digit(std::string_view barcode);

}  // namespace obmen::checks
