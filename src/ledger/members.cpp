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
    database
        .statement(
            "DELETE FROM seen_member WHERE package < ?1 AND catalogue IN"
            " (SELECT f.catalogue FROM full_export f JOIN catalogue k ON k.id = f.catalogue WHERE"
            " f.package = ?1 AND f.state = ?2 AND k.generation = ?1)")
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

namespace {

GroupHashes laid_over(GroupHashes earlier, const GroupHashes& later) {
    for (const auto& [group, hash] : later.entries()) {
        earlier.set(group, hash);
    }
    return earlier;
}

}  // namespace

std::vector<Member> members_page(Database& database, std::int64_t package, std::int64_t catalogue,
                                 std::int64_t after, std::size_t most) {
    // CROSS JOIN: a look at each catalogue, which are few, and not at each of their members.
    Statement& query = database.statement(
        "WITH shown AS (SELECT c.id, c.name NOT LIKE '%#' AS of_goods, max(c.generation, coalesce((SELECT"
        " f.package FROM full_export f WHERE f.package = ?1 AND f.catalogue = c.id), 0)) AS generation"
        " FROM catalogue c WHERE c.name NOT LIKE '|marked|%')"
        " SELECT m.entity, e.source_kind, e.remote_id IS NOT NULL OR EXISTS (SELECT 1 FROM pending p WHERE"
        " p.entity = e.id AND p.creates = 1 AND p.package <> ?1), e.confirmed, m.generation >= k.generation,"
        " CASE WHEN m.generation >= k.generation THEN 0 ELSE NOT EXISTS (SELECT 1 FROM shown ok CROSS JOIN"
        " member_seen o ON o.catalogue = ok.id AND o.entity = m.entity WHERE o.generation >= ok.generation "
        "AND"
        " (ok.of_goods OR o.generation >= k.generation OR e.source_kind <> ?2 OR NOT EXISTS (SELECT 1 FROM"
        " shown g CROSS JOIN member w ON w.catalogue = g.id AND w.entity = m.entity WHERE g.of_goods))) END,"
        " (SELECT p.hashes FROM pending p WHERE p.entity = e.id AND p.package <> ?1),"
        " (SELECT n.hashes FROM newer n WHERE n.entity = e.id AND n.package <> ?1)"
        " FROM member_seen m CROSS JOIN shown k ON k.id = m.catalogue CROSS JOIN entity e ON e.id = m.entity"
        " WHERE m.catalogue = ?3 AND m.entity > ?4 ORDER BY m.entity LIMIT ?5");
    const ScopedReset reset(query);
    query.bind(package)
        .bind(static_cast<std::int64_t>(crm::SourceKind::product))
        .bind(catalogue)
        .bind(after)
        .bind(static_cast<std::int64_t>(most));
    std::vector<Member> members;
    while (query.next()) {
        members.push_back({query.integer(0), static_cast<crm::SourceKind>(query.integer(1)),
                           query.integer(2) != 0, GroupHashes(query.text(3)),
                           laid_over(GroupHashes(query.text(6)), GroupHashes(query.text(7))),
                           query.integer(4) != 0, query.integer(5) != 0});
    }
    return members;
}

std::int64_t catalogue_of_marks(Database& database, std::int64_t source_system, HeldMark mark) {
    return catalogue_number(database, source_system,
                            mark == HeldMark::remove ? "|marked|delete" : "|marked|deactivate");
}

std::vector<std::int64_t> held_marks(Database& database, std::int64_t catalogue, std::int64_t package) {
    Statement& query = database.statement(
        "SELECT entity FROM member WHERE catalogue = ? AND generation = ? ORDER BY entity");
    const ScopedReset reset(query);
    query.bind(catalogue).bind(package);
    std::vector<std::int64_t> entities;
    while (query.next()) {
        entities.push_back(query.integer(0));
    }
    return entities;
}

void forget_held_marks(Database& database, std::int64_t catalogue, std::int64_t package) {
    database.statement("DELETE FROM member WHERE catalogue = ? AND generation = ?")
        .bind(catalogue)
        .bind(package)
        .run();
}

bool any_marks_held(Database& database) {
    Statement& query = database.statement(
        "SELECT 1 FROM hold h JOIN catalogue k ON k.id = h.catalogue WHERE k.name LIKE '|marked|%' LIMIT 1");
    const ScopedReset reset(query);
    return query.next();
}

void take_mark_back(Database& database, std::int64_t entity, std::int64_t package) {
    database
        .statement(
            "DELETE FROM member WHERE entity = ? AND generation < ? AND catalogue IN (SELECT id FROM"
            " catalogue WHERE name LIKE '|marked|%')")
        .bind(entity)
        .bind(package)
        .run();
}

}  // namespace obmen::ledger
