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

/// One object that a catalogue has ever named.
struct Member {
    std::int64_t entity = 0;
    crm::SourceKind source_kind{};
    bool in_crm = false;
    GroupHashes confirmed;
    bool is_seen = false;     ///< in the catalogue's last complete full export or later
    bool is_missing = false;  ///< seen in that sense in no catalogue at all
};
/// The next members after the object `after`, by object.
[[nodiscard]] std::vector<Member> members_page(Database& database, std::int64_t catalogue, std::int64_t after,
                                               std::size_t most);

}  // namespace obmen::ledger
