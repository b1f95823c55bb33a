#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ledger/database.hpp"
#include "support/clock.hpp"
#include "support/message.hpp"

/// The end of a package's lifetime.
namespace obmen::ledger {

/// What of the package waits, unsent or for its parent, fails for `reason`. What is on its way or in doubt
/// stays until that is resolved. Transactions of some hundred objects; may be cut off and repeated. \returns
/// how many objects were given up
std::uint64_t give_up(Database& database, const std::string& package, const Message& reason);

/// Ids of packages received before `time` of which something waits for its parent, oldest first.
[[nodiscard]] std::vector<std::string> parked_before(Database& database, UtcTime time);

}  // namespace obmen::ledger
