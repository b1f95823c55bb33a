#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "commands/commands.hpp"
#include "commands/output.hpp"
#include "config/settings.hpp"
#include "exchange/family_choice.hpp"
#include "exchange/mapping_of_settings.hpp"
#include "exchange/portal_authorisation.hpp"
#include "exchange/portal_names.hpp"
#include "exchange/portal_session.hpp"
#include "portal/facts.hpp"
#include "portal/family.hpp"
#include "support/error.hpp"
#include "support/file.hpp"

namespace obmen::commands {

namespace {

portal::PortalFacts ask(exchange::PortalSession& session) {
    auto answer = session.ask_facts();
    if (const auto* stop = std::get_if<delivery::Stop>(&answer)) {
        throw Error(stop->temporary ? FailureClass::temporary : FailureClass::bad_config, stop->reason);
    }
    return std::get<portal::PortalFacts>(std::move(answer));
}

void show(std::ostream& out, const portal::PortalFacts& facts, Language language, bool json) {
    if (json) {
        out << nlohmann::json{{"administrator", facts.administrator},
                              {"measures", facts.measure_ids.size()},
                              {"vat_rates", facts.vat_ids.size()},
                              {"currencies", facts.currencies},
                              {"api", portal::name_of(facts.family)},
                              {"price_types", facts.price_types.size()},
                              {"requisite_templates", facts.presets.size()}}
                   .dump()
            << "\n";
        return;
    }
    const bool russian = language == Language::russian;
    const auto line = [&](const char* what_russian, const char* what_english, const std::string& value) {
        show_line(out, language, what_russian, what_english, value);
    };
    line("Права администратора", "Administrator's rights",
         facts.administrator ? (russian ? "есть" : "yes") : (russian ? "нет" : "no"));
    line("Методы", "Methods", "api = \"" + std::string(portal::name_of(facts.family)) + "\"");
    if (portal::has_prices_apart(facts.family)) {
        std::string names;
        for (const portal::PriceType& type : facts.price_types) {
            names += (names.empty() ? "" : ", ") + type.name + (type.base ? " (base)" : "");
        }
        line("Типы цен", "Price types", names);
    }
    line("Единиц измерения", "Units", std::to_string(facts.measure_ids.size()));
    line("Ставок НДС", "VAT rates", std::to_string(facts.vat_ids.size()));
    line("Валют", "Currencies", std::to_string(facts.currencies.size()));
    line("Шаблонов реквизитов", "Requisite templates", std::to_string(facts.presets.size()));
}

}  // namespace

ExitCode run_doctor(const CommonOptions& common, const DoctorOptions& options, Surroundings& surroundings) {
    config::Settings settings = settings_for(common, surroundings.environment);
    if (!options.portal.empty()) {
        settings.portal.url = config::resolve_portal_url(options.portal, std::filesystem::current_path());
    }
    if (!exchange::has_portal(settings)) {
        throw Error(FailureClass::bad_config, Message{"SYS-MISSING-SETTING", {"--portal"}});
    }
    settings.portal.patience_seconds = 0;  // a person is waiting for the diagnosis
    settings.portal.api = portal::name_of(exchange::ask_for_family(settings, surroundings.context()));
    exchange::PortalSession session(settings, surroundings.context());
    const portal::PortalFacts facts = ask(session);
    if (!options.facts.empty()) {
        write_durably(options.facts, portal::facts_to_json(facts) + "\n");
    }
    show(surroundings.out, facts, settings.language, common.json);
    if (!facts.administrator) {
        throw Error(FailureClass::bad_config, Message{"B24-NOT-ADMIN"});
    }
    for (const Finding& finding :
         exchange::names_lacking_in_portal(exchange::mapping_of(settings), facts, session)) {
        show_finding(surroundings.out, finding, settings.language, common.json);
    }
    return ExitCode::applied;
}

}  // namespace obmen::commands
