#include "ledger/portal_wait.hpp"

#include <nlohmann/json.hpp>

#include "ledger/meta.hpp"

namespace obmen::ledger {

namespace {

constexpr std::string_view wait_name = "portal wait";

}  // namespace

std::optional<PortalWait> portal_wait(Database& database) {
    const std::optional<std::string> text = meta_value(database, wait_name);
    if (!text || text->empty()) {
        return std::nullopt;
    }
    const nlohmann::json stored = nlohmann::json::parse(*text);
    return PortalWait{.attempts = stored.at(0).get<std::uint64_t>(),
                      .next_attempt = UtcTime(Duration(stored.at(1).get<std::int64_t>())),
                      .only_leftovers = stored.at(2).get<bool>()};
}

void set_portal_wait(Database& database, const PortalWait& wait) {
    const nlohmann::json stored = nlohmann::json::array(
        {wait.attempts, wait.next_attempt.time_since_epoch().count(), wait.only_leftovers});
    set_meta(database, wait_name, stored.dump());
}

void forget_portal_wait(Database& database) {
    drop_meta(database, wait_name);
}

}  // namespace obmen::ledger
