#include <algorithm>
#include <iostream>

#include "commands/commands.hpp"
#include "commands/output.hpp"
#include "daemon/daemon.hpp"
#include "daemon/daemon_log.hpp"
#include "support/error.hpp"

namespace obmen::commands {

namespace {

daemon::WatchPlan watch_plan(const CommonOptions& common, const WatchOptions& options,
                             const Surroundings& surroundings) {
    std::vector<std::filesystem::path> files = options.settings;
    if (!common.settings_file.empty()) {
        files.insert(files.begin(), common.settings_file);
    }
    if (files.empty()) {
        throw Error(FailureClass::bad_config, Message{"SYS-MISSING-SETTING", {"--settings"}});
    }
    const auto language = common.language ? common.language : config::language_of_settings(files.front());
    return {.files = std::move(files),
            .environment = surroundings.environment,
            .language = language.value_or(language_of_locale(surroundings.environment.locale)),
            .verbose = common.verbose,
            .by_person = surroundings.terminal,
            .interrupted = surroundings.interrupted};
}

ExitCode show_mistakes(const std::vector<Finding>& mistakes, const daemon::WatchPlan& plan, bool json) {
    for (const Finding& mistake : mistakes) {
        show_finding(std::cerr, mistake, plan.language, json);
    }
    return ExitCode::failed;
}

}  // namespace

ExitCode run_watch(const CommonOptions& common, const WatchOptions& options, Surroundings& surroundings) {
    const daemon::WatchPlan plan = watch_plan(common, options, surroundings);
    // Each exchange says as much as its settings want.
    daemon::DaemonLog log(LogLevel::debug, daemon::is_under_journald());
    if (!options.once) {
        const daemon::WatchEnd end = daemon::watch(plan, surroundings.clock, log);
        if (!end.mistakes.empty()) {
            return show_mistakes(end.mistakes, plan, common.json);
        }
        return end.failed ? ExitCode::failed : ExitCode::applied;
    }
    const daemon::OnceEnd end = daemon::watch_once(
        plan, {.clock = surroundings.clock, .log = log, .interrupted = surroundings.interrupted});
    if (!end.mistakes.empty()) {
        return show_mistakes(end.mistakes, plan, common.json);
    }
    ExitCode code = exit_code_of(end.worst);
    if (end.waits) {
        code = std::max(code, ExitCode::deferred);
    }
    return end.failed ? ExitCode::failed : code;
}

}  // namespace obmen::commands
