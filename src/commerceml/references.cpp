#include "commerceml/references.hpp"

#include <array>
#include <charconv>

#include "commerceml/utf8.hpp"

namespace obmen::commerceml {

namespace {

void append_character(std::string& out, char32_t character) {
    std::array<char, 4> bytes{};
    out.append(bytes.data(), write_utf8(bytes.data(), character));
}

/// `name` is what stands between `&` and `;`.
char32_t referenced(std::string_view name) {
    if (name.front() != '#') {
        switch (name[1]) {
            case 'm':
                return '&';  // amp
            case 't':
                return name.front() == 'l' ? '<' : '>';
            case 'u':
                return '"';  // quot
            default:
                return '\'';  // apos
        }
    }
    const bool hexadecimal = name[1] == 'x';
    name.remove_prefix(hexadecimal ? 2 : 1);
    std::uint32_t character = 0;
    std::from_chars(name.data(), name.data() + name.size(), character, hexadecimal ? 16 : 10);
    return character;
}

}  // namespace

void append_reference(std::string& out, std::string_view& text) {
    const std::size_t end = text.find(';');
    append_character(out, referenced(text.substr(1, end - 1)));
    text.remove_prefix(end + 1);
}

std::string normalised_value(std::string_view value) {
    if (value.find_first_of("&\t\n\r") == std::string_view::npos) {
        return std::string{value};
    }
    std::string out;
    out.reserve(value.size());
    while (!value.empty()) {
        const char first = value.front();
        if (first == '&') {
            append_reference(out, value);
            continue;
        }
        const bool space = first == '\t' || first == '\n' || first == '\r';
        out += space ? ' ' : first;
        value.remove_prefix(value.starts_with("\r\n") ? 2 : 1);
    }
    return out;
}

}  // namespace obmen::commerceml
