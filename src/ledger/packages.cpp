#include "ledger/packages.hpp"

#include "ledger/compact.hpp"
#include "ledger/entity_set.hpp"
#include "ledger/failure.hpp"
#include "ledger/numbering.hpp"
#include "ledger/outcomes.hpp"
#include "ledger/package_rows.hpp"
#include "ledger/scoped_reset.hpp"
#include "ledger/text_list.hpp"
#include "ledger/times.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace obmen::ledger {
namespace {

/// Stored: the words never change.
constexpr std::array<std::pair<PackageState, std::string_view>, 9> state_names{{
    {PackageState::received, "received"},
    {PackageState::planning, "planning"},
    {PackageState::planned, "planned"},
    {PackageState::delivering, "delivering"},
    {PackageState::applied, "applied"},
    {PackageState::rejected, "rejected"},
    {PackageState::deferred, "deferred"},
    {PackageState::repeat, "repeat"},
    {PackageState::superseded, "superseded"},
}};

PackageState state_of(std::string_view name) {
    for (const auto& [state, known] : state_names) {
        if (known == name) {
            return state;
        }
    }
    throw_bug("unknown package state " + std::string(name));
}

/// SQL's limit for "all" or `most`.
std::int64_t limit_of(std::size_t most) {
    return most == 0 ? std::numeric_limits<std::int64_t>::max() : static_cast<std::int64_t>(most);
}

std::vector<PackageFile> files_of(Database& database, std::int64_t package) {
    Statement& query = database.statement(
        "SELECT name, spool_name, size, sha256, formed_at FROM package_file WHERE package = ? ORDER BY "
        "position");
    const ScopedReset reset(query);
    query.bind(package);
    std::vector<PackageFile> files;
    while (query.next()) {
        files.push_back({query.text(0), query.text(1), static_cast<std::uint64_t>(query.integer(2)),
                         query.text(3), query.text(4)});
    }
    return files;
}

/// Reads rows of package_row; the files come afterwards.
std::vector<Package> packages_in(Database& database, Statement& query) {
    std::vector<Package> packages;
    std::vector<std::int64_t> numbers;
    while (query.next()) {
        numbers.push_back(query.integer(0));
        packages.push_back({.id = query.text(1),
                            .source = query.text(2),
                            .state = state_of(query.text(3)),
                            .received_at = sure_time_in(query, 4),
                            .receipt_revision = static_cast<int>(query.integer(5)),
                            .removals_held = query.integer(6) != 0,
                            .was_planned = query.integer(7) != 0,
                            .origin = query.text(8),
                            .other = query.text(9),
                            .attempts = static_cast<std::uint64_t>(query.integer(10)),
                            .next_attempt = time_in(query, 11),
                            .settled_at = time_in(query, 12),
                            .takes_stale = query.integer(13) != 0,
                            .number = query.integer(0),
                            .receipt_due = query.integer(14) != 0,
                            .retrying = query.integer(15) != 0,
                            .waiting_since = time_in(query, 16),
                            .pruned = query.integer(17) != 0});
    }
    for (std::size_t i = 0; i < packages.size(); ++i) {
        packages[i].files = files_of(database, numbers[i]);
    }
    return packages;
}

Place place_in(const Statement& row, int column) {
    return {static_cast<std::uint64_t>(row.integer(column)),
            static_cast<std::uint64_t>(row.integer(column + 1))};
}

/// Reads severity, code, arguments, file, line_number, column_number, object_id.
Finding finding_in(const Statement& row) {
    return {static_cast<Severity>(row.integer(0)), message_in(row, 1).value_or(Message{"SYS-INTERNAL", {}}),
            row.text(3), place_in(row, 4), row.text(6)};
}

/// Objects that have no rows; `totals` are in the order of the kinds.
void add_unchanged(std::vector<Totals>& totals, std::uint8_t source_kind, std::uint64_t count) {
    auto place = std::find_if(totals.begin(), totals.end(),
                              [&](const Totals& known) { return known.source_kind >= source_kind; });
    if (place == totals.end() || place->source_kind != source_kind) {
        place = totals.insert(place, Totals{});
        place->source_kind = source_kind;
    }
    place->count[static_cast<std::size_t>(Verdict::unchanged)] += count;
}

/// Reads source_kind, outcome.source_id, source_key, entity.source_id, verdict, remote_id, code, arguments,
/// file, line_number, column_number.
Outcome outcome_in(const Statement& row) {
    Outcome outcome;
    outcome.source_kind = static_cast<std::uint8_t>(row.integer(0));
    if (!row.is_null(1)) {
        outcome.source_id = row.text(1);
    } else {
        outcome.source_id = row.is_null(3) ? id_in(row, 2) : row.text(3);
    }
    outcome.verdict = static_cast<Verdict>(row.integer(4));
    outcome.remote_id = row.text(5);
    outcome.reason = message_in(row, 6);
    outcome.file = row.text(8);
    outcome.place = place_in(row, 9);
    outcome.entity_kind = static_cast<std::uint8_t>(row.is_null(12) ? 0 : row.integer(12));
    return outcome;
}

void delete_results(Database& database, std::string_view sql, std::int64_t package) {
    constexpr std::int64_t rows_at_once = 5000;
    Statement& deletion = database.statement(sql);
    while (deletion.bind(package).bind(rows_at_once).run() > 0) {
    }
}

void require_one_row(std::int64_t changed, const std::string& id) {
    if (changed != 1) {
        throw_bug("no package " + id);
    }
}

}  // namespace

bool is_end(PackageState state) {
    return state == PackageState::applied || state == PackageState::rejected ||
           state == PackageState::repeat || state == PackageState::superseded;
}

std::string_view name_of(PackageState state) {
    for (const auto& [known, name] : state_names) {
        if (known == state) {
            return name;
        }
    }
    throw_bug("unknown package state");
}

std::vector<std::string> package_ids_in(Statement& query) {
    const ScopedReset reset(query);
    std::vector<std::string> ids;
    while (query.next()) {
        ids.push_back(query.text(0));
    }
    return ids;
}

std::int64_t package_number(Database& database, const std::string& id) {
    Statement& query = database.statement("SELECT number FROM package WHERE id = ?").bind(id);
    const ScopedReset reset(query);
    if (!query.next()) {
        throw_bug("no package " + id);
    }
    return query.integer(0);
}

void Packages::add(const Package& package) {
    m_database.transaction([&] {
        m_database
            .statement(
                "INSERT INTO package (id, source, state, received_at, receipt_revision, origin, takes_stale,"
                " receipt_due) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?5 = 0 AND ?3 IN ('rejected', 'repeat',"
                " 'superseded'))")
            .bind(package.id)
            .bind(package.source)
            .bind(name_of(package.state))
            .bind(package.received_at.time_since_epoch().count())
            .bind(package.receipt_revision)
            .bind(package.origin)
            .bind(static_cast<std::int64_t>(package.takes_stale))
            .run();
        const std::int64_t number = m_database.last_row_id();
        std::int64_t position = 0;
        for (const PackageFile& file : package.files) {
            m_database
                .statement(
                    "INSERT INTO package_file (package, position, name, spool_name, size, sha256, formed_at)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?)")
                .bind(number)
                .bind(position++)
                .bind(file.name)
                .bind(file.spool_name)
                .bind(static_cast<std::int64_t>(file.size))
                .bind(file.sha256)
                .bind(file.formed_at)
                .run();
        }
    });
}

void Packages::set_state(const std::string& id, PackageState state) {
    require_one_row(
        m_database
            .statement("UPDATE package SET state = ?1, receipt_due = CASE WHEN ?1 IN ('rejected', 'repeat',"
                       " 'superseded') AND receipt_due = 0 THEN 1 ELSE receipt_due END WHERE id = ?2")
            .bind(name_of(state))
            .bind(id)
            .run(),
        id);
}

void Packages::owe_receipt(const std::string& id) {
    m_database.statement("UPDATE package SET receipt_due = 1 WHERE id = ?").bind(id).run();
}

void Packages::close(const Package& closed, UtcTime now) {
    m_database.transaction([&] {
        set_state(closed.id, closed.state);
        set_receipt_revision(closed.id, closed.receipt_revision);
        if (is_end(closed.state)) {
            m_database.statement("UPDATE package SET settled_at = ? WHERE id = ?")
                .bind(now.time_since_epoch().count())
                .bind(closed.id)
                .run();
            forget_attempts(closed.id);
        }
    });
}

void Packages::set_takes_stale(const std::string& id) {
    m_database.statement("UPDATE package SET takes_stale = 1 WHERE id = ?").bind(id).run();
}

void Packages::set_other(const std::string& id, const std::string& other) {
    m_database.statement("UPDATE package SET other = ? WHERE id = ?").bind(other).bind(id).run();
}

void Packages::put_off(const std::string& id, UtcTime now, UtcTime next_attempt) {
    m_database
        .statement(
            "UPDATE package SET attempts = attempts + 1, next_attempt = ?, waiting_since ="
            " coalesce(waiting_since, ?) WHERE id = ?")
        .bind(next_attempt.time_since_epoch().count())
        .bind(now.time_since_epoch().count())
        .bind(id)
        .run();
}

void Packages::forget_attempts(const std::string& id) {
    m_database
        .statement(
            "UPDATE package SET attempts = 0, next_attempt = NULL, waiting_since = NULL WHERE id = ? AND"
            " waiting_since IS NOT NULL")
        .bind(id)
        .run();
}

void Packages::set_formed_at(const std::string& id, const std::string& file, const std::string& formed_at) {
    m_database.statement("UPDATE package_file SET formed_at = ? WHERE package = ? AND name = ?")
        .bind(formed_at)
        .bind(package_number(m_database, id))
        .bind(file)
        .run();
}

void Packages::set_receipt_revision(const std::string& id, int revision) {
    require_one_row(
        m_database.statement("UPDATE package SET receipt_revision = ?, receipt_due = 0 WHERE id = ?")
            .bind(revision)
            .bind(id)
            .run(),
        id);
}

std::optional<Package> Packages::find(const std::string& id) const {
    Statement& query = m_database.statement("SELECT * FROM package_row WHERE id = ?");
    const ScopedReset reset(query);
    std::vector<Package> found = packages_in(m_database, query.bind(id));
    return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

std::vector<Package> Packages::list(std::size_t most) const {
    Statement& query = m_database.statement(
        "SELECT * FROM package_row"
        " ORDER BY received_at DESC, number DESC LIMIT ?");
    const ScopedReset reset(query);
    return packages_in(m_database, query.bind(limit_of(most)));
}

std::vector<Package> Packages::unfinished() const {
    Statement& query = m_database.statement(
        "SELECT * FROM package_row"
        " WHERE number IN (SELECT number FROM package WHERE ended = 0 OR receipt_due <> 0) ORDER BY number");
    const ScopedReset reset(query);
    return packages_in(m_database, query);
}

bool Packages::any(PackageState state) const {
    // Those that have not ended are few, and indexed.
    Statement& query =
        is_end(state) ? m_database.statement("SELECT 1 FROM package WHERE state = ? LIMIT 1")
                      : m_database.statement("SELECT 1 FROM package WHERE state = ? AND ended = 0 LIMIT 1");
    const ScopedReset reset(query);
    return query.bind(name_of(state)).next();
}

std::vector<std::string> Packages::with_removals_held() const {
    return package_ids_in(m_database.statement(
        "SELECT id FROM package WHERE EXISTS (SELECT 1 FROM hold h WHERE h.package = number)"
        " ORDER BY received_at, number"));
}

bool Packages::has_waiting_parts(const std::string& id) const {
    const std::int64_t package = package_number(m_database, id);
    // Not only what is known to wait for something: a run that stops leaves parts of objects that are there.
    Statement& query = m_database.statement(
        "SELECT 1 FROM pending p LEFT JOIN entity e ON e.id = p.entity LEFT JOIN entity o ON o.id = e.owner"
        " WHERE p.package = ? AND (p.explained = 1 OR o.remote_id IS NOT NULL) LIMIT 1");
    const ScopedReset reset(query);
    query.bind(package);
    return query.next();
}

void Packages::drop_findings(const std::string& id, Code code) {
    m_database
        .statement(
            "DELETE FROM finding WHERE package = ? AND code = ? AND (object_id IS NULL OR object_id = '')")
        .bind(package_number(m_database, id))
        .bind(std::string(code.text()))
        .run();
}

void Packages::add_finding(const std::string& id, const Finding& finding) {
    const std::int64_t package = package_number(m_database, id);
    const auto add = [&] {
        std::optional<std::int64_t> file;
        if (!finding.file.empty()) {
            file = Numbering(m_database, Numbering::Of::file_name).number_of(finding.file);
        }
        insert_finding(m_database, package, finding.severity, finding.message, file, finding.place,
                       finding.object_id);
    };
    m_database.transaction(add);
}

std::vector<Finding> Packages::findings(const std::string& id, std::size_t most) const {
    Statement& query = m_database.statement(
        "SELECT f.severity, f.code, f.arguments, n.name, f.line_number, f.column_number, f.object_id"
        " FROM finding f LEFT JOIN file_name n ON n.id = f.file WHERE f.package = ? ORDER BY f.id LIMIT ?");
    const std::int64_t package = package_number(m_database, id);
    const ScopedReset reset(query);
    query.bind(package).bind(limit_of(most));
    std::vector<Finding> found;
    while (query.next()) {
        found.push_back(finding_in(query));
    }
    return found;
}

void Packages::for_each_finding(const std::string& id,
                                const std::function<void(const Finding&)>& take) const {
    // Keyset pages: `take` may use the ledger, and no read transaction stays open behind it.
    constexpr std::int64_t rows_at_once = 200;
    const std::int64_t package = package_number(m_database, id);
    std::int64_t last = 0;
    std::vector<Finding> page;
    do {
        page.clear();
        Statement& query = m_database.statement(
            "SELECT f.severity, f.code, f.arguments, n.name, f.line_number, f.column_number, f.object_id, "
            "f.id"
            " FROM finding f LEFT JOIN file_name n ON n.id = f.file WHERE f.package = ? AND f.id > ?"
            " ORDER BY f.id LIMIT ?");
        query.bind(package).bind(last).bind(rows_at_once);
        while (query.next()) {
            page.push_back(finding_in(query));
            last = query.integer(7);
        }
        for (const Finding& finding : page) {
            take(finding);
        }
    } while (static_cast<std::int64_t>(page.size()) == rows_at_once);
}

std::uint64_t Packages::finding_count(const std::string& id) const {
    Statement& query = m_database.statement("SELECT count(*) FROM finding WHERE package = ?");
    const std::int64_t package = package_number(m_database, id);
    const ScopedReset reset(query);
    return query.bind(package).next() ? static_cast<std::uint64_t>(query.integer(0)) : 0;
}

void Packages::clear_results(const std::string& id) {
    const std::int64_t package = package_number(m_database, id);
    delete_results(m_database,
                   "DELETE FROM finding WHERE id IN (SELECT id FROM finding WHERE package = ? LIMIT ?)",
                   package);
    delete_results(m_database,
                   "DELETE FROM outcome WHERE (package, ordinal) IN"
                   " (SELECT package, ordinal FROM outcome WHERE package = ? LIMIT ?)",
                   package);
    forget_unchanged(m_database, package);
}

void Packages::tell_of_variants(const std::string& id) {
    ledger::tell_of_variants(m_database, package_number(m_database, id));
}

std::vector<Totals> Packages::totals(const std::string& id) const {
    Statement& query = m_database.statement(
        "SELECT source_kind, verdict, count(*) FROM outcome WHERE package = ?"
        " GROUP BY source_kind, verdict ORDER BY source_kind, verdict");
    const std::int64_t package = package_number(m_database, id);
    const ScopedReset reset(query);
    query.bind(package);
    std::vector<Totals> totals;
    while (query.next()) {
        const auto kind = static_cast<std::uint8_t>(query.integer(0));
        if (totals.empty() || totals.back().source_kind != kind) {
            totals.emplace_back().source_kind = kind;
        }
        const auto verdict = static_cast<std::size_t>(query.integer(1));
        if (verdict < std::size(totals.back().count)) {
            totals.back().count[verdict] = static_cast<std::uint64_t>(query.integer(2));
        }
    }
    for (const auto& [kind, count] : count_unchanged(m_database, package)) {
        add_unchanged(totals, static_cast<std::uint8_t>(kind), count);
    }
    return totals;
}

void Packages::for_each_outcome(const std::string& id, bool without_unchanged,
                                const std::function<void(const Outcome&)>& take) const {
    constexpr std::int64_t rows_at_once = 200;
    constexpr std::int64_t no_verdict = -1;
    const std::int64_t package = package_number(m_database, id);
    const std::int64_t excluded =
        without_unchanged ? static_cast<std::int64_t>(Verdict::unchanged) : no_verdict;
    std::int64_t last = -1;
    std::vector<Outcome> page;
    do {
        page.clear();
        Statement& query = m_database.statement(
            "SELECT o.source_kind, o.source_id, e.source_key, e.source_id, o.verdict, coalesce(e.remote_id,"
            " whole.remote_id), o.code, o.arguments, n.name, o.line_number, o.column_number, o.ordinal,"
            " coalesce(e.kind, whole.kind) FROM outcome o LEFT JOIN entity e ON e.id = o.entity LEFT JOIN"
            " entity whole ON o.flags & 8 AND whole.id = e.owner LEFT JOIN file_name n ON n.id = o.file"
            " WHERE o.package = ? AND o.ordinal > ? AND o.verdict <> ? ORDER BY o.ordinal LIMIT ?");
        query.bind(package).bind(last).bind(excluded).bind(rows_at_once);
        while (query.next()) {
            page.push_back(outcome_in(query));
            last = query.integer(11);
        }
        for (const Outcome& outcome : page) {
            take(outcome);
        }
    } while (static_cast<std::int64_t>(page.size()) == rows_at_once);
}

}  // namespace obmen::ledger
