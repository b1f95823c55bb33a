#include "support/text.hpp"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

namespace obmen {

namespace {

constexpr std::string_view nbsp = "\xC2\xA0";
constexpr std::string_view narrow_nbsp = "\xE2\x80\xAF";
constexpr std::string_view bom = "\xEF\xBB\xBF";

bool is_ascii(char c) {
    return static_cast<unsigned char>(c) < 0x80;
}

bool is_ascii_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/// The bytes that white space can begin with, and end with: all others need no closer look.
bool may_begin_space(char c) {
    return is_ascii_space(c) || c == nbsp.front() || c == narrow_nbsp.front() || c == bom.front();
}

bool may_end_space(char c) {
    return is_ascii_space(c) || c == nbsp.back() || c == narrow_nbsp.back() || c == bom.back();
}

std::size_t leading_space(std::string_view text) {
    if (text.empty() || !may_begin_space(text.front())) {
        return 0;
    }
    if (is_ascii_space(text.front())) {
        return 1;
    }
    for (const std::string_view space : {nbsp, narrow_nbsp, bom}) {
        if (text.starts_with(space)) {
            return space.size();
        }
    }
    return 0;
}

std::size_t trailing_space(std::string_view text) {
    if (text.empty() || !may_end_space(text.back())) {
        return 0;
    }
    if (is_ascii_space(text.back())) {
        return 1;
    }
    for (const std::string_view space : {nbsp, narrow_nbsp, bom}) {
        if (text.ends_with(space)) {
            return space.size();
        }
    }
    return 0;
}

/// One decoded character, or the raw byte where the bytes are no UTF-8.
struct Decoded {
    char32_t character;
    std::size_t length;
    bool valid;
};

Decoded decode(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byte(0);
    if (lead < 0x80) {
        return {lead, 1, true};
    }
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || text.size() < length) {
        return {lead, 1, false};
    }
    char32_t character = lead & (0xFFU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0U) != 0x80U) {
            return {lead, 1, false};
        }
        character = (character << 6U) | (byte(i) & 0x3FU);
    }
    constexpr std::array<char32_t, 5> smallest{0, 0, 0x80, 0x800, 0x10000};
    const bool surrogate = character >= 0xD800 && character <= 0xDFFF;
    if (character < smallest[length] || character > 0x10FFFF || surrogate) {
        return {lead, 1, false};
    }
    return {character, length, true};
}

/// True for four characters of two bytes each, as Cyrillic words have them.
bool is_four_letters(std::uint64_t word) {
    if constexpr (std::endian::native != std::endian::little) {
        return false;
    }
    constexpr std::uint64_t frame = 0xC0E0C0E0C0E0C0E0U;
    constexpr std::uint64_t lead_and_next = 0x80C080C080C080C0U;
    if ((word & frame) != lead_and_next) {
        return false;
    }
    // A lead byte of C0 or C1 would write in two bytes what one byte holds.
    constexpr std::uint64_t above_c1 = 0x001E001E001E001EU;
    constexpr std::uint64_t to_the_high_bit = 0x007E007E007E007EU;
    constexpr std::uint64_t high_bits_of_leads = 0x0080008000800080U;
    return (((word & above_c1) + to_the_high_bit) & high_bits_of_leads) == high_bits_of_leads;
}

/// How much of the beginning is ASCII, or characters of two bytes: nearly all of what 1C writes, told apart
/// quickly.
std::size_t length_of_common_letters(std::string_view text) {
    std::size_t i = 0;
    while (i < text.size()) {
        std::uint64_t word = 0;
        constexpr std::uint64_t high_bits = 0x8080808080808080U;
        if (text.size() - i >= sizeof word) {
            std::memcpy(&word, text.data() + i, sizeof word);
            if ((word & high_bits) == 0 || is_four_letters(word)) {
                i += sizeof word;
                continue;
            }
        }
        const auto lead = static_cast<unsigned char>(text[i]);
        if (lead < 0x80) {
            ++i;
            continue;
        }
        const bool two_bytes = lead >= 0xC2 && lead <= 0xDF && i + 1 < text.size() &&
                               (static_cast<unsigned char>(text[i + 1]) & 0xC0U) == 0x80U;
        if (!two_bytes) {
            break;
        }
        i += 2;
    }
    return i;
}

void write_two_bytes(char* out, char32_t character) {
    out[0] = static_cast<char>(0xC0 | (character >> 6U));
    out[1] = static_cast<char>(0x80 | (character & 0x3FU));
}

/// Of a character that UTF-8 stores in two bytes; so is its lower case.
char32_t lower(char32_t c) {
    if ((c >= 0xC0 && c <= 0xDE && c != 0xD7) || (c >= 0x391 && c <= 0x3A9) || (c >= 0x410 && c <= 0x42F)) {
        return c + 32;
    }
    if (c >= 0x400 && c <= 0x40F) {
        return c + 80;
    }
    if ((c >= 0x460 && c <= 0x481) || (c >= 0x48A && c <= 0x4BF) || (c >= 0x4D0 && c <= 0x52F)) {
        return c | 1U;
    }
    return c;
}

}  // namespace

std::string_view trimmed(std::string_view text) {
    while (const std::size_t n = leading_space(text)) {
        text.remove_prefix(n);
    }
    while (const std::size_t n = trailing_space(text)) {
        text.remove_suffix(n);
    }
    return text;
}

std::string tidied(std::string_view text) {
    text = trimmed(text);
    std::string out;
    out.reserve(text.size());
    for (;;) {
        const std::size_t plain = text.find(nbsp);
        out += text.substr(0, plain);
        if (plain == std::string_view::npos) {
            return out;
        }
        out += ' ';
        text.remove_prefix(plain + nbsp.size());
    }
}

std::string folded(std::string_view identifier) {
    // No letter changes its length, so each is folded where it stands.
    std::string out{identifier};
    for (std::size_t i = 0; i < out.size();) {
        const char c = out[i];
        if (is_ascii(c)) {
            out[i++] = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
            continue;
        }
        const Decoded letter = decode(std::string_view{out}.substr(i));
        if (letter.valid && letter.length == 2) {
            write_two_bytes(&out[i], lower(letter.character));
        }
        i += letter.length;
    }
    return out;
}

std::size_t character_count(std::string_view text) {
    std::size_t count = 0;
    for (const char c : text) {
        count += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1U : 0U;
    }
    return count;
}

std::string_view first_characters(std::string_view text, std::size_t characters) {
    std::size_t position = 0;
    for (; position < text.size(); ++position) {
        if ((static_cast<unsigned char>(text[position]) & 0xC0U) != 0x80U && characters-- == 0) {
            break;
        }
    }
    return text.substr(0, position);
}

bool is_utf8(std::string_view bytes) {
    while (!bytes.empty()) {
        if (const std::size_t common = length_of_common_letters(bytes); common > 0) {
            bytes.remove_prefix(common);
            continue;
        }
        const Decoded next = decode(bytes);
        if (!next.valid) {
            return false;
        }
        bytes.remove_prefix(next.length);
    }
    return true;
}

std::string quotable(std::string_view bytes, std::size_t characters) {
    std::string out;
    for (std::size_t count = 0; !bytes.empty(); ++count) {
        if (count == characters) {
            out += "…";
            break;
        }
        const Decoded next = decode(bytes);
        // U+0080 … U+009F steer terminals like their older brothers.
        const bool control = next.character < 0x20 || (next.character >= 0x7F && next.character < 0xA0);
        if (next.valid && !control) {
            out.append(bytes.substr(0, next.length));
        } else {
            out += next.character == '\n' || next.character == '\t' ? ' ' : '?';
        }
        bytes.remove_prefix(next.length);
    }
    return out;
}

void append_percent_encoded(std::string& out, std::string_view text) {
    constexpr std::string_view hex = "0123456789ABCDEF";
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                           c == '-' || c == '.' || c == '_' || c == '~';
        if (plain) {
            out += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out += '%';
            out += hex[byte >> 4U];
            out += hex[byte & 0x0FU];
        }
    }
}

}  // namespace obmen
