#include "ledger/holds.hpp"

#include <optional>

#include "ledger/outcomes.hpp"
#include "ledger/scoped_reset.hpp"

namespace obmen::ledger {
namespace {

Hold hold_in(const Statement& row) {
    Hold hold;
    hold.package = row.integer(0);
    hold.catalogue = {row.integer(1), row.text(2)};
    hold.is_newest = row.integer(3) != 0;
    hold.plan = {row.text(2), static_cast<std::uint64_t>(row.integer(4)),
                 static_cast<std::uint64_t>(row.integer(5)), true};
    hold.finding = row.integer(6);
    return hold;
}

std::vector<Hold> holds_in(Statement& query) {
    const ScopedReset reset(query);
    std::vector<Hold> holds;
    while (query.next()) {
        holds.push_back(hold_in(query));
    }
    return holds;
}

}  // namespace

std::vector<Hold> holds_of_package(Database& database, std::int64_t package) {
    return holds_in(
        database
            .statement("SELECT h.package, k.id, k.name, k.generation = h.package, h.present, h.missing,"
                       " h.finding FROM hold h JOIN catalogue k ON k.id = h.catalogue"
                       " WHERE h.package = ? ORDER BY k.id")
            .bind(package));
}

std::vector<Hold> holds_of_catalogue(Database& database, std::int64_t catalogue) {
    return holds_in(
        database
            .statement("SELECT h.package, k.id, k.name, k.generation = h.package, h.present, h.missing,"
                       " h.finding FROM hold h JOIN catalogue k ON k.id = h.catalogue"
                       " WHERE h.catalogue = ?")
            .bind(catalogue));
}

void end_hold(Database& database, const Hold& hold) {
    database
        .statement(
            "DELETE FROM finding WHERE id = ? AND package = ? AND code IN ('PKG-REMOVALS-HELD',"
            " 'PKG-MARKS-HELD')")
        .bind(hold.finding)
        .bind(hold.package)
        .run();
    database.statement("DELETE FROM hold WHERE package = ? AND catalogue = ?")
        .bind(hold.package)
        .bind(hold.catalogue.number)
        .run();
    // What its receipt said of waiting for a person is no longer so.
    database
        .statement(
            "UPDATE package SET receipt_due = 1 WHERE number = ? AND receipt_due = 0 AND state = 'applied'")
        .bind(hold.package)
        .run();
}

void begin_hold(Database& database, std::int64_t package, const std::string& package_id,
                std::int64_t catalogue, const RemovalPlan& plan, Code code) {
    const Message note{
        code, {plan.catalogue, std::to_string(plan.missing), std::to_string(plan.present), package_id}};
    insert_finding(database, package, Severity::warning, note, std::nullopt, {}, {});
    const std::int64_t finding = database.last_row_id();
    database
        .statement("INSERT INTO hold (package, catalogue, present, missing, finding) VALUES (?, ?, ?, ?, ?)")
        .bind(package)
        .bind(catalogue)
        .bind(static_cast<std::int64_t>(plan.present))
        .bind(static_cast<std::int64_t>(plan.missing))
        .bind(finding)
        .run();
}

}  // namespace obmen::ledger
