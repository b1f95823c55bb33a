#include "ledger/compact.hpp"
#include "ledger/entities.hpp"
#include "ledger/numbering.hpp"
#include "ledger/outcomes.hpp"
#include "ledger/ownership.hpp"
#include "ledger/package_rows.hpp"
#include "ledger/pending.hpp"
#include "ledger/scoped_reset.hpp"

/// Objects that are gone from the CRM: made anew from their packages, or left.
namespace obmen::ledger {
namespace {

std::vector<std::int64_t> incomplete_operations(Database& database, std::int64_t package) {
    Statement& query =
        database.statement("SELECT entity FROM pending WHERE package = ? AND incomplete = 1 ORDER BY entity");
    const ScopedReset reset(query);
    query.bind(package);
    std::vector<std::int64_t> entities;
    while (query.next()) {
        entities.push_back(query.integer(0));
    }
    return entities;
}

}  // namespace

void Pending::mark_incomplete(std::int64_t entity) {
    m_database.statement("UPDATE pending SET incomplete = 1 WHERE entity = ?").bind(entity).run();
}

void Pending::mark_incomplete(const crm::EntityKey& key, std::string_view source_system) {
    const std::optional<std::int64_t> system =
        Numbering(m_database, Numbering::Of::source_system).find(source_system);
    if (const auto entity = system ? Entities(m_database, *system).find(key) : std::nullopt) {
        mark_incomplete(*entity);
    }
}

std::vector<std::string> Pending::incomplete_packages() const {
    return package_ids_in(m_database.statement(
        "SELECT k.id FROM package k WHERE k.number IN (SELECT package FROM pending WHERE incomplete = 1)"
        " ORDER BY k.number"));
}

void Pending::complete() {
    m_database.statement("UPDATE pending SET incomplete = 0 WHERE incomplete = 1").run();
}

void Pending::fail_incomplete(const std::string& package, const Message& reason) {
    m_database.transaction([&] {
        const std::int64_t number = package_number(m_database, package);
        std::vector<Settlement> settlements;
        for (const std::int64_t entity : incomplete_operations(m_database, number)) {
            settlements.push_back({.entity = entity, .verdict = Verdict::failed, .reason = reason});
        }
        settle(settlements);
    });
}

Pending::Top Pending::top_of(std::int64_t entity) const {
    const std::int64_t top = top_owner(m_database, entity);
    Statement& query = m_database.statement(
        "SELECT kind, source_kind, source_key, source_id, remote_id FROM entity WHERE id = ?");
    const ScopedReset reset(query);
    Top found;
    if (query.bind(top).next()) {
        found.entity = top;
        found.kind = static_cast<crm::EntityKind>(query.integer(0));
        found.key = {static_cast<crm::SourceKind>(query.integer(1)), id_in(query, 2)};
        found.source_id = query.is_null(3) ? found.key.id : query.text(3);
        found.remote_id = query.text(4);
    }
    return found;
}

bool Pending::leave_gone(std::int64_t entity, const std::string& package) {
    const bool is_news = !read_entity(m_database, entity).left_gone;
    m_database.transaction([&] {
        set_left_gone(m_database, entity, true);
        const std::int64_t number = package_number(m_database, package);
        const std::optional<OutcomeRow> row = find_outcome(m_database, number, entity);
        if (row && (row->verdict == Verdict::unchanged || row->verdict == Verdict::updated)) {
            set_settled_verdict(m_database, number, entity, Verdict::left, gone_and_left(m_database, entity));
        }
    });
    return is_news;
}

}  // namespace obmen::ledger
