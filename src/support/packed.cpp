#include "support/packed.hpp"

#include <array>

namespace obmen {
namespace {

constexpr std::size_t guid_text_size = 36;
constexpr std::size_t guid_byte_size = 16;
constexpr std::string_view hex_digits = "0123456789abcdef";

constexpr bool is_hyphen_position(std::size_t index) {
    return index == 8 || index == 13 || index == 18 || index == 23;
}

/// 16 for anything but a digit in lower case.
constexpr unsigned hex_value(char character) {
    if (character >= '0' && character <= '9') {
        return static_cast<unsigned>(character - '0');
    }
    return character >= 'a' && character <= 'f' ? static_cast<unsigned>(character - 'a') + 10U : 16U;
}

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
    std::array<char, guid_byte_size> bytes{};
    std::size_t digit = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (is_hyphen_position(i)) {
            if (text[i] != '-') {
                return false;
            }
            continue;
        }
        const unsigned value = hex_value(text[i]);
        if (value > 15) {
            return false;
        }
        char& byte = bytes[digit / 2];
        byte = static_cast<char>(static_cast<unsigned>(static_cast<unsigned char>(byte)) << 4U | value);
        ++digit;
    }
    out.append(bytes.data(), bytes.size());
    return true;
}

std::string guid_text(std::string_view bytes) {
    std::string out;
    out.reserve(guid_text_size);
    for (const char character : bytes) {
        if (is_hyphen_position(out.size())) {
            out += '-';
        }
        const auto byte = static_cast<unsigned char>(character);
        out += hex_digits[byte >> 4U];
        out += hex_digits[byte & 0x0FU];
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
