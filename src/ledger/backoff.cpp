#include "ledger/backoff.hpp"

#include <nlohmann/json.hpp>

#include "ledger/scoped_reset.hpp"

namespace obmen::ledger {

std::optional<Backoff> backoff(Database& database) {
    Statement& query = database.statement("SELECT value FROM meta WHERE name = 'portal backoff'");
    const ScopedReset reset(query);
    if (!query.next() || query.text(0).empty()) {
        return std::nullopt;
    }
    const nlohmann::json stored = nlohmann::json::parse(query.text(0));
    return Backoff{.attempts = stored.at(0).get<std::uint64_t>(),
                   .next_attempt = UtcTime(Duration(stored.at(1).get<std::int64_t>())),
                   .only_leftovers = stored.at(2).get<bool>()};
}

void set_backoff(Database& database, const Backoff& backoff) {
    const nlohmann::json stored = nlohmann::json::array(
        {backoff.attempts, backoff.next_attempt.time_since_epoch().count(), backoff.only_leftovers});
    database
        .statement(
            "INSERT INTO meta (name, value) VALUES ('portal backoff', ?) ON CONFLICT (name) DO UPDATE"
            " SET value = excluded.value")
        .bind(stored.dump())
        .run();
}

void forget_backoff(Database& database) {
    database.statement("DELETE FROM meta WHERE name = 'portal backoff'").run();
}

bool is_paused(Database& database, const std::string& source) {
    Statement& query = database.statement("SELECT 1 FROM source_state WHERE source = ? AND paused = 1");
    const ScopedReset reset(query);
    return query.bind(source).next();
}

void set_paused(Database& database, const std::string& source, bool paused) {
    database
        .statement(
            "INSERT INTO source_state (source, paused) VALUES (?, ?) ON CONFLICT (source) DO UPDATE SET"
            " paused = excluded.paused")
        .bind(source)
        .bind(static_cast<std::int64_t>(paused))
        .run();
}

}  // namespace obmen::ledger
