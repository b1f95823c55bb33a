#include "ledger/entities.hpp"

#include "ledger/failure.hpp"
#include "ledger/known_records.hpp"
#include "ledger/scoped_reset.hpp"

namespace obmen::ledger {

std::optional<std::int64_t> Entities::find(const crm::EntityKey& key) const {
    Statement& query = m_database.statement(
        "SELECT id FROM entity WHERE source_system = ? AND key_hash = ? AND source_kind = ? AND source_key = "
        "?");
    const ScopedReset reset(query);
    StoredKey(key).bind(query.bind(m_source_system));
    return query.next() ? std::optional(query.integer(0)) : std::nullopt;
}

std::int64_t Entities::find_or_add(const crm::EntityKey& key, std::string_view source_id) {
    const std::optional<std::int64_t> known = find(key);
    return known ? *known : add(key, source_id);
}

std::int64_t Entities::add(const crm::EntityKey& key, std::string_view source_id,
                           std::string_view inherited) {
    // No constraint could say that an object has one row: the index has no more of its key than a hash.
    Statement& insertion = m_database.statement(
        "INSERT INTO entity (source_system, key_hash, source_kind, source_key, source_id, inherited)"
        " SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE NOT EXISTS (SELECT 1 FROM entity WHERE key_hash = ?2"
        " AND source_kind = ?3 AND source_key = ?4 AND source_system = ?1)");
    StoredKey(key).bind(insertion.bind(m_source_system));
    if (source_id == key.id) {
        insertion.bind_null();
    } else {
        insertion.bind(source_id);
    }
    if (inherited.empty()) {
        insertion.bind_null();
    } else {
        insertion.bind_blob(inherited);
    }
    if (insertion.run() == 0) {
        throw_bug("an object would have two rows");
    }
    return m_database.last_row_id();
}

EntityRow read_entity(Database& database, std::int64_t id) {
    Statement& query =
        database
            .statement(
                "SELECT remote_id IS NOT NULL, confirmed, kind, adopted, left_gone FROM entity WHERE id = ?")
            .bind(id);
    const ScopedReset reset(query);
    if (!query.next()) {
        throw_bug("no entity " + std::to_string(id));
    }
    EntityRow row{id,
                  std::nullopt,
                  query.integer(0) != 0,
                  GroupHashes(query.text(1)),
                  static_cast<EntityRow::Adoption>(query.integer(3)),
                  query.integer(4) != 0};
    if (!query.is_null(2)) {
        row.kind = static_cast<crm::EntityKind>(query.integer(2));
    }
    return row;
}

crm::EntityKind kind_in_crm(Database& database, std::int64_t id) {
    return read_entity(database, id).kind.value_or(crm::EntityKind::product);
}

std::string written_id(Database& database, std::int64_t id) {
    Statement& query = database.statement("SELECT source_key, source_id FROM entity WHERE id = ?").bind(id);
    const ScopedReset reset(query);
    if (!query.next()) {
        throw_bug("no entity " + std::to_string(id));
    }
    return query.is_null(1) ? id_in(query, 0) : query.text(1);
}

void set_kind(Database& database, std::int64_t id, crm::EntityKind kind) {
    database.statement("UPDATE entity SET kind = ? WHERE id = ?")
        .bind(static_cast<std::int64_t>(kind))
        .bind(id)
        .run();
}

void set_confirmed(Database& database, std::int64_t id, const GroupHashes& confirmed) {
    forget_known(database, id);
    confirm_groups(database, id, confirmed);
}

void confirm_groups(Database& database, std::int64_t id, const GroupHashes& confirmed) {
    database.statement("UPDATE entity SET confirmed = ? WHERE id = ?")
        .bind_blob(confirmed.bytes())
        .bind(id)
        .run();
}

void set_remote_id(Database& database, std::int64_t id, std::string_view remote_id) {
    Statement& update = database.statement("UPDATE entity SET remote_id = ? WHERE id = ?");
    bind_remote_id(update, remote_id);
    update.bind(id).run();
}

void set_owner(Database& database, std::int64_t id, std::int64_t owner) {
    database.statement("UPDATE entity SET owner = ? WHERE id = ?").bind(owner).bind(id).run();
}

void set_adoption(Database& database, std::int64_t id, EntityRow::Adoption adoption) {
    database.statement("UPDATE entity SET adopted = ? WHERE id = ?")
        .bind(static_cast<std::int64_t>(adoption))
        .bind(id)
        .run();
}

void forget_sent_entries(Database& database, std::int64_t id) {
    database.statement("DELETE FROM part WHERE entity = ? AND slot <> 'choices' AND state = 1")
        .bind(id)
        .run();
}

void forget_remote(Database& database, std::int64_t id) {
    database
        .statement(
            "UPDATE entity SET remote_id = NULL, confirmed = NULL, observed = NULL,"
            " adopted = 0, left_gone = 0 WHERE id = ?")
        .bind(id)
        .run();
    database.statement("DELETE FROM part WHERE entity = ?").bind(id).run();
    forget_known(database, id);
}

}  // namespace obmen::ledger
