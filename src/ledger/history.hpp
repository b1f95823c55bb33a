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

/// Drops findings, outcomes, journal rows (but the newest of all) and delivered receipts of the package, and
/// its content: the very same may come in again. The package's row and its files' names stay. Transactions of
/// some thousand rows; may be cut off and repeated.
void prune(Database& database, const std::string& package);

/// Their source takes the files of the package anew: at its next look, also where one watches it now
/// (SourceFiles::take_forgotten).
void forget_source_files(Database& database, const std::string& package);

/// Journal rows written before `time` that belong to no package, and those that prune() had to leave. The
/// newest row of all stays. Transactions of some thousand rows; may be cut off and repeated.
void prune_journal(Database& database, UtcTime time);

/// Answered requests made before `time`.
void prune_requests(Database& database, UtcTime time);

}  // namespace obmen::ledger
