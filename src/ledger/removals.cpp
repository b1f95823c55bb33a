#include "ledger/removals.hpp"

#include <optional>

#include "ledger/catalogue_removals.hpp"
#include "ledger/held_marks.hpp"
#include "ledger/holds.hpp"
#include "ledger/package_rows.hpp"
#include "ledger/scoped_reset.hpp"

namespace obmen::ledger {

namespace {

void end(Database& database, const Hold& hold) {
    end_hold(database, hold);
    if (is_hold_of_marks(hold)) {
        forget_held_marks(database, hold.catalogue.number, hold.package);
    }
}

}  // namespace

bool Removals::weigh_marks(const std::string& package_id, unsigned max_missing_percent, bool absence_counts) {
    return hold_marks_if_too_many(m_database, package_id, max_missing_percent, absence_counts, m_rows);
}

std::vector<std::string> Removals::due() const {
    return package_ids_in(m_database.statement(
        "SELECT DISTINCT k.id FROM full_export f JOIN package k ON k.number = f.package WHERE f.state = 1"
        " ORDER BY k.number"));
}

void Removals::keep_missing(const std::string& package_id) {
    const std::int64_t package = package_number(m_database, package_id);
    m_database.transaction([&] {
        for (const DueExport& due : due_exports(m_database, package)) {
            set_planned(m_database, package, due.catalogue);
        }
    });
}

std::vector<RemovalPlan> Removals::plan(const std::string& package_id, unsigned max_missing_percent) {
    const std::int64_t package = package_number(m_database, package_id);
    std::vector<RemovalPlan> plans;
    const std::vector<DueExport> due_now = due_exports(m_database, package);
    const std::vector<std::int64_t> marked =
        due_now.empty() ? std::vector<std::int64_t>{} : marked_and_merged(m_database, package);
    for (const DueExport& due : due_now) {
        std::optional<RemovalPlan> plan;
        if (due.is_newest) {
            CatalogueRemovals removals(m_database, package, {due.catalogue, due.name}, m_rows);
            plan = removals.count(max_missing_percent, marked);
            if (!plan->held) {
                removals.stage();
            }
        }
        m_database.transaction([&] {
            if (plan) {
                for (const Hold& earlier : holds_of_catalogue(m_database, due.catalogue)) {
                    end_hold(m_database, earlier);
                }
            }
            if (plan && plan->held) {
                begin_hold(m_database, package, package_id, due.catalogue, *plan, Code{"PKG-REMOVALS-HELD"});
            }
            set_planned(m_database, package, due.catalogue);
        });
        if (plan) {
            plans.push_back(*plan);
        }
    }
    return plans;
}

std::vector<RemovalPlan> Removals::held(const std::string& package_id) const {
    std::vector<RemovalPlan> plans;
    for (const Hold& hold : holds_of_package(m_database, package_number(m_database, package_id))) {
        plans.push_back(hold.plan);
    }
    return plans;
}

std::uint64_t Removals::approve(const std::string& package_id) {
    const std::int64_t package = package_number(m_database, package_id);
    std::uint64_t count = 0;
    for (const Hold& hold : holds_of_package(m_database, package)) {
        if (is_hold_of_marks(hold)) {
            count += stage_held_marks(m_database, hold, m_rows);
        } else if (hold.is_newest) {
            count += CatalogueRemovals(m_database, package, hold.catalogue, m_rows).stage();
        }
        m_database.transaction([&] { end(m_database, hold); });
    }
    return count;
}

void Removals::drop(const std::string& package_id) {
    const std::int64_t package = package_number(m_database, package_id);
    m_database.transaction([&] {
        for (const Hold& hold : holds_of_package(m_database, package)) {
            end(m_database, hold);
        }
    });
}

std::optional<std::string> Removals::overtaken_by(const std::string& package_id) const {
    Statement& query = m_database.statement(
        "SELECT newer.id FROM full_export f JOIN catalogue k ON k.id = f.catalogue JOIN package newer ON"
        " newer.number = k.generation WHERE f.package = ? AND k.generation > f.package"
        " ORDER BY newer.number DESC LIMIT 1");
    const ScopedReset reset(query);
    query.bind(package_number(m_database, package_id));
    return query.next() ? std::optional(query.text(0)) : std::nullopt;
}

}  // namespace obmen::ledger
