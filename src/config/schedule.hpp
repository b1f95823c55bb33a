#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "support/clock.hpp"

namespace date {
class time_zone;
}

namespace obmen::config {

/// When something is due: five fields as in cron, in the local time of a zone.
///
///     minute 0–59 · hour 0–23 · day of month 1–31 · month 1–12 or jan–dec · day of week 0–7 or sun–sat
///
/// Day of week 0 and 7 are Sunday. A field is `*`, a value, a range `a-b`, each range (or `*`) perhaps with a
/// step `/n`, or a list of these with commas. Ranges do not wrap around. Names are English, in capitals or
/// not. Words as `@hourly` are not understood, nor are `?`, `L`, `W`, `#`.
///
/// As in Vixie's cron a day is due when *either* its day of month or its day of week is named if both fields
/// are restricted, and when both fit if one of them begins with `*`.
///
/// When the clocks change: with hours named, a local time that is skipped is due at the moment of the change
/// (once, however many were skipped), and one that comes twice is due the first time only. Where the hour
/// field begins with `*`, the schedule means every so many minutes and goes by what the clock shows. The
/// changes are those that the zone files of the system list: Debian's go to 2037, and stay in winter time
/// from then on.
class Schedule {
  public:
    /// `time_zone` is a name of the tz database, empty for the machine's. Throws bad_config: CFG-SCHEDULE
    /// (also for a day that no calendar has, as `0 0 31 2 *`) and CFG-ZONE. Their arguments file, line and
    /// name of the setting are empty; no text of theirs quotes what was given.
    [[nodiscard]] static Schedule parse(std::string_view expression, const std::string& time_zone);

    /// The first moment later than `time` that is due, at most 41 years later. Time: in
    /// proportion to the days between. \pre `time` lies in the years 1970 to 9000.
    [[nodiscard]] UtcTime next_after(UtcTime time) const;

  private:
    struct Days {
        std::uint32_t of_month = 0;  ///< bit 1 to 31
        std::uint32_t months = 0;    ///< bit 1 to 12
        std::uint32_t of_week = 0;   ///< bit 0 (Sunday) to 6
        bool both = false;           ///< day of month and day of week, not one of them
    };

    Schedule() = default;
    [[nodiscard]] bool is_due(std::chrono::local_days day) const;
    /// The first time of `day` that is due and not earlier than `time_of_day`.
    [[nodiscard]] std::optional<std::chrono::minutes> first_of_day(std::chrono::minutes time_of_day) const;
    /// The first local time in [from, until) that is due.
    [[nodiscard]] std::optional<std::chrono::local_seconds> first_between(
        std::chrono::local_seconds from, std::chrono::local_seconds until) const;

    std::uint64_t m_minutes = 0;  ///< bit 0 to 59
    std::uint32_t m_hours = 0;    ///< bit 0 to 23
    Days m_days;
    bool m_every_hour = false;                ///< the hour field begins with `*`
    const date::time_zone* m_zone = nullptr;  ///< lives as long as the process
};

}  // namespace obmen::config
