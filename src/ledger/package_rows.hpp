#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ledger/database.hpp"

namespace obmen::ledger {

/// The row number of a package. Throws (bug) if there is none.
[[nodiscard]] std::int64_t package_number(Database& database, const std::string& id);

/// The ids of packages that a query of one column gives.
[[nodiscard]] std::vector<std::string> package_ids_in(Statement& query);

}  // namespace obmen::ledger
