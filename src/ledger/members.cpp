#include "ledger/members.hpp"

#include "ledger/scoped_reset.hpp"
#include "support/text.hpp"

namespace obmen::ledger {
namespace {

/// Stored: the numbers never change.
enum ExportState : std::int64_t { being_read = 0, due = 1, planned = 2 };

}  // namespace

std::int64_t catalogue_number(Database& database, std::int64_t source_system, std::string_view catalogue_id) {
    const std::string name = folded(tidied(catalogue_id));
    database.statement("INSERT INTO catalogue (source_system, name) VALUES (?, ?) ON CONFLICT DO NOTHING")
        .bind(source_system)
        .bind(name)
        .run();
    Statement& query = database.statement("SELECT id FROM catalogue WHERE source_system = ? AND name = ?");
    const ScopedReset reset(query);
    query.bind(source_system).bind(name).next();
    return query.integer(0);
}

bool stands_in_catalogues(crm::SourceKind kind) {
    return kind == crm::SourceKind::product || kind == crm::SourceKind::variant;
}

void note_seen(Database& database, std::int64_t catalogue, std::int64_t entity, std::int64_t package) {
    // An older package that is read once more has not seen anything newer.
    database
        .statement(
            "INSERT INTO member (catalogue, entity, generation) VALUES (?, ?, ?)"
            " ON CONFLICT DO UPDATE SET generation = excluded.generation"
            " WHERE generation < excluded.generation")
        .bind(catalogue)
        .bind(entity)
        .bind(package)
        .run();
}

void note_full_export(Database& database, std::int64_t package, std::int64_t catalogue) {
    database.statement("INSERT OR REPLACE INTO full_export (package, catalogue, state) VALUES (?, ?, ?)")
        .bind(package)
        .bind(catalogue)
        .bind(being_read)
        .run();
}

void complete_full_exports(Database& database, std::int64_t package) {
    database
        .statement(
            "UPDATE catalogue SET generation = max(generation, ?1) WHERE id IN"
            " (SELECT catalogue FROM full_export WHERE package = ?1 AND state = ?2)")
        .bind(package)
        .bind(being_read)
        .run();
    database.statement("UPDATE full_export SET state = ? WHERE package = ? AND state = ?")
        .bind(due)
        .bind(package)
        .bind(being_read)
        .run();
}

void forget_full_exports(Database& database, std::int64_t package) {
    database.statement("DELETE FROM full_export WHERE package = ? AND state = ?")
        .bind(package)
        .bind(being_read)
        .run();
}

std::vector<DueExport> due_exports(Database& database, std::int64_t package) {
    Statement& query = database.statement(
        "SELECT k.id, k.name, k.generation = f.package FROM full_export f JOIN catalogue k ON k.id = "
        "f.catalogue"
        " WHERE f.package = ? AND f.state = ? ORDER BY k.id");
    const ScopedReset reset(query);
    query.bind(package).bind(due);
    std::vector<DueExport> exports;
    while (query.next()) {
        exports.push_back({query.integer(0), query.text(1), query.integer(2) != 0});
    }
    return exports;
}

void set_planned(Database& database, std::int64_t package, std::int64_t catalogue) {
    database.statement("UPDATE full_export SET state = ? WHERE package = ? AND catalogue = ?")
        .bind(planned)
        .bind(package)
        .bind(catalogue)
        .run();
}

std::vector<Member> members_page(Database& database, std::int64_t catalogue, std::int64_t after,
                                 std::size_t most) {
    // CROSS JOIN: a look at each catalogue, which are few, and not at each of their members.
    Statement& query = database.statement(
        "SELECT m.entity, e.source_kind, e.remote_id IS NOT NULL, e.confirmed, m.generation >= k.generation,"
        " CASE WHEN m.generation >= k.generation THEN 0 ELSE NOT EXISTS (SELECT 1 FROM catalogue ok CROSS "
        "JOIN"
        " member o ON o.catalogue = ok.id AND o.entity = m.entity WHERE o.generation >= ok.generation) END"
        " FROM member m CROSS JOIN catalogue k ON k.id = m.catalogue CROSS JOIN entity e ON e.id = m.entity"
        " WHERE m.catalogue = ? AND m.entity > ? ORDER BY m.entity LIMIT ?");
    const ScopedReset reset(query);
    query.bind(catalogue).bind(after).bind(static_cast<std::int64_t>(most));
    std::vector<Member> members;
    while (query.next()) {
        members.push_back({query.integer(0), static_cast<crm::SourceKind>(query.integer(1)),
                           query.integer(2) != 0, GroupHashes(query.text(3)), query.integer(4) != 0,
                           query.integer(5) != 0});
    }
    return members;
}

}  // namespace obmen::ledger
