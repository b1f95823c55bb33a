#pragma once

#include <string>
#include <vector>

#include "ledger/database.hpp"
#include "support/clock.hpp"
#include "support/message.hpp"

/// Packages that people should know of, oldest first, each with what there is to say.
namespace obmen::ledger {

struct NoteworthyPackage {
    std::string id;
    Message message;
};

/// Removals wait for a person.
[[nodiscard]] std::vector<NoteworthyPackage> packages_held(Database& database);
/// Of a source; received since then and rejected.
[[nodiscard]] std::vector<NoteworthyPackage> packages_rejected(Database& database, UtcTime since);
/// Of a source; given up, at least in part, because it could not be sent (PKG-EXPIRED), and settled since
/// then.
[[nodiscard]] std::vector<NoteworthyPackage> packages_expired(Database& database, UtcTime since);

}  // namespace obmen::ledger
