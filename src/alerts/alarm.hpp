#pragma once

#include <functional>
#include <optional>
#include <string>

#include "config/settings.hpp"
#include "ledger/database.hpp"
#include "support/clock.hpp"
#include "support/finding.hpp"
#include "support/log.hpp"

/// Tells people what they must see to: by mail and by a command of theirs.
namespace obmen::alerts {

/// What stands, told once for each cause and once more when it is over. Kept in the ledger, so that a restart
/// tells nothing twice. For one thread, with a connection of its own.
class Alarm {
  public:
    /// What is named must outlive the object.
    Alarm(ledger::Database& database, const config::AlertSettings& settings, Language language, Clock& clock,
          Log& log);

    /// Something is wrong. `cause` says what about, without figures: `source:1c`, `portal`, `package:ID`,
    /// `receipts:1c`, `quiet:1c`, `disk`. Raised again it stays one alert, with the newest message.
    void raise(const std::string& cause, const Message& message);
    /// It is over; nothing happens if it was not raised.
    void clear(const std::string& cause);
    /// Sends what has not been told, alerts first, then all-clears (only of what was told); what fails is
    /// tried again at a stored time. \returns when the next attempt is due; nothing: all is told.
    std::optional<UtcTime> tell();

  private:
    ledger::Database& m_database;
    const config::AlertSettings& m_settings;
    Language m_language;
    Clock& m_clock;
    Log& m_log;
};

/// Sends one trial alert by every way that is set up. Throws SYS-ALERT-MAIL or SYS-ALERT-COMMAND (temporary).
void send_trial(const config::AlertSettings& settings, Language language, Log& log);

}  // namespace obmen::alerts
