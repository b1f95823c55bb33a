#pragma once

#include "config/settings.hpp"
#include "portal/token_keeper.hpp"
#include "portal/transport.hpp"
#include "support/clock.hpp"

namespace obmen::commands {

/// How requests leave this machine, by the settings.
[[nodiscard]] portal::NetworkOptions network_options(const config::PortalSettings& settings);

/// The tokens of the application in the settings. Throws SYS-MISSING-SETTING (bad_config) if portal.oauth is
/// not complete. `clock` must outlive the object.
[[nodiscard]] portal::TokenKeeper token_keeper(const config::Settings& settings, Clock& clock);

}  // namespace obmen::commands
