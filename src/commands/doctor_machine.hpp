#pragma once

#include "commands/commands.hpp"
#include "commands/doctor_lines.hpp"
#include "config/settings.hpp"

namespace obmen::commands {

/// The state directory: its disk, and the ledger. The whole ledger is checked only if nobody else has it;
/// else the line says who.
void check_state(DoctorLines& lines, const config::Settings& settings, UtcTime now);

/// Sends a trial alert by every way, if `sends`; else says that it was not tried.
void check_alerts(DoctorLines& lines, const config::Settings& settings, bool sends,
                  Surroundings& surroundings);

}  // namespace obmen::commands
