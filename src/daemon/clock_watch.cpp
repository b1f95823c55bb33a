#include "daemon/clock_watch.hpp"

namespace obmen::daemon {

std::optional<Duration> ClockWatch::look(UtcTime wall, Duration passing) {
    constexpr Duration worth_a_word{std::chrono::minutes(5)};
    const Duration jump = (wall - m_wall) - (passing - m_passing);
    m_wall = wall;
    m_passing = passing;
    return std::chrono::abs(jump) > worth_a_word ? std::optional(jump) : std::nullopt;
}

}  // namespace obmen::daemon
