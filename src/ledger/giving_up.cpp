#include "ledger/giving_up.hpp"

#include "ledger/outcomes.hpp"
#include "ledger/package_rows.hpp"
#include "ledger/pending.hpp"
#include "ledger/scoped_reset.hpp"
#include "ledger/wished.hpp"

namespace obmen::ledger {
namespace {

constexpr std::int64_t objects_at_once = 300;

std::vector<std::int64_t> entities_in(Statement& query, std::int64_t package) {
    const ScopedReset reset(query);
    query.bind(package).bind(objects_at_once);
    std::vector<std::int64_t> entities;
    while (query.next()) {
        entities.push_back(query.integer(0));
    }
    return entities;
}

std::uint64_t give_up_unsent(Database& database, std::int64_t package, const Message& reason) {
    std::uint64_t count = 0;
    while (true) {
        const std::vector<std::int64_t> entities = entities_in(
            database.statement("SELECT entity FROM pending WHERE package = ? AND state = 0 LIMIT ?"),
            package);
        if (entities.empty()) {
            return count;
        }
        std::vector<Settlement> settlements;
        settlements.reserve(entities.size());
        for (const std::int64_t entity : entities) {
            settlements.push_back({.entity = entity, .verdict = Verdict::failed, .reason = reason});
        }
        Pending(database).settle(settlements);
        count += entities.size();
    }
}

std::uint64_t give_up_parked(Database& database, std::int64_t package, const Message& reason) {
    std::uint64_t count = 0;
    while (true) {
        const std::vector<std::int64_t> entities =
            entities_in(database.statement("SELECT entity FROM parked WHERE package = ? LIMIT ?"), package);
        if (entities.empty()) {
            return count;
        }
        database.transaction([&] {
            for (const std::int64_t entity : entities) {
                static_cast<void>(take_parked(database, entity));
                set_settled_verdict(database, package, entity, Verdict::failed, reason);
            }
        });
        count += entities.size();
    }
}

}  // namespace

std::uint64_t give_up(Database& database, const std::string& package, const Message& reason) {
    const std::int64_t number = package_number(database, package);
    return give_up_unsent(database, number, reason) + give_up_parked(database, number, reason);
}

std::vector<std::string> parked_before(Database& database, UtcTime time) {
    Statement& query = database.statement(
        "SELECT k.id FROM package k WHERE coalesce(k.counted_from, k.received_at) <= ? AND k.merging = 0 AND "
        "k.number IN (SELECT "
        "package"
        " FROM parked) ORDER BY k.number");
    query.bind(time.time_since_epoch().count());
    return package_ids_in(query);
}

}  // namespace obmen::ledger
