#include "commands/commands.hpp"
#include "commands/doctor_lines.hpp"
#include "commands/doctor_machine.hpp"
#include "commands/doctor_places.hpp"
#include "commands/doctor_portal.hpp"
#include "config/settings.hpp"
#include "exchange/portal_authorisation.hpp"
#include "support/error.hpp"

namespace obmen::commands {

ExitCode run_doctor(const CommonOptions& common, const DoctorOptions& options, Surroundings& surroundings) {
    config::Settings settings = settings_for(common, surroundings.environment);
    if (!options.portal.empty()) {
        settings.portal.url = config::resolve_portal_url(options.portal, std::filesystem::current_path());
    }
    const bool has_portal = exchange::has_portal(settings);
    const bool has_settings = !common.settings_file.empty();
    const Message no_portal{"SYS-MISSING-SETTING", {"--portal"}};
    if (!has_portal && !has_settings) {
        throw Error(FailureClass::bad_config, no_portal);
    }
    DoctorLines lines(surroundings.out, settings.language, common.json);
    if (has_portal) {
        check_portal(lines, common, options, settings, surroundings);
    } else {
        lines.failed(DoctorTopic::portal, {}, no_portal);
    }
    if (has_settings) {
        check_places(lines, settings, surroundings);
        check_state(lines, settings, surroundings.clock.now());
        check_alerts(lines, settings, options.alert, surroundings);
    }
    return lines.has_failure() ? ExitCode::failed : ExitCode::applied;
}

}  // namespace obmen::commands
