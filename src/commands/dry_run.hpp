#pragma once

#include "commands/commands.hpp"
#include "config/settings.hpp"

namespace obmen::commands {

/// What a push would do, worked out on a copy of the ledger: each object and field, totals, the
/// requests it would take and the time at the portal's limits. Sends nothing and changes nothing. Where the
/// settings name a portal, it is asked what the changed fields hold now, so that they are shown as `old →
/// new`, and what people's work would stay as it is (delivery::Preview).
[[nodiscard]] ExitCode dry_run(const CommonOptions& common, const PushOptions& options,
                               const config::Settings& settings, Surroundings& surroundings);

}  // namespace obmen::commands
