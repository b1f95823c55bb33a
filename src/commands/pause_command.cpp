#include <ostream>

#include "commands/output.hpp"
#include "commands/state_access.hpp"
#include "exchange/package_actions.hpp"
#include "ledger/requests.hpp"

namespace obmen::commands {

ExitCode run_pause(const CommonOptions& common, const PauseOptions& options, Surroundings& surroundings) {
    const config::Settings settings = settings_for(common, surroundings.environment);
    const auto database = open_ledger(state_with_ledger(settings, options.state));
    exchange::pause(*database, settings, options.source, !options.resume);
    if (options.resume) {
        // Whoever owns the ledger next waits for nothing.
        ledger::Requests(*database).add("wake", "{}", surroundings.clock.now());
    }
    if (common.json) {
        surroundings.out << nlohmann::json{{"source", options.source}, {"paused", !options.resume}}.dump()
                         << "\n";
        return ExitCode::applied;
    }
    const bool russian = settings.language == Language::russian;
    const std::string sending = russian ? "отправка в Битрикс24" : "the sending to Bitrix24";
    const std::string& what = options.source.empty() ? sending : options.source;
    if (options.resume) {
        show_line(surroundings.out, settings.language, "Возобновлено", "Resumed", what);
    } else {
        show_line(surroundings.out, settings.language, "Остановлено до obmen resume",
                  "Paused until obmen resume", what);
    }
    return ExitCode::applied;
}

}  // namespace obmen::commands
