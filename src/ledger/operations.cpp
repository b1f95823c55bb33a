#include "ledger/operations.hpp"

#include "ledger/known_records.hpp"
#include "ledger/outcomes.hpp"

#include <utility>

namespace obmen::ledger {

Verdict Operations::apply(std::int64_t entity, crm::EntityKind kind, WishRow wish) {
    if (wish.deletion_mark) {
        forget_known(m_database, entity);  // a record that comes again as it was brings the object back
    }
    std::optional<PendingRow> operation = find_pending(m_database, entity);
    if (operation && operation->state != OperationState::fresh) {
        keep_beside(entity, kind, std::move(wish));
        return Verdict::planned;
    }
    const EntityRow known = read_entity(m_database, entity);
    if (!known.has_remote_id && !operation && !wish.creates) {
        park(entity, std::move(wish));
        return Verdict::deferred;
    }
    join_parked(entity, wish);
    GroupHashes differing;
    for (const auto& [group, hash] : wish.groups.hashes.entries()) {
        if (is_news(known.has_remote_id, known.confirmed, group, hash)) {
            differing.set(group, hash);
        }
    }
    if (crm::is_written_whole(kind) && !differing.empty()) {
        differing = wish.groups.hashes;  // the portal takes it whole or not at all
    }
    return operation ? change(known, std::move(*operation), std::move(wish), differing)
                     : start(known, kind, std::move(wish), differing);
}

void Operations::keep_beside(std::int64_t entity, crm::EntityKind kind, WishRow wish) {
    if (const std::optional<NewerRow> earlier = take_newer(m_database, entity)) {
        if (earlier->wish.package != wish.package) {
            set_replaced(m_database, earlier->wish.package, entity);
        }
        wish = laid_over(earlier->wish, std::move(wish), m_names);
    }
    put_newer(m_database, {entity, kind, std::move(wish)});
}

void Operations::park(std::int64_t entity, WishRow wish) {
    if (const std::optional<WishRow> earlier = take_parked(m_database, entity)) {
        if (earlier->package != wish.package) {
            set_replaced(m_database, earlier->package, entity);
        }
        wish = laid_over(*earlier, std::move(wish), m_names);
    }
    put_parked(m_database, entity, wish);
}

void Operations::join_parked(std::int64_t entity, WishRow& wish) {
    if (const std::optional<WishRow> parked = take_parked(m_database, entity)) {
        if (parked->package != wish.package) {
            set_replaced(m_database, parked->package, entity);
        }
        wish.groups = laid_over(parked->groups, wish.groups, m_names);
    }
}

Verdict Operations::start(const EntityRow& entity, crm::EntityKind kind, WishRow wish,
                          const GroupHashes& differing) {
    if (differing.empty() && entity.has_remote_id) {
        return Verdict::unchanged;
    }
    // What an object is in the CRM cannot change while it is there.
    const crm::EntityKind lasting = entity.has_remote_id && entity.kind ? *entity.kind : kind;
    if (entity.kind != lasting) {
        set_kind(m_database, entity.id, lasting);
    }
    wish.groups = only(wish.groups, differing, m_names);
    put_pending(m_database, {entity.id, lasting, OperationState::fresh, false, 0, std::move(wish)});
    return Verdict::planned;
}

Verdict Operations::change(const EntityRow& entity, PendingRow operation, WishRow wish,
                           const GroupHashes& differing) {
    const std::int64_t older = operation.wish.package;
    GroupHashes untouched;
    for (const auto& [group, hash] : operation.wish.groups.hashes.entries()) {
        if (!wish.groups.hashes.contains(group)) {
            untouched.set(group, hash);
        }
    }
    operation.wish.groups = only(operation.wish.groups, untouched, m_names);
    if (differing.empty() && entity.has_remote_id) {
        // The CRM has all of it already: only unsent wishes for something else are taken back.
        if (!untouched.empty()) {
            put_pending(m_database, operation);
            return Verdict::unchanged;
        }
        delete_pending(m_database, entity.id);
        if (older != wish.package) {
            set_replaced(m_database, older, entity.id);
        }
        return Verdict::unchanged;
    }
    if (older != wish.package) {
        set_replaced(m_database, older, entity.id);
    }
    wish.groups = only(wish.groups, differing, m_names);
    operation.wish = laid_over(operation.wish, std::move(wish), m_names);
    operation.attempts = 0;
    put_pending(m_database, operation);
    return Verdict::planned;
}

void Operations::promote(std::int64_t entity) {
    std::optional<NewerRow> newer = take_newer(m_database, entity);
    if (!newer) {
        return;
    }
    const std::int64_t package = newer->wish.package;
    const Verdict verdict = apply(entity, newer->kind, std::move(newer->wish));
    if (verdict != Verdict::planned) {
        set_planned_verdict(m_database, package, entity, verdict, reason_for(m_database, verdict, entity));
    }
}

std::optional<Message> reason_for(Database& database, Verdict verdict, std::int64_t entity) {
    if (verdict != Verdict::deferred) {
        return std::nullopt;
    }
    return Message{"CRM-PARKED", {written_id(database, entity)}};
}

}  // namespace obmen::ledger
