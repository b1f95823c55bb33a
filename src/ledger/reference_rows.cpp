#include "ledger/reference_rows.hpp"

#include "crm/references.hpp"
#include "ledger/scoped_reset.hpp"
#include "ledger/text_list.hpp"

namespace obmen::ledger {

void ReferenceRows::put(ReferenceKind kind, const std::string& key, std::string_view source_id,
                        const std::vector<std::string>& data) {
    if (const std::optional<ReferenceRow> known = find(kind, key); known && known->data == data) {
        return;
    }
    m_database
        .statement(
            "INSERT INTO reference (source_system, kind, reference_key, source_id, ordinal, data)"
            " VALUES (?1, ?2, ?3, ?4, coalesce((SELECT ordinal FROM reference WHERE source_system = ?1 AND "
            "kind = ?2"
            " ORDER BY ordinal DESC LIMIT 1), 0) + 1, ?5)"
            " ON CONFLICT DO UPDATE SET data = excluded.data")
        .bind(m_source_system)
        .bind(static_cast<std::int64_t>(kind))
        .bind(key)
        .bind(source_id)
        .bind(text_list_to_json(data))
        .run();
    const bool is_of_an_object =
        kind == static_cast<ReferenceKind>(crm::References::FactKind::source_value) ||
        key == crm::no_variants_yet;
    if (!is_of_an_object) {
        raise_revision();
    }
}

std::int64_t ReferenceRows::revision() const {
    if (!m_revision || m_rollbacks != m_database.rollbacks()) {
        Statement& query = m_database.statement("SELECT reference_revision FROM source_system WHERE id = ?")
                               .bind(m_source_system);
        const ScopedReset reset(query);
        m_revision = query.next() ? query.integer(0) : 0;
        m_rollbacks = m_database.rollbacks();
    }
    return *m_revision;
}

void ReferenceRows::raise_revision() {
    m_database.statement("UPDATE source_system SET reference_revision = reference_revision + 1 WHERE id = ?")
        .bind(m_source_system)
        .run();
    m_revision.reset();
}

std::optional<ReferenceRow> ReferenceRows::find(ReferenceKind kind, const std::string& key) const {
    Statement& query = m_database.statement(
        "SELECT reference_key, source_id, data FROM reference"
        " WHERE source_system = ? AND kind = ? AND reference_key = ?");
    const ScopedReset reset(query);
    if (!query.bind(m_source_system).bind(static_cast<std::int64_t>(kind)).bind(key).next()) {
        return std::nullopt;
    }
    return ReferenceRow{query.text(0), query.text(1), text_list_from_json(query.text(2))};
}

std::vector<ReferenceRow> ReferenceRows::all(ReferenceKind kind) const {
    Statement& query = m_database.statement(
        "SELECT reference_key, source_id, data FROM reference"
        " WHERE source_system = ? AND kind = ? ORDER BY ordinal");
    const ScopedReset reset(query);
    query.bind(m_source_system).bind(static_cast<std::int64_t>(kind));
    std::vector<ReferenceRow> rows;
    while (query.next()) {
        rows.push_back({query.text(0), query.text(1), text_list_from_json(query.text(2))});
    }
    return rows;
}

}  // namespace obmen::ledger
