#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "commands/commands.hpp"
#include "commands/output.hpp"
#include "ledger/pending.hpp"
#include "support/error.hpp"

namespace obmen::commands {

ExitCode run_status(const CommonOptions& common, const StatusOptions& options, Surroundings& surroundings) {
    config::Settings settings = settings_for(common, surroundings.environment);
    if (!options.state.empty()) {
        settings.state_directory = options.state;
    }
    const std::filesystem::path file = settings.state_directory / "ledger.db";
    if (settings.state_directory.empty() || !std::filesystem::exists(file)) {
        throw Error(FailureClass::bad_config, Message{"SYS-NO-LEDGER", {settings.state_directory.string()}});
    }
    ledger::Database database(file);
    const ledger::Packages packages(database);
    for (const ledger::Package& package : packages.list(options.most)) {
        const std::vector<ledger::Totals> totals = packages.totals(package.id);
        if (common.json) {
            const nlohmann::json line{{"package", package.id},
                                      {"state", ledger::name_of(package.state)},
                                      {"received", utc_date_time(package.received_at)},
                                      {"source", package.source},
                                      {"receipt_revision", package.receipt_revision},
                                      {"removals_held", package.removals_held},
                                      {"findings", packages.finding_count(package.id)},
                                      {"totals", totals_json(totals)}};
            surroundings.out << line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
            continue;
        }
        surroundings.out << fmt::format("{}  {}  {}  {}\n", package.id, local_date_time(package.received_at),
                                        state_name(package.state, settings.language), package.source);
        show_totals(surroundings.out, totals, settings.language);
        if (package.removals_held) {
            surroundings.out << (settings.language == Language::russian
                                     ? "  выключение товаров ждёт разрешения: obmen approve "
                                     : "  removals wait for a person: obmen approve ")
                             << package.id << "\n";
        }
    }
    const std::uint64_t waiting = ledger::Pending(database).count();
    if (common.json) {
        surroundings.out << nlohmann::json{{"pending", waiting}}.dump() << "\n";
    } else {
        surroundings.out << (settings.language == Language::russian ? "Ждут отправки: "
                                                                    : "Waiting to be sent: ")
                         << waiting << "\n";
    }
    return ExitCode::applied;
}

}  // namespace obmen::commands
