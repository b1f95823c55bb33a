#include "portal_clock.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <ctime>

namespace obmen::sandbox {

namespace {

constexpr std::time_t server_offset = 3 * 3600;

double steady_seconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace

PortalClock::PortalClock(double scale) : m_scale(scale), m_start(steady_seconds()) {}

double PortalClock::seconds() const {
    return (steady_seconds() - m_start) * m_scale;
}

double PortalClock::unix_time() {
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string iso_date(double unix_time) {
    const auto local = static_cast<std::time_t>(std::floor(unix_time)) + server_offset;
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}+03:00", fmt::gmtime(local));
}

}  // namespace obmen::sandbox
