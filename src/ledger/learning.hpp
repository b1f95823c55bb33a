#pragma once

#include <cstdint>

#include "ledger/database.hpp"

/// What a package teaches while it is planned: reference data, what products hand down, decisions.
///
/// It is written at once, because later records of the package need it; but until the merge begins, nothing
/// that follows from it is a promise. A package that is cut off, or turns out to be damaged, has what it has
/// taught taken back with what it has staged: else the next package that says the same would find no news in
/// it, and what had to follow (a section that a product passes on to its variants) would never be sent.
///
/// Triggers note what stood before (`learnt_over`), for rows that were there before the package.
namespace obmen::ledger {

/// From here to `keep_learnt` what is written can be taken back. Within the transaction that begins the
/// planning; nothing may be left of an earlier one (`take_back_learnt`).
void begin_learning(Database& database, std::int64_t package);
/// Takes back what a package has taught whose merge has not begun, in short transactions; may be cut off and
/// called again. Nothing where there is no such package. Costs what the package has taught.
void take_back_learnt(Database& database);
/// The same, if it is this package.
void take_back_learnt_of(Database& database, std::int64_t package);
/// What the package has taught stands. Within the transaction that begins its merge.
void keep_learnt(Database& database, std::int64_t package);
/// Drops the notes that `keep_learnt` has made needless, some at a time.
void drop_needless_notes(Database& database);

}  // namespace obmen::ledger
