#include <ostream>

#include "commands/output.hpp"
#include "commands/state_access.hpp"
#include "exchange/package_actions.hpp"

namespace obmen::commands {

ExitCode run_forget(const CommonOptions& common, const ForgetOptions& options, Surroundings& surroundings) {
    const config::Settings settings = settings_for(common, surroundings.environment);
    const bool is_object = !options.object.empty();
    const nlohmann::json what =
        is_object ? nlohmann::json{{"kind", options.object.front()}, {"id", options.object.back()}}
                  : nlohmann::json{{"package", options.package}};
    const Acted acted = act(state_with_ledger(settings, options.state), "forget", what, surroundings,
                            [&](ledger::Database& database) {
                                if (is_object) {
                                    exchange::forget_object(database, settings.source_system,
                                                            options.object.front(), options.object.back());
                                } else {
                                    exchange::forget_package(database, options.package, settings);
                                }
                                return nlohmann::json::object();
                            });
    if (acted.is_silent()) {
        return show_owner(acted, settings, common.json, surroundings.out);
    }
    if (common.json) {
        nlohmann::json line = what;
        line["forgotten"] = true;
        surroundings.out << line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
    } else if (is_object) {
        show_line(surroundings.out, settings.language, "Забыт, со следующей выгрузкой будет найден заново",
                  "Forgotten, to be looked up with the next export", options.object.back());
    } else {
        show_line(surroundings.out, settings.language, "Забыт, те же файлы будут приняты снова",
                  "Forgotten, the same files are taken anew", options.package);
    }
    return ExitCode::applied;
}

}  // namespace obmen::commands
