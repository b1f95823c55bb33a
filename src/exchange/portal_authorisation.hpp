#pragma once

#include <optional>
#include <string>

#include "config/settings.hpp"
#include "portal/client.hpp"
#include "portal/token_keeper.hpp"
#include "portal/transport.hpp"
#include "support/clock.hpp"

namespace obmen::exchange {

/// Do the settings name a portal: a webhook, or an application to sign in as?
[[nodiscard]] bool has_portal(const config::Settings& settings);

/// How requests leave this machine, by the settings.
[[nodiscard]] portal::NetworkOptions network_options(const config::PortalSettings& settings);

/// The tokens of the application in the settings. Throws SYS-MISSING-SETTING (bad_config) if portal.oauth is
/// not complete. `clock` must outlive the object.
[[nodiscard]] portal::TokenKeeper token_keeper(const config::Settings& settings, Clock& clock);

/// Where methods are called: the webhook's address if there is one, else that of the application. Throws
/// bad_config if the address is none, or nobody has signed in yet (B24-SIGN-IN).
[[nodiscard]] portal::PortalAddress portal_address(const config::Settings& settings, Clock& clock);

/// The portal's own id, which stays when it is renamed; empty for a webhook, which does not know it.
[[nodiscard]] std::string portal_member(const config::Settings& settings, Clock& clock);

/// The tokens that requests carry; nothing for a webhook. `clock` must outlive them.
[[nodiscard]] std::optional<portal::TokenSource> token_source(const config::Settings& settings, Clock& clock);

}  // namespace obmen::exchange
