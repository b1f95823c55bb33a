#include "ledger/history.hpp"

#include "ledger/package_rows.hpp"
#include "ledger/packages.hpp"

namespace obmen::ledger {
namespace {

constexpr std::int64_t rows_at_once = 5000;

}  // namespace

std::vector<std::string> prunable(Database& database, UtcTime time, std::size_t most) {
    Statement& query = database.statement(
        "SELECT k.id FROM package k WHERE k.pruned = 0 AND k.state IN ('applied', 'rejected', 'repeat',"
        " 'superseded') AND k.receipt_due = 0 AND k.merging = 0 AND k.retrying = 0"
        " AND coalesce(k.settled_at, k.received_at) < ?"
        " AND NOT EXISTS (SELECT 1 FROM hold h WHERE h.package = k.number)"
        " AND k.number NOT IN (SELECT package FROM pending) AND k.number NOT IN (SELECT package FROM newer)"
        " AND k.number NOT IN (SELECT package FROM parked) AND k.number NOT IN (SELECT package FROM staged)"
        " AND NOT EXISTS (SELECT 1 FROM receipt_delivery d WHERE d.package = k.id AND (d.state = 0 OR "
        "d.temporary <> ''))"
        " ORDER BY k.number LIMIT ?");
    query.bind(time.time_since_epoch().count()).bind(static_cast<std::int64_t>(most));
    return package_ids_in(query);
}

void prune(Database& database, const std::string& package) {
    Packages(database).clear_results(package);
    Statement& journal = database.statement(
        "DELETE FROM journal WHERE id IN (SELECT id FROM journal WHERE package = ? LIMIT ?)");
    while (journal.bind(package).bind(rows_at_once).run() > 0) {
    }
    database.transaction([&] {
        database.statement("DELETE FROM receipt_delivery WHERE package = ?").bind(package).run();
        database.statement("UPDATE package SET pruned = 1, content = '' WHERE id = ?").bind(package).run();
    });
}

void forget_source_files(Database& database, const std::string& package) {
    database.statement("DELETE FROM source_file WHERE package = ? AND package <> ''").bind(package).run();
}

void prune_requests(Database& database, UtcTime time) {
    database.statement("DELETE FROM request WHERE done_at IS NOT NULL AND made_at < ?")
        .bind(time.time_since_epoch().count())
        .run();
}

}  // namespace obmen::ledger
