#pragma once

#include <string>
#include <string_view>

namespace obmen::commerceml {

/// UTF-8 of Russian and ASCII letters as windows-1251.
inline std::string to_windows1251(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto first = static_cast<unsigned char>(text[i]);
        if (first < 0x80) {
            out += text[i];
            continue;
        }
        const auto second = static_cast<unsigned char>(text[++i]);
        const unsigned character = ((first & 0x1FU) << 6U) | (second & 0x3FU);
        out += static_cast<char>(character == 0x451 ? 0xB8U : character - 0x410U + 0xC0U);
    }
    return out;
}

/// UTF-8 as UTF-16 with a byte order mark.
inline std::string to_utf16(std::string_view text, bool little) {
    std::string out = little ? "\xFF\xFE" : "\xFE\xFF";
    const auto put = [&](unsigned unit) {
        const char low = static_cast<char>(unit & 0xFFU);
        const char high = static_cast<char>(unit >> 8U);
        out += little ? low : high;
        out += little ? high : low;
    };
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<unsigned char>(text[i]);
        const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
        unsigned character = length == 1 ? lead : lead & (0x7FU >> length);
        for (std::size_t next = 1; next < length; ++next) {
            character = (character << 6U) | (static_cast<unsigned char>(text[i + next]) & 0x3FU);
        }
        if (character >= 0x10000) {
            put(0xD800U + ((character - 0x10000U) >> 10U));
            put(0xDC00U + ((character - 0x10000U) & 0x3FFU));
        } else {
            put(character);
        }
        i += length;
    }
    return out;
}

}  // namespace obmen::commerceml
