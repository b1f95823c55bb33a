#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "json.hpp"

namespace obmen::sandbox {

/// The portal's time. Limits run on `seconds()`, which a scale makes faster; dates are those of the machine,
/// so that a client with a scaled clock of its own reckons the same waits.
class PortalClock {
  public:
    /// `scale` 100 makes a second of the limits last 10 ms. \pre scale > 0
    explicit PortalClock(double scale = 1.0);
    /// Seconds since the clock was made, stretched by the scale.
    [[nodiscard]] double seconds() const;
    [[nodiscard]] double scale() const { return m_scale; }
    /// Unix time of the machine, with fractions.
    [[nodiscard]] static double unix_time();

  private:
    double m_scale;
    double m_start;
};

/// The zone of all dates that the portal keeps.
inline constexpr std::string_view server_zone = "+03:00";
/// `2026-01-15T10:30:00+03:00`: rows are stored as a server in Moscow writes them.
[[nodiscard]] std::string iso_date(double unix_time);
/// Seconds that a zone such as `+03:00` is ahead; nothing if it is none.
[[nodiscard]] std::optional<int> zone_offset(const std::string& zone);
/// Puts every date in `value` that iso_date() wrote into another zone. Midnight stands for a day without a
/// time: it only changes its zone (reference bitrix24-rest.md §12.12).
void put_into_zone(Json& value, const std::string& zone);

}  // namespace obmen::sandbox
