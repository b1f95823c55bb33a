#include "ledger/numbering.hpp"

#include "ledger/scoped_reset.hpp"

namespace obmen::ledger {
namespace {

std::string_view selecting(Numbering::Of names) {
    switch (names) {
        case Numbering::Of::source_system:
            return "SELECT id FROM source_system WHERE name = ?";
        case Numbering::Of::field_group:
            return "SELECT id FROM field_group WHERE name = ?";
        case Numbering::Of::record_additions:
            return "SELECT id FROM record_additions WHERE name = ?";
        case Numbering::Of::file_name:
            break;
    }
    return "SELECT id FROM file_name WHERE name = ?";
}

std::string_view inserting(Numbering::Of names) {
    switch (names) {
        case Numbering::Of::source_system:
            return "INSERT INTO source_system (name) VALUES (?)";
        case Numbering::Of::field_group:
            return "INSERT INTO field_group (name) VALUES (?)";
        case Numbering::Of::record_additions:
            return "INSERT INTO record_additions (name) VALUES (?)";
        case Numbering::Of::file_name:
            break;
    }
    return "INSERT INTO file_name (name) VALUES (?)";
}

}  // namespace

std::optional<std::int64_t> Numbering::find(std::string_view name) {
    if (m_rollbacks != m_database.rollbacks()) {
        m_known.clear();
        m_rollbacks = m_database.rollbacks();
    }
    if (const auto known = m_known.find(name); known != m_known.end()) {
        return known->second;
    }
    Statement& query = m_database.statement(selecting(m_names)).bind(name);
    const ScopedReset reset(query);
    if (!query.next()) {
        return std::nullopt;
    }
    return m_known.emplace(name, query.integer(0)).first->second;
}

std::int64_t Numbering::number_of(std::string_view name) {
    if (const std::optional<std::int64_t> known = find(name)) {
        return *known;
    }
    m_database.statement(inserting(m_names)).bind(name).run();
    return m_known.emplace(name, m_database.last_row_id()).first->second;
}

std::string additions_text(Database& database, std::int64_t number) {
    Statement& query = database.statement("SELECT name FROM record_additions WHERE id = ?").bind(number);
    const ScopedReset reset(query);
    return query.next() ? query.text(0) : std::string();
}

std::string group_name(Database& database, std::int64_t group) {
    Statement& query = database.statement("SELECT name FROM field_group WHERE id = ?").bind(group);
    const ScopedReset reset(query);
    return query.next() ? query.text(0) : std::string();
}

}  // namespace obmen::ledger
