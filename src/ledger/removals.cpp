#include "ledger/removals.hpp"

#include <functional>
#include <optional>
#include <utility>

#include "ledger/members.hpp"
#include "ledger/operations.hpp"
#include "ledger/outcomes.hpp"
#include "ledger/package_rows.hpp"
#include "ledger/packages.hpp"
#include "ledger/scoped_reset.hpp"

namespace obmen::ledger {
namespace {

struct Catalogue {
    std::int64_t number = 0;
    std::string name;
};

/// What switches an object off.
class SwitchingOff {
  public:
    explicit SwitchingOff(Database& database)
        : m_group(Numbering(database, Numbering::Of::field_group).number_of("active")) {
        const crm::FieldGroup active{"active", {{"active", false}}};
        m_hash = crm::group_hash(active);
        m_groups.json = crm::to_json({active});
        m_groups.hashes.set(m_group, m_hash);
    }

    [[nodiscard]] bool is_due(const Member& member) const { return member.is_missing && is_active(member); }
    [[nodiscard]] bool is_active(const Member& member) const {
        return member.in_crm && !member.confirmed.has(m_group, m_hash);
    }
    [[nodiscard]] WishRow wish(std::int64_t package) const {
        WishRow wish;
        wish.package = package;
        wish.deletion_mark = true;
        wish.groups = m_groups;
        return wish;
    }

  private:
    std::int64_t m_group;
    std::uint64_t m_hash = 0;
    WishedGroups m_groups;
};

void for_each_page(Database& database, std::int64_t catalogue, std::size_t rows,
                   const std::function<void(const std::vector<Member>&)>& take) {
    std::int64_t last = 0;
    while (true) {
        const std::vector<Member> page = members_page(database, catalogue, last, rows);
        if (page.empty()) {
            return;
        }
        last = page.back().entity;
        take(page);
    }
}

/// One catalogue's removals on behalf of one package.
class CatalogueRemovals {
  public:
    CatalogueRemovals(Database& database, std::int64_t package, Catalogue catalogue, std::size_t rows)
        : m_database(database),
          m_package(package),
          m_catalogue(std::move(catalogue)),
          m_rows(rows),
          m_switching_off(database) {}

    [[nodiscard]] RemovalPlan count(unsigned max_missing_percent) {
        RemovalPlan plan{m_catalogue.name, 0, 0, false};
        bool is_empty = true;
        for_each_page(m_database, m_catalogue.number, m_rows, [&](const std::vector<Member>& page) {
            for (const Member& member : page) {
                plan.present += m_switching_off.is_active(member) ? 1U : 0U;
                plan.missing += m_switching_off.is_due(member) ? 1U : 0U;
                is_empty = is_empty && !member.is_seen;
            }
        });
        constexpr std::uint64_t whole = 100;
        const bool too_many = plan.missing > Removals::most_without_asking &&
                              plan.missing * whole > plan.present * max_missing_percent;
        plan.held = too_many || (is_empty && plan.missing > 0);
        return plan;
    }

    std::uint64_t stage() {
        std::uint64_t count = 0;
        for_each_page(m_database, m_catalogue.number, m_rows, [&](const std::vector<Member>& page) {
            std::vector<Member> missing;
            for (const Member& member : page) {
                if (m_switching_off.is_due(member)) {
                    missing.push_back(member);
                }
            }
            if (!missing.empty()) {
                m_database.transaction([&] { stage_page(missing); });
                count += missing.size();
            }
        });
        return count;
    }

  private:
    void stage_page(const std::vector<Member>& missing) {
        Operations operations(m_database);
        std::int64_t ordinal = first_free_ordinal(m_database, m_package);
        for (const Member& member : missing) {
            const Verdict verdict =
                operations.apply(member.entity, crm::EntityKind::product, m_switching_off.wish(m_package));
            ordinal += record(member, verdict, ordinal) ? 1 : 0;
        }
        // It may have been settled already, if a crash came between.
        m_database.statement("UPDATE package SET state = ?1 WHERE number = ?2 AND state <> ?1")
            .bind(name_of(PackageState::planned))
            .bind(m_package)
            .run();
    }

    /// \returns true if the row is new
    bool record(const Member& member, Verdict verdict, std::int64_t ordinal) {
        const Message reason{"CRM-REMOVED", {m_catalogue.name}};
        std::optional<OutcomeRow> row = find_outcome(m_database, m_package, member.entity);
        if (!row) {
            insert_outcome(m_database, {{m_package, ordinal, outcome_removed, verdict},
                                        member.entity,
                                        member.source_kind,
                                        {},
                                        reason,
                                        std::nullopt,
                                        {}});
            return true;
        }
        if (!row->is(outcome_row_error)) {
            // Its price was in the package, say, or a crash came between.
            row->verdict = verdict;
            row->flags = (row->flags | outcome_removed) & ~std::int64_t{outcome_left_out};
            update_outcome(m_database, *row, reason);
        }
        return false;
    }

    Database& m_database;
    std::int64_t m_package;
    Catalogue m_catalogue;
    std::size_t m_rows;
    SwitchingOff m_switching_off;
};

struct Hold {
    std::int64_t package = 0;
    Catalogue catalogue;
    bool is_newest = false;
    RemovalPlan plan;
    std::int64_t finding = 0;
};

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

/// With its note in the package's receipt, which is true no more.
void end_hold(Database& database, const Hold& hold) {
    database.statement("DELETE FROM finding WHERE id = ? AND package = ? AND code = 'PKG-REMOVALS-HELD'")
        .bind(hold.finding)
        .bind(hold.package)
        .run();
    database.statement("DELETE FROM hold WHERE package = ? AND catalogue = ?")
        .bind(hold.package)
        .bind(hold.catalogue.number)
        .run();
}

void begin_hold(Database& database, std::int64_t package, const std::string& package_id,
                const Catalogue& catalogue, const RemovalPlan& plan) {
    const Message note{
        "PKG-REMOVALS-HELD",
        {catalogue.name, std::to_string(plan.missing), std::to_string(plan.present), package_id}};
    insert_finding(database, package, Severity::warning, note, std::nullopt, {}, {});
    const std::int64_t finding = database.last_row_id();
    database
        .statement("INSERT INTO hold (package, catalogue, present, missing, finding) VALUES (?, ?, ?, ?, ?)")
        .bind(package)
        .bind(catalogue.number)
        .bind(static_cast<std::int64_t>(plan.present))
        .bind(static_cast<std::int64_t>(plan.missing))
        .bind(finding)
        .run();
}

}  // namespace

std::vector<std::string> Removals::due() const {
    Statement& query = m_database.statement(
        "SELECT DISTINCT k.id FROM full_export f JOIN package k ON k.number = f.package WHERE f.state = 1"
        " ORDER BY k.number");
    const ScopedReset reset(query);
    std::vector<std::string> packages;
    while (query.next()) {
        packages.push_back(query.text(0));
    }
    return packages;
}

std::vector<RemovalPlan> Removals::plan(const std::string& package_id, unsigned max_missing_percent) {
    const std::int64_t package = package_number(m_database, package_id);
    std::vector<RemovalPlan> plans;
    for (const DueExport& due : due_exports(m_database, package)) {
        std::optional<RemovalPlan> plan;
        if (due.is_newest) {
            CatalogueRemovals removals(m_database, package, {due.catalogue, due.name}, m_rows);
            plan = removals.count(max_missing_percent);
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
                begin_hold(m_database, package, package_id, {due.catalogue, due.name}, *plan);
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
        if (hold.is_newest) {
            count += CatalogueRemovals(m_database, package, hold.catalogue, m_rows).stage();
        }
        m_database.transaction([&] { end_hold(m_database, hold); });
    }
    return count;
}

void Removals::drop(const std::string& package_id) {
    const std::int64_t package = package_number(m_database, package_id);
    m_database.transaction([&] {
        for (const Hold& hold : holds_of_package(m_database, package)) {
            end_hold(m_database, hold);
        }
    });
}

}  // namespace obmen::ledger
