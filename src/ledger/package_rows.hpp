#pragma once

#include <cstdint>
#include <string>

#include "ledger/database.hpp"

namespace obmen::ledger {

/// The row number of a package. Throws (bug) if there is none.
[[nodiscard]] std::int64_t package_number(Database& database, const std::string& id);

}  // namespace obmen::ledger
