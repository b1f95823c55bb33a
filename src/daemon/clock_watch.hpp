#pragma once

#include <optional>

#include "support/boot_time.hpp"
#include "support/clock.hpp"

namespace obmen::daemon {

/// Notices that the machine's clock was set while it ran: wall time and time that cannot be set must pass
/// alike.
class ClockWatch {
  public:
    /// \param passing time that goes on while the machine sleeps and that nobody can set
    ClockWatch(UtcTime wall, Duration passing) : m_wall(wall), m_passing(passing) {}

    /// \returns by how much the clock has jumped since the last look, where that is more than five minutes
    [[nodiscard]] std::optional<Duration> look(UtcTime wall, Duration passing);

  private:
    UtcTime m_wall;
    Duration m_passing;
};

}  // namespace obmen::daemon
