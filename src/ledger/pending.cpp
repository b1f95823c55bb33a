#include "ledger/pending.hpp"

#include "ledger/compact.hpp"
#include "ledger/entities.hpp"
#include "ledger/failure.hpp"
#include "ledger/known_records.hpp"
#include "ledger/numbering.hpp"
#include "ledger/operations.hpp"
#include "ledger/outcomes.hpp"
#include "ledger/ownership.hpp"
#include "ledger/package_rows.hpp"
#include "ledger/scoped_reset.hpp"

namespace obmen::ledger {
namespace {

void set_state(Database& database, std::int64_t entity, OperationState state) {
    database.statement("UPDATE pending SET state = ? WHERE entity = ?")
        .bind(static_cast<std::int64_t>(state))
        .bind(entity)
        .run();
}

void make_fresh(Database& database, std::int64_t entity) {
    set_state(database, entity, OperationState::fresh);
    Operations(database).promote(entity);
}

/// What the CRM has in the groups of an update that may have run is known to nobody.
void forget_confirmed(Database& database, const PendingRow& operation) {
    const EntityRow entity = read_entity(database, operation.entity);
    const bool is_aspect = crm::is_aspect(operation.kind);
    if (!entity.has_remote_id && !is_aspect) {
        return;  // a creation: what it would have made was looked for
    }
    // Addresses, pictures and prices that nobody has confirmed may be a person's, who was there before us:
    // they stay such.
    const bool only_confirmed = operation.kind == crm::EntityKind::address ||
                                operation.kind == crm::EntityKind::pictures ||
                                operation.kind == crm::EntityKind::prices;
    GroupHashes confirmed = entity.confirmed;
    for (const auto& [group, hash] : operation.wish.groups.hashes.entries()) {
        if (!only_confirmed || confirmed.contains(group)) {
            confirmed.set(group, hash_of_unknown);
        }
    }
    set_confirmed(database, entity.id, confirmed);
    if (is_aspect && !only_confirmed) {
        take_owners_remote_id(database, entity.id);
    }
}

/// A part that goes on waiting when its owner's row in the receipt is done with is told of once.
void explain_part(Database& database, const PendingRow& operation, const Message& reason) {
    const std::int64_t owner = top_owner(database, operation.entity);
    const std::int64_t package = operation.wish.package;
    const std::optional<OutcomeRow> row = find_outcome(database, package, owner);
    if (row && (row->verdict == Verdict::planned || row->verdict == Verdict::deferred)) {
        return;
    }
    const bool is_first =
        database.statement("UPDATE pending SET explained = 1 WHERE entity = ? AND explained = 0")
            .bind(operation.entity)
            .run() > 0;
    if (is_first) {
        const Message note{"CRM-PART-WAITS", {as_argument(part_name(operation.kind)), as_argument(reason)}};
        insert_finding(database, package, Severity::warning, note, operation.wish.file, operation.wish.place,
                       written_id(database, owner));
    }
}

/// The id in a query's only column: nothing without a row, an empty text for NULL.
std::optional<std::string> remote_id_in(Statement& query) {
    const ScopedReset reset(query);
    return query.next() ? std::optional(query.text(0)) : std::nullopt;
}

}  // namespace

std::optional<std::string> Pending::remote_id(const crm::EntityKey& key,
                                              std::string_view source_system) const {
    Statement& query = m_database.statement(
        "SELECT remote_id FROM entity WHERE source_system = (SELECT id FROM source_system WHERE name = ?)"
        " AND key_hash = ? AND source_kind = ? AND source_key = ? AND kind IS NOT NULL");
    StoredKey(key).bind(query.bind(source_system));
    return remote_id_in(query);
}

std::optional<std::string> Pending::remote_id(const crm::EntityKey& key) const {
    Statement& query = m_database.statement(
        "SELECT e.remote_id FROM source_system s CROSS JOIN entity e ON e.source_system = s.id"
        " WHERE e.key_hash = ? AND e.source_kind = ? AND e.source_key = ? AND e.kind IS NOT NULL"
        " ORDER BY e.remote_id IS NULL, s.id LIMIT 1");
    StoredKey(key).bind(query);
    return remote_id_in(query);
}

void Pending::mark_sent(const std::vector<std::int64_t>& entities) {
    m_database.transaction([&] {
        for (const std::int64_t entity : entities) {
            m_database.statement("UPDATE pending SET state = ?, attempts = attempts + 1 WHERE entity = ?")
                .bind(static_cast<std::int64_t>(OperationState::sent))
                .bind(entity)
                .run();
        }
    });
}

void Pending::mark(const std::vector<std::int64_t>& entities, OperationState state) {
    m_database.transaction([&] {
        for (const std::int64_t entity : entities) {
            if (state == OperationState::fresh) {
                forget_sent_entries(m_database, entity);
                make_fresh(m_database, entity);
            } else {
                set_state(m_database, entity, state);
            }
        }
    });
}

void Pending::repeat(const std::vector<std::int64_t>& entities) {
    m_database.transaction([&] {
        for (const std::int64_t entity : entities) {
            if (const std::optional<PendingRow> operation = find_pending(m_database, entity)) {
                forget_confirmed(m_database, *operation);
                make_fresh(m_database, entity);
            }
        }
    });
}

void Pending::mark_not_run(const std::vector<std::int64_t>& entities) {
    m_database.transaction([&] {
        forgive(entities);
        mark(entities, OperationState::fresh);
    });
}

void Pending::forgive(const std::vector<std::int64_t>& entities) {
    m_database.transaction([&] {
        for (const std::int64_t entity : entities) {
            m_database
                .statement("UPDATE pending SET attempts = attempts - 1 WHERE entity = ? AND attempts > 0")
                .bind(entity)
                .run();
        }
    });
}

void Pending::count_outage(const std::vector<std::int64_t>& entities) {
    m_database.transaction([&] {
        for (const std::int64_t entity : entities) {
            m_database.statement("UPDATE pending SET outages = outages + 1 WHERE entity = ?")
                .bind(entity)
                .run();
        }
    });
}

void Pending::forget_look_ups() {
    m_database.statement("UPDATE pending SET looked_up = 0 WHERE looked_up = 1").run();
}

void Pending::mark_looked_up(const std::vector<std::int64_t>& entities) {
    m_database.transaction([&] {
        for (const std::int64_t entity : entities) {
            m_database.statement("UPDATE pending SET looked_up = 1 WHERE entity = ?").bind(entity).run();
        }
    });
}

void Pending::link(std::int64_t entity, const std::string& remote_id) {
    m_database.transaction([&] {
        Statement& query = m_database.statement("SELECT remote_id FROM entity WHERE id = ?").bind(entity);
        const std::optional<std::string> before = remote_id_in(query);
        if (before && !before->empty() && *before != remote_id) {
            forget_with_parts(m_database, entity);
        }
        forget_known(m_database, entity);
        set_remote_id(m_database, entity, remote_id);
        if (read_entity(m_database, entity).left_gone) {
            set_left_gone(m_database, entity, false);
        }
        make_fresh(m_database, entity);
    });
}

void Pending::adopt(std::int64_t entity, const std::string& remote_id) {
    m_database.transaction([&] {
        link(entity, remote_id);
        set_adoption(m_database, entity, EntityRow::Adoption::unwritten);
    });
}

bool Pending::is_taken_over(const crm::EntityKey& key, std::string_view source_system) const {
    Statement& query = m_database.statement(
        "SELECT adopted FROM entity WHERE source_system = (SELECT id FROM source_system WHERE name = ?)"
        " AND key_hash = ? AND source_kind = ? AND source_key = ?");
    const ScopedReset reset(query);
    StoredKey(key).bind(query.bind(source_system));
    return query.next() && query.integer(0) != static_cast<std::int64_t>(EntityRow::Adoption::none);
}

void Pending::unlink(std::int64_t entity, bool looked_up) {
    m_database.transaction([&] {
        forget_with_parts(m_database, entity);
        m_database.statement("UPDATE pending SET looked_up = ? WHERE entity = ?")
            .bind(static_cast<std::int64_t>(looked_up))
            .bind(entity)
            .run();
        make_fresh(m_database, entity);
    });
}

bool Pending::forget(const crm::EntityKey& key, std::string_view source_system) {
    const std::optional<std::int64_t> system =
        Numbering(m_database, Numbering::Of::source_system).find(source_system);
    const std::optional<std::int64_t> entity =
        system ? Entities(m_database, *system).find(key) : std::optional<std::int64_t>();
    if (entity) {
        unlink(*entity, false);
    }
    return entity.has_value();
}

void Pending::postpone(std::int64_t entity, const Message& reason) {
    m_database.transaction([&] {
        const std::optional<PendingRow> operation = find_pending(m_database, entity);
        if (operation && crm::is_part(operation->kind)) {
            explain_part(m_database, *operation, reason);
        } else if (operation) {
            set_settled_verdict(m_database, operation->wish.package, entity, Verdict::deferred, reason);
        }
    });
}

void Pending::note(const Operation& operation, const Message& message, Severity severity) {
    m_database.transaction([&] {
        std::optional<std::int64_t> file;
        if (!operation.file.empty()) {
            file = Numbering(m_database, Numbering::Of::file_name).number_of(operation.file);
        }
        insert_finding(m_database, package_number(m_database, operation.package), severity, message, file,
                       operation.place,
                       crm::is_part(operation.kind)
                           ? written_id(m_database, top_owner(m_database, operation.entity))
                           : operation.source_id);
    });
}

}  // namespace obmen::ledger
