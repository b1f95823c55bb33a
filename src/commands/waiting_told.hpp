#pragma once

#include "commands/commands.hpp"

namespace obmen::commands {

/// The context of a command that somebody waits for. Where the portal does not answer, standard error says so
/// at once, in one line: for how long it is waited for and what ends that; and when it answers again.
[[nodiscard]] exchange::RunContext context_with_waiting_told(const Surroundings& surroundings,
                                                             Language language, bool json);

}  // namespace obmen::commands
