#include <algorithm>
#include <utility>

#include "ledger/entities.hpp"
#include "ledger/failure.hpp"
#include "ledger/known_records.hpp"
#include "ledger/operations.hpp"
#include "ledger/outcomes.hpp"
#include "ledger/ownership.hpp"
#include "ledger/pending.hpp"

namespace obmen::ledger {
namespace {

/// True if the CRM was changed.
bool has_written(Verdict verdict) {
    return verdict == Verdict::created || verdict == Verdict::updated || verdict == Verdict::linked ||
           verdict == Verdict::deactivated || verdict == Verdict::deleted;
}

/// True if the CRM is now as it should be.
bool has_succeeded(Verdict verdict) {
    return has_written(verdict) || verdict == Verdict::unchanged || verdict == Verdict::left;
}

/// The CRM now has what was sent of these groups.
void confirm(Database& database, const EntityRow& entity, const PendingRow& operation,
             const std::vector<std::string>& groups, Numbering& names) {
    if (groups.empty()) {
        return;
    }
    GroupHashes confirmed = entity.confirmed;
    for (const std::string& name : groups) {
        const std::int64_t group = names.number_of(name);
        const std::optional<std::uint64_t> sent = operation.wish.groups.hashes.find(group);
        if (sent == hash_of_clearing) {
            confirmed.erase(group);
        } else if (sent) {
            confirmed.set(group, *sent);
        }
    }
    confirm_groups(database, entity.id, confirmed);
}

/// The CRM has all that the operation wished, or it is still on its way.
bool is_fulfilled(const EntityRow& entity, const PendingRow& operation, const Settlement& settlement,
                  Numbering& names) {
    const bool is_there =
        entity.has_remote_id || !settlement.remote_id.empty() || crm::is_aspect(operation.kind);
    if (!is_there || !has_succeeded(settlement.verdict) || settlement.verdict == Verdict::left ||
        settlement.verdict == Verdict::deleted) {
        return false;
    }
    const auto names_group = [&](const std::vector<std::string>& groups, std::int64_t number) {
        return std::any_of(groups.begin(), groups.end(),
                           [&](const std::string& name) { return names.number_of(name) == number; });
    };
    const auto& wished = operation.wish.groups.hashes.entries();
    return std::all_of(wished.begin(), wished.end(), [&](const GroupHashes::Entry& entry) {
        return names_group(settlement.confirmed_groups, entry.first) ||
               names_group(settlement.kept_groups, entry.first);
    });
}

/// What stays wished is sent again; the rest of the operation is over.
void keep_only(Database& database, PendingRow operation, const std::vector<std::string>& groups,
               Numbering& names) {
    GroupHashes kept;
    for (const std::string& name : groups) {
        const std::int64_t group = names.number_of(name);
        if (const std::optional<std::uint64_t> hash = operation.wish.groups.hashes.find(group)) {
            kept.set(group, *hash);
        }
    }
    if (kept.empty()) {
        delete_pending(database, operation.entity);
        return;
    }
    operation.state = OperationState::fresh;
    operation.attempts = 0;
    operation.outages = 0;
    operation.wish.groups = only(operation.wish.groups, kept, names);
    put_pending(database, operation);
}

void take_remote_id(Database& database, const PendingRow& operation, const Settlement& settlement) {
    if (crm::is_aspect(operation.kind)) {
        if (has_succeeded(settlement.verdict)) {
            take_owners_remote_id(database, operation.entity);
        }
    } else if (!settlement.remote_id.empty()) {
        set_remote_id(database, operation.entity, settlement.remote_id);
    }
}

/// A part has no row of its own in the receipt: its owner's tells of it.
void tell_owner(Database& database, const PendingRow& operation, const Settlement& settlement) {
    const std::int64_t owner = top_owner(database, operation.entity);
    const std::int64_t package = operation.wish.package;
    if (has_written(settlement.verdict)) {
        set_part_written(database, package, owner);
    }
    std::optional<Message> note = settlement.reason;
    if (settlement.verdict == Verdict::failed) {
        note = Message{"CRM-PART-FAILED",
                       {as_argument(part_name(operation.kind)),
                        settlement.reason ? as_argument(*settlement.reason) : std::string()}};
    }
    if (note) {
        insert_finding(database, package, Severity::warning, *note, operation.wish.file, operation.wish.place,
                       written_id(database, owner));
    }
}

PendingRow operation_of(Database& database, const Settlement& settlement) {
    std::optional<PendingRow> operation = find_pending(database, settlement.entity);
    if (!operation) {
        throw_bug("no operation to settle for entity " + std::to_string(settlement.entity));
    }
    return std::move(*operation);
}

void settle_one(Database& database, Operations& operations, const Settlement& settlement,
                const PendingRow& operation) {
    const EntityRow entity = read_entity(database, settlement.entity);
    take_remote_id(database, operation, settlement);
    confirm(database, entity, operation, settlement.confirmed_groups, operations.names());
    if (!is_fulfilled(entity, operation, settlement, operations.names())) {
        forget_known(database, entity.id);
    }
    if (entity.adoption == EntityRow::Adoption::unwritten && has_succeeded(settlement.verdict)) {
        set_adoption(database, entity.id, EntityRow::Adoption::written);
    }
    if (entity.left_gone && has_written(settlement.verdict)) {
        set_left_gone(database, entity.id, false);  // somebody has brought it back
    }
    if (settlement.verdict != Verdict::failed || settlement.was_refused) {
        forget_sent_entries(database, entity.id);
    }  // else the next wish for them reads back which have arrived: those are ours
    if (settlement.verdict == Verdict::deleted) {
        forget_with_parts(database, settlement.entity);
    }
    if (crm::is_part(operation.kind)) {
        tell_owner(database, operation, settlement);
    } else {
        set_settled_verdict(database, operation.wish.package, settlement.entity, settlement.verdict,
                            settlement.reason);
    }
    keep_only(database, operation, settlement.kept_groups, operations.names());
    operations.promote(settlement.entity);
}

}  // namespace

void Pending::settle(const std::vector<Settlement>& settlements) {
    m_database.transaction([&] {
        Operations operations(m_database);
        // Owners first, whatever order they are given in: aspects take over their ids, and parts add to their
        // verdicts.
        std::vector<std::pair<int, const Settlement*>> parts;
        for (const Settlement& settlement : settlements) {
            const PendingRow operation = operation_of(m_database, settlement);
            if (crm::is_part(operation.kind)) {
                parts.emplace_back(crm::sending_rank(operation.kind), &settlement);
            } else {
                settle_one(m_database, operations, settlement, operation);
            }
        }
        std::stable_sort(parts.begin(), parts.end(),
                         [](const auto& a, const auto& b) { return a.first < b.first; });
        for (const auto& [rank, settlement] : parts) {
            settle_one(m_database, operations, *settlement, operation_of(m_database, *settlement));
        }
    });
}

}  // namespace obmen::ledger
