#include "ledger/overview.hpp"

#include <algorithm>

#include "ledger/scoped_reset.hpp"
#include "ledger/text_list.hpp"
#include "ledger/times.hpp"

namespace obmen::ledger {
std::vector<SourceOverview> sources_overview(Database& database) {
    Statement& query = database.statement(
        "SELECT s.source, s.paused, s.listed_at, s.arrived_at, s.failing_since, s.next_attempt, s.code,"
        " s.arguments, (SELECT count(*) FROM source_file f WHERE f.source = s.source AND f.state <> 2)"
        " FROM source_state s ORDER BY s.source");
    const ScopedReset reset(query);
    std::vector<SourceOverview> sources;
    while (query.next()) {
        sources.push_back({.source = query.text(0),
                           .paused = query.integer(1) != 0,
                           .listed_at = time_in(query, 2),
                           .arrived_at = time_in(query, 3),
                           .failing_since = time_in(query, 4),
                           .next_attempt = time_in(query, 5),
                           .failure = message_in(query, 6),
                           .waiting = static_cast<std::uint64_t>(query.integer(8))});
    }
    return sources;
}

std::vector<WaitingFile> waiting_files(Database& database, const std::string& source, std::size_t most) {
    // arrival::SourceFileState: 1 is copied, 2 is in a package.
    Statement& query = database.statement(
        "SELECT name, size, first_seen, still_since, state = 1, attempts, code, arguments FROM source_file"
        " WHERE source = ? AND state <> 2 ORDER BY first_seen, name LIMIT ?");
    const ScopedReset reset(query);
    query.bind(source).bind(static_cast<std::int64_t>(most));
    std::vector<WaitingFile> files;
    while (query.next()) {
        files.push_back({.name = query.text(0),
                         .size = static_cast<std::uint64_t>(query.integer(1)),
                         .first_seen = sure_time_in(query, 2),
                         .still_since = sure_time_in(query, 3),
                         .is_copied = query.integer(4) != 0,
                         .attempts = static_cast<std::uint64_t>(query.integer(5)),
                         .reason = message_in(query, 6)});
    }
    return files;
}

std::optional<Message> worst_finding(Database& database, const std::string& package) {
    Statement& query = database.statement(
        "SELECT f.code, f.arguments FROM package p JOIN finding f ON f.package = p.number WHERE p.id = ?"
        " ORDER BY f.severity, f.id LIMIT 1");
    const ScopedReset reset(query);
    return query.bind(package).next() ? message_in(query, 0) : std::nullopt;
}

std::vector<ReceiptOverview> receipts_under_way(Database& database) {
    Statement& query = database.statement(
        "SELECT package, revision, file, target, made_at, attempts, next_attempt, code, arguments FROM"
        " receipt_delivery WHERE state = 0 ORDER BY made_at, package, revision");
    const ScopedReset reset(query);
    std::vector<ReceiptOverview> receipts;
    while (query.next()) {
        receipts.push_back({.package = query.text(0),
                            .revision = static_cast<int>(query.integer(1)),
                            .file = query.text(2),
                            .target = query.text(3),
                            .made_at = sure_time_in(query, 4),
                            .attempts = static_cast<std::uint64_t>(query.integer(5)),
                            .next_attempt = time_in(query, 6),
                            .failure = message_in(query, 7)});
    }
    return receipts;
}

std::vector<AlertOverview> standing_alerts(Database& database) {
    Statement& query = database.statement(
        "SELECT cause, code, arguments, since, told_at IS NOT NULL FROM alert WHERE cleared_at IS NULL"
        " ORDER BY since, cause");
    const ScopedReset reset(query);
    std::vector<AlertOverview> alerts;
    while (query.next()) {
        alerts.push_back({.cause = query.text(0),
                          .message = message_in(query, 1),
                          .since = sure_time_in(query, 3),
                          .is_told = query.integer(4) != 0});
    }
    return alerts;
}

PackagesOverview packages_overview(Database& database) {
    Statement& query = database.statement(
        "SELECT (SELECT min(received_at) FROM package WHERE ended = 0),"
        " (SELECT max(coalesce(settled_at, received_at)) FROM package WHERE state = 'applied'),"
        " (SELECT count(*) FROM package WHERE ended = 0),"
        " (SELECT count(DISTINCT package) FROM hold)");
    const ScopedReset reset(query);
    PackagesOverview overview;
    if (query.next()) {
        overview = {.oldest_waiting = time_in(query, 0),
                    .last_applied = time_in(query, 1),
                    .waiting = static_cast<std::uint64_t>(query.integer(2)),
                    .held = static_cast<std::uint64_t>(query.integer(3))};
    }
    return overview;
}

std::vector<JournalEntry> journal_of(Database& database, const std::string& package, std::size_t most) {
    Statement& query = database.statement(
        "SELECT timestamp, operation, source_system, target_system, object_id, status, details FROM journal"
        " WHERE package = ? ORDER BY id DESC LIMIT ?");
    const ScopedReset reset(query);
    query.bind(package).bind(static_cast<std::int64_t>(most));
    std::vector<JournalEntry> entries;
    while (query.next()) {
        entries.push_back({.time = sure_time_in(query, 0),
                           .operation = query.text(1),
                           .source_system = query.text(2),
                           .target_system = query.text(3),
                           .package = package,
                           .object_id = query.text(4),
                           .status = query.text(5),
                           .details = query.text(6)});
    }
    std::ranges::reverse(entries);
    return entries;
}

}  // namespace obmen::ledger
