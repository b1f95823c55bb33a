#include "ledger/difference.hpp"

#include "ledger/scoped_reset.hpp"

#include <algorithm>

namespace obmen::ledger {
namespace {

bool differs(const MetObject& object, std::int64_t group, std::uint64_t hash) {
    return is_news(object.has_remote_id, object.confirmed, group, hash);
}

bool is_to_be_staged(const MetObject& object, const crm::FieldGroup& group, std::int64_t number,
                     std::uint64_t hash) {
    const bool clears = crm::is_clearing(group);
    if (group.write_once && clears) {
        return false;
    }
    if (object.pending.contains(number)) {
        return true;
    }
    // Earlier versions have confirmed the hash of the empty value itself.
    const bool is_cleared = clears && object.confirmed.has(number, crm::group_hash(group));
    return !is_cleared && differs(object, number, hash);
}

void add_hashes(GroupHashes& to, const Statement& row, int column) {
    const GroupHashes stored(row.text(column));
    for (const auto& [group, hash] : stored.entries()) {
        to.set(group, hash);
    }
}

/// Lays the kept groups over those staged before; what is wished again and needs nothing now is dropped.
WishedGroups laid_over_staged(const WishedGroups& before, const GroupHashes& wished, const WishedGroups& kept,
                              Numbering& names) {
    GroupHashes untouched;
    for (const auto& [group, hash] : before.hashes.entries()) {
        if (!wished.contains(group)) {
            untouched.set(group, hash);
        }
    }
    return laid_over(only(before, untouched, names), kept, names);
}

}  // namespace

std::optional<MetObject> find_met(Database& database, std::int64_t source_system, std::int64_t package,
                                  const crm::EntityKey& key) {
    Statement& query = database.statement(
        "SELECT e.id, e.kind IS NOT NULL, e.remote_id IS NOT NULL, e.confirmed, e.source_id, p.state, "
        "p.hashes,"
        " n.hashes, o.ordinal, o.flags, o.verdict, e.owner, e.left_gone"
        " FROM entity e LEFT JOIN pending p ON p.entity = e.id LEFT JOIN newer n ON n.entity = e.id"
        " LEFT JOIN outcome o ON o.package = ? AND o.entity = e.id"
        " WHERE e.source_system = ? AND e.key_hash = ? AND e.source_kind = ? AND e.source_key = ?");
    const ScopedReset reset(query);
    StoredKey(key).bind(query.bind(package).bind(source_system));
    if (!query.next()) {
        return std::nullopt;
    }
    MetObject object;
    object.id = query.integer(0);
    object.source_kind = key.kind;
    object.ever_wished = query.integer(1) != 0;
    object.has_remote_id = query.integer(2) != 0;
    object.confirmed = GroupHashes(query.text(3));
    object.source_id = query.is_null(4) ? key.id : query.text(4);
    object.has_operation = !query.is_null(5);
    object.on_its_way =
        object.has_operation && query.integer(5) != static_cast<std::int64_t>(OperationState::fresh);
    add_hashes(object.pending, query, 6);
    add_hashes(object.pending, query, 7);
    if (!query.is_null(8)) {
        object.outcome =
            OutcomeRow{package, query.integer(8), query.integer(9), static_cast<Verdict>(query.integer(10))};
    }
    if (!query.is_null(11)) {
        object.owner = query.integer(11);
    }
    object.left_gone = query.integer(12) != 0;
    return object;
}

GroupHashes hashes_of(const std::vector<crm::FieldGroup>& groups, Numbering& names) {
    GroupHashes hashes;
    for (const crm::FieldGroup& group : groups) {
        hashes.set(names.number_of(group.name), standing_hash(group));
    }
    return hashes;
}

WishedGroups staged_groups(const MetObject& object, const std::vector<crm::FieldGroup>& groups,
                           const GroupHashes& wished, const std::optional<StagedRow>& staged, bool whole,
                           Numbering& names) {
    WishedGroups kept;
    // In their order, unless a group is there twice.
    const bool in_order = wished.entries().size() == groups.size();
    for (std::size_t i = 0; i < groups.size(); ++i) {
        const std::int64_t number = in_order ? wished.entries()[i].first : names.number_of(groups[i].name);
        const std::uint64_t hash = in_order ? wished.entries()[i].second : wished.find(number).value_or(0);
        if (is_to_be_staged(object, groups[i], number, hash)) {
            kept.hashes.set(number, hash);
        }
    }
    if (whole && !kept.hashes.empty()) {
        kept.hashes = wished;
    }
    if (kept.hashes.entries().size() == groups.size()) {
        if (!groups.empty()) {
            kept.values = crm::packed(groups);
        }
    } else if (!kept.hashes.empty()) {
        kept.values = crm::packed(groups, [&](const crm::FieldGroup& group) {
            return kept.hashes.contains(names.number_of(group.name));
        });
    }
    return staged ? laid_over_staged(staged->wish.groups, wished, kept, names) : kept;
}

Verdict verdict_of(const MetObject& object, const WishRow& staged) {
    if (!object.is_known()) {
        return staged.creates ? Verdict::planned : Verdict::deferred;
    }
    const auto& entries = staged.groups.hashes.entries();
    const bool any_differs = std::any_of(
        entries.begin(), entries.end(),
        [&](const GroupHashes::Entry& entry) { return differs(object, entry.first, entry.second); });
    // Before an operation on its way has ended, nobody knows what the CRM has.
    const bool has_to_wait = object.on_its_way && !entries.empty();
    return any_differs || has_to_wait ? Verdict::planned : Verdict::unchanged;
}

}  // namespace obmen::ledger
