#include <fmt/format.h>

#include <ostream>

#include "commands/state_access.hpp"
#include "exchange/backup.hpp"
#include "ledger/backup.hpp"
#include "support/file.hpp"

namespace obmen::commands {

namespace {

void show(const exchange::BackupReport& report, const std::filesystem::path& where, const char* russian,
          const char* english, const CommonOptions& common, Language language, std::ostream& out) {
    if (common.json) {
        out << nlohmann::json{{"folder", where.string()},
                              {"packages", report.packages},
                              {"files", report.files}}
                   .dump()
            << "\n";
        return;
    }
    out << fmt::format(fmt::runtime(language == Language::russian ? russian : english), where.string(),
                       report.packages, report.files);
}

/// The state directory came back as a whole: nothing to copy, but nothing in it is to be trusted.
void mark_as_old(const std::filesystem::path& state, Clock& clock) {
    const DirectoryLock lock(state);
    ledger::Database database(state / "ledger.db");
    ledger::mark_copied(database, clock.now());
}

std::filesystem::path state_of(const config::Settings& settings, const std::filesystem::path& given) {
    std::filesystem::path state = given.empty() ? settings.state_directory : given;
    if (state.empty()) {
        throw Error(FailureClass::bad_config, Message{"SYS-MISSING-SETTING", {"--state"}});
    }
    return state;
}

}  // namespace

ExitCode run_backup(const CommonOptions& common, const BackupOptions& options, Surroundings& surroundings) {
    const config::Settings settings = settings_for(common, surroundings.environment);
    const std::filesystem::path state = state_with_ledger(settings, options.state);
    const auto database = open_ledger(state);
    const exchange::BackupReport report =
        exchange::back_up(*database, state, options.target, surroundings.clock.now());
    show(report, options.target, "Копия в {}: журнал состояния и копии файлов, пакетов {}, файлов {}\n",
         "Backup in {}: the ledger and private copies, of {} packages, {} files\n", common, settings.language,
         surroundings.out);
    return ExitCode::applied;
}

ExitCode run_restore(const CommonOptions& common, const RestoreOptions& options, Surroundings& surroundings) {
    const config::Settings settings = settings_for(common, surroundings.environment);
    exchange::BackupReport report;
    const std::filesystem::path state = state_of(settings, options.state);
    if (options.backup.empty()) {
        mark_as_old(state_with_ledger(settings, options.state), surroundings.clock);
    } else {
        report = exchange::restore(options.backup, state);
    }
    show(report, state,
         "Каталог состояния {} возвращён: пакетов {}, файлов {}. Следующий запуск найдёт в портале всё, что "
         "сделано после копии, и отправит значения заново; выгрузите из 1С всё полностью\n",
         "State directory {} is back: {} packages, {} files. The next run finds in the portal what was done "
         "since the copy, and sends values anew; let 1C export everything once\n",
         common, settings.language, surroundings.out);
    return ExitCode::applied;
}

}  // namespace obmen::commands
