#pragma once

#include <string>
#include <vector>

#include "ledger/database.hpp"
#include "support/clock.hpp"

/// Packages that nobody asks for any more.
namespace obmen::ledger {

/// Ids of packages that ended before `time` and of which nothing is needed: answered, nothing held, nothing
/// of them waits, on its way or undelivered; oldest first, `most` at the most. Those that were pruned are not
/// among them.
[[nodiscard]] std::vector<std::string> prunable(Database& database, UtcTime time, std::size_t most);

/// Drops findings, outcomes, journal rows and delivered receipts of the package, and its content: the very
/// same may come in again. The package's row and its files' names stay. Transactions of some thousand rows;
/// may be cut off and repeated.
void prune(Database& database, const std::string& package);

/// Their source takes the files of the package anew.
void forget_source_files(Database& database, const std::string& package);

/// Answered requests made before `time`.
void prune_requests(Database& database, UtcTime time);

}  // namespace obmen::ledger
