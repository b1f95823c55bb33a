#include "transliteration.hpp"

#include <array>
#include <cstddef>

#include "support/text.hpp"

namespace obmen::sandbox {

namespace {

constexpr std::size_t longest_code = 100;

// а … я, then ё.
constexpr std::array<std::string_view, 32> letters{
    "a", "b", "v", "g", "d", "e",  "zh", "z",  "i",  "y",    "k", "l", "m", "n", "o",  "p",
    "r", "s", "t", "u", "f", "kh", "ts", "ch", "sh", "shch", "",  "y", "",  "e", "yu", "ya"};

/// Number of the Cyrillic letter that a two-byte sequence stands for, counted from а; -1 for anything else.
int cyrillic(unsigned char first, unsigned char second) {
    const int code = (first & 0x1F) << 6 | (second & 0x3F);
    if (code == 0x451)
        return 5;
    return code >= 0x430 && code <= 0x44F ? code - 0x430 : -1;
}

}  // namespace

std::string symbolic_code(std::string_view name) {
    const std::string lower = folded(name);
    std::string code;
    for (std::size_t position = 0; position < lower.size(); ++position) {
        const auto byte = static_cast<unsigned char>(lower[position]);
        if ((byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9')) {
            code += lower[position];
            continue;
        }
        if ((byte & 0xE0) == 0xC0 && position + 1 < lower.size()) {
            const int letter = cyrillic(byte, static_cast<unsigned char>(lower[++position]));
            if (letter >= 0) {
                code += letters[static_cast<std::size_t>(letter)];
                continue;
            }
        }
        if (!code.empty() && code.back() != '_')
            code += '_';
    }
    code = code.substr(0, longest_code);
    while (!code.empty() && code.back() == '_')
        code.pop_back();
    return code;
}

}  // namespace obmen::sandbox
