#pragma once

#include <optional>

#include "alerts/alarm.hpp"
#include "alerts/causes.hpp"
#include "config/settings.hpp"
#include "ledger/database.hpp"
#include "support/clock.hpp"

namespace obmen::alerts {

/// What the ledger and the machine say now; `portal`, `watched_for` and `standing` are for the caller to fill
/// in.
/// Rejected and expired packages are seen for a week, and only those that came from a source: who hands one
/// over by hand is told at once. A few queries; rows in proportion to the packages of a week.
[[nodiscard]] Snapshot read_snapshot(ledger::Database& database, const config::Settings& settings,
                                     UtcTime now);

/// Looks at everything now and then, and has the alarm raised or cleared. For the alarm's thread.
class Watchman {
  public:
    /// What is named must outlive the object.
    Watchman(ledger::Database& database, const config::Settings& settings, Alarm& alarm, Clock& clock);

    /// \param portal why nothing can be sent at the moment; nothing: it can, or nobody has tried
    void look(const std::optional<Trouble>& portal);

  private:
    ledger::Database& m_database;
    const config::Settings& m_settings;
    Alarm& m_alarm;
    Clock& m_clock;
    Duration m_began;
};

}  // namespace obmen::alerts
