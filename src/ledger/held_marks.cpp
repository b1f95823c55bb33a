#include "ledger/held_marks.hpp"

#include <algorithm>
#include <optional>

#include "ledger/catalogue_removals.hpp"
#include "ledger/package_rows.hpp"
#include "ledger/scoped_reset.hpp"

namespace obmen::ledger {
namespace {

struct OfPackage {
    std::int64_t number = 0;
    std::int64_t source_system = 0;
    std::string id;
};

OfPackage package_of(Database& database, const std::string& package_id) {
    OfPackage package{package_number(database, package_id), 0, package_id};
    Statement& query =
        database.statement("SELECT source_system FROM package WHERE number = ?").bind(package.number);
    const ScopedReset reset(query);
    package.source_system = query.next() ? query.integer(0) : 0;
    return package;
}

std::vector<std::int64_t> entities_in(Statement& query) {
    const ScopedReset reset(query);
    std::vector<std::int64_t> entities;
    while (query.next()) {
        entities.push_back(query.integer(0));
    }
    return entities;
}

/// Where any of the marked objects stands, by this package or earlier.
std::vector<Catalogue> catalogues_of(Database& database, const OfPackage& package) {
    Statement& query = database.statement(
        "SELECT k.id, k.name FROM catalogue k WHERE k.source_system = ? AND k.name NOT LIKE '|marked|%' AND"
        " EXISTS (SELECT 1 FROM staged s JOIN member m ON m.catalogue = k.id AND m.entity = s.entity"
        " WHERE s.package = ? AND s.deletion_mark = 1) ORDER BY k.id");
    const ScopedReset reset(query);
    query.bind(package.source_system).bind(package.number);
    std::vector<Catalogue> catalogues;
    while (query.next()) {
        catalogues.push_back({query.integer(0), query.text(1)});
    }
    return catalogues;
}

/// The catalogue of which too much would go; nothing if there is none.
std::optional<RemovalPlan> too_many(Database& database, const OfPackage& package,
                                    const std::vector<std::int64_t>& marked, unsigned max_percent,
                                    bool absence_counts, std::size_t rows) {
    const std::vector<Catalogue> catalogues = catalogues_of(database, package);
    for (const Catalogue& catalogue : catalogues) {
        const RemovalCount count =
            CatalogueRemovals(database, package.number, catalogue, rows).counted(marked);
        const std::uint64_t missing = absence_counts ? count.missing : 0;
        if (count.marked > 0 && is_too_much(count.marked + missing, count.present, max_percent)) {
            return RemovalPlan{catalogue.name, count.present, count.marked, true};
        }
    }
    if (catalogues.empty() && is_too_much(marked.size(), marked.size(), max_percent)) {
        return RemovalPlan{"—", marked.size(), marked.size(), true};
    }
    return std::nullopt;
}

/// Takes the mark out of what is staged; the rest of the record goes on.
class Holding {
  public:
    Holding(Database& database, const OfPackage& package)
        : m_database(database),
          m_package(package),
          m_names(database, Numbering::Of::field_group),
          m_active(m_names.number_of("active")),
          m_deleted(m_names.number_of("deleted")) {}

    /// \returns what becomes of the object when a person agrees; nothing if nothing is staged of a mark
    std::optional<HeldMark> take(std::int64_t entity) {
        std::optional<StagedRow> row = find_staged(m_database, m_package.number, entity);
        if (!row) {
            return std::nullopt;
        }
        const bool removes = row->wish.groups.hashes.contains(m_deleted);
        if (!removes && !row->wish.groups.hashes.contains(m_active)) {
            return std::nullopt;  // it is switched off already
        }
        GroupHashes rest = row->wish.groups.hashes;
        rest.erase(m_active);
        rest.erase(m_deleted);
        if (rest.empty()) {
            delete_staged(m_database, row->id);
            set_planned_verdict(m_database, m_package.number, entity, Verdict::deferred,
                                Message{"CRM-MARK-HELD"});
        } else {
            row->wish.groups = only(row->wish.groups, rest, m_names);
            row->wish.deletion_mark = false;
            update_staged(m_database, *row);
        }
        return removes ? HeldMark::remove : HeldMark::deactivate;
    }

  private:
    Database& m_database;
    const OfPackage& m_package;
    Numbering m_names;
    std::int64_t m_active;
    std::int64_t m_deleted;
};

/// The package may have been cut off while its marks were being held.
void forget_earlier_attempt(Database& database, const OfPackage& package) {
    database.transaction([&] {
        for (const Hold& hold : holds_of_package(database, package.number)) {
            if (is_hold_of_marks(hold)) {
                end_hold(database, hold);
                forget_held_marks(database, hold.catalogue.number, package.number);
            }
        }
    });
}

void hold(Database& database, const OfPackage& package, const std::vector<std::int64_t>& marked,
          const RemovalPlan& plan, std::size_t rows) {
    std::vector<HeldMark> kinds;
    for (std::size_t begin = 0; begin < marked.size(); begin += rows) {
        database.transaction([&] {
            Holding holding(database, package);
            const std::size_t end = std::min(marked.size(), begin + rows);
            for (std::size_t i = begin; i < end; ++i) {
                const std::optional<HeldMark> mark = holding.take(marked[i]);
                if (!mark) {
                    continue;
                }
                const std::int64_t catalogue = catalogue_of_marks(database, package.source_system, *mark);
                note_seen(database, catalogue, marked[i], package.number);
                if (std::find(kinds.begin(), kinds.end(), *mark) == kinds.end()) {
                    kinds.push_back(*mark);
                    begin_hold(database, package.number, package.id, catalogue, plan, Code{"PKG-MARKS-HELD"});
                }
            }
        });
    }
}

/// A row of the package's receipt that is there already: the mark was in it.
void record(Database& database, std::int64_t package, std::int64_t entity, Verdict verdict) {
    std::optional<OutcomeRow> row = find_outcome(database, package, entity);
    if (row && !row->is(outcome_row_error)) {
        row->verdict = verdict;
        update_outcome(database, *row, std::nullopt);
    }
}

}  // namespace

std::vector<std::int64_t> marked_and_staged(Database& database, std::int64_t package) {
    return staged_marks(database, package);
}

std::vector<std::int64_t> marked_and_merged(Database& database, std::int64_t package) {
    Statement& query = database.statement(
        "SELECT entity FROM pending WHERE package = ?1 AND deletion_mark = 1 UNION SELECT m.entity FROM"
        " catalogue k JOIN member m ON m.catalogue = k.id WHERE k.name LIKE '|marked|%' AND m.generation = ?1"
        " ORDER BY 1");
    return entities_in(query.bind(package));
}

bool hold_marks_if_too_many(Database& database, const std::string& package_id, unsigned max_missing_percent,
                            bool absence_counts, std::size_t rows) {
    const OfPackage package = package_of(database, package_id);
    forget_earlier_attempt(database, package);
    const std::vector<std::int64_t> marked = marked_and_staged(database, package.number);
    if (marked.empty()) {
        return false;
    }
    const std::optional<RemovalPlan> plan =
        too_many(database, package, marked, max_missing_percent, absence_counts, rows);
    if (plan) {
        hold(database, package, marked, *plan, rows);
    }
    return plan.has_value();
}

bool is_hold_of_marks(const Hold& hold) {
    return hold.catalogue.name.starts_with("|marked|");
}

std::uint64_t stage_held_marks(Database& database, const Hold& hold, std::size_t rows) {
    const SwitchingOff switching_off(
        database, hold.catalogue.name.ends_with("delete") ? HeldMark::remove : HeldMark::deactivate);
    const std::vector<std::int64_t> marked = held_marks(database, hold.catalogue.number, hold.package);
    std::uint64_t count = 0;
    for (std::size_t begin = 0; begin < marked.size(); begin += rows) {
        database.transaction([&] {
            Operations operations(database);
            const std::size_t end = std::min(marked.size(), begin + rows);
            for (std::size_t i = begin; i < end; ++i) {
                if (!read_entity(database, marked[i]).has_remote_id) {
                    continue;
                }
                const Verdict verdict = operations.apply(marked[i], kind_in_crm(database, marked[i]),
                                                         switching_off.wish(hold.package));
                record(database, hold.package, marked[i], verdict);
                ++count;
            }
            set_to_be_sent(database, hold.package);
        });
    }
    return count;
}

}  // namespace obmen::ledger
