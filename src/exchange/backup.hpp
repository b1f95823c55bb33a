#pragma once

#include <cstdint>
#include <filesystem>

#include "ledger/database.hpp"
#include "support/clock.hpp"

/// State directories that are put by, and that come back.
namespace obmen::exchange {

struct BackupReport {
    std::uint64_t packages = 0;  ///< whose private copies are in it
    std::uint64_t files = 0;     ///< private copies, with those that are in no package yet
};

/// Writes all that an exchange cannot do without into the new folder `target`, beside a running daemon as
/// well: `ledger.db`, and the private copies that nobody may have any more: of packages that have not ended
/// or were rejected (`spool/`), and of files that are in no package yet (`landing/`). Not in it: copies of
/// packages that have ended (only `retry` would want them), receipts (they are made again from the ledger),
/// the application's tokens (they may be renewed once only). Everything is on disk and checked when the
/// folder gets its name; cut off, it leaves nothing under that name.
/// Throws SYS-NOT-EMPTY (bad_config) if there is something at `target`, SYS-BACKUP, SYS-FILE, SYS-DISK-FULL,
/// SYS-LEDGER (temporary).
BackupReport back_up(ledger::Database& database, const std::filesystem::path& state,
                     const std::filesystem::path& target, UtcTime now);

/// Puts a backup in the place of a state directory that has no ledger (any more). The ledger comes last: what
/// is cut off can be repeated. The first run after it makes the old ledger safe to work with
/// (ledger::doubt_everything). Throws SYS-NO-LEDGER (bad_config) if `backup` is none, SYS-NOT-EMPTY
/// (bad_config) if `state` has a ledger, SYS-LOCKED, SYS-FILE, SYS-DISK-FULL (temporary).
BackupReport restore(const std::filesystem::path& backup, const std::filesystem::path& state);

}  // namespace obmen::exchange
