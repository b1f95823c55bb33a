#pragma once

#include <string>

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

/// `2026-01-15T10:30:00+03:00`: the portal's server stands in Moscow.
[[nodiscard]] std::string iso_date(double unix_time);

}  // namespace obmen::sandbox
