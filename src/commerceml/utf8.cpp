#include "commerceml/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "commerceml/scan.hpp"

// The only place that needs simdjson, whose header is heavy.
#include <simdjson.h>

namespace obmen::commerceml {

namespace {

unsigned byte_at(std::string_view bytes, std::size_t index) {
    return static_cast<unsigned char>(bytes[index]);
}

/// What may follow a lead byte: the length of the sequence and the range of its second byte (Unicode table
/// 3-7).
struct Lead {
    std::size_t length = 0;
    unsigned second_low = 0x80;
    unsigned second_high = 0xBF;
};

Lead lead_of(unsigned byte) {
    if (byte >= 0xC2 && byte <= 0xDF) {
        return {.length = 2};
    }
    if (byte >= 0xE0 && byte <= 0xEF) {
        return {.length = 3,
                .second_low = byte == 0xE0 ? 0xA0U : 0x80U,
                .second_high = byte == 0xED ? 0x9FU : 0xBFU};
    }
    if (byte >= 0xF0 && byte <= 0xF4) {
        return {.length = 4,
                .second_low = byte == 0xF0 ? 0x90U : 0x80U,
                .second_high = byte == 0xF4 ? 0x8FU : 0xBFU};
    }
    return {};
}

}  // namespace

Utf8Sequence utf8_sequence(std::string_view bytes) {
    if (bytes.empty()) {
        return {.length = 0, .cut = true};
    }
    const unsigned first = byte_at(bytes, 0);
    if (first < 0x80) {
        return {.length = 1};
    }
    const Lead lead = lead_of(first);
    for (std::size_t i = 1; i < lead.length; ++i) {
        if (i == bytes.size()) {
            return {.length = 0, .cut = true};
        }
        const unsigned low = i == 1 ? lead.second_low : 0x80U;
        const unsigned high = i == 1 ? lead.second_high : 0xBFU;
        if (byte_at(bytes, i) < low || byte_at(bytes, i) > high) {
            return {};
        }
    }
    return {.length = lead.length};
}

namespace {

/// Bytes without a sequence that is cut off at their end, if the end looks like one.
std::size_t length_without_cut(std::string_view bytes) {
    for (std::size_t back = 1; back <= std::min<std::size_t>(3, bytes.size()); ++back) {
        const unsigned byte = byte_at(bytes, bytes.size() - back);
        if (byte >= 0xC0) {
            return utf8_sequence(bytes.substr(bytes.size() - back)).cut ? bytes.size() - back : bytes.size();
        }
        if (byte < 0x80) {
            break;
        }
    }
    return bytes.size();
}

}  // namespace

std::size_t valid_utf8_length(std::string_view bytes) {
    const std::size_t whole = length_without_cut(bytes);
    if (simdjson::validate_utf8(bytes.data(), whole)) {
        return whole;
    }
    std::size_t length = 0;
    while (length < bytes.size()) {
        const std::size_t step = utf8_sequence(bytes.substr(length)).length;
        if (step == 0) {
            break;
        }
        length += step;
    }
    return length;
}

std::size_t legal_length(std::string_view text) {
    std::size_t at = 0;
    for (;;) {
        at = find_suspect(text, at);
        if (at == text.size()) {
            return at;
        }
        // U+FFFE and U+FFFF are EF BF BE and EF BF BF; any other character that begins with EF is allowed.
        const bool nonchar =
            byte_at(text, at) == 0xEF && byte_at(text, at + 1) == 0xBF && byte_at(text, at + 2) >= 0xBE;
        if (byte_at(text, at) < 0x20 || nonchar) {
            return at;
        }
        at += 3;
    }
}

bool is_legal(char32_t character) {
    if (character < 0x20) {
        return character == '\t' || character == '\n' || character == '\r';
    }
    return character < 0xD800 || (character > 0xDFFF && character < 0xFFFE) ||
           (character > 0xFFFF && character <= 0x10FFFF);
}

char32_t first_character(std::string_view text) {
    const std::size_t length = utf8_sequence(text).length;
    const unsigned first = byte_at(text, 0);
    if (length == 1) {
        return first;
    }
    char32_t character = first & (0x7FU >> length);
    for (std::size_t i = 1; i < length; ++i) {
        character = (character << 6U) | (byte_at(text, i) & 0x3FU);
    }
    return character;
}

std::size_t write_utf8(char* out, char32_t character) {
    const auto put = [&out](char32_t value) { *out++ = static_cast<char>(value); };
    if (character < 0x80) {
        put(character);
        return 1;
    }
    if (character < 0x800) {
        put(0xC0U | (character >> 6U));
        put(0x80U | (character & 0x3FU));
        return 2;
    }
    if (character < 0x10000) {
        put(0xE0U | (character >> 12U));
        put(0x80U | ((character >> 6U) & 0x3FU));
        put(0x80U | (character & 0x3FU));
        return 3;
    }
    put(0xF0U | (character >> 18U));
    put(0x80U | ((character >> 12U) & 0x3FU));
    put(0x80U | ((character >> 6U) & 0x3FU));
    put(0x80U | (character & 0x3FU));
    return 4;
}

std::string hexadecimal(char32_t value, std::size_t width) {
    return fmt::format("{:0{}X}", static_cast<std::uint32_t>(value), width);
}

}  // namespace obmen::commerceml
