#include <map>
#include <ostream>

#include "arrival/intake.hpp"
#include "commands/commands.hpp"
#include "commands/output.hpp"
#include "commands/plan_view.hpp"
#include "commands/progress.hpp"
#include "crm/mapping_gaps.hpp"
#include "exchange/mapping_of_settings.hpp"
#include "exchange/package_steps.hpp"
#include "exchange/portal_authorisation.hpp"
#include "exchange/portal_names.hpp"
#include "ledger/database.hpp"
#include "ledger/pending.hpp"
#include "support/error.hpp"

namespace obmen::commands {

namespace {

/// The first objects of each kind that a package would make in an empty portal.
class Preview {
  public:
    Preview(const config::Settings& settings, std::size_t objects, bool json, Surroundings& surroundings)
        : m_settings(settings),
          m_objects(objects),
          m_json(json),
          m_surroundings(surroundings),
          m_database(":memory:"),
          m_view(surroundings.out, settings.language, json) {}

    ExitCode show(const arrival::SpooledPackage& package) {
        exchange::record_arrival(m_database, package, m_surroundings.clock.now());
        const exchange::PlanReport report =
            exchange::plan_package(m_database, package.id, package.directory.parent_path(), m_settings);
        for (const Finding& finding : ledger::Packages(m_database).findings(package.id, 0)) {
            const bool is_said =
                finding.message.code == Code{"MAP-DEFAULTS"};  // of the mapping, whatever comes
            if (!is_said) {
                show_finding(m_surroundings.out, finding, m_settings.language, m_json);
            }
        }
        if (report.fault) {
            return ExitCode::rejected;
        }
        ledger::Pending(m_database).for_each([this](const ledger::Operation& operation) {
            if (m_shown[operation.kind]++ < m_objects) {
                m_view.show(operation);
            }
        });
        return ExitCode::applied;
    }

  private:
    const config::Settings& m_settings;
    std::size_t m_objects;
    bool m_json;
    Surroundings& m_surroundings;
    ledger::Database m_database;
    PlanView m_view;
    std::map<crm::EntityKind, std::size_t> m_shown;
};

/// Where the settings name a portal: what of the mapping it does not have.
void check_against_portal(const config::Settings& settings, bool json, Surroundings& surroundings) {
    if (!exchange::has_portal(settings)) {
        return;
    }
    exchange::PortalSession session(settings, surroundings.context());
    auto answer = session.ask_facts();
    if (const auto* stop = std::get_if<delivery::Stop>(&answer)) {
        show_finding(surroundings.out, {.severity = Severity::warning, .message = stop->reason},
                     settings.language, json);
        return;
    }
    const auto& facts = std::get<portal::PortalFacts>(answer);
    const crm::Mapping mapping = exchange::mapping_of(settings);
    for (const Finding& finding : exchange::names_lacking_in_portal(mapping, facts, session)) {
        show_finding(surroundings.out, finding, settings.language, json);
    }
}

}  // namespace

ExitCode run_mapping(const CommonOptions& common, const MappingCommandOptions& options,
                     Surroundings& surroundings) {
    if (options.print) {
        surroundings.out << crm::default_mapping_text();
        return ExitCode::applied;
    }
    config::Settings settings = settings_for(common, surroundings.environment);
    if (!options.check.empty()) {
        settings.mapping = options.check;
    }
    if (!settings.mapping.empty()) {
        static_cast<void>(crm::load_mapping(settings.mapping));
    }
    for (const crm::MappingGap& gap : crm::mapping_gaps(exchange::mapping_of(settings))) {
        show_finding(surroundings.out, gap.finding, settings.language, common.json);
    }
    check_against_portal(settings, common.json, surroundings);
    ExitCode exit = ExitCode::applied;
    if (!options.samples.empty()) {
        const TemporaryDirectory spool;
        const arrival::Intake intake =
            arrival::take_in(options.samples, spool.path(), exchange::archive_limits(settings.limits),
                             arrival::PictureCopies::all);
        for (const arrival::RejectedArrival& arrival : intake.rejected) {
            show_finding(surroundings.out, arrival.fault, settings.language, common.json);
            exit = ExitCode::rejected;
        }
        for (const arrival::SpooledPackage& package : intake.packages) {
            exit =
                std::max(exit, Preview(settings, options.objects, common.json, surroundings).show(package));
        }
    }
    if (exit == ExitCode::applied && !common.json) {
        surroundings.out << (settings.language == Language::russian ? "Описание верно.\n"
                                                                    : "The mapping is valid.\n");
    }
    return exit;
}

}  // namespace obmen::commands
