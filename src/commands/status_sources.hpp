#pragma once

#include <iosfwd>

#include "config/settings.hpp"
#include "ledger/database.hpp"
#include "support/clock.hpp"

namespace obmen::commands {

/// The watched sources for `obmen status`: when they were looked at, what keeps them from it, and which files
/// wait in them for what. Why a file waits follows from what is known of it and from the source's settings:
/// those of the exchange, else the defaults.
void show_sources(ledger::Database& database, const config::Settings& settings, bool json, UtcTime now,
                  std::ostream& out);

}  // namespace obmen::commands
