#pragma once

#include <cstddef>
#include <cstdint>

#include "ledger/database.hpp"

namespace obmen::ledger {

/// Rows of one transaction: well below 100 ms.
inline constexpr std::size_t merge_rows_per_transaction = 4000;

/// Turns up to `most` staged wishes of the package into operations, in one transaction. The first call is the
/// package's point of no return; the one that finds the end makes it `planned` and its operations visible.
/// \returns true while there may be more
bool merge_some(Database& database, std::int64_t package, std::size_t most);

/// Finishes what a crash or a full disk has interrupted. An older package must be merged before a newer one
/// is compared with it.
void finish_begun_merges(Database& database);

}  // namespace obmen::ledger
