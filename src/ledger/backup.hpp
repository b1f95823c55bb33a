#pragma once

#include <filesystem>
#include <optional>

#include "ledger/database.hpp"
#include "support/clock.hpp"

/// Copies of the ledger for a bad day, and what has to be done when one of them takes its place.
namespace obmen::ledger {

/// Writes a consistent copy of the ledger into the new file `target` (mode 0600), whoever works with the
/// ledger meanwhile; it is whole, checked and on disk when this returns. The copy knows that it is one
/// (copied_at), the ledger when it was copied last (last_backup). `database` may be a guest's.
/// Throws SYS-BACKUP (temporary) if the copy is damaged, SYS-LEDGER, SYS-FILE, SYS-DISK-FULL.
void back_up(Database& database, const std::filesystem::path& target, UtcTime now);

/// When the ledger was copied last; nothing: never.
[[nodiscard]] std::optional<UtcTime> last_backup(Database& database);

/// Set: this ledger is a copy that was made then, or is said to be one, and nobody has worked with it since.
/// What the portal has may be newer than what stands here.
[[nodiscard]] std::optional<UtcTime> copied_at(Database& database);
/// A state directory that came back by other means (a snapshot of the disk) is an old copy as well.
void mark_copied(Database& database, UtcTime time);

/// Makes an old copy of a ledger safe to work with: whatever has been applied since it was made, nothing is
/// doubled and nothing is taken for sent that is not. Creations are looked up by their keys before anything
/// is created; every value is sent once more with the next record that has it, also one that equals the last
/// known (groups that are written once stay written); what people were seen to have changed is forgotten; no
/// content counts as a repeat. Transactions of some thousand rows; may be cut off and repeated: copied_at()
/// is over only when all is done.
void doubt_everything(Database& database);

}  // namespace obmen::ledger
