#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crm/entity.hpp"
#include "crm/packed_groups.hpp"
#include "ledger/compact.hpp"
#include "ledger/database.hpp"
#include "ledger/numbering.hpp"
#include "ledger/pending.hpp"

/// Wishes at rest: staged, parked, pending, or newer than an operation on its way. Only wished_rows.cpp knows
/// their columns.
namespace obmen::ledger {

/// Stand for the hashes of groups whose value does not decide whether they travel: those that are written
/// only once, and those that take away what an earlier one has brought. Stored: they never change.
inline constexpr std::uint64_t hash_of_write_once = 1;
inline constexpr std::uint64_t hash_of_clearing = 2;
/// Confirmed of a group that was sent and whose answer was lost: the CRM has some value, and nobody knows
/// which, so that every wish for it is news.
inline constexpr std::uint64_t hash_of_unknown = 3;

/// The hash by which the ledger compares the group.
[[nodiscard]] std::uint64_t standing_hash(const crm::FieldGroup& group);

/// True if the group has to travel, by what is confirmed of the object. `in_crm`: it is there; else all that
/// gives it a value travels, whatever was confirmed of one that is gone.
[[nodiscard]] bool is_news(bool in_crm, const GroupHashes& confirmed, std::int64_t group, std::uint64_t hash);

/// Wished field groups: the values (crm/packed_groups.hpp), which most steps only pass on, and the hashes,
/// which decide.
struct WishedGroups {
    std::string values{crm::no_groups};
    GroupHashes hashes;
};

/// `later` laid over `earlier`, group by group.
[[nodiscard]] WishedGroups laid_over(const WishedGroups& earlier, const WishedGroups& later,
                                     Numbering& names);
/// Only the groups whose numbers are in `kept`.
[[nodiscard]] WishedGroups only(const WishedGroups& groups, const GroupHashes& kept, Numbering& names);

/// Part of every stored wish.
struct WishRow {
    std::int64_t package = 0;
    bool creates = false;
    bool deletion_mark = false;
    std::uint32_t depth = 0;
    std::optional<std::int64_t> file;
    Place place;
    WishedGroups groups;
};

/// True if groups with these numbers say whether the object is active: only then does a wish without a
/// deletion mark take an earlier mark back.
[[nodiscard]] bool speaks_of_active(const GroupHashes& hashes, Numbering& names);
/// `later` laid over `earlier`: its package, place and groups, and what only the earlier one says.
[[nodiscard]] WishRow laid_over(const WishRow& earlier, WishRow later, Numbering& names);

struct StagedRow {
    std::int64_t id = 0;
    std::int64_t entity = 0;
    crm::EntityKind kind{};
    Verdict verdict = Verdict::planned;  ///< what planning has told the receipt
    WishRow wish;
};

struct PendingRow {
    std::int64_t entity = 0;
    crm::EntityKind kind{};
    OperationState state = OperationState::fresh;
    bool looked_up = false;
    std::uint32_t attempts = 0;
    WishRow wish;
    bool incomplete = false;  ///< see Pending::mark_incomplete
    std::uint32_t outages = 0;
};

struct NewerRow {
    std::int64_t entity = 0;
    crm::EntityKind kind{};
    WishRow wish;
};

[[nodiscard]] std::optional<StagedRow> find_staged(Database& database, std::int64_t package,
                                                   std::int64_t entity);
[[nodiscard]] bool has_staged(Database& database, std::int64_t package);
/// The object of the last of the package's first staged rows, by object: `most` of them, fewer if their
/// values are long. Nothing if nothing is staged.
[[nodiscard]] std::optional<std::int64_t> last_of_first_staged(Database& database, std::int64_t package,
                                                               std::size_t most);
/// What is staged of objects up to `last_entity` that anything was known of before: all but those that
/// `queue_staged_of_new` takes.
[[nodiscard]] std::vector<StagedRow> staged_of_known(Database& database, std::int64_t package,
                                                     std::int64_t last_entity);
/// What is staged of objects up to `last_entity` that were never wished before, and may be made, becomes
/// operations: the same as `Operations::apply` for each, without taking the values out of the ledger and
/// putting them back.
void queue_staged_of_new(Database& database, std::int64_t package, std::int64_t last_entity);
/// Objects that the CRM has and whose staged wish marks them as deleted, in ascending order.
[[nodiscard]] std::vector<std::int64_t> staged_marks(Database& database, std::int64_t package);
void insert_staged(Database& database, const StagedRow& row);
void update_staged(Database& database, const StagedRow& row);
void delete_staged(Database& database, std::int64_t id);
/// All of the package up to and with `last_entity`.
void delete_staged_up_to(Database& database, std::int64_t package, std::int64_t last_entity);

[[nodiscard]] std::optional<PendingRow> find_pending(Database& database, std::int64_t entity);
void put_pending(Database& database, const PendingRow& row);
void delete_pending(Database& database, std::int64_t entity);

/// Takes the row out of its table.
[[nodiscard]] std::optional<NewerRow> take_newer(Database& database, std::int64_t entity);
void put_newer(Database& database, const NewerRow& row);
[[nodiscard]] std::optional<WishRow> take_parked(Database& database, std::int64_t entity);
void put_parked(Database& database, std::int64_t entity, const WishRow& row);

}  // namespace obmen::ledger
