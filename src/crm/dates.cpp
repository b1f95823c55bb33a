#include "crm/dates.hpp"

#include "support/text.hpp"

#include <charconv>
#include <chrono>

namespace obmen::crm {

namespace {

std::optional<unsigned> number_in(std::string_view digits) {
    unsigned number = 0;
    const char* const end = digits.data() + digits.size();
    const std::from_chars_result read = std::from_chars(digits.data(), end, number);
    return read.ec == std::errc() && read.ptr == end ? std::optional(number) : std::nullopt;
}

struct Parts {
    std::string_view year;
    std::string_view month;
    std::string_view day;
};

/// The ten characters of a date cut in three; nothing if their separators are others.
std::optional<Parts> parts_of(std::string_view date) {
    if (date.size() < 10) {
        return std::nullopt;
    }
    if (date[4] == '-' && date[7] == '-') {
        return Parts{date.substr(0, 4), date.substr(5, 2), date.substr(8, 2)};
    }
    if (date[2] == '.' && date[5] == '.') {
        return Parts{date.substr(6, 4), date.substr(3, 2), date.substr(0, 2)};
    }
    return std::nullopt;
}

/// The parts of a date that the calendar has and that means something.
std::optional<Parts> real_date(std::string_view text) {
    const std::optional<Parts> parts = parts_of(trimmed(text));
    if (!parts) {
        return std::nullopt;
    }
    const std::optional<unsigned> year = number_in(parts->year);
    const std::optional<unsigned> month = number_in(parts->month);
    const std::optional<unsigned> day = number_in(parts->day);
    if (!year || !month || !day || *year <= 1) {
        return std::nullopt;
    }
    const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                           std::chrono::month(*month), std::chrono::day(*day)};
    return date.ok() ? parts : std::nullopt;
}

std::string joined(std::string_view a, char separator, std::string_view b, std::string_view c) {
    std::string out(a);
    out.append(1, separator).append(b).append(1, separator).append(c);
    return out;
}

}  // namespace

std::optional<std::string> iso_date(std::string_view text) {
    const std::optional<Parts> date = real_date(text);
    return date ? std::optional(joined(date->year, '-', date->month, date->day)) : std::nullopt;
}

std::optional<std::string> written_date(std::string_view text) {
    const std::optional<Parts> date = real_date(text);
    return date ? std::optional(joined(date->day, '.', date->month, date->year)) : std::nullopt;
}

}  // namespace obmen::crm
