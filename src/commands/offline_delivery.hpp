#pragma once

#include <filesystem>

#include "commands/commands.hpp"
#include "commands/offline_transport.hpp"
#include "config/settings.hpp"
#include "delivery/delivery.hpp"
#include "ledger/database.hpp"
#include "portal/facts.hpp"

namespace obmen::commands {

/// An empty portal: what only a portal knows comes from `facts_file` (`obmen doctor --facts`), or becomes
/// placeholders if that is empty. Throws SYS-FILE or B24-FACTS.
/// \param family of the placeholders; a facts file says its own
[[nodiscard]] portal::PortalFacts empty_portal(const std::filesystem::path& facts_file = {},
                                               portal::ApiFamily family = portal::ApiFamily::crm);

/// Sends everything that is pending in `database` to such a portal, which is not there: for request bodies in
/// files, and for counting requests. No key is looked up: what the ledger has no id for is new.
[[nodiscard]] delivery::DeliveryResult send_offline(ledger::Database& database, OfflineTransport& transport,
                                                    NoWaitClock& clock, portal::PortalFacts facts,
                                                    const delivery::DeliveryOptions& options,
                                                    Surroundings& surroundings);

}  // namespace obmen::commands
