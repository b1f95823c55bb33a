#include "daemon/source_health.hpp"

#include <utility>

#include "ledger/scoped_reset.hpp"
#include "ledger/text_list.hpp"

namespace obmen::daemon {

namespace {

std::optional<UtcTime> time_in(const ledger::Statement& row, int column) {
    return row.is_null(column) ? std::nullopt : std::optional(UtcTime{Duration{row.integer(column)}});
}

}  // namespace

SourceHealth::SourceHealth(ledger::Database& database, std::string source)
    : m_database(database), m_source(std::move(source)) {}

SourceCondition SourceHealth::condition() {
    ledger::Statement& query = m_database.statement(
        "SELECT paused, attempts, next_attempt, listed_at FROM source_state WHERE source = ?");
    const ledger::ScopedReset reset(query);
    query.bind(m_source);
    SourceCondition condition;
    if (query.next()) {
        condition.paused = query.integer(0) != 0;
        condition.attempts = static_cast<std::uint64_t>(query.integer(1));
        condition.next_attempt = time_in(query, 2);
        condition.listed_at = time_in(query, 3);
    }
    return condition;
}

void SourceHealth::note_failure(const Message& why, UtcTime now, UtcTime next) {
    ledger::Statement& row = m_database.statement(
        "INSERT INTO source_state (source, failing_since, attempts, next_attempt, code, arguments)"
        " VALUES (?, ?, 1, ?, ?, ?) ON CONFLICT (source) DO UPDATE SET"
        " failing_since = coalesce(failing_since, excluded.failing_since), attempts = attempts + 1,"
        " next_attempt = excluded.next_attempt, code = excluded.code, arguments = excluded.arguments");
    row.bind(m_source).bind(now.time_since_epoch().count()).bind(next.time_since_epoch().count());
    ledger::bind_message(row, why);
    row.run();
}

void SourceHealth::note_success() {
    if (condition().attempts == 0) {
        return;
    }
    m_database
        .statement(
            "UPDATE source_state SET failing_since = NULL, attempts = 0, next_attempt = NULL, code = NULL,"
            " arguments = NULL WHERE source = ?")
        .bind(m_source)
        .run();
}

}  // namespace obmen::daemon
