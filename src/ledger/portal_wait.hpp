#pragma once

#include <cstdint>
#include <optional>

#include "ledger/database.hpp"
#include "support/clock.hpp"

/// When the portal is asked again.
namespace obmen::ledger {

struct PortalWait {
    std::uint64_t attempts = 0;  ///< in a row, in vain
    UtcTime next_attempt{};
    /// The portal answers, and something waits all the same: only news is sent before the time has come.
    bool only_leftovers = false;
};

/// Nothing: the portal may be asked.
[[nodiscard]] std::optional<PortalWait> portal_wait(Database& database);
void set_portal_wait(Database& database, const PortalWait& wait);
void forget_portal_wait(Database& database);

}  // namespace obmen::ledger
