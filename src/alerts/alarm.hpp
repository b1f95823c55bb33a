#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "alerts/alert_text.hpp"
#include "config/settings.hpp"
#include "ledger/alert_rows.hpp"
#include "ledger/database.hpp"
#include "support/clock.hpp"
#include "support/finding.hpp"
#include "support/log.hpp"

/// Tells people what they must see to: by mail and by a command of theirs.
namespace obmen::alerts {

/// How an alert ends.
enum class AlertKind : std::uint8_t {
    lasting,  ///< when it is over people are told
    one_off   ///< it has happened; it is told once, and never said to be over
};

/// What stands, told once for each cause and once more when it is over. Kept in the ledger, so that a restart
/// tells nothing twice. For one thread, with a connection of its own.
class Alarm {
  public:
    /// What is named must outlive the object.
    Alarm(ledger::Database& database, const config::AlertSettings& settings, Language language, Clock& clock,
          Log& log);

    /// Something is wrong. `cause` says what about, without figures: `source:1c`, `portal`, `package:ID`,
    /// `receipts:1c`, `quiet:1c`, `disk`. Raised again it stays one alert, with the newest message; raised
    /// again before its all-clear has been told it goes on as if it had never been over.
    void raise(const std::string& cause, const Message& message, AlertKind kind = AlertKind::lasting);
    /// It is over; nothing happens if it was not raised. What nobody has been told of is forgotten.
    void clear(const std::string& cause);
    /// Causes that stand, in order.
    [[nodiscard]] std::vector<std::string> standing() const;
    /// Sends what has not been told, alerts first, then all-clears (only of what was told), by every way that
    /// is set up; what fails is tried again at a stored time, by the ways that failed only: after 1 min …
    /// 1 h. A way that fails is left alone for the rest of the call, which so takes two minutes at the most.
    /// Without any way the log is told, and that is all. \returns when the next attempt is due; nothing: all
    /// is told.
    std::optional<UtcTime> tell();

  private:
    [[nodiscard]] News news_of(const ledger::AlertRow& row) const;
    /// \returns the ways by which the row's news has gone by now
    [[nodiscard]] std::uint64_t send(const ledger::AlertRow& row, std::uint64_t& broken);

    ledger::Database& m_database;
    const config::AlertSettings& m_settings;
    Language m_language;
    Clock& m_clock;
    Log& m_log;
    ledger::AlertRows m_rows;
};

/// Is there any way to tell people?
[[nodiscard]] bool has_ways(const config::AlertSettings& settings);

/// Sends one trial alert by every way that is set up. Throws SYS-ALERT-MAIL or SYS-ALERT-COMMAND (temporary),
/// after the other way has been tried as well.
void send_trial(const config::AlertSettings& settings, Language language, Log& log);

}  // namespace obmen::alerts
