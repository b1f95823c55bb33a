#include <ostream>

#include "commands/output.hpp"
#include "commands/state_access.hpp"
#include "exchange/package_actions.hpp"
#include "exchange/portal_authorisation.hpp"

namespace obmen::commands {

ExitCode run_retry(const CommonOptions& common, const RetryOptions& options, Surroundings& surroundings) {
    const config::Settings settings = settings_for(common, surroundings.environment);
    const std::filesystem::path state = state_with_ledger(settings, options.push.state);
    const Acted acted =
        act(state, "retry", {{"package", options.package}, {"force", options.push.force}}, surroundings,
            [&](ledger::Database& database) {
                exchange::retry_package(database, state / "spool", options.package, options.push.force);
                return nlohmann::json::object();
            });
    if (acted.beside) {
        return show_owner(acted, settings, common.json, surroundings.out);
    }
    const bool portal_known = !options.push.portal.empty() || exchange::has_portal(settings);
    if (portal_known) {
        return run_push(common, options.push, surroundings);
    }
    if (common.json) {
        surroundings.out << nlohmann::json{{"package", options.package}, {"state", "received"}}.dump()
                         << "\n";
    } else {
        show_line(surroundings.out, settings.language, "Уйдёт при следующей отправке",
                  "Goes with the next push", options.package);
    }
    return ExitCode::deferred;
}

}  // namespace obmen::commands
