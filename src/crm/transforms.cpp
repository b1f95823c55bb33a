#include "crm/transforms.hpp"

#include "crm/html.hpp"
#include "support/decimal.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace obmen::crm {

namespace {

std::string with_single_spaces(std::string_view text) {
    std::string out;
    for (const char c : tidied(text)) {
        const bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        if (!space) {
            out += c;
        } else if (!out.empty() && out.back() != ' ') {
            out += ' ';
        }
    }
    return out;
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// The number at the front of `text`, which it takes away; nothing if there are not `fewest` to `most`
/// digits.
std::optional<int> take_number(std::string_view& text, std::size_t fewest, std::size_t most) {
    int number = 0;
    std::size_t digits = 0;
    while (digits < text.size() && digits < most && is_digit(text[digits])) {
        number = number * 10 + (text[digits] - '0');
        ++digits;
    }
    if (digits < fewest) {
        return std::nullopt;
    }
    text.remove_prefix(digits);
    return number;
}

bool take(std::string_view& text, char c) {
    const bool there = text.starts_with(c);
    text.remove_prefix(there ? 1 : 0);
    return there;
}

struct Date {
    int year = 0;
    int month = 0;
    int day = 0;
};

/// The date that `text` begins with, which it takes away.
std::optional<Date> take_date(std::string_view& text, bool year_first, char mark) {
    const std::optional<int> first = year_first ? take_number(text, 4, 4) : take_number(text, 1, 2);
    if (!first || !take(text, mark)) {
        return std::nullopt;
    }
    const std::optional<int> month = take_number(text, 1, 2);
    if (!month || !take(text, mark)) {
        return std::nullopt;
    }
    const std::optional<int> last = year_first ? take_number(text, 1, 2) : take_number(text, 4, 4);
    if (!last) {
        return std::nullopt;
    }
    return year_first ? Date{*first, *month, *last} : Date{*last, *month, *first};
}

bool exists(const Date& date) {
    constexpr auto days = std::to_array<int>({31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31});
    const bool leap = (date.year % 4 == 0 && date.year % 100 != 0) || date.year % 400 == 0;
    return date.year > 0 && date.month >= 1 && date.month <= 12 && date.day >= 1 &&
           date.day <= days[static_cast<std::size_t>(date.month) - 1] + (leap && date.month == 2 ? 1 : 0);
}

/// Upper case of the two bytes of a Cyrillic or Latin-1 letter.
void raise(unsigned char& lead, unsigned char& trail) {
    if (lead == 0xC3 && trail >= 0xA0 && trail != 0xB7 && trail <= 0xBE) {
        trail = static_cast<unsigned char>(trail - 0x20);
    } else if (lead == 0xD0 && trail >= 0xB0) {
        trail = static_cast<unsigned char>(trail - 0x20);
    } else if (lead == 0xD1 && trail < 0x90) {
        lead = 0xD0;
        trail = static_cast<unsigned char>(trail + 0x20);
    } else if (lead == 0xD1) {
        lead = 0xD0;
        trail = static_cast<unsigned char>(trail - 0x10);
    } else if (lead == 0xD2 && trail == 0x91) {
        trail = 0x90;
    }
}

std::optional<std::string> as_number(const FieldRule& rule, const std::string& value,
                                     const MappingNotes& notes) {
    const std::optional<Decimal> number = Decimal::parse(value);
    if (!number) {
        notes({"CRM-VALUE-NUMBER", {rule.target, quotable(value)}});
        return std::nullopt;
    }
    return number->text();
}

std::optional<std::string> as_date(const FieldRule& rule, const std::string& value,
                                   const MappingNotes& notes) {
    std::optional<std::string> date = iso_date(value);
    if (!date) {
        notes({"CRM-VALUE-DATE", {rule.target, quotable(value)}});
    }
    return date;
}

std::string cut(const FieldRule& rule, std::string value, std::size_t length, const MappingNotes& notes) {
    if (value.size() <= length) {
        return value;
    }
    const std::size_t characters = character_count(value);
    if (characters <= length) {
        return value;
    }
    notes({"CRM-VALUE-CUT", {rule.target, std::to_string(characters), std::to_string(length)}});
    return std::string(trimmed(first_characters(value, length)));
}

std::string looked_up(const Transform& transform, std::string value) {
    const auto known = transform.dictionary.find(folded(tidied(value)));
    if (known != transform.dictionary.end()) {
        return known->second;
    }
    return transform.otherwise.value_or(std::move(value));
}

std::optional<std::string> step(const FieldRule& rule, const Transform& transform, std::string value,
                                const MappingNotes& notes) {
    switch (transform.kind) {
        case Transform::Kind::trim:
            return with_single_spaces(value);
        case Transform::Kind::upper:
            return upper_case(value);
        case Transform::Kind::lower:
            return folded(value);
        case Transform::Kind::number:
            return as_number(rule, value, notes);
        case Transform::Kind::date:
            return as_date(rule, value, notes);
        case Transform::Kind::phone:
            return international_phone(value);
        case Transform::Kind::strip_html:
            return plain_text(value);
        case Transform::Kind::keep_html:
            return value;
        case Transform::Kind::cut:
            return cut(rule, std::move(value), transform.length, notes);
        case Transform::Kind::dictionary:
            return looked_up(transform, std::move(value));
    }
    return value;
}

}  // namespace

std::optional<std::string> transformed(const FieldRule& rule, std::string value, const MappingNotes& notes) {
    for (const Transform& transform : rule.transforms) {
        if (value.empty()) {
            break;
        }
        std::optional<std::string> next = step(rule, transform, std::move(value), notes);
        if (!next) {
            return std::nullopt;
        }
        value = *std::move(next);
    }
    return value;
}

std::string upper_case(std::string_view text) {
    std::string out(text);
    for (std::size_t i = 0; i < out.size(); ++i) {
        if (out[i] >= 'a' && out[i] <= 'z') {
            out[i] = static_cast<char>(out[i] - 'a' + 'A');
        } else if (i + 1 < out.size()) {
            auto lead = static_cast<unsigned char>(out[i]);
            auto trail = static_cast<unsigned char>(out[i + 1]);
            if (lead >= 0xC0 && lead < 0xE0 && trail >= 0x80 && trail < 0xC0) {
                raise(lead, trail);
                out[i] = static_cast<char>(lead);
                out[i + 1] = static_cast<char>(trail);
                ++i;
            }
        }
    }
    return out;
}

std::optional<std::string> iso_date(std::string_view text) {
    std::string_view rest = trimmed(text);
    const bool year_first = rest.find('.') > rest.find('-');
    const std::optional<Date> date = take_date(rest, year_first, year_first ? '-' : '.');
    const bool time_follows = rest.empty() || rest.front() == 'T' || rest.front() == ' ' ||
                              rest.front() == '+' || rest.front() == 'Z';
    if (!date || !exists(*date) || !time_follows) {
        return std::nullopt;
    }
    if (date->year == 1 && date->month == 1 && date->day == 1) {
        return std::string{};
    }
    std::array<char, 32> out{};
    const int size =
        std::snprintf(out.data(), out.size(), "%04d-%02d-%02d", date->year, date->month, date->day);
    return std::string(out.data(), static_cast<std::size_t>(size));
}

std::string international_phone(std::string_view text) {
    constexpr std::size_t fewest = 11;
    constexpr std::size_t most = 15;
    std::string written = tidied(text);
    std::string digits;
    for (const char c : written) {
        if (is_digit(c)) {
            digits += c;
        } else if (std::string_view(" ()-.+/").find(c) == std::string_view::npos) {
            return written;
        }
    }
    if (written.find('+', 1) != std::string::npos) {
        return written;
    }
    if (written.starts_with('+')) {
        return digits.size() >= fewest && digits.size() <= most ? "+" + digits : written;
    }
    const bool russian = digits.size() == fewest && (digits.front() == '8' || digits.front() == '7');
    return russian ? "+7" + digits.substr(1) : written;
}

}  // namespace obmen::crm
