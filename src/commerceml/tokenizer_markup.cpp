#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "commerceml/names.hpp"
#include "commerceml/scan.hpp"
#include "commerceml/tokenizer.hpp"
#include "commerceml/utf8.hpp"
#include "support/text.hpp"

// Single pieces of markup: what looks at the window from a pointer on. A NUL is the end of the window.
namespace obmen::commerceml {

namespace {

constexpr std::ptrdiff_t longest_shown_reference = 80;

const char* after_spaces(const char* at) {
    while (is_space(*at)) {
        ++at;
    }
    return at;
}

bool is_digit(char byte) {
    return byte >= '0' && byte <= '9';
}

bool is_ascii_letter(char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

/// Value of a digit, or `base` if it is none.
unsigned digit_value(char byte, unsigned base) {
    unsigned value = base;
    if (is_digit(byte)) {
        value = static_cast<unsigned>(byte - '0');
    } else if (byte >= 'a' && byte <= 'f') {
        value = static_cast<unsigned>(byte - 'a') + 10;
    } else if (byte >= 'A' && byte <= 'F') {
        value = static_cast<unsigned>(byte - 'A') + 10;
    }
    return std::min(value, base);
}

/// `1.0`, and as the fifth edition has it any other `1.` number.
bool is_version(std::string_view text) {
    return text.size() > 2 && text.starts_with("1.") && std::all_of(text.begin() + 2, text.end(), is_digit);
}

bool is_encoding_name(std::string_view text) {
    const auto allowed = [](char byte) {
        return is_ascii_letter(byte) || is_digit(byte) || byte == '.' || byte == '_' || byte == '-';
    };
    return !text.empty() && is_ascii_letter(text.front()) && std::all_of(text.begin(), text.end(), allowed);
}

}  // namespace

const char* Tokenizer::after_start_tag(const char* at) {
    m_attributes.clear();
    const char* const name = at + 1;
    at = after_name(name, "XML-NAME-ELEMENT", m_prefixed);
    if (at == nullptr) {
        return nullptr;
    }
    m_name = {name, at};
    for (;;) {
        const bool spaced = is_space(*at);
        at = after_spaces(at);
        switch (*at) {
            case '>':
                m_self_closing = false;
                return at + 1;
            case '\0':
                return nullptr;
            case '/':
                if (at[1] == '\0') {
                    return nullptr;
                }
                if (at[1] != '>') {
                    malformed(Message{"XML-TAG-END"}, at + 1);
                }
                m_self_closing = true;
                return at + 2;
            default:
                break;
        }
        if (!spaced) {
            malformed(m_attributes.empty() ? Message{"XML-ELEMENT-NAME"} : Message{"XML-ATTRIBUTE-SPACE"},
                      at);
        }
        at = after_attribute(at);
        if (at == nullptr) {
            return nullptr;
        }
    }
}

const char* Tokenizer::after_name(const char* at, Code expected, bool& prefixed) const {
    const char* const begin = at;
    unsigned seen = 0;
    at = after_cyrillic(at);
    for (unsigned flags = name_flags(*at); (flags & name_byte) != 0; flags = name_flags(*at)) {
        seen |= flags;
        ++at;
    }
    const std::string_view name{begin, at};
    if (name.size() > m_limits.name_bytes) {
        limit(Message{"XML-LIMIT-NAME"}, m_limits.name_bytes, begin);
    }
    if (*at == '\0') {
        return nullptr;
    }
    prefixed = (seen & name_colon) != 0;
    if (name.empty()) {
        malformed(Message{expected}, begin);
    }
    if ((name_flags(*begin) & name_start) == 0 || ((seen & name_rare) != 0 && !is_name(name)) ||
        (prefixed && !is_qualified_name(name))) {
        malformed(Message{"XML-NAME", {quotable(name, 80)}}, begin);
    }
    return at;
}

const char* Tokenizer::after_attribute(const char* at) {
    Attribute attribute;
    const char* const name = at;
    at = after_name(name, "XML-NAME-ATTRIBUTE", attribute.prefixed);
    if (at == nullptr) {
        return nullptr;
    }
    attribute.name = {name, at};
    at = after_spaces(at);
    if (*at == '\0') {
        return nullptr;
    }
    if (*at != '=') {
        malformed(Message{"XML-ATTRIBUTE-VALUE", {quotable(attribute.name, 80)}}, at);
    }
    at = after_spaces(at + 1);
    if (*at == '\0') {
        return nullptr;
    }
    if (*at != '"' && *at != '\'') {
        malformed(Message{"XML-ATTRIBUTE-QUOTES", {quotable(attribute.name, 80)}}, at);
    }
    const char* const end = after_attribute_value(at);
    if (end == nullptr) {
        return nullptr;
    }
    attribute.value = {at + 1, end - 1};
    if (m_attributes.size() == m_limits.attributes) {
        limit(Message{"XML-LIMIT-ATTRIBUTES"}, m_limits.attributes, name);
    }
    m_attributes.push_back(attribute);
    return end;
}

const char* Tokenizer::after_attribute_value(const char* at) const {
    const char quote = *at;
    const char* const begin = ++at;
    for (;;) {
        while (*at != quote && *at != '<' && *at != '&' && *at != '\0') {
            ++at;
        }
        if (static_cast<std::size_t>(at - begin) > m_limits.name_bytes) {
            limit(Message{"XML-LIMIT-VALUE"}, m_limits.name_bytes, begin);
        }
        if (*at == quote) {
            return at + 1;
        }
        if (*at == '<') {
            malformed(Message{"XML-ATTRIBUTE-LESS"}, at);
        }
        at = *at == '&' ? after_reference(at) : nullptr;
        if (at == nullptr) {
            return nullptr;
        }
    }
}

const char* Tokenizer::after_reference(const char* at) const {
    if (at[1] == '#') {
        return after_character_reference(at);
    }
    bool cut = false;
    for (const std::string_view known : {"&amp;", "&lt;", "&gt;", "&quot;", "&apos;"}) {
        std::size_t same = 1;
        while (same < known.size() && at[same] == known[same]) {
            ++same;
        }
        if (same == known.size()) {
            return at + same;
        }
        cut = cut || at[same] == '\0';
    }
    if (cut) {
        return nullptr;
    }
    const char* const name = at + 1;
    const char* end = name;
    while ((name_flags(*end) & name_byte) != 0 && end - name < longest_shown_reference) {
        ++end;
    }
    if (*end == '\0') {
        return nullptr;
    }
    malformed(
        *end == ';' ? Message{"XML-REFERENCE-UNKNOWN", {quotable({at, end + 1})}} : Message{"XML-AMPERSAND"},
        at);
}

const char* Tokenizer::after_character_reference(const char* at) const {
    const char* digit = at + 2;
    unsigned base = 10;
    if (*digit == 'x') {
        base = 16;
        ++digit;
    }
    const char* const first = digit;
    char32_t character = 0;
    for (unsigned value = digit_value(*digit, base); value < base; value = digit_value(*++digit, base)) {
        character = std::min<char32_t>(character * base + value, 0x110000);
    }
    if (static_cast<std::size_t>(digit - first) > m_limits.name_bytes) {
        limit(Message{"XML-LIMIT-REFERENCE"}, m_limits.name_bytes, at);
    }
    if (*digit == '\0') {
        return nullptr;
    }
    if (digit == first || *digit != ';') {
        malformed(Message{"XML-CHARACTER-REFERENCE"}, at);
    }
    if (!is_legal(character)) {
        m_window.fail(Message{"XML-CHARACTER", {hexadecimal(character, 4)}}, at);
    }
    return digit + 1;
}

const char* Tokenizer::after_end_tag(const char* at) const {
    const std::string_view open = innermost();
    const char* name = at + 2;
    const std::string_view have = std::string_view{name, m_window.end()}.substr(0, open.size());
    const bool same = open.starts_with(have);
    if (same && have.size() < open.size()) {
        return nullptr;
    }
    const char* const end = same ? after_spaces(name + open.size()) : name;
    if (same && *end == '>') {
        return end + 1;
    }
    if (same && *end == '\0') {
        return nullptr;
    }
    malformed(Message{"XML-END-TAG", {quotable(open, 80)}}, at);
}

const char* Tokenizer::after_instruction_target(const char* at) const {
    const char* const name = at + 2;
    bool prefixed = false;
    const char* const end = after_name(name, "XML-NAME-INSTRUCTION", prefixed);
    if (end == nullptr) {
        return nullptr;
    }
    if (folded({name, end}) == "xml") {
        malformed(Message{"XML-DECLARATION-PLACE"}, at);
    }
    if (prefixed) {
        malformed(Message{"XML-INSTRUCTION-COLON"}, name);
    }
    if (*end == '?' && end[1] == '\0') {
        return nullptr;
    }
    if (!is_space(*end) && !(*end == '?' && end[1] == '>')) {
        malformed(Message{"XML-INSTRUCTION-NAME"}, end);
    }
    return end;
}

/// `<?xml version="1.0" encoding="UTF-8" standalone="no"?>`: the order is fixed, all but the version may be
/// absent.
const char* Tokenizer::after_declaration(const char* at) {
    const char* const begin = at;
    at += std::string_view{"<?xml"}.size();
    constexpr std::array<std::string_view, 3> names{"version", "encoding", "standalone"};
    std::array<std::string_view, 3> values;
    std::array<bool, 3> given{};
    for (std::size_t next = 0;;) {
        const bool spaced = is_space(*at);
        at = after_spaces(at);
        if (*at == '\0' || (*at == '?' && at[1] == '\0')) {
            return nullptr;
        }
        if (*at == '?' && at[1] == '>') {
            break;
        }
        m_attributes.clear();
        const char* const after = after_attribute(at);
        if (after == nullptr) {
            return nullptr;
        }
        while (next < names.size() && names.at(next) != m_attributes.front().name) {
            ++next;
        }
        if (!spaced || next == names.size()) {
            malformed(Message{"XML-DECLARATION"}, at);
        }
        values.at(next) = m_attributes.front().value;
        given.at(next) = true;
        ++next;
        at = after;
    }
    if (!is_version(values[0]) || (given[1] && !is_encoding_name(values[1])) ||
        (given[2] && values[2] != "yes" && values[2] != "no")) {
        malformed(Message{"XML-DECLARATION"}, begin);
    }
    m_declared_encoding = values[1];
    return at + 2;
}

}  // namespace obmen::commerceml
