#include "support/clock.hpp"

#include <fmt/format.h>

#include <ctime>
#include <thread>

namespace obmen {

UtcTime SystemClock::now() const {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

Duration SystemClock::steady() const {
    const auto real = std::chrono::steady_clock::now().time_since_epoch();
    const double milliseconds = std::chrono::duration<double, std::milli>(real).count() / m_scale;
    return Duration{static_cast<Duration::rep>(milliseconds)};
}

void SystemClock::sleep(Duration duration) {
    std::this_thread::sleep_for(
        std::chrono::duration<double, std::milli>(static_cast<double>(duration.count()) * m_scale));
}

namespace {

std::string formatted(const std::tm& parts) {
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", parts.tm_year + 1900, parts.tm_mon + 1,
                       parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

}  // namespace

std::string local_date_time(UtcTime time) {
    const std::time_t seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
    std::tm parts{};
    localtime_r(&seconds, &parts);
    return formatted(parts);
}

std::string utc_date_time(UtcTime time) {
    const auto whole = std::chrono::floor<std::chrono::seconds>(time);
    const std::time_t seconds = whole.time_since_epoch().count();
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    return fmt::format("{}.{:03}Z", formatted(parts), (time - whole).count());
}

}  // namespace obmen
