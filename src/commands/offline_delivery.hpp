#pragma once

#include <filesystem>

#include "commands/commands.hpp"
#include "commands/offline_transport.hpp"
#include "config/settings.hpp"
#include "delivery/delivery.hpp"
#include "ledger/database.hpp"

namespace obmen::commands {

/// Sends everything that is pending in `database` to a portal that is not there: for request bodies in files,
/// and for counting requests. What only a portal knows comes from `facts_file` (`obmen doctor --facts`), or
/// becomes placeholders if that is empty. No key is looked up: what the ledger has no id for is new.
[[nodiscard]] delivery::DeliveryResult send_offline(ledger::Database& database, OfflineTransport& transport,
                                                    NoWaitClock& clock,
                                                    const std::filesystem::path& facts_file,
                                                    const delivery::DeliveryOptions& options,
                                                    Surroundings& surroundings);

}  // namespace obmen::commands
