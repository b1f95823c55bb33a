#include "ledger/source_files.hpp"

#include <algorithm>

#include "ledger/package_rows.hpp"
#include "ledger/packages.hpp"
#include "ledger/scoped_reset.hpp"
#include "ledger/text_list.hpp"
#include "ledger/times.hpp"

namespace obmen::ledger {

namespace {

void bind_time_or_null(Statement& statement, const std::optional<UtcTime>& time) {
    if (time) {
        statement.bind(milliseconds(*time));
    } else {
        statement.bind_null();
    }
}

}  // namespace

std::vector<SourceFile> SourceFiles::all() const {
    Statement& query = m_database.statement(
        "SELECT name, size, modified, identity, first_seen, still_since, state, attempts, copy, sha256,"
        " package, code, arguments FROM source_file WHERE source = ?");
    const ScopedReset reset(query);
    query.bind(m_source);
    std::vector<SourceFile> files;
    while (query.next()) {
        files.push_back({.name = query.text(0),
                         .size = static_cast<std::uint64_t>(query.integer(1)),
                         .modified = time_in(query, 2),
                         .identity = query.text(3),
                         .first_seen = sure_time_in(query, 4),
                         .still_since = sure_time_in(query, 5),
                         .state = static_cast<int>(query.integer(6)),
                         .attempts = static_cast<std::uint64_t>(query.integer(7)),
                         .copy = query.text(8),
                         .sha256 = query.text(9),
                         .package = query.text(10),
                         .reason = message_in(query, 11)});
    }
    return files;
}

void SourceFiles::put(const SourceFile& file) {
    Statement& row = m_database.statement(
        "INSERT OR REPLACE INTO source_file (source, name, size, modified, identity, first_seen, still_since,"
        " state, attempts, copy, sha256, package, code, arguments)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    row.bind(m_source).bind_blob(file.name).bind(static_cast<std::int64_t>(file.size));
    bind_time_or_null(row, file.modified);
    row.bind(file.identity)
        .bind(milliseconds(file.first_seen))
        .bind(milliseconds(file.still_since))
        .bind(file.state)
        .bind(static_cast<std::int64_t>(file.attempts))
        .bind(file.copy)
        .bind(file.sha256)
        .bind(file.package);
    bind_message(row, file.reason);
    row.run();
}

void SourceFiles::forget(const std::string& name) {
    m_database.statement("DELETE FROM source_file WHERE source = ? AND name = ?")
        .bind(m_source)
        .bind_blob(name)
        .run();
}

std::vector<std::string> SourceFiles::ended_packages() const {
    Statement& query = m_database.statement(
        "SELECT DISTINCT p.id FROM source_file f JOIN package p ON p.id = f.package WHERE f.source = ?"
        " AND p.ended = 1 AND (p.receipt_revision > 0 OR p.state = ?)");
    const ScopedReset reset(query);
    query.bind(m_source).bind(name_of(PackageState::repeat));
    return package_ids_in(query);
}

std::vector<std::string> SourceFiles::take_forgotten() {
    std::vector<std::string> packages =
        package_ids_in(m_database.statement("SELECT package FROM forgotten WHERE source = ?").bind(m_source));
    for (const std::string& package : packages) {
        m_database.statement("DELETE FROM forgotten WHERE source = ? AND package = ?")
            .bind(m_source)
            .bind(package)
            .run();
    }
    return packages;
}

SourceFileTotals SourceFiles::in_unfinished_packages() const {
    Statement& query = m_database.statement(
        "SELECT count(*), ifnull(sum(f.size), 0) FROM package p JOIN package_file f ON f.package = p.number"
        " WHERE p.origin = ? AND p.ended = 0");
    const ScopedReset reset(query);
    query.bind(m_source);
    query.next();
    return {.files = static_cast<std::uint64_t>(query.integer(0)),
            .bytes = static_cast<std::uint64_t>(query.integer(1))};
}

std::vector<SourceCopy> copies_in_no_package(Database& database) {
    Statement& query = database.statement(
        "SELECT source, copy FROM source_file WHERE copy <> '' AND package = '' ORDER BY source, copy");
    const ScopedReset reset(query);
    std::vector<SourceCopy> copies;
    while (query.next()) {
        copies.push_back({query.text(0), query.text(1)});
    }
    return copies;
}

std::vector<FilesLeftBehind> files_left_behind(Database& database) {
    constexpr std::int64_t packaged = 2;  // arrival::SourceFileState
    Statement& query = database.statement(
        "SELECT f.source, f.name, f.code, f.arguments, coalesce(p.settled_at, p.received_at) FROM source_file"
        " f JOIN package p ON p.id = f.package WHERE f.state = ? AND f.code IS NOT NULL AND p.ended = 1"
        " ORDER BY f.source, f.name");
    const ScopedReset reset(query);
    query.bind(packaged);
    std::vector<FilesLeftBehind> found;
    while (query.next()) {
        const std::optional<Message> reason = message_in(query, 2);
        if (!reason) {
            continue;
        }
        const UtcTime ended = sure_time_in(query, 4);
        if (found.empty() || found.back().source != query.text(0)) {
            found.push_back(
                {.source = query.text(0), .first = query.text(1), .reason = *reason, .since = ended});
        }
        ++found.back().files;
        found.back().since = std::min(found.back().since, ended);
    }
    return found;
}

bool knows_catalogue(Database& database, const std::string& source_system, const std::string& catalogue_id) {
    Statement& query = database.statement(
        "SELECT 1 FROM catalogue c JOIN source_system s ON s.id = c.source_system"
        " WHERE s.name = ? AND c.name = ?");
    const ScopedReset reset(query);
    query.bind(source_system).bind(catalogue_id);
    return query.next();
}

}  // namespace obmen::ledger
