#include "config/schedule.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <sstream>

#include "config/settings_directory.hpp"

namespace obmen::config {
namespace {

/// `2026-03-29 00:59` or `2026-03-29 00:59:30`, UTC.
UtcTime utc(const std::string& text) {
    int year = 0;
    unsigned month = 0;
    unsigned day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
    char mark = ' ';
    std::istringstream in(text);
    in >> year >> mark >> month >> mark >> day >> hour >> mark >> minute >> mark >> second;
    return std::chrono::sys_days(std::chrono::year(year) / static_cast<int>(month) / static_cast<int>(day)) +
           std::chrono::hours(hour) + std::chrono::minutes(minute) + std::chrono::seconds(second);
}

std::string shown(UtcTime time) {
    const std::string text = utc_date_time(time);  // 2026-01-15T10:30:00.000Z
    EXPECT_EQ(text.substr(16), ":00.000Z");
    return text.substr(0, 10) + " " + text.substr(11, 5);
}

/// The `count` next times after `time`, in UTC.
std::vector<std::string> next(const std::string& expression, const std::string& zone, const std::string& time,
                              int count) {
    const Schedule schedule = Schedule::parse(expression, zone);
    std::vector<std::string> times;
    UtcTime last = utc(time);
    for (int i = 0; i < count; ++i) {
        last = schedule.next_after(last);
        times.push_back(shown(last));
    }
    return times;
}

struct NextTime {
    const char* expression;
    const char* after;
    const char* next;
};

TEST(Schedule, FindsTheNextTime) {
    for (const NextTime& row : std::initializer_list<NextTime>{
             {"* * * * *", "2026-01-15 10:30", "2026-01-15 10:31"},
             {"* * * * *", "2026-01-15 10:30:59", "2026-01-15 10:31"},
             {"30 10 * * *", "2026-01-15 10:29:59", "2026-01-15 10:30"},
             {"30 10 * * *", "2026-01-15 10:30", "2026-01-16 10:30"},
             {"*/15 * * * *", "2026-12-31 23:50", "2027-01-01 00:00"},
             {"5-20/5 * * * *", "2026-01-15 10:21", "2026-01-15 11:05"},
             {"1,2,58-59 * * * *", "2026-01-15 10:02", "2026-01-15 10:58"},
             {"0 8-20/4,23 * * *", "2026-01-15 20:00", "2026-01-15 23:00"},
             {"0 0 1 * *", "2026-01-15 00:00", "2026-02-01 00:00"},
             {"0 0 31 * *", "2026-01-31 00:00", "2026-03-31 00:00"},
             {"0 0 29 2 *", "2026-01-01 00:00", "2028-02-29 00:00"},
             {"0 0 29 feb *", "2096-03-01 00:00", "2104-02-29 00:00"},
             {"0 0 29 2 */7", "2026-01-01 00:00", "2032-02-29 00:00"},  // a Sunday
             {"0 0 29 2 */7", "2072-03-01 00:00", "2088-02-29 00:00"},
             {"0 9 * * 1-5", "2026-01-16 09:00", "2026-01-19 09:00"},  // Friday, Monday
             {"0 9 * * MON-fri", "2026-01-16 09:00", "2026-01-19 09:00"},
             {"0 9 * * 7", "2026-01-15 00:00", "2026-01-18 09:00"},
             {"0 9 * * 0", "2026-01-15 00:00", "2026-01-18 09:00"},
             {"0 9 * * sat,sun", "2026-01-15 00:00", "2026-01-17 09:00"},
             {"0 9 * * 6-7", "2026-01-17 09:00", "2026-01-18 09:00"},
             {"0 9 * Jan-Mar,12 *", "2026-03-31 09:00", "2026-12-01 09:00"},
             // Both days are named: either.
             {"0 0 13 * 5", "2026-01-09 00:00", "2026-01-13 00:00"},
             {"0 0 13 * 5", "2026-01-13 00:00", "2026-01-16 00:00"},
             // One of them begins with a star: both.
             {"0 0 13 * */5", "2026-01-13 00:00", "2026-02-13 00:00"},  // Sunday or Friday
             {"0 0 */13 * 5", "2026-01-01 00:00", "2026-02-27 00:00"},  // 1, 14, 27, and a Friday
             {" 0\t0  1 1 * ", "2026-01-15 00:00", "2027-01-01 00:00"},
         }) {
        EXPECT_EQ(next(row.expression, "UTC", row.after, 1).front(), row.next)
            << row.expression << " after " << row.after;
    }
}

TEST(Schedule, GoesByTheTimeOfItsZone) {
    EXPECT_EQ(next("0 9 * * *", "Europe/Moscow", "2026-01-15 00:00", 1).front(), "2026-01-15 06:00");
    EXPECT_EQ(next("0 9 * * *", "Asia/Kolkata", "2026-01-15 00:00", 1).front(), "2026-01-15 03:30");
    EXPECT_EQ(next("0 9 * * 1", "Asia/Kamchatka", "2026-01-18 00:00", 1).front(), "2026-01-18 21:00");
    EXPECT_EQ(next("0 9 * * *", "Europe/Berlin", "2026-03-28 00:00", 2),
              (std::vector<std::string>{"2026-03-28 08:00", "2026-03-29 07:00"}));
}

// Berlin, 29 March 2026: at 01:00 UTC 02:00 becomes 03:00.
TEST(Schedule, MakesUpForASkippedTimeRightAfterTheGap) {
    EXPECT_EQ(next("30 2 * * *", "Europe/Berlin", "2026-03-28 00:00", 3),
              (std::vector<std::string>{"2026-03-28 01:30", "2026-03-29 01:00", "2026-03-30 00:30"}));
    EXPECT_EQ(next("*/20 2,3 * * *", "Europe/Berlin", "2026-03-29 00:00", 3),
              (std::vector<std::string>{"2026-03-29 01:00", "2026-03-29 01:20", "2026-03-29 01:40"}));
    EXPECT_EQ(next("30 2 * * *", "Europe/Berlin", "2026-03-29 01:00", 1).front(), "2026-03-30 00:30");
    // A day that is not due is not due for having been short.
    EXPECT_EQ(next("30 2 * * 1", "Europe/Berlin", "2026-03-28 00:00", 1).front(), "2026-03-30 00:30");
    // Samoa had no 30 December 2011 at all.
    EXPECT_EQ(next("0 12 30 12 *", "Pacific/Apia", "2011-12-01 00:00", 2),
              (std::vector<std::string>{"2011-12-30 10:00", "2012-12-29 22:00"}));
}

// Berlin, 25 October 2026: at 01:00 UTC 03:00 becomes 02:00 again.
TEST(Schedule, RunsADoubledTimeOnce) {
    EXPECT_EQ(next("30 2 * * *", "Europe/Berlin", "2026-10-24 12:00", 2),
              (std::vector<std::string>{"2026-10-25 00:30", "2026-10-26 01:30"}));
    EXPECT_EQ(next("30 2 * * *", "Europe/Berlin", "2026-10-25 01:10", 1).front(), "2026-10-26 01:30");
    EXPECT_EQ(next("0,30 2-3 * * *", "Europe/Berlin", "2026-10-24 23:30", 4),
              (std::vector<std::string>{"2026-10-25 00:00", "2026-10-25 00:30", "2026-10-25 02:00",
                                        "2026-10-25 02:30"}));
}

TEST(Schedule, KeepsItsPaceThroughChangesWhereEveryHourIsDue) {
    EXPECT_EQ(next("*/30 * * * *", "Europe/Berlin", "2026-03-29 00:15", 3),
              (std::vector<std::string>{"2026-03-29 00:30", "2026-03-29 01:00", "2026-03-29 01:30"}));
    EXPECT_EQ(next("30 * * * *", "Europe/Berlin", "2026-03-29 00:00", 2),
              (std::vector<std::string>{"2026-03-29 00:30", "2026-03-29 01:30"}));
    EXPECT_EQ(next("30 * * * *", "Europe/Berlin", "2026-10-24 23:45", 3),
              (std::vector<std::string>{"2026-10-25 00:30", "2026-10-25 01:30", "2026-10-25 02:30"}));
}

TEST(Schedule, RefusesWhatIsNoSchedule) {
    const std::string endless(100'000, '1');
    for (const std::string& expression : std::initializer_list<std::string>{"",
                                                                            "* * * *",
                                                                            "* * * * * *",
                                                                            "@hourly",
                                                                            "60 * * * *",
                                                                            "* 24 * * *",
                                                                            "* * 0 * *",
                                                                            "* * 32 * *",
                                                                            "* * * 0 *",
                                                                            "* * * 13 *",
                                                                            "* * * * 8",
                                                                            "-1 * * * *",
                                                                            "5- * * * *",
                                                                            "-5 * * * *",
                                                                            "9-5 * * * *",
                                                                            "* * * * fri-mon",
                                                                            "*/0 * * * *",
                                                                            "*/60 * * * *",
                                                                            "5/10 * * * *",
                                                                            "*/ * * * *",
                                                                            "1,,2 * * * *",
                                                                            ", * * * *",
                                                                            "** * * * *",
                                                                            "*-5 * * * *",
                                                                            "1-2-3 * * * *",
                                                                            "*/2/2 * * * *",
                                                                            "? * * * *",
                                                                            "* * L * *",
                                                                            "* * * foo *",
                                                                            "* * * * mo",
                                                                            "jan * * * *",
                                                                            "1.5 * * * *",
                                                                            "0x1 * * * *",
                                                                            "4294967297 * * * *",
                                                                            "18446744073709551617 * * * *",
                                                                            "*/4294967297 * * * *",
                                                                            endless,
                                                                            "1 1 1 1 " + endless,
                                                                            std::string("* * * * *\0", 10),
                                                                            "0 0 31 2 *",
                                                                            "0 0 30 2 *",
                                                                            "0 0 31 4,6,9,11 *",
                                                                            "0 0 30-31 feb */2"}) {
        const Error error = error_of([&] { (void)Schedule::parse(expression, "UTC"); });
        EXPECT_EQ(error.finding().message.code, Code{"CFG-SCHEDULE"}) << expression.substr(0, 50);
        EXPECT_EQ(error.failure_class(), FailureClass::bad_config);
    }
    const Error error = error_of([] { (void)Schedule::parse("0 0 31 4,6 *", "UTC"); });
    EXPECT_NE(sentence(error.finding().message, Language::english).find("3 (day of month) takes 1–30"),
              std::string::npos)
        << sentence(error.finding().message, Language::english);
}

TEST(Schedule, RefusesZonesThatDoNotExist) {
    for (const char* zone :
         {"Europe/Atlantis", "../../etc/passwd", "MSK-3", "/etc/localtime", "europe/moscow", " "}) {
        const Error error = error_of([&] { (void)Schedule::parse("* * * * *", zone); });
        EXPECT_EQ(error.finding().message.code, Code{"CFG-ZONE"}) << zone;
    }
}

}  // namespace
}  // namespace obmen::config
