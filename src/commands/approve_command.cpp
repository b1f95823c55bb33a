#include <fmt/format.h>

#include <ostream>

#include "commands/state_access.hpp"
#include "exchange/package_actions.hpp"
#include "exchange/portal_authorisation.hpp"

namespace obmen::commands {

ExitCode run_approve(const CommonOptions& common, const ApproveOptions& options, Surroundings& surroundings) {
    const config::Settings settings = settings_for(common, surroundings.environment);
    const std::filesystem::path state = state_with_ledger(settings, options.push.state);
    const Acted acted =
        act(state, "approve", {{"package", options.package}}, surroundings, [&](ledger::Database& database) {
            return nlohmann::json{{"approved", exchange::approve_removals(database, options.package)}};
        });
    if (acted.is_silent()) {
        return show_owner(acted, settings, common.json, surroundings.out);
    }
    const auto approved = acted.answer.at("approved").get<std::uint64_t>();
    if (common.json) {
        surroundings.out << nlohmann::json{{"package", options.package}, {"approved", approved}}.dump()
                         << "\n";
    } else {
        surroundings.out << fmt::format(
            fmt::runtime(settings.language == Language::russian
                             ? "Пакет {}: разрешено выключить объектов: {}\n"
                             : "Package {}: objects that may be switched off: {}\n"),
            options.package, approved);
    }
    if (acted.beside) {
        return show_owner(acted, settings, common.json, surroundings.out);
    }
    const bool portal_known = !options.push.portal.empty() || exchange::has_portal(settings);
    return approved > 0 && portal_known ? run_push(common, options.push, surroundings) : ExitCode::applied;
}

}  // namespace obmen::commands
