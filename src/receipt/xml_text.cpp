#include "receipt/xml_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>

#include "support/text.hpp"

namespace obmen::receipt {

namespace {

/// U+0410 … U+044F stand at 0xC0 … 0xFF. This is what stands at 0x80 … 0xBF; 0 where there is no character.
constexpr std::array<char16_t, 64> windows1251_upper{
    0x0402, 0x0403, 0x201A, 0x0453, 0x201E, 0x2026, 0x2020, 0x2021, 0x20AC, 0x2030, 0x0409, 0x2039, 0x040A,
    0x040C, 0x040B, 0x040F, 0x0452, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0,      0x2122,
    0x0459, 0x203A, 0x045A, 0x045C, 0x045B, 0x045F, 0x00A0, 0x040E, 0x045E, 0x0408, 0x00A4, 0x0490, 0x00A6,
    0x00A7, 0x0401, 0x00A9, 0x0404, 0x00AB, 0x00AC, 0x00AD, 0x00AE, 0x0407, 0x00B0, 0x00B1, 0x0406, 0x0456,
    0x0491, 0x00B5, 0x00B6, 0x00B7, 0x0451, 0x2116, 0x0454, 0x00BB, 0x0458, 0x0405, 0x0455, 0x0457};

constexpr char32_t replacement_character = 0xFFFD;

/// The windows-1251 byte of a character above ASCII, or 0.
unsigned char windows1251_byte(char32_t character) {
    if (character >= 0x410 && character <= 0x44F) {
        return static_cast<unsigned char>(character - 0x410 + 0xC0);
    }
    const auto* const found = std::find(windows1251_upper.begin(), windows1251_upper.end(), character);
    return found == windows1251_upper.end()
               ? static_cast<unsigned char>(0)
               : static_cast<unsigned char>(0x80 + (found - windows1251_upper.begin()));
}

/// The UTF-8 sequence that `text` begins with; a single byte where it begins with none.
std::string_view leading_sequence(std::string_view text) {
    const auto lead = static_cast<unsigned char>(text.front());
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 1;
    const std::string_view sequence = text.substr(0, length);
    return is_utf8(sequence) ? sequence : text.substr(0, 1);
}

/// The character of a sequence that leading_sequence() gave, U+FFFD for what XML cannot hold.
char32_t legal_character(std::string_view sequence) {
    const auto lead = static_cast<unsigned char>(sequence.front());
    if (sequence.size() == 1) {
        const bool legal = lead < 0x80 && (lead >= 0x20 || lead == '\t' || lead == '\n' || lead == '\r');
        return legal ? lead : replacement_character;
    }
    char32_t character = lead & (0xFFU >> (sequence.size() + 1));
    for (const char c : sequence.substr(1)) {
        character = (character << 6U) | (static_cast<unsigned char>(c) & 0x3FU);
    }
    return character == 0xFFFE || character == 0xFFFF ? replacement_character : character;
}

void append_reference(std::string& out, char32_t character) {
    fmt::format_to(std::back_inserter(out), "&#x{:X};", static_cast<std::uint32_t>(character));
}

void append_ascii(std::string& out, char character, TextPlace place) {
    switch (character) {
        case '&':
            out += "&amp;";
            return;
        case '<':
            out += "&lt;";
            return;
        case '>':
            out += "&gt;";
            return;
        case '"':
            out += place == TextPlace::attribute ? "&quot;" : "\"";
            return;
        default:
            break;
    }
    const bool normalised_away =
        character == '\r' || ((character == '\n' || character == '\t') && place == TextPlace::attribute);
    if (normalised_away || character == 0x7F) {
        append_reference(out, static_cast<unsigned char>(character));
    } else {
        out += character;
    }
}

void append_beyond_ascii(std::string& out, std::string_view sequence, char32_t character,
                         TextEncoding encoding) {
    if (character <= 0x9F) {
        append_reference(out, character);
    } else if (encoding == TextEncoding::windows1251) {
        const unsigned char byte = windows1251_byte(character);
        if (byte == 0) {
            append_reference(out, character);
        } else {
            out += static_cast<char>(byte);
        }
    } else if (character == replacement_character) {
        out += "\xEF\xBF\xBD";
    } else {
        out += sequence;
    }
}

}  // namespace

void append_xml_text(std::string& out, std::string_view text, TextPlace place, TextEncoding encoding) {
    while (!text.empty()) {
        const std::string_view sequence = leading_sequence(text);
        const char32_t character = legal_character(sequence);
        if (character < 0x80) {
            append_ascii(out, sequence.front(), place);
        } else {
            append_beyond_ascii(out, sequence, character, encoding);
        }
        text.remove_prefix(sequence.size());
    }
}

void append_xml_markup(std::string& out, std::string_view markup, TextEncoding encoding) {
    if (encoding == TextEncoding::utf8_with_bom) {
        out += markup;
        return;
    }
    while (!markup.empty()) {
        const std::string_view sequence = leading_sequence(markup);
        const char32_t character = legal_character(sequence);
        out += character < 0x80 ? sequence.front() : static_cast<char>(windows1251_byte(character));
        markup.remove_prefix(sequence.size());
    }
}

}  // namespace obmen::receipt
