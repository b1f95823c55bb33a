#include "commerceml/windows1251.hpp"

#include <array>
#include <cstdint>
#include <cstring>

#include "commerceml/utf8.hpp"

namespace obmen::commerceml {

namespace {

/// The characters of 0x80..0xBF; 0xC0..0xFF are А..я. 0 where the byte stands for nothing.
constexpr std::array<char16_t, 64> upper_half{
    0x0402, 0x0403, 0x201A, 0x0453, 0x201E, 0x2026, 0x2020, 0x2021, 0x20AC, 0x2030, 0x0409, 0x2039, 0x040A,
    0x040C, 0x040B, 0x040F, 0x0452, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x0000, 0x2122,
    0x0459, 0x203A, 0x045A, 0x045C, 0x045B, 0x045F, 0x00A0, 0x040E, 0x045E, 0x0408, 0x00A4, 0x0490, 0x00A6,
    0x00A7, 0x0401, 0x00A9, 0x0404, 0x00AB, 0x00AC, 0x00AD, 0x00AE, 0x0407, 0x00B0, 0x00B1, 0x0406, 0x0456,
    0x0491, 0x00B5, 0x00B6, 0x00B7, 0x0451, 0x2116, 0x0454, 0x00BB, 0x0458, 0x0405, 0x0455, 0x0457};

/// One character as it is stored: four bytes at once, of which `length` count.
struct Stored {
    std::array<char, 4> bytes{};
    std::uint8_t length = 0;
};

std::array<Stored, 256> make_table() {
    std::array<Stored, 256> table;
    for (unsigned byte = 0; byte < 256; ++byte) {
        char32_t character = byte;
        if (byte >= 0xC0) {
            character = 0x0410U + (byte - 0xC0U);
        } else if (byte >= 0x80) {
            character = upper_half.at(byte - 0x80U);
        }
        if (character != 0 || byte == 0) {
            table[byte].length = static_cast<std::uint8_t>(write_utf8(table[byte].bytes.data(), character));
        }
    }
    return table;
}

}  // namespace

Decoded1251 decode_windows1251(std::string_view bytes, char* out) {
    static const std::array<Stored, 256> table = make_table();
    const char* const begin = out;
    std::size_t at = 0;
    for (; at < bytes.size(); ++at) {
        const Stored& stored = table[static_cast<unsigned char>(bytes[at])];
        if (stored.length == 0) {
            break;
        }
        // A store of constant size is one instruction; what is too much is overwritten by the next one.
        std::memcpy(out, stored.bytes.data(), stored.bytes.size());
        out += stored.length;
    }
    return {.written = static_cast<std::size_t>(out - begin), .read = at};
}

}  // namespace obmen::commerceml
