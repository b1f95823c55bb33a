#include "ledger/repeats.hpp"

#include "ledger/package_rows.hpp"
#include "ledger/scoped_reset.hpp"

namespace obmen::ledger {
namespace {

/// Is there anything in the package that was not simply applied?
bool is_clean(Database& database, std::int64_t package) {
    // Verdicts 0, 9, 11: planned, deferred, failed. Severity 1: a row error without an object.
    Statement& query = database.statement(
        "SELECT 1 WHERE EXISTS (SELECT 1 FROM outcome WHERE package = ?1 AND verdict IN (0, 9, 11))"
        " OR EXISTS (SELECT 1 FROM finding WHERE package = ?1 AND severity = 1)"
        " OR EXISTS (SELECT 1 FROM hold WHERE package = ?1)"
        " OR EXISTS (SELECT 1 FROM pending WHERE package = ?1)"
        " OR EXISTS (SELECT 1 FROM parked WHERE package = ?1)"
        " OR EXISTS (SELECT 1 FROM newer WHERE package = ?1)");
    const ScopedReset reset(query);
    return !query.bind(package).next();
}

/// Has a package that came later been planned, and done anything but find all as it was?
bool was_changed_since(Database& database, std::int64_t package) {
    Statement& query = database.statement(
        // Of a package that was pruned, nobody knows.
        "SELECT 1 FROM package k WHERE k.number > ? AND k.was_planned = 1 AND (k.state <> 'applied' OR"
        " k.pruned = 1 OR EXISTS (SELECT 1 FROM outcome o WHERE o.package = k.number AND o.verdict <> 3)) "
        "LIMIT 1");
    const ScopedReset reset(query);
    return query.bind(package).next();
}

}  // namespace

void set_content(Database& database, const std::string& package, const Content& content) {
    database.statement("UPDATE package SET content = ?, meaning = ? WHERE id = ?")
        .bind(content.bytes)
        .bind(content.meaning)
        .bind(package)
        .run();
}

Content content_row(Database& database, const std::string& package) {
    Statement& query = database.statement("SELECT content, meaning FROM package WHERE id = ?");
    const ScopedReset reset(query);
    return query.bind(package).next() ? Content{query.text(0), query.text(1)} : Content{};
}

std::optional<std::string> applied_already(Database& database, const std::string& package,
                                           const Content& content) {
    Statement& query = database.statement(
        "SELECT number, id FROM package WHERE content = ?1 AND content <> '' AND meaning = ?2 AND id <> ?3"
        " AND state = 'applied' AND pruned = 0 AND was_planned = 1 AND number < (SELECT number FROM package "
        "WHERE id = ?3)"
        " ORDER BY number DESC LIMIT 1");
    std::int64_t number = 0;
    std::string id;
    {
        const ScopedReset reset(query);
        if (!query.bind(content.bytes).bind(content.meaning).bind(package).next()) {
            return std::nullopt;
        }
        number = query.integer(0);
        id = query.text(1);
    }
    return is_clean(database, number) && !was_changed_since(database, number) ? std::optional(id)
                                                                              : std::nullopt;
}

bool repeat_answered_since(Database& database, const Content& content, UtcTime since) {
    Statement& query = database.statement(
        "SELECT 1 FROM package WHERE content = ? AND meaning = ? AND state = 'repeat' AND receipt_revision > "
        "0"
        " AND settled_at > ? LIMIT 1");
    const ScopedReset reset(query);
    return query.bind(content.bytes).bind(content.meaning).bind(since.time_since_epoch().count()).next();
}

void forget_content(Database& database, const std::string& package) {
    database
        .statement(
            "UPDATE package SET content = '' WHERE content <> '' AND content = (SELECT content FROM"
            " package WHERE id = ?)")
        .bind(package)
        .run();
}

void forget_all_content(Database& database) {
    database.statement("UPDATE package SET content = '' WHERE content <> ''").run();
}

}  // namespace obmen::ledger
