#include "checks/date.hpp"

#include "support/text.hpp"

#include <charconv>
#include <chrono>
#include <optional>

namespace obmen::checks {

namespace {

constexpr std::size_t date_length = 10;

std::optional<int> number(std::string_view digits) {
    if (digits.find_first_not_of("0123456789") != std::string_view::npos) {
        return std::nullopt;
    }
    int value = 0;
    const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return result.ec == std::errc{} ? std::optional(value) : std::nullopt;
}

bool is_calendar_date(std::string_view year, std::string_view month, std::string_view day) {
    const auto y = number(year);
    const auto m = number(month);
    const auto d = number(day);
    if (!y || !m || !d) {
        return false;
    }
    return std::chrono::year_month_day(std::chrono::year(*y), std::chrono::month(static_cast<unsigned>(*m)),
                                       std::chrono::day(static_cast<unsigned>(*d)))
        .ok();
}

/// After the date there may be a time or an offset, but not another digit.
bool may_follow_date(std::string_view rest) {
    return rest.empty() || std::string_view("T tZz+-").find(rest.front()) != std::string_view::npos;
}

}  // namespace

bool is_readable_date(std::string_view text) {
    text = trimmed(text);
    if (text.size() < date_length || !may_follow_date(text.substr(date_length))) {
        return false;
    }
    if (text[4] == '-' && text[7] == '-') {
        return is_calendar_date(text.substr(0, 4), text.substr(5, 2), text.substr(8, 2));
    }
    if (text[2] == '.' && text[5] == '.') {
        return is_calendar_date(text.substr(6, 4), text.substr(3, 2), text.substr(0, 2));
    }
    return false;
}

}  // namespace obmen::checks
