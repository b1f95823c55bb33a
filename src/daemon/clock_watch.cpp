#include "daemon/clock_watch.hpp"

#include <ctime>

namespace obmen::daemon {

std::optional<Duration> ClockWatch::look(UtcTime wall, Duration passing) {
    constexpr Duration worth_a_word{std::chrono::minutes(5)};
    const Duration jump = (wall - m_wall) - (passing - m_passing);
    m_wall = wall;
    m_passing = passing;
    return std::chrono::abs(jump) > worth_a_word ? std::optional(jump) : std::nullopt;
}

Duration time_since_boot() {
    timespec now{};
    ::clock_gettime(CLOCK_BOOTTIME, &now);
    return std::chrono::duration_cast<Duration>(std::chrono::seconds(now.tv_sec) +
                                                std::chrono::nanoseconds(now.tv_nsec));
}

}  // namespace obmen::daemon
