#include "ledger/alert_rows.hpp"

#include "ledger/scoped_reset.hpp"
#include "ledger/text_list.hpp"
#include "ledger/times.hpp"

#include <utility>

namespace obmen::ledger {
namespace {

/// Reads cause, code, arguments, one_off, since, told_at, cleared_at, ways, attempts, next_attempt.
std::vector<AlertRow> rows_in(Statement& query) {
    const ScopedReset reset(query);
    std::vector<AlertRow> rows;
    while (query.next()) {
        rows.push_back({.cause = query.text(0),
                        .message = message_in(query, 1).value_or(Message{"SYS-INTERNAL"}),
                        .one_off = query.integer(3) != 0,
                        .since = sure_time_in(query, 4),
                        .told_at = time_in(query, 5),
                        .cleared_at = time_in(query, 6),
                        .ways = static_cast<std::uint64_t>(query.integer(7)),
                        .attempts = static_cast<std::uint64_t>(query.integer(8)),
                        .next_attempt = time_in(query, 9)});
    }
    return rows;
}

}  // namespace

std::vector<AlertRow> AlertRows::all() const {
    return rows_in(m_database.statement("SELECT * FROM alert ORDER BY cause"));
}

std::optional<AlertRow> AlertRows::find(const std::string& cause) const {
    std::vector<AlertRow> rows =
        rows_in(m_database.statement("SELECT * FROM alert WHERE cause = ?").bind(cause));
    return rows.empty() ? std::nullopt : std::optional(std::move(rows.front()));
}

bool AlertRows::raise(const std::string& cause, const Message& message, bool one_off, UtcTime now) {
    const std::optional<AlertRow> known = find(cause);
    if (known && known->message == message && !known->cleared_at) {
        return false;  // nothing is written again and again for what stands
    }
    m_database.transaction([&] {
        Statement& insertion = m_database.statement(
            "INSERT INTO alert (cause, code, arguments, one_off, since) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (cause) DO UPDATE SET code = excluded.code, arguments = excluded.arguments");
        insertion.bind(cause);
        bind_message(insertion, message);
        insertion.bind(one_off ? 1 : 0).bind(milliseconds(now)).run();
        if (known && known->cleared_at) {
            m_database
                .statement(
                    "UPDATE alert SET cleared_at = NULL, ways = 0, attempts = 0, next_attempt = NULL"
                    " WHERE cause = ?")
                .bind(cause)
                .run();
        }
    });
    return !known;
}

std::optional<AlertRow> AlertRows::clear(const std::string& cause, UtcTime now) {
    std::optional<AlertRow> stood;
    m_database.transaction([&] {
        stood = find(cause);
        if (!stood || stood->cleared_at) {
            stood.reset();
            return;
        }
        // One that has gone by one way of two is known to somebody.
        if (stood->one_off || (!stood->told_at && stood->ways == 0)) {
            m_database.statement("DELETE FROM alert WHERE cause = ?").bind(cause).run();
            return;
        }
        m_database
            .statement(
                "UPDATE alert SET cleared_at = ?, ways = 0, attempts = 0, next_attempt = NULL"
                " WHERE cause = ?")
            .bind(milliseconds(now))
            .bind(cause)
            .run();
    });
    return stood;
}

void AlertRows::mark_way(const std::string& cause, std::uint64_t ways) {
    m_database.statement("UPDATE alert SET ways = ? WHERE cause = ?")
        .bind(static_cast<std::int64_t>(ways))
        .bind(cause)
        .run();
}

void AlertRows::mark_told(const std::string& cause, UtcTime now) {
    m_database.transaction([&] {
        m_database.statement("DELETE FROM alert WHERE cause = ? AND cleared_at IS NOT NULL")
            .bind(cause)
            .run();
        m_database
            .statement(
                "UPDATE alert SET told_at = ?, ways = 0, attempts = 0, next_attempt = NULL"
                " WHERE cause = ?")
            .bind(milliseconds(now))
            .bind(cause)
            .run();
    });
}

void AlertRows::mark_failed(const std::string& cause, std::uint64_t attempts, UtcTime next_attempt) {
    m_database.statement("UPDATE alert SET attempts = ?, next_attempt = ? WHERE cause = ?")
        .bind(static_cast<std::int64_t>(attempts))
        .bind(milliseconds(next_attempt))
        .bind(cause)
        .run();
}

UtcTime AlertRows::waited_for_since(const std::string& source, UtcTime now) {
    Statement& query = m_database.statement("SELECT since FROM quiet_watch WHERE source = ?");
    const ScopedReset reset(query);
    if (query.bind(source).next()) {
        return sure_time_in(query, 0);
    }
    m_database.statement("INSERT INTO quiet_watch (source, since) VALUES (?, ?)")
        .bind(source)
        .bind(milliseconds(now))
        .run();
    return now;
}

}  // namespace obmen::ledger
