#include "ledger/portal_wait.hpp"

#include <nlohmann/json.hpp>

#include "ledger/scoped_reset.hpp"

namespace obmen::ledger {

std::optional<PortalWait> portal_wait(Database& database) {
    Statement& query = database.statement("SELECT value FROM meta WHERE name = 'portal wait'");
    const ScopedReset reset(query);
    if (!query.next() || query.text(0).empty()) {
        return std::nullopt;
    }
    const nlohmann::json stored = nlohmann::json::parse(query.text(0));
    return PortalWait{.attempts = stored.at(0).get<std::uint64_t>(),
                      .next_attempt = UtcTime(Duration(stored.at(1).get<std::int64_t>())),
                      .only_leftovers = stored.at(2).get<bool>()};
}

void set_portal_wait(Database& database, const PortalWait& wait) {
    const nlohmann::json stored = nlohmann::json::array(
        {wait.attempts, wait.next_attempt.time_since_epoch().count(), wait.only_leftovers});
    database
        .statement(
            "INSERT INTO meta (name, value) VALUES ('portal wait', ?) ON CONFLICT (name) DO UPDATE"
            " SET value = excluded.value")
        .bind(stored.dump())
        .run();
}

void forget_portal_wait(Database& database) {
    database.statement("DELETE FROM meta WHERE name = 'portal wait'").run();
}

}  // namespace obmen::ledger
