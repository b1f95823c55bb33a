#include "flat/values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>

#include "support/decimal.hpp"
#include "support/text.hpp"

namespace obmen::flat {

namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_one_of(std::string_view folded_text, std::span<const std::string_view> words) {
    return std::find(words.begin(), words.end(), folded_text) != words.end();
}

constexpr std::array<std::string_view, 9> usual_true{"да",  "истина", "true", "1", "yes",
                                                     "так", "y",      "+",    "da"};
constexpr std::array<std::string_view, 9> usual_false{"нет", "ложь", "false", "0",  "no",
                                                      "ні",  "n",    "-",     "net"};

void replace_all(std::string& text, std::string_view what, std::string_view by) {
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at)) {
        text.replace(at, what.size(), by);
    }
}

struct DateParts {
    std::array<int, 6> value{};  ///< year, month, day, hour, minute, second
    std::array<bool, 6> given{};
};

constexpr std::string_view date_letters = "yMdHms";

/// Takes up to `most` digits from the front of `text`; nothing if there are fewer than `least`.
std::optional<int> take_digits(std::string_view& text, std::size_t least, std::size_t most) {
    std::size_t count = 0;
    int value = 0;
    while (count < most && count < text.size() && is_digit(text[count])) {
        value = value * 10 + (text[count] - '0');
        ++count;
    }
    if (count < least) {
        return std::nullopt;
    }
    text.remove_prefix(count);
    return value;
}

bool take_separator(std::string_view& text, char separator) {
    const bool blank = separator == ' ';
    if (text.empty() || (text.front() != separator && !(blank && text.front() == 'T'))) {
        return false;
    }
    text.remove_prefix(1);
    while (blank && !text.empty() && text.front() == ' ') {
        text.remove_prefix(1);
    }
    return true;
}

bool has_date(const DateParts& parts) {
    return parts.given[0] && parts.given[1] && parts.given[2];
}

/// The text read by the pattern; it may end where the date is complete.
std::optional<DateParts> parts_of(std::string_view text, std::string_view pattern) {
    DateParts parts;
    while (!pattern.empty()) {
        if (text.empty() && has_date(parts)) {
            return parts;
        }
        const std::size_t part = date_letters.find(pattern.front());
        if (part == std::string_view::npos) {
            if (!take_separator(text, pattern.front())) {
                return std::nullopt;
            }
            pattern.remove_prefix(1);
            continue;
        }
        const std::size_t run = std::min(pattern.find_first_not_of(pattern.front()), pattern.size());
        pattern.remove_prefix(run);
        const std::optional<int> value = part == 0 ? take_digits(text, 4, 4) : take_digits(text, 1, 2);
        if (!value) {
            return std::nullopt;
        }
        parts.value[part] = *value;
        parts.given[part] = true;
    }
    return text.empty() && has_date(parts) ? std::optional(parts) : std::nullopt;
}

bool is_real(const DateParts& parts) {
    const auto& [year, month, day, hour, minute, second] = parts.value;
    const std::chrono::year_month_day date{std::chrono::year(year),
                                           std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    return date.ok() && hour < 24 && minute < 60 && second < 60;
}

std::string iso(const DateParts& parts) {
    const auto& [year, month, day, hour, minute, second] = parts.value;
    if (year == 1) {
        return {};
    }
    if (hour == 0 && minute == 0 && second == 0) {
        return fmt::format("{:04}-{:02}-{:02}", year, month, day);
    }
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", year, month, day, hour, minute, second);
}

std::optional<DateParts> usual_date(std::string_view text) {
    constexpr std::array<std::string_view, 3> patterns{"dd.MM.yyyy H:mm:ss", "yyyy-MM-dd H:mm:ss",
                                                       "yyyyMMddHHmmss"};
    for (const std::string_view pattern : patterns) {
        const std::optional<DateParts> parts = parts_of(text, pattern);
        if (parts && is_real(*parts)) {
            return parts;
        }
    }
    return std::nullopt;
}

}  // namespace

std::string normal_number(std::string_view text, const Formats& formats) {
    std::string compact = tidied(text);
    for (const std::string_view blank : {" ", "\xE2\x80\xAF", "\xE2\x80\x89"}) {
        replace_all(compact, blank, "");
    }
    if (formats.decimal != '\0') {
        replace_all(compact, formats.decimal == '.' ? "," : ".", "");
    }
    const std::optional<Decimal> number = Decimal::parse(compact);
    return number ? number->text() : tidied(text);
}

std::string normal_date(std::string_view text, const Formats& formats) {
    const std::string tidy = tidied(text);
    const std::optional<DateParts> parts =
        formats.date.empty() ? usual_date(tidy) : parts_of(tidy, formats.date);
    return parts && is_real(*parts) ? iso(*parts) : tidy;
}

bool is_true(std::string_view text, const Formats& formats) {
    const std::string word = folded(tidied(text));
    if (formats.true_words.empty()) {
        return is_one_of(word, usual_true);
    }
    return std::any_of(formats.true_words.begin(), formats.true_words.end(),
                       [&](const std::string& known) { return folded(tidied(known)) == word; });
}

std::string normal_boolean(std::string_view text, const Formats& formats) {
    if (is_true(text, formats)) {
        return "true";
    }
    return is_one_of(folded(tidied(text)), usual_false) ? "false" : tidied(text);
}

bool is_boolean_word(std::string_view text) {
    const std::string word = folded(tidied(text));
    return is_one_of(word, usual_true) || is_one_of(word, usual_false);
}

std::string normal_value(std::string_view text, ValueType type, const Formats& formats) {
    switch (type) {
        case ValueType::number:
            return normal_number(text, formats);
        case ValueType::date:
            return normal_date(text, formats);
        case ValueType::boolean:
            return normal_boolean(text, formats);
        case ValueType::text:
            break;
    }
    return tidied(text);
}

bool is_date_pattern(std::string_view pattern) {
    std::array<bool, 6> seen{};
    while (!pattern.empty()) {
        const char c = pattern.front();
        const std::size_t run = std::min(pattern.find_first_not_of(c), pattern.size());
        const std::size_t part = date_letters.find(c);
        const bool known = part != std::string_view::npos;
        if (known ? seen[part] || (part == 0 ? run != 4 : run > 2) : is_letter(c) || is_digit(c)) {
            return false;
        }
        if (known) {
            seen[part] = true;
        }
        pattern.remove_prefix(run);
    }
    return seen[0] && seen[1] && seen[2];
}

bool is_usual_date(std::string_view text) {
    const std::string tidy = tidied(text);
    // A number of eight digits is rather a code than a date.
    return tidy.find_first_of(".-") != std::string::npos && usual_date(tidy).has_value();
}

std::string reference_or_empty(std::string text) {
    return text == "00000000-0000-0000-0000-000000000000" ? std::string{} : std::move(text);
}

}  // namespace obmen::flat
