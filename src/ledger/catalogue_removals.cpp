#include "ledger/catalogue_removals.hpp"

#include <algorithm>
#include <functional>
#include <optional>

#include "ledger/packages.hpp"

namespace obmen::ledger {
namespace {

void for_each_page(Database& database, std::int64_t package, std::int64_t catalogue, std::size_t rows,
                   const std::function<void(const std::vector<Member>&)>& take) {
    std::int64_t last = 0;
    while (true) {
        const std::vector<Member> page = members_page(database, package, catalogue, last, rows);
        if (page.empty()) {
            return;
        }
        last = page.back().entity;
        take(page);
    }
}

}  // namespace

bool is_too_much(std::uint64_t removed, std::uint64_t present, unsigned max_percent) {
    constexpr std::uint64_t whole = 100;
    return removed > Removals::most_without_asking && removed * whole > present * max_percent;
}

void set_to_be_sent(Database& database, std::int64_t package) {
    database.statement("UPDATE package SET state = ?1 WHERE number = ?2 AND state <> ?1")
        .bind(name_of(PackageState::planned))
        .bind(package)
        .run();
}

RemovalPlan CatalogueRemovals::count(unsigned max_missing_percent, const std::vector<std::int64_t>& marked) {
    const RemovalCount count = counted(marked);
    RemovalPlan plan{m_catalogue.name, count.present, count.missing, false};
    plan.held =
        count.missing > 0 &&
        (is_too_much(count.missing + count.marked, count.present, max_missing_percent) || !count.seen_any);
    return plan;
}

RemovalCount CatalogueRemovals::counted(const std::vector<std::int64_t>& marked) {
    RemovalCount count;
    for_each_page(m_database, m_package, m_catalogue.number, m_rows, [&](const std::vector<Member>& page) {
        for (const Member& member : page) {
            const bool active = m_switching_off.is_active(member);
            const bool is_marked = active && std::binary_search(marked.begin(), marked.end(), member.entity);
            count.present += active ? 1U : 0U;
            count.marked += is_marked ? 1U : 0U;
            count.missing += !is_marked && m_switching_off.is_due(member) ? 1U : 0U;
            count.seen_any = count.seen_any || member.is_seen;
        }
    });
    return count;
}

std::uint64_t CatalogueRemovals::stage() {
    std::uint64_t count = 0;
    for_each_page(m_database, m_package, m_catalogue.number, m_rows, [&](const std::vector<Member>& page) {
        std::vector<Member> missing;
        for (const Member& member : page) {
            if (m_switching_off.is_due(member)) {
                missing.push_back(member);
            }
        }
        if (!missing.empty()) {
            m_database.transaction([&] { count += stage_page(missing); });
        }
    });
    return count;
}

/// \returns how many are removed by it: what another catalogue lacks as well counts once
std::uint64_t CatalogueRemovals::stage_page(const std::vector<Member>& missing) {
    std::uint64_t count = 0;
    Operations operations(m_database);
    std::int64_t ordinal = first_free_ordinal(m_database, m_package);
    for (const Member& member : missing) {
        const std::optional<OutcomeRow> before = find_outcome(m_database, m_package, member.entity);
        count += before && before->is(outcome_removed) ? 0U : 1U;
        const Verdict verdict = operations.apply(member.entity, kind_in_crm(m_database, member.entity),
                                                 m_switching_off.wish(m_package));
        ordinal += record(member, verdict, ordinal) ? 1 : 0;
    }
    set_to_be_sent(m_database, m_package);
    return count;
}

/// \returns true if the row is new
bool CatalogueRemovals::record(const Member& member, Verdict verdict, std::int64_t ordinal) {
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

}  // namespace obmen::ledger
