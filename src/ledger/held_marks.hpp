#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "ledger/database.hpp"
#include "ledger/holds.hpp"

/// Deletion marks of one package: too many of them wait for a person, as absences do.
namespace obmen::ledger {

/// Objects that the package marks as deleted while the CRM has them switched on, in order: of a package that
/// is read (staged) or merged (pending, or held).
[[nodiscard]] std::vector<std::int64_t> marked_and_staged(Database& database, std::int64_t package);
[[nodiscard]] std::vector<std::int64_t> marked_and_merged(Database& database, std::int64_t package);

/// Removals::weigh_marks.
bool hold_marks_if_too_many(Database& database, const std::string& package_id, unsigned max_missing_percent,
                            bool absence_counts, std::size_t rows);

[[nodiscard]] bool is_hold_of_marks(const Hold& hold);
/// Makes operations of the held marks whose objects are still there. \returns how many
std::uint64_t stage_held_marks(Database& database, const Hold& hold, std::size_t rows);

}  // namespace obmen::ledger
