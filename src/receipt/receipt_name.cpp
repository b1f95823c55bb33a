#include "receipt/receipt_name.hpp"

#include <cstddef>

#include "support/text.hpp"

namespace obmen::receipt {

namespace {

constexpr std::size_t most_stem_bytes = 100;

std::string_view without_extension(std::string_view name) {
    const std::size_t separator = name.find_last_of("/\\");
    const std::size_t begin = separator == std::string_view::npos ? 0 : separator + 1;
    const std::size_t dot = name.rfind('.');
    return dot == std::string_view::npos || dot <= begin ? name : name.substr(0, dot);
}

bool is_kept_ascii(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
}

/// U+0400 … U+04FF without the signs U+0482 … U+0489: the two-byte sequences D0 80 … D3 BF.
bool is_cyrillic_letter(std::string_view text) {
    if (text.size() < 2 || !is_utf8(text.substr(0, 2))) {
        return false;
    }
    const auto lead = static_cast<unsigned char>(text[0]);
    const auto second = static_cast<unsigned char>(text[1]);
    const bool sign = lead == 0xD2 && second >= 0x82 && second <= 0x89;
    return lead >= 0xD0 && lead <= 0xD3 && !sign;
}

/// Bytes of the character (or of what is no character) that `text` begins with.
std::size_t character_length(std::string_view text) {
    std::size_t length = 1;
    while (length < text.size() && (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80U) {
        ++length;
    }
    return length;
}

}  // namespace

std::string safe_stem(std::string_view name) {
    std::string_view rest = without_extension(name);
    std::string stem;
    bool leading = true;
    while (!rest.empty()) {
        const bool ascii = is_kept_ascii(rest.front()) && !(leading && rest.front() == '.');
        const std::size_t length = ascii ? 1 : character_length(rest);
        const std::string_view piece =
            ascii || is_cyrillic_letter(rest) ? rest.substr(0, ascii ? 1 : 2) : "_";
        leading = leading && rest.front() == '.';
        if (stem.size() + piece.size() > most_stem_bytes) {
            break;
        }
        stem += piece;
        rest.remove_prefix(length);
    }
    return stem.empty() ? "_" : stem;
}

std::string receipt_file_name(std::string_view first_file, const std::string& package, int revision) {
    const std::string version = revision > 1 ? ".r" + std::to_string(revision) : std::string();
    return safe_stem(first_file) + '.' + package + version + ".receipt.xml";
}

}  // namespace obmen::receipt
