#pragma once

#include "commands/commands.hpp"
#include "commands/doctor_lines.hpp"
#include "config/settings.hpp"

namespace obmen::commands {

/// Tries every source of the settings and the place that its receipts go to, and their clocks and schedules.
/// Sources are only written to where the archive policy needs it. Where receipts can be delivered again, a
/// pause after earlier failures ends (ledger::ReceiptDeliveries::forget_trouble).
void check_places(DoctorLines& lines, const config::Settings& settings, Surroundings& surroundings);

}  // namespace obmen::commands
