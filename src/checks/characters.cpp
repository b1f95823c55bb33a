#include "checks/characters.hpp"

#include "support/text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace obmen::checks {

namespace {

using Named = std::pair<std::string_view, std::string_view>;  ///< bytes and name

constexpr auto invisible = std::to_array<Named>({
    {"\xC2\xAD", "U+00AD"},
    {"\xE2\x80\x8B", "U+200B"},
    {"\xE2\x80\x8E", "U+200E"},
    {"\xE2\x80\x8F", "U+200F"},
    {"\xE2\x80\xAA", "U+202A"},
    {"\xE2\x80\xAB", "U+202B"},
    {"\xE2\x80\xAC", "U+202C"},
    {"\xE2\x80\xAD", "U+202D"},
    {"\xE2\x80\xAE", "U+202E"},
    {"\xE2\x81\xA0", "U+2060"},
    {"\xEF\xBB\xBF", "U+FEFF"},
});

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool has_step_up(std::string_view path) {
    for (std::size_t at = path.find(".."); at != std::string_view::npos; at = path.find("..", at + 1)) {
        const auto separates = [&](std::size_t i) {
            return i >= path.size() || path[i] == '/' || path[i] == '\\';
        };
        if ((at == 0 || separates(at - 1)) && separates(at + 2)) {
            return true;
        }
    }
    return false;
}

}  // namespace

std::string invisible_characters(std::string_view text) {
    std::string found;
    // Nearly every name has none: each of these begins with one of three bytes.
    if (text.find_first_of("\xC2\xE2\xEF") == std::string_view::npos) {
        return found;
    }
    for (const auto& [bytes, name] : invisible) {
        if (text.find(bytes) != std::string_view::npos) {
            found += found.empty() ? "" : ", ";
            found += name;
        }
    }
    return found;
}

bool says_something(std::string_view name) {
    // Above ASCII: the letters of all scripts, and the punctuation that Russian texts and this table use.
    constexpr auto signs =
        std::to_array<std::string_view>({"\xC2\xAB", "\xC2\xBB", "\xE2\x80\x93", "\xE2\x80\x94",
                                         "\xE2\x80\x9C", "\xE2\x80\x9D", "\xE2\x80\xA6", "\xC2\xA0"});
    while (!name.empty()) {
        const auto* const sign = std::find_if(
            signs.begin(), signs.end(), [&](std::string_view bytes) { return name.starts_with(bytes); });
        if (sign != signs.end()) {
            name.remove_prefix(sign->size());
            continue;
        }
        const char c = name.front();
        if (is_digit(c) || is_letter(c) || static_cast<unsigned char>(c) >= 0x80) {
            return true;
        }
        name.remove_prefix(1);
    }
    return false;
}

bool leads_outside(std::string_view path) {
    const bool drive =
        path.size() > 2 && is_letter(path[0]) && path[1] == ':' && (path[2] == '\\' || path[2] == '/');
    const bool rooted = path.starts_with('/') || path.starts_with('\\');
    return drive || rooted || folded(path.substr(0, 5)) == "file:" || has_step_up(path);
}

bool is_unit_code(std::string_view code) {
    return !code.empty() && code.size() <= 4 && std::all_of(code.begin(), code.end(), is_digit);
}

char missed_check_digit(std::string_view barcode) {
    const std::size_t size = barcode.size();
    const bool known = size == 8 || (size >= 12 && size <= 14);
    if (!known || !std::all_of(barcode.begin(), barcode.end(), is_digit)) {
        return '\0';
    }
    int sum = 0;
    for (std::size_t i = 0; i + 1 < size; ++i) {
        // From the right, the digits before the check digit weigh 3, 1, 3, …
        sum += (barcode[i] - '0') * ((size - i) % 2 == 0 ? 3 : 1);
    }
    const char digit = static_cast<char>('0' + (10 - sum % 10) % 10);
    return digit == barcode.back() ? '\0' : digit;
}

}  // namespace obmen::checks
