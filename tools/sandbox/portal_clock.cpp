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
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}{}", fmt::gmtime(local), server_zone);
}

std::optional<int> zone_offset(const std::string& zone) {
    const auto digit = [&](std::size_t place) { return zone[place] - '0'; };
    if (zone.size() != server_zone.size() || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':')
        return std::nullopt;
    for (const std::size_t place : {1U, 2U, 4U, 5U}) {
        if (digit(place) < 0 || digit(place) > 9)
            return std::nullopt;
    }
    const int hours = digit(1) * 10 + digit(2);
    const int minutes = digit(4) * 10 + digit(5);
    if (hours > 14 || minutes > 59)
        return std::nullopt;
    const int seconds = hours * 3600 + minutes * 60;
    return zone[0] == '-' ? -seconds : seconds;
}

void put_into_zone(Json& value, const std::string& zone) {
    if (value.is_structured()) {
        for (Json& item : value)
            put_into_zone(item, zone);
        return;
    }
    if (!value.is_string())
        return;
    const auto& text = value.get_ref<const std::string&>();
    constexpr std::size_t length = 25;
    if (text.size() != length || !text.ends_with(server_zone) || text[10] != 'T')
        return;
    const std::string written = text.substr(0, 19);
    std::tm time{};
    if (::strptime(written.c_str(), "%Y-%m-%dT%H:%M:%S", &time) == nullptr)
        return;
    if (written.ends_with("T00:00:00")) {
        value = written + zone;
        return;
    }
    const std::time_t local = ::timegm(&time) - server_offset + zone_offset(zone).value_or(0);
    value = fmt::format("{:%Y-%m-%dT%H:%M:%S}{}", fmt::gmtime(local), zone);
}

}  // namespace obmen::sandbox
