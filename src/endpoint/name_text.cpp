#include "endpoint/name_text.hpp"

#include <array>
#include <cstdint>

#include "support/text.hpp"

namespace obmen::endpoint {

namespace {

constexpr std::array<std::uint16_t, 64> windows1251_80_bf{
    0x0402, 0x0403, 0x201A, 0x0453, 0x201E, 0x2026, 0x2020, 0x2021, 0x20AC, 0x2030, 0x0409, 0x2039, 0x040A,
    0x040C, 0x040B, 0x040F, 0x0452, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x0000, 0x2122,
    0x0459, 0x203A, 0x045A, 0x045C, 0x045B, 0x045F, 0x00A0, 0x040E, 0x045E, 0x0408, 0x00A4, 0x0490, 0x00A6,
    0x00A7, 0x0401, 0x00A9, 0x0404, 0x00AB, 0x00AC, 0x00AD, 0x00AE, 0x0407, 0x00B0, 0x00B1, 0x0406, 0x0456,
    0x0491, 0x00B5, 0x00B6, 0x00B7, 0x0451, 0x2116, 0x0454, 0x00BB, 0x0458, 0x0405, 0x0455, 0x0457};

constexpr std::array<std::uint16_t, 48> cp866_b0_df{
    0x2591, 0x2592, 0x2593, 0x2502, 0x2524, 0x2561, 0x2562, 0x2556, 0x2555, 0x2563, 0x2551, 0x2557,
    0x255D, 0x255C, 0x255B, 0x2510, 0x2514, 0x2534, 0x252C, 0x251C, 0x2500, 0x253C, 0x255E, 0x255F,
    0x255A, 0x2554, 0x2569, 0x2566, 0x2560, 0x2550, 0x256C, 0x2567, 0x2568, 0x2564, 0x2565, 0x2559,
    0x2558, 0x2552, 0x2553, 0x256B, 0x256A, 0x2518, 0x250C, 0x2588, 0x2584, 0x258C, 0x2590, 0x2580};

constexpr std::array<std::uint16_t, 16> cp866_f0_ff{0x0401, 0x0451, 0x0404, 0x0454, 0x0407, 0x0457,
                                                    0x040E, 0x045E, 0x00B0, 0x2219, 0x00B7, 0x221A,
                                                    0x2116, 0x00A4, 0x25A0, 0x00A0};

/// 0: the byte means nothing.
unsigned windows1251_character(unsigned byte) {
    return byte >= 0xC0 ? 0x0410 + (byte - 0xC0) : windows1251_80_bf[byte - 0x80];
}

unsigned cp866_character(unsigned byte) {
    if (byte < 0xB0) {
        return 0x0410 + (byte - 0x80);
    }
    if (byte < 0xE0) {
        return cp866_b0_df[byte - 0xB0];
    }
    return byte < 0xF0 ? 0x0440 + (byte - 0xE0) : cp866_f0_ff[byte - 0xF0];
}

void append_escaped(std::string& out, unsigned char byte) {
    constexpr std::string_view hex = "0123456789ABCDEF";
    out += "\\x";
    out += hex[byte >> 4U];
    out += hex[byte & 0x0FU];
}

/// All characters of the tables lie between U+0080 and U+FFFF.
void append_utf8(std::string& out, unsigned character) {
    if (character >= 0x800) {
        out += static_cast<char>(0xE0U | (character >> 12U));
        out += static_cast<char>(0x80U | ((character >> 6U) & 0x3FU));
    } else {
        out += static_cast<char>(0xC0U | (character >> 6U));
    }
    out += static_cast<char>(0x80U | (character & 0x3FU));
}

std::size_t sequence_length(unsigned char first) {
    if (first < 0xE0) {
        return 2;
    }
    return first < 0xF0 ? 3 : 4;
}

/// The UTF-8 character at the beginning of `bytes`, which is not ASCII; empty if there is none, or if it
/// steers terminals (U+0080 … U+009F).
std::string_view whole_character(std::string_view bytes) {
    const std::string_view character = bytes.substr(0, sequence_length(static_cast<unsigned char>(bytes[0])));
    const bool control =
        bytes[0] == '\xC2' && character.size() == 2 && static_cast<unsigned char>(character[1]) < 0xA0;
    return is_utf8(character) && !control ? character : std::string_view{};
}

void append_single_byte(std::string& out, unsigned char byte, config::NameCharset charset) {
    const unsigned character =
        charset == config::NameCharset::cp866 ? cp866_character(byte) : windows1251_character(byte);
    if (character == 0) {
        append_escaped(out, byte);
    } else {
        append_utf8(out, character);
    }
}

}  // namespace

std::string shown_name(std::string_view bytes, config::NameCharset charset) {
    std::string out;
    out.reserve(bytes.size());
    while (!bytes.empty()) {
        const auto byte = static_cast<unsigned char>(bytes.front());
        std::size_t taken = 1;
        if (byte < 0x20 || byte == 0x7F) {
            append_escaped(out, byte);
        } else if (byte < 0x80) {
            out += bytes.front();
        } else if (charset != config::NameCharset::utf8) {
            append_single_byte(out, byte, charset);
        } else if (const std::string_view character = whole_character(bytes); !character.empty()) {
            out += character;
            taken = character.size();
        } else {
            append_escaped(out, byte);
        }
        bytes.remove_prefix(taken);
    }
    return out;
}

}  // namespace obmen::endpoint
