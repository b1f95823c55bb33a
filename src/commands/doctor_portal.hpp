#pragma once

#include "commands/commands.hpp"
#include "commands/doctor_lines.hpp"
#include "config/settings.hpp"

namespace obmen::commands {

/// Asks the portal of the settings what it has and allows. With `options.facts`, writes that to a new file;
/// with `json`, shows it as one object as well. \pre has_portal(settings)
void check_portal(DoctorLines& lines, const CommonOptions& common, const DoctorOptions& options,
                  config::Settings settings, Surroundings& surroundings);

}  // namespace obmen::commands
