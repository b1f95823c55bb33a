#include "ledger/history.hpp"

#include "ledger/package_rows.hpp"
#include "ledger/packages.hpp"

namespace obmen::ledger {
namespace {

constexpr std::int64_t rows_at_once = 5000;

}  // namespace

std::vector<std::string> prunable(Database& database, UtcTime time, std::size_t most) {
    Statement& query = database.statement(
        "SELECT k.id FROM package k WHERE k.pruned = 0 AND k.ended = 1 AND k.receipt_due = 0 AND k.merging = "
        "0 AND k.retrying = 0"
        " AND coalesce(k.settled_at, k.received_at) < ?"
        " AND NOT EXISTS (SELECT 1 FROM hold h WHERE h.package = k.number)"
        " AND k.number NOT IN (SELECT package FROM pending) AND k.number NOT IN (SELECT package FROM newer)"
        " AND k.number NOT IN (SELECT package FROM parked) AND NOT EXISTS (SELECT 1 FROM staged g"
        " WHERE g.id BETWEEN k.number << 40 AND (k.number << 40) + 1099511627775)"
        " AND NOT EXISTS (SELECT 1 FROM receipt_delivery d WHERE d.package = k.id AND (d.state = 0 OR "
        "d.temporary <> ''))"
        " ORDER BY k.number LIMIT ?");
    query.bind(time.time_since_epoch().count()).bind(static_cast<std::int64_t>(most));
    return package_ids_in(query);
}

void prune(Database& database, const std::string& package) {
    Packages(database).clear_results(package);
    Statement& journal = database.statement(
        "DELETE FROM journal WHERE id IN (SELECT id FROM journal WHERE package = ?"
        " AND id < (SELECT max(id) FROM journal) LIMIT ?)");
    while (journal.bind(package).bind(rows_at_once).run() > 0) {
    }
    database.transaction([&] {
        database.statement("DELETE FROM receipt_delivery WHERE package = ?").bind(package).run();
        database.statement("UPDATE package SET pruned = 1, content = '' WHERE id = ?").bind(package).run();
    });
}

void forget_source_files(Database& database, const std::string& package) {
    database.transaction([&] {
        // Whoever watches the source knows its files by heart, and must hear of it.
        database
            .statement(
                "INSERT OR IGNORE INTO forgotten (source, package) SELECT DISTINCT source, package"
                " FROM source_file WHERE package = ? AND package <> ''")
            .bind(package)
            .run();
        database.statement("DELETE FROM source_file WHERE package = ? AND package <> ''").bind(package).run();
    });
}

void prune_journal(Database& database, UtcTime time) {
    // The newest row stays: ids grow on from it, and whoever writes the journal on counts by them.
    Statement& of_nobody = database.statement(
        "DELETE FROM journal WHERE id IN (SELECT id FROM journal WHERE package = '' AND timestamp < ?"
        " AND id < (SELECT max(id) FROM journal) LIMIT ?)");
    while (of_nobody.bind(time.time_since_epoch().count()).bind(rows_at_once).run() > 0) {
    }
    Statement& left = database.statement(
        "DELETE FROM journal WHERE id IN (SELECT j.id FROM package k JOIN journal j ON j.package = k.id"
        " WHERE k.pruned = 1 AND j.id < (SELECT max(id) FROM journal) LIMIT ?)");
    while (left.bind(rows_at_once).run() > 0) {
    }
}

void prune_requests(Database& database, UtcTime time) {
    database.statement("DELETE FROM request WHERE done_at IS NOT NULL AND made_at < ?")
        .bind(time.time_since_epoch().count())
        .run();
}

}  // namespace obmen::ledger
