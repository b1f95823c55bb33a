#include "ledger/compact.hpp"
#include "ledger/entities.hpp"
#include "ledger/numbering.hpp"
#include "ledger/pending.hpp"
#include "ledger/scoped_reset.hpp"
#include "support/hash.hpp"

/// What the CRM has within an object.
namespace obmen::ledger {
namespace {

std::map<std::string, std::uint64_t> by_name(Database& database, const GroupHashes& hashes) {
    std::map<std::string, std::uint64_t> groups;
    for (const auto& [group, hash] : hashes.entries()) {
        groups.emplace(group_name(database, group), hash);
    }
    return groups;
}

GroupHashes observed_hashes(Database& database, std::int64_t entity) {
    Statement& query = database.statement("SELECT observed FROM entity WHERE id = ?").bind(entity);
    const ScopedReset reset(query);
    return query.next() ? GroupHashes(query.text(0)) : GroupHashes();
}

/// Choices stand in `part` at the hash of their key, so that one of a hundred thousand is found at once.
std::int64_t choice_position(const std::string& key) {
    return static_cast<std::int64_t>(quick_hash(key));
}

}  // namespace

std::vector<Part> Pending::parts(std::int64_t entity) const {
    Statement& query = m_database.statement(
        "SELECT slot, value_hash, state FROM part WHERE entity = ? AND slot <> 'choices' ORDER BY slot, "
        "position");
    const ScopedReset reset(query);
    query.bind(entity);
    std::vector<Part> parts;
    while (query.next()) {
        parts.push_back({query.text(0), static_cast<std::uint64_t>(query.integer(1)), query.integer(2) != 0});
    }
    return parts;
}

void Pending::set_parts(std::int64_t entity, const std::string& slot, const std::vector<Part>& parts) {
    m_database.transaction([&] {
        m_database.statement("DELETE FROM part WHERE entity = ? AND slot = ?").bind(entity).bind(slot).run();
        std::int64_t position = 0;
        for (const Part& part : parts) {
            m_database
                .statement(
                    "INSERT INTO part (entity, slot, position, value_hash, state) VALUES (?, ?, ?, ?, ?)")
                .bind(entity)
                .bind(slot)
                .bind(position++)
                .bind(static_cast<std::int64_t>(part.value_hash))
                .bind(static_cast<std::int64_t>(part.sent))
                .run();
        }
    });
}

std::map<std::string, std::uint64_t> Pending::observed(std::int64_t entity) const {
    return by_name(m_database, observed_hashes(m_database, entity));
}

std::map<std::string, std::uint64_t> Pending::confirmed(std::int64_t entity) const {
    return by_name(m_database, read_entity(m_database, entity).confirmed);
}

std::map<std::string, crm::EntityKey> Pending::keys_by_remote_id(crm::EntityKind kind,
                                                                 std::string_view source_system) const {
    Statement& query = m_database.statement(
        "SELECT source_kind, source_key, remote_id FROM entity WHERE remote_id IS NOT NULL AND kind = ?"
        " AND source_system = (SELECT id FROM source_system WHERE name = ?)");
    const ScopedReset reset(query);
    query.bind(static_cast<std::int64_t>(kind)).bind(source_system);
    std::map<std::string, crm::EntityKey> keys;
    while (query.next()) {
        keys.emplace(query.text(2),
                     crm::EntityKey{static_cast<crm::SourceKind>(query.integer(0)), id_in(query, 1)});
    }
    return keys;
}

void Pending::set_observed(std::int64_t entity, const std::map<std::string, std::uint64_t>& groups) {
    if (groups.empty()) {
        return;
    }
    m_database.transaction([&] {
        Numbering names(m_database, Numbering::Of::field_group);
        GroupHashes hashes = observed_hashes(m_database, entity);
        for (const auto& [name, hash] : groups) {
            hashes.set(names.number_of(name), hash);
        }
        m_database.statement("UPDATE entity SET observed = ? WHERE id = ?")
            .bind_blob(hashes.bytes())
            .bind(entity)
            .run();
    });
}

std::optional<std::string> Pending::choice_id(const crm::EntityKey& property, std::string_view source_system,
                                              const std::string& choice_key) const {
    Statement& query = m_database.statement(
        "SELECT p.remote_id FROM entity e JOIN part p ON p.entity = e.id WHERE e.source_system ="
        " (SELECT id FROM source_system WHERE name = ?) AND e.key_hash = ? AND e.source_kind = ?"
        " AND e.source_key = ? AND p.slot = 'choices' AND p.position = ?");
    const ScopedReset reset(query);
    StoredKey(property).bind(query.bind(source_system));
    query.bind(choice_position(choice_key));
    return query.next() ? std::optional(query.text(0)) : std::nullopt;
}

void Pending::set_choices(std::int64_t entity,
                          const std::vector<std::pair<std::string, std::string>>& key_and_id) {
    m_database.transaction([&] {
        for (const auto& [key, id] : key_and_id) {
            const std::int64_t position = choice_position(key);
            if (id.empty()) {
                m_database
                    .statement("DELETE FROM part WHERE entity = ? AND slot = 'choices' AND position = ?")
                    .bind(entity)
                    .bind(position)
                    .run();
                continue;
            }
            Statement& insertion = m_database.statement(
                "INSERT INTO part (entity, slot, position, value_hash, remote_id) VALUES (?1, 'choices', ?2, "
                "?2, ?3)"
                " ON CONFLICT DO UPDATE SET remote_id = excluded.remote_id");
            insertion.bind(entity).bind(position);
            bind_remote_id(insertion, id);
            insertion.run();
        }
    });
}

}  // namespace obmen::ledger
