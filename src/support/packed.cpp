#include "support/packed.hpp"

#include <array>

namespace obmen {
namespace {

constexpr std::size_t guid_text_size = 36;
constexpr std::size_t guid_byte_size = 16;
constexpr std::string_view hex_digits = "0123456789abcdef";

/// Where the two digits of each byte stand.
constexpr std::array<std::uint8_t, guid_byte_size> digit_positions{0,  2,  4,  6,  9,  11, 14, 16,
                                                                   19, 21, 24, 26, 28, 30, 32, 34};
constexpr std::array<std::uint8_t, 4> hyphen_positions{8, 13, 18, 23};

constexpr std::uint8_t no_digit = 0x80;

/// By character; `no_digit` for anything but a digit in lower case.
constexpr std::array<std::uint8_t, 256> digit_values = [] {
    std::array<std::uint8_t, 256> values{};
    values.fill(no_digit);
    for (std::uint8_t value = 0; value < hex_digits.size(); ++value) {
        values[static_cast<unsigned char>(hex_digits[value])] = value;
    }
    return values;
}();

}  // namespace

void append_number(std::string& out, std::uint64_t value) {
    constexpr std::uint64_t more = 0x80;
    while (value >= more) {
        out += static_cast<char>((value & 0x7FU) | more);
        value >>= 7U;
    }
    out += static_cast<char>(value);
}

std::optional<std::uint64_t> take_number(std::string_view& bytes) {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
        const auto byte = static_cast<unsigned char>(bytes.front());
        bytes.remove_prefix(1);
        value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
        if ((byte & 0x80U) == 0) {
            return value;
        }
    }
    return std::nullopt;
}

bool append_guid(std::string& out, std::string_view text) {
    if (text.size() != guid_text_size) {
        return false;
    }
    for (const std::size_t position : hyphen_positions) {
        if (text[position] != '-') {
            return false;
        }
    }
    std::array<char, guid_byte_size> bytes{};
    unsigned seen = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const unsigned high = digit_values[static_cast<unsigned char>(text[digit_positions[i]])];
        const unsigned low = digit_values[static_cast<unsigned char>(text[digit_positions[i] + 1U])];
        seen |= high | low;
        bytes[i] = static_cast<char>(high << 4U | low);
    }
    if ((seen & no_digit) != 0) {
        return false;
    }
    out.append(bytes.data(), bytes.size());
    return true;
}

std::string guid_text(std::string_view bytes) {
    std::string out(guid_text_size, '-');
    for (std::size_t i = 0; i < guid_byte_size && i < bytes.size(); ++i) {
        const auto byte = static_cast<unsigned char>(bytes[i]);
        out[digit_positions[i]] = hex_digits[byte >> 4U];
        out[digit_positions[i] + 1U] = hex_digits[byte & 0x0FU];
    }
    return out;
}

// A length is stored one larger: 0 says that a GUID follows.
void append_text(std::string& out, std::string_view text) {
    if (text.size() == guid_text_size) {
        out += '\0';
        if (append_guid(out, text)) {
            return;
        }
        out.pop_back();
    }
    append_number(out, text.size() + 1);
    out += text;
}

std::optional<std::string> take_text(std::string_view& bytes) {
    const std::optional<std::uint64_t> stored = take_number(bytes);
    const std::uint64_t size = stored.value_or(0) == 0 ? guid_byte_size : *stored - 1;
    if (!stored || size > bytes.size()) {
        return std::nullopt;
    }
    const std::string_view taken = bytes.substr(0, static_cast<std::size_t>(size));
    bytes.remove_prefix(taken.size());
    return *stored == 0 ? guid_text(taken) : std::string(taken);
}

}  // namespace obmen
