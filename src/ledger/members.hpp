#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "crm/entity.hpp"
#include "ledger/compact.hpp"
#include "ledger/database.hpp"

/// Which objects stand in which catalogue, and which catalogues have been exported in full.
namespace obmen::ledger {

/// The catalogue's row, made if need be.
[[nodiscard]] std::int64_t catalogue_number(Database& database, std::int64_t source_system,
                                            std::string_view catalogue_id);

/// True for what can be missing from a catalogue.
[[nodiscard]] bool stands_in_catalogues(crm::SourceKind kind);
void note_seen(Database& database, std::int64_t catalogue, std::int64_t entity, std::int64_t package);

/// The package being read holds a complete full export. It counts from `complete_full_exports` on; until then
/// `forget_full_exports` takes it back.
void note_full_export(Database& database, std::int64_t package, std::int64_t catalogue);
void complete_full_exports(Database& database, std::int64_t package);
void forget_full_exports(Database& database, std::int64_t package);

/// A merged full export whose removals are due.
struct DueExport {
    std::int64_t catalogue = 0;
    std::string name;
    bool is_newest = false;  ///< false: another full export of the catalogue has been merged since
};
[[nodiscard]] std::vector<DueExport> due_exports(Database& database, std::int64_t package);
void set_planned(Database& database, std::int64_t package, std::int64_t catalogue);

/// One object that a catalogue has ever named. A catalogue's offers stand in one of their own, whose name
/// ends with `#`: they do not keep a product that goods have named and name no more, unless they come in the
/// very package that lacks it.
struct Member {
    std::int64_t entity = 0;
    crm::SourceKind source_kind{};
    bool in_crm = false;  ///< or about to be made there, by another package
    GroupHashes confirmed;
    GroupHashes on_its_way;   ///< what other packages want of it and is not settled: the last of each group
    bool is_seen = false;     ///< in the catalogue's last complete full export or later
    bool is_missing = false;  ///< seen in that sense in no catalogue at all
};
/// The next members after the object `after`, by object, as they stand when the full exports of `package` are
/// complete.
[[nodiscard]] std::vector<Member> members_page(Database& database, std::int64_t package,
                                               std::int64_t catalogue, std::int64_t after, std::size_t most);

/// What is held of a package's deletion marks stands in catalogues of its own, which no Ид can be called, by
/// what becomes of the objects. They keep nothing from being missing.
enum class HeldMark : std::uint8_t { deactivate, remove };
[[nodiscard]] std::int64_t catalogue_of_marks(Database& database, std::int64_t source_system, HeldMark mark);
/// What is held of the marks of `package`, in one of these catalogues.
[[nodiscard]] std::vector<std::int64_t> held_marks(Database& database, std::int64_t catalogue,
                                                   std::int64_t package);
void forget_held_marks(Database& database, std::int64_t catalogue, std::int64_t package);
[[nodiscard]] bool any_marks_held(Database& database);
/// A newer package says that the object is active: no older mark is held of it any more.
void take_mark_back(Database& database, std::int64_t entity, std::int64_t package);

}  // namespace obmen::ledger
