#include "config/schedule.hpp"

#include <date/tz.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <stdexcept>
#include <vector>

#include "support/error.hpp"
#include "support/text.hpp"

namespace obmen::config {

namespace {

using std::chrono::days;
using std::chrono::local_days;
using std::chrono::local_seconds;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::sys_seconds;

constexpr std::size_t longest_expression = 500;

constexpr std::array<std::string_view, 12> month_names{"jan", "feb", "mar", "apr", "may", "jun",
                                                       "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> weekday_names{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

/// One of the five fields: what it is called in messages, and what may stand in it.
struct Field {
    std::string_view shown;
    unsigned smallest;
    unsigned largest;
    std::span<const std::string_view> names{};  ///< of the values from `smallest` on
};
constexpr std::array<Field, 5> fields{{{"1 (minute)", 0, 59, {}},
                                       {"2 (hour)", 0, 23, {}},
                                       {"3 (day of month)", 1, 31, {}},
                                       {"4 (month)", 1, 12, month_names},
                                       {"5 (day of week)", 0, 7, weekday_names}}};

[[noreturn]] void refuse_schedule(const std::string& where, const std::string& allowed) {
    throw Error(FailureClass::bad_config,
                Message{"CFG-SCHEDULE", {"", "", "", as_argument({"SYS-USAGE-VALUE", {where, allowed}})}});
}

[[noreturn]] void refuse_field(const Field& field) {
    refuse_schedule(std::string(field.shown), fmt::format("{}–{}", field.smallest, field.largest));
}

/// Splits at every `separator`; at least one part.
std::vector<std::string_view> parts_of(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (std::size_t end = text.find(separator); end != std::string_view::npos; end = text.find(separator)) {
        parts.push_back(text.substr(0, end));
        text.remove_prefix(end + 1);
    }
    parts.push_back(text);
    return parts;
}

std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> words;
    while (true) {
        text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
        if (text.empty()) {
            return words;
        }
        const std::size_t end = std::min(text.find_first_of(" \t"), text.size());
        words.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
}

std::optional<unsigned> number_of(std::string_view text) {
    unsigned number = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    return error == std::errc() && stop == end ? std::optional(number) : std::nullopt;
}

unsigned value_of(std::string_view text, const Field& field) {
    const auto name = std::ranges::find(field.names, folded(text));
    const std::optional<unsigned> number =
        name != field.names.end() ? field.smallest + static_cast<unsigned>(name - field.names.begin())
                                  : number_of(text);
    if (!number || *number < field.smallest || *number > field.largest) {
        refuse_field(field);
    }
    return *number;
}

/// `*`, `a`, `a-b`, and `/n` behind the first and the last of these.
std::uint64_t bits_of_range(std::string_view text, const Field& field) {
    const std::vector<std::string_view> halves = parts_of(text, '/');
    const std::vector<std::string_view> ends = parts_of(halves.front(), '-');
    const bool all = halves.front() == "*";
    if (halves.size() > 2 || ends.size() > 2 || (halves.size() == 2 && !all && ends.size() == 1)) {
        refuse_field(field);
    }
    const unsigned first = all ? field.smallest : value_of(ends.front(), field);
    const unsigned last = all ? field.largest : value_of(ends.back(), field);
    const std::optional<unsigned> step = halves.size() == 2 ? number_of(halves.back()) : std::optional(1U);
    if (first > last || !step || *step == 0 || *step > field.largest) {
        refuse_field(field);
    }
    std::uint64_t bits = 0;
    for (unsigned value = first; value <= last; value += *step) {
        bits |= std::uint64_t{1} << value;
    }
    return bits;
}

std::uint64_t bits_of(std::string_view text, const Field& field) {
    std::uint64_t bits = 0;
    for (const std::string_view range : parts_of(text, ',')) {
        bits |= bits_of_range(range, field);
    }
    return bits;
}

const date::time_zone* zone_of(const std::string& name) {
    try {
        return name.empty() ? date::current_zone() : date::locate_zone(name);
    } catch (const std::runtime_error&) {
        throw Error(FailureClass::bad_config, Message{"CFG-ZONE", {"", "", ""}});
    }
}

constexpr bool has(std::uint64_t bits, unsigned bit) {
    return ((bits >> bit) & 1U) != 0;
}

/// The longest of the months among `months`, in a leap year.
unsigned longest_month(std::uint64_t months) {
    constexpr std::array<unsigned, 13> lengths{0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    unsigned longest = 0;
    for (unsigned month = 1; month <= 12; ++month) {
        longest = has(months, month) ? std::max(longest, lengths.at(month)) : longest;
    }
    return longest;
}

/// Clocks of the tz database have odd seconds before the twentieth century; schedules have none.
local_seconds at_whole_minute(local_seconds time) {
    return std::chrono::ceil<minutes>(time);
}

}  // namespace

Schedule Schedule::parse(std::string_view expression, const std::string& time_zone) {
    const std::vector<std::string_view> words =
        words_of(expression.substr(0, std::min(expression.size(), longest_expression + 1)));
    if (expression.size() > longest_expression || words.size() != fields.size()) {
        refuse_schedule("1–5", "* * * * *");
    }
    std::array<std::uint64_t, 5> bits{};
    std::transform(words.begin(), words.end(), fields.begin(), bits.begin(), bits_of);
    Schedule schedule;
    schedule.m_minutes = bits[0];
    schedule.m_hours = static_cast<std::uint32_t>(bits[1]);
    schedule.m_every_hour = words[1].starts_with('*');
    const std::uint64_t sunday = has(bits[4], 7) ? 1 : 0;
    schedule.m_days = {.of_month = static_cast<std::uint32_t>(bits[2]),
                       .months = static_cast<std::uint32_t>(bits[3]),
                       .of_week = static_cast<std::uint32_t>((bits[4] & 0x7FU) | sunday),
                       .both = words[2].starts_with('*') || words[4].starts_with('*')};
    const unsigned longest = longest_month(bits[3]);
    const std::uint64_t possible = (std::uint64_t{2} << longest) - 1;
    if (schedule.m_days.both && (bits[2] & possible) == 0) {
        refuse_schedule("3 (day of month)", fmt::format("1–{}", longest));
    }
    schedule.m_zone = zone_of(time_zone);
    return schedule;
}

bool Schedule::is_due(local_days day) const {
    const std::chrono::year_month_day date(day);
    const bool of_month = has(m_days.of_month, static_cast<unsigned>(date.day()));
    const bool of_week = has(m_days.of_week, std::chrono::weekday(day).c_encoding());
    return has(m_days.months, static_cast<unsigned>(date.month())) &&
           (m_days.both ? of_month && of_week : of_month || of_week);
}

std::optional<minutes> Schedule::first_of_day(minutes time_of_day) const {
    const auto from = static_cast<unsigned>(time_of_day.count());
    for (unsigned hour = from / 60; hour < 24; ++hour) {
        for (unsigned minute = hour == from / 60 ? from % 60 : 0; has(m_hours, hour) && minute < 60;
             ++minute) {
            if (has(m_minutes, minute)) {
                return minutes(hour * 60 + minute);
            }
        }
    }
    return std::nullopt;
}

std::optional<local_seconds> Schedule::first_between(local_seconds from, local_seconds until) const {
    from = at_whole_minute(from);
    for (local_days day = std::chrono::floor<days>(from); day < until; day += days(1)) {
        const minutes start =
            from > day ? std::chrono::duration_cast<minutes>(from - local_seconds(day)) : minutes(0);
        const std::optional<minutes> time = is_due(day) ? first_of_day(start) : std::nullopt;
        if (time) {
            const local_seconds due = local_seconds(day) + *time;
            return due < until ? std::optional(due) : std::nullopt;
        }
    }
    return std::nullopt;
}

UtcTime Schedule::next_after(UtcTime time) const {
    const auto local = [](sys_seconds moment, seconds offset) {
        return local_seconds(moment.time_since_epoch() + offset);
    };
    // 29 February of one weekday is up to 40 years away.
    const sys_seconds end = std::chrono::floor<seconds>(time) + days(41 * 366);
    sys_seconds from = std::chrono::floor<seconds>(time) + seconds(1);
    while (from < end) {
        // Between two changes of the clocks local time runs evenly.
        const date::sys_info info = m_zone->get_info(from);
        const seconds before = m_zone->get_info(std::max(info.begin, sys_seconds()) - seconds(1)).offset;
        const bool changed = !m_every_hour && info.begin > sys_seconds();
        if (changed && from == info.begin && before < info.offset &&
            first_between(local(from, before), local(from, info.offset))) {
            return from;
        }
        local_seconds start = local(from, info.offset);
        if (changed && before > info.offset) {
            start = std::max(start, local(info.begin, before));
        }
        const sys_seconds until = std::min(info.end, end);
        if (const std::optional<local_seconds> due = first_between(start, local(until, info.offset))) {
            return sys_seconds(due->time_since_epoch() - info.offset);
        }
        from = until;
    }
    throw std::logic_error("a schedule that is never due");
}

}  // namespace obmen::config
