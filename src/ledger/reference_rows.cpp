#include "ledger/reference_rows.hpp"

#include "crm/references.hpp"
#include "ledger/scoped_reset.hpp"
#include "ledger/text_list.hpp"

namespace obmen::ledger {
namespace {

/// FactKind::decision: how variants are sent, chosen with the first one (crm/variants.hpp).
constexpr std::string_view way_of_variants = "variants";

/// A property of the mapping's own, which comes into being with the first record that uses it
/// (crm/properties): what earlier records mean does not depend on it.
bool is_made_on_demand(ReferenceKind kind, std::string_view key) {
    return kind == static_cast<ReferenceKind>(crm::References::FactKind::property) &&
           key.starts_with("code:");
}

/// Of single objects, so as many as there are objects: in a table of their own, small, and in no order.
constexpr auto of_an_object = static_cast<ReferenceKind>(crm::References::FactKind::source_value);

}  // namespace

void ReferenceRows::put(ReferenceKind kind, const std::string& key, std::string_view source_id,
                        const std::vector<std::string>& data) {
    if (kind == of_an_object) {
        put_of_an_object(key, data);
        return;
    }
    const std::optional<ReferenceRow> known = find(kind, key);
    if (known && known->data == data) {
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
    if (known || !is_made_on_demand(kind, key)) {
        raise_with(kind, key);
    }
}

void ReferenceRows::put_of_an_object(const std::string& key, const std::vector<std::string>& data) {
    m_database
        .statement(
            "INSERT INTO object_value (source_system, value_key, data) VALUES (?, ?, ?)"
            " ON CONFLICT DO UPDATE SET data = excluded.data WHERE data <> excluded.data")
        .bind(m_source_system)
        .bind(key)
        .bind_blob(packed_text_list(data))
        .run();
}

void ReferenceRows::raise_with(ReferenceKind kind, const std::string& key) {
    using FactKind = crm::References::FactKind;
    constexpr auto decision = static_cast<ReferenceKind>(FactKind::decision);
    if (kind == decision && (key == crm::no_variants_yet || key.starts_with(crm::late_groups_fact))) {
        return;
    }
    // The first variant ever: products have handed nothing down yet, unless they were told to from the start.
    const bool is_first_variant = kind == decision && key == way_of_variants;
    const bool products_know = is_first_variant && !find(decision, std::string(crm::no_variants_yet));
    if (kind == ReferenceKind::price_type || kind == ReferenceKind::pin || products_know ||
        kind == static_cast<ReferenceKind>(FactKind::warehouse)) {
        m_database.statement("UPDATE source_system SET offer_revision = offer_revision + 1 WHERE id = ?")
            .bind(m_source_system)
            .run();
        m_revisions.reset();
    } else {
        raise_revisions();
    }
}

void ReferenceRows::raise_revisions() {
    m_database
        .statement(
            "UPDATE source_system SET product_revision = product_revision + 1, offer_revision = "
            "offer_revision"
            " + 1 WHERE id = ?")
        .bind(m_source_system)
        .run();
    m_revisions.reset();
}

std::int64_t ReferenceRows::revision(RecordKind kind) const {
    if (!m_revisions || m_rollbacks != m_database.rollbacks()) {
        Statement& query =
            m_database.statement("SELECT product_revision, offer_revision FROM source_system WHERE id = ?")
                .bind(m_source_system);
        const ScopedReset reset(query);
        if (!query.next()) {
            return 0;
        }
        m_revisions = {query.integer(0), query.integer(1)};
        m_rollbacks = m_database.rollbacks();
    }
    return (*m_revisions)[static_cast<std::size_t>(kind)];
}

std::optional<ReferenceRow> ReferenceRows::find_of_an_object(const std::string& key) const {
    Statement& query =
        m_database.statement("SELECT data FROM object_value WHERE source_system = ? AND value_key = ?");
    const ScopedReset reset(query);
    if (!query.bind(m_source_system).bind(key).next()) {
        return std::nullopt;
    }
    return ReferenceRow{key, {}, text_list_in(query, 0)};
}

std::optional<ReferenceRow> ReferenceRows::find(ReferenceKind kind, const std::string& key) const {
    if (kind == of_an_object) {
        return find_of_an_object(key);
    }
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
