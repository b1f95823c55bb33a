#include "commands/commands.hpp"
#include "support/error.hpp"

namespace obmen::commands {

ExitCode run_watch(const CommonOptions& common, const WatchOptions& options, Surroundings& surroundings) {
    const std::filesystem::path& first =
        options.settings.empty() ? common.settings_file : options.settings.front();
    CommonOptions chosen = common;
    chosen.settings_file = first;
    if (settings_for(chosen, surroundings.environment).sources.empty()) {
        throw Error(FailureClass::bad_config, Message{"SYS-NO-SOURCE", {first.string()}});
    }
    return ExitCode::failed;
}

}  // namespace obmen::commands
