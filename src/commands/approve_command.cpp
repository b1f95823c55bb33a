#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>

#include "commands/commands.hpp"
#include "exchange/portal_authorisation.hpp"
#include "ledger/packages.hpp"
#include "ledger/removals.hpp"
#include "support/error.hpp"
#include "support/file.hpp"

namespace obmen::commands {

namespace {

/// \returns how many objects were let through
std::uint64_t approve(const std::filesystem::path& state, const std::string& package) {
    if (!std::filesystem::exists(state / "ledger.db")) {
        throw Error(FailureClass::bad_config, Message{"SYS-NO-LEDGER", {state.string()}});
    }
    const DirectoryLock lock(state);
    ledger::Database database(state / "ledger.db");
    if (!ledger::Packages(database).find(package)) {
        throw Error(FailureClass::bad_config, Message{"PKG-UNKNOWN", {package}});
    }
    ledger::Removals removals(database);
    if (removals.held(package).empty()) {
        if (const std::optional<std::string> newer = removals.overtaken_by(package)) {
            throw Error(FailureClass::bad_config, Message{"PKG-OVERTAKEN", {package, *newer}});
        }
        throw Error(FailureClass::bad_config, Message{"PKG-NOTHING-HELD", {package}});
    }
    return removals.approve(package);
}

}  // namespace

ExitCode run_approve(const CommonOptions& common, const ApproveOptions& options, Surroundings& surroundings) {
    const config::Settings settings = settings_for(common, surroundings.environment);
    const std::uint64_t approved =
        approve(options.push.state.empty() ? settings.state_directory : options.push.state, options.package);
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
    const bool portal_known = !options.push.portal.empty() || exchange::has_portal(settings);
    return approved > 0 && portal_known ? run_push(common, options.push, surroundings) : ExitCode::applied;
}

}  // namespace obmen::commands
