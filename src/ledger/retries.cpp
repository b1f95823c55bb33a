#include "ledger/retries.hpp"

#include <vector>

#include "ledger/outcomes.hpp"
#include "ledger/package_rows.hpp"
#include "ledger/scoped_reset.hpp"
#include "ledger/text_list.hpp"

namespace obmen::ledger {
namespace {

constexpr std::int64_t reopened_at_once = 1000;

/// Verdicts 0, 9 and 11: planned, deferred, failed. CROSS JOIN: a look into each newer package, not at all of
/// its objects.
std::vector<std::int64_t> reopenable(Database& database, std::int64_t package, std::int64_t after) {
    Statement& query = database.statement(
        "SELECT o.ordinal FROM outcome o WHERE o.package = ?1 AND o.ordinal > ?2 AND o.entity IS NOT NULL"
        " AND o.verdict IN (9, 11) AND NOT EXISTS (SELECT 1 FROM package k CROSS JOIN outcome n"
        " ON n.package = k.number AND n.entity = o.entity WHERE k.number > ?1 AND k.was_planned = 1)"
        " ORDER BY o.ordinal LIMIT ?3");
    const ScopedReset reset(query);
    query.bind(package).bind(after).bind(reopened_at_once);
    std::vector<std::int64_t> ordinals;
    while (query.next()) {
        ordinals.push_back(query.integer(0));
    }
    return ordinals;
}

void reopen(Database& database, std::int64_t package, std::int64_t ordinal) {
    database
        .statement(
            "UPDATE outcome SET verdict = 0, flags = flags & ~1, code = NULL, arguments = NULL WHERE"
            " package = ? AND ordinal = ?")
        .bind(package)
        .bind(ordinal)
        .run();
}

}  // namespace

std::uint64_t reopen_failed(Database& database, const std::string& package) {
    const std::int64_t number = package_number(database, package);
    std::uint64_t count = 0;
    for (std::vector<std::int64_t> page = reopenable(database, number, -1); !page.empty();
         page = reopenable(database, number, page.back())) {
        database.transaction([&] {
            for (const std::int64_t ordinal : page) {
                reopen(database, number, ordinal);
            }
            database.statement("UPDATE package SET state = ?, retrying = 1 WHERE number = ?")
                .bind(name_of(PackageState::received))
                .bind(number)
                .run();
        });
        count += page.size();
    }
    return count;
}

void close_reopened(Database& database, const std::string& package, const std::optional<Message>& fault) {
    const std::int64_t number = package_number(database, package);
    database.transaction([&] {
        Statement& update = database.statement(
            "UPDATE outcome SET verdict = ?1, code = ?2, arguments = ?3 WHERE package = ?4 AND verdict = 0 "
            "AND"
            " NOT EXISTS (SELECT 1 FROM pending p WHERE p.entity = outcome.entity AND p.package = ?4) AND NOT"
            " EXISTS (SELECT 1 FROM newer n WHERE n.entity = outcome.entity AND n.package = ?4)");
        update.bind(static_cast<std::int64_t>(fault ? Verdict::failed : Verdict::replaced));
        bind_message(update, fault);
        update.bind(number).run();
        database.statement("UPDATE package SET retrying = 0 WHERE number = ?").bind(number).run();
    });
}

}  // namespace obmen::ledger
