#include "ledger/merge.hpp"

#include "ledger/failure.hpp"
#include "ledger/known_records.hpp"
#include "ledger/learning.hpp"
#include "ledger/members.hpp"
#include "ledger/operations.hpp"
#include "ledger/outcomes.hpp"
#include "ledger/package_rows.hpp"
#include "ledger/planning.hpp"
#include "ledger/scoped_reset.hpp"
#include "ledger/wished.hpp"
#include "support/failpoint.hpp"

namespace obmen::ledger {
namespace {

std::optional<std::int64_t> first_begun_merge(Database& database) {
    Statement& query =
        database.statement("SELECT number FROM package WHERE merging = 1 ORDER BY number LIMIT 1");
    const ScopedReset reset(query);
    return query.next() ? std::optional(query.integer(0)) : std::nullopt;
}

bool is_merging(Database& database, std::int64_t package) {
    Statement& query = database.statement("SELECT merging FROM package WHERE number = ?").bind(package);
    const ScopedReset reset(query);
    return query.next() && query.integer(0) != 0;
}

bool is_planning(Database& database, std::int64_t package) {
    Statement& query = database.statement("SELECT state FROM package WHERE number = ?").bind(package);
    const ScopedReset reset(query);
    return query.next() && query.text(0) == name_of(PackageState::planning);
}

void merge_row(Database& database, Operations& operations, StagedRow row) {
    const std::int64_t package = row.wish.package;
    const Verdict verdict = operations.apply(row.entity, row.kind, std::move(row.wish));
    if (verdict == Verdict::deferred) {
        forget_known(database, row.entity);  // what it waits for may come without it
    }
    if (verdict != row.verdict) {
        set_planned_verdict(database, package, row.entity, verdict,
                            reason_for(database, verdict, row.entity));
    }
}

void merge_all(Database& database, std::int64_t package) {
    while (merge_some(database, package, merge_rows_per_transaction)) {
    }
}

}  // namespace

bool merge_some(Database& database, std::int64_t package, std::size_t most) {
    bool more = false;
    database.transaction([&] {
        database.statement("UPDATE package SET merging = 1 WHERE number = ? AND merging = 0")
            .bind(package)
            .run();
        keep_learnt(database, package);
        Operations operations(database);
        if (const std::optional<std::int64_t> last = last_of_first_staged(database, package, most)) {
            for (StagedRow& row : staged_of_known(database, package, *last)) {
                merge_row(database, operations, std::move(row));
            }
            queue_staged_of_new(database, package, *last);
            delete_staged_up_to(database, package, *last);
        }
        more = has_staged(database, package);
        if (!more) {
            complete_full_exports(database, package);
            database.statement("UPDATE package SET merging = 0, was_planned = 1, state = ? WHERE number = ?")
                .bind(name_of(PackageState::planned))
                .bind(package)
                .run();
        }
    });
    failpoint("merge.chunk");
    return more;
}

void finish_begun_merges(Database& database) {
    while (const std::optional<std::int64_t> package = first_begun_merge(database)) {
        merge_all(database, *package);
    }
}

void Planning::merge(Database& database, const std::string& package_id) {
    const std::int64_t package = package_number(database, package_id);
    finish_begun_merges(database);
    if (is_planning(database, package)) {
        merge_all(database, package);
    }
    drop_needless_notes(database);
}

void Planning::discard(Database& database, const std::string& package_id) {
    const std::int64_t package = package_number(database, package_id);
    if (is_merging(database, package)) {
        // It was read to the end, and older wishes have given way to it: to go on is the only way that loses
        // nothing.
        merge_all(database, package);
        return;
    }
    constexpr std::size_t rows_at_once = 5000;
    while (const std::optional<std::int64_t> last = last_of_first_staged(database, package, rows_at_once)) {
        delete_staged_up_to(database, package, *last);
    }
    take_back_learnt_of(database, package);
    forget_full_exports(database, package);
}

}  // namespace obmen::ledger
