#include "ledger/entities.hpp"
#include "ledger/failure.hpp"
#include "ledger/operations.hpp"
#include "ledger/outcomes.hpp"
#include "ledger/pending.hpp"

namespace obmen::ledger {
namespace {

/// The CRM now has what was sent of these groups.
void confirm(Database& database, const PendingRow& operation, const std::vector<std::string>& groups,
             Numbering& names) {
    if (groups.empty()) {
        return;
    }
    GroupHashes confirmed = read_entity(database, operation.entity).confirmed;
    for (const std::string& name : groups) {
        const std::int64_t group = names.number_of(name);
        if (const std::optional<std::uint64_t> sent = operation.wish.groups.hashes.find(group)) {
            confirmed.set(group, *sent);
        }
    }
    set_confirmed(database, operation.entity, confirmed);
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
    operation.wish.groups = only(operation.wish.groups, kept, names);
    put_pending(database, operation);
}

void settle_one(Database& database, Operations& operations, const Settlement& settlement) {
    const std::optional<PendingRow> operation = find_pending(database, settlement.entity);
    if (!operation) {
        throw_bug("no operation to settle for entity " + std::to_string(settlement.entity));
    }
    if (!settlement.remote_id.empty()) {
        set_remote_id(database, settlement.entity, settlement.remote_id);
    }
    confirm(database, *operation, settlement.confirmed_groups, operations.names());
    if (settlement.verdict == Verdict::deleted) {
        forget_remote(database, settlement.entity);
    }
    set_settled_verdict(database, operation->wish.package, settlement.entity, settlement.verdict,
                        settlement.reason);
    keep_only(database, *operation, settlement.kept_groups, operations.names());
    operations.promote(settlement.entity);
}

}  // namespace

void Pending::settle(const std::vector<Settlement>& settlements) {
    m_database.transaction([&] {
        Operations operations(m_database);
        for (const Settlement& settlement : settlements) {
            settle_one(m_database, operations, settlement);
        }
    });
}

}  // namespace obmen::ledger
