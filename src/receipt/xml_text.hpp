#pragma once

#include <cstdint>
#include <string>
#include <string_view>

/// Foreign text inside XML of our own. Whatever the bytes are, what comes out is well-formed.
namespace obmen::receipt {

enum class TextEncoding : std::uint8_t { utf8_with_bom, windows1251 };

enum class TextPlace : std::uint8_t { element, attribute };

/// Appends `text` (UTF-8) escaped for `place` in `encoding`. What XML 1.0 cannot hold (control characters,
/// bytes that are no UTF-8) becomes U+FFFD; characters that the encoding does not have become numeric
/// references. Line ends and tabs survive a reader's normalisation.
void append_xml_text(std::string& out, std::string_view text, TextPlace place, TextEncoding encoding);

/// Appends markup of our own: Russian names and ASCII, nothing that needs escaping.
void append_xml_markup(std::string& out, std::string_view markup, TextEncoding encoding);

}  // namespace obmen::receipt
