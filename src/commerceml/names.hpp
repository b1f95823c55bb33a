#pragma once

#include <array>
#include <cstdint>
#include <string_view>

/// Names of XML 1.0, fifth edition (productions 4, 4a, 5), and of Namespaces in XML 1.0.
namespace obmen::commerceml {

/// What a byte of a UTF-8 text may be part of; bits.
enum NameByte : std::uint8_t {
    name_byte = 1,   ///< of a name, as far as the byte shows
    name_start = 2,  ///< first byte of a name, as far as the byte shows
    name_rare = 4,   ///< begins a character outside ASCII and Cyrillic: verify_name() must look
    name_colon = 8,
    space_byte = 16
};

constexpr std::array<std::uint8_t, 256> make_name_bytes() {
    std::array<std::uint8_t, 256> table{};
    for (unsigned byte = 0; byte < table.size(); ++byte) {
        const bool letter =
            (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_' || byte == ':';
        const bool other = (byte >= '0' && byte <= '9') || byte == '-' || byte == '.';
        // U+0400..U+04FF, with the lead bytes D0..D3, may all begin a name.
        const bool cyrillic = byte >= 0xD0 && byte <= 0xD3;
        unsigned flags = 0;
        if (letter || other || byte >= 0x80) {
            flags |= name_byte;
        }
        if (letter || byte >= 0xC0) {
            flags |= name_start;
        }
        if (byte >= 0xC0 && !cyrillic) {
            flags |= name_rare;
        }
        if (byte == ':') {
            flags |= name_colon;
        }
        if (byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n') {
            flags |= space_byte;
        }
        table[byte] = static_cast<std::uint8_t>(flags);
    }
    return table;
}

inline constexpr std::array<std::uint8_t, 256> name_bytes = make_name_bytes();

[[nodiscard]] inline unsigned name_flags(char byte) {
    return name_bytes[static_cast<unsigned char>(byte)];
}
[[nodiscard]] inline bool is_space(char byte) {
    return (name_flags(byte) & space_byte) != 0;
}

/// True if `name` (valid UTF-8, not empty) is a Name.
[[nodiscard]] bool is_name(std::string_view name);

/// True if `name`, a Name, has at most one colon, and a name start on both sides of it.
[[nodiscard]] bool is_qualified_name(std::string_view name);

/// What stands before the colon, empty if there is none.
[[nodiscard]] std::string_view prefix_of(std::string_view name);
/// What stands after the colon, or all of it.
[[nodiscard]] std::string_view local_name(std::string_view name);

}  // namespace obmen::commerceml
