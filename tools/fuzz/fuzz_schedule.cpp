#include <array>
#include <chrono>
#include <cstdint>
#include <string>

#include "config/schedule.hpp"
#include "fuzz/promise.hpp"
#include "support/error.hpp"

// The promises of config/schedule.hpp, for any bytes: the first three are a zone and a time, the rest is the
// expression. What is understood is due at a later moment, within 41 years, and at none between.
namespace {

using namespace obmen;

constexpr std::array<const char*, 8> zones{"UTC",
                                           "Europe/Berlin",
                                           "America/New_York",
                                           "Asia/Kathmandu",
                                           "Australia/Lord_Howe",
                                           "Africa/Casablanca",
                                           "Pacific/Apia",
                                           "America/St_Johns"};

void try_schedule(const std::string& expression, const std::string& zone, UtcTime time) {
    try {
        const config::Schedule schedule = config::Schedule::parse(expression, zone);
        for (int i = 0; i < 5; ++i) {
            const UtcTime next = schedule.next_after(time);
            require(next > time, "not later: " + expression);
            require(next - time <= std::chrono::days(41 * 366), "too late: " + expression);
            require(next.time_since_epoch().count() % 60'000 == 0, "no whole minute: " + expression);
            const UtcTime between = time + (next - time) / 2;
            require(schedule.next_after(between) == next, "another time from between: " + expression);
            require(schedule.next_after(next - Duration(1)) == next, "not due: " + expression);
            time = next;
        }
    } catch (const Error& error) {
        require(error.finding().message.code == Code{"CFG-SCHEDULE"}, "another error");
        require(error.finding().message.arguments.size() == 4, "another message");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 3) {
        return 0;
    }
    const std::string expression(reinterpret_cast<const char*>(data) + 3, size - 3);
    // Hours from 1980 on: 85 years.
    const unsigned hour = (data[1] * 256U + data[2]) * 11U + data[0];
    try_schedule(expression, zones[data[0] % zones.size()],
                 UtcTime(std::chrono::sys_days(std::chrono::year(1980) / 1 / 1)) + std::chrono::hours(hour));
    return 0;
}
