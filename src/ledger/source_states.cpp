#include "ledger/source_states.hpp"

#include "ledger/scoped_reset.hpp"
#include "ledger/text_list.hpp"
#include "ledger/times.hpp"

namespace obmen::ledger {

SourceState SourceStates::find(const std::string& source) const {
    Statement& query = m_database.statement(
        "SELECT paused, listed_at, arrived_at, failing_since, attempts, next_attempt, code, arguments, skew,"
        " both_halves FROM source_state WHERE source = ?");
    const ScopedReset reset(query);
    query.bind(source);
    if (!query.next()) {
        return {};
    }
    return {.paused = query.integer(0) != 0,
            .listed_at = time_in(query, 1),
            .arrived_at = time_in(query, 2),
            .failing_since = time_in(query, 3),
            .attempts = static_cast<std::uint64_t>(query.integer(4)),
            .next_attempt = time_in(query, 5),
            .failure = message_in(query, 6),
            .skew = query.is_null(8) ? std::nullopt : std::optional(Duration(query.integer(8))),
            .both_halves = query.integer(9) != 0};
}

void SourceStates::note_listing(const std::string& source, UtcTime now) {
    m_database
        .statement(
            "INSERT INTO source_state (source, listed_at) VALUES (?, ?)"
            " ON CONFLICT (source) DO UPDATE SET listed_at = excluded.listed_at")
        .bind(source)
        .bind(milliseconds(now))
        .run();
}

void SourceStates::note_arrival(const std::string& source, UtcTime now, bool both_halves) {
    m_database
        .statement(
            "INSERT INTO source_state (source, arrived_at, both_halves) VALUES (?, ?, ?) ON CONFLICT (source)"
            " DO UPDATE SET arrived_at = excluded.arrived_at, both_halves = max(both_halves,"
            " excluded.both_halves)")
        .bind(source)
        .bind(milliseconds(now))
        .bind(std::int64_t{both_halves ? 1 : 0})
        .run();
}

void SourceStates::note_failure(const std::string& source, const Message& failure, UtcTime now,
                                UtcTime next_attempt) {
    m_database.transaction([&] {
        ensure(source);
        Statement& update = m_database.statement(
            "UPDATE source_state SET failing_since = ifnull(failing_since, ?), attempts = attempts + 1,"
            " next_attempt = ?, code = ?, arguments = ? WHERE source = ?");
        update.bind(milliseconds(now)).bind(milliseconds(next_attempt));
        bind_message(update, failure);
        update.bind(source).run();
    });
}

void SourceStates::note_success(const std::string& source) {
    m_database
        .statement(
            "UPDATE source_state SET failing_since = NULL, attempts = 0, next_attempt = NULL, code = NULL,"
            " arguments = NULL WHERE source = ? AND failing_since IS NOT NULL")
        .bind(source)
        .run();
}

void SourceStates::set_paused(const std::string& source, bool paused) {
    m_database.transaction([&] {
        ensure(source);
        m_database.statement("UPDATE source_state SET paused = ? WHERE source = ?")
            .bind(std::int64_t{paused ? 1 : 0})
            .bind(source)
            .run();
    });
}

void SourceStates::set_skew(const std::string& source, Duration skew) {
    m_database.transaction([&] {
        ensure(source);
        m_database.statement("UPDATE source_state SET skew = ? WHERE source = ?")
            .bind(std::int64_t{skew.count()})
            .bind(source)
            .run();
    });
}

void SourceStates::ensure(const std::string& source) {
    m_database.statement("INSERT OR IGNORE INTO source_state (source) VALUES (?)").bind(source).run();
}

}  // namespace obmen::ledger
