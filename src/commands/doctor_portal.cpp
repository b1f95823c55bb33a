#include "commands/doctor_portal.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <nlohmann/json.hpp>
#include <ostream>
#include <vector>

#include "commands/output.hpp"
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

portal::PortalFacts ask_facts(exchange::PortalSession& session) {
    auto answer = session.ask_facts();
    if (const auto* stop = std::get_if<delivery::Stop>(&answer)) {
        throw Error(stop->temporary ? FailureClass::temporary : FailureClass::bad_config, stop->reason);
    }
    return std::get<portal::PortalFacts>(std::move(answer));
}

void show_facts_json(std::ostream& out, const portal::PortalFacts& facts) {
    out << nlohmann::json{{"administrator", facts.administrator},
                          {"measures", facts.measure_ids.size()},
                          {"vat_rates", facts.vat_ids.size()},
                          {"currencies", facts.currencies},
                          {"api", portal::name_of(facts.family)},
                          {"price_types", facts.price_types.size()},
                          {"requisite_templates", facts.presets.size()}}
               .dump()
        << "\n";
}

/// What the portal itself says of the address and of the time.
struct SystemAnswers {
    std::optional<nlohmann::json> scopes;
    std::optional<nlohmann::json> time;
};

SystemAnswers ask_system(exchange::PortalSession& session) {
    const auto answer = session.ask({{"scope", {}}, {"server.time", {}}});
    SystemAnswers system;
    if (const auto* answers = std::get_if<std::vector<portal::CommandAnswer>>(&answer)) {
        const auto* scopes = std::get_if<portal::Done>(&answers->at(0));
        const auto* time = std::get_if<portal::Done>(&answers->at(1));
        system.scopes = scopes == nullptr ? std::nullopt : std::optional(scopes->result);
        system.time = time == nullptr ? std::nullopt : std::optional(time->result);
    }
    return system;
}

/// What the address may call.
void check_scopes(DoctorLines& lines, const std::optional<nlohmann::json>& answer, portal::ApiFamily family) {
    if (!answer || !answer->is_array()) {
        lines.skipped(DoctorTopic::rights, {},
                      {"портал не сказал, какие права есть", "the portal did not say which there are"});
        return;
    }
    std::vector<std::string> scopes;
    for (const nlohmann::json& scope : *answer) {
        if (scope.is_string()) {
            scopes.push_back(scope.get<std::string>());
        }
    }
    std::vector<std::string> needed{"crm"};
    if (family == portal::ApiFamily::catalog) {
        needed.emplace_back("catalog");
    }
    std::erase_if(needed,
                  [&](const std::string& scope) { return std::ranges::find(scopes, scope) != scopes.end(); });
    if (!needed.empty()) {
        lines.failed(DoctorTopic::rights, {}, {"B24-SCOPE", {fmt::format("{}", fmt::join(needed, ", "))}});
        return;
    }
    const std::string text = fmt::format("{}", fmt::join(scopes, ", "));
    lines.ok(DoctorTopic::rights, {}, {text, text});
}

void check_administrator(DoctorLines& lines, const portal::PortalFacts& facts) {
    if (facts.administrator) {
        lines.ok(DoctorTopic::rights, {}, {"права администратора есть", "an administrator's"});
    } else {
        lines.failed(DoctorTopic::rights, {}, {"B24-NOT-ADMIN"});
    }
}

void show_catalogue(DoctorLines& lines, const portal::PortalFacts& facts) {
    if (facts.catalog_id.empty()) {
        lines.skipped(DoctorTopic::catalogue, {},
                      {"портал своего каталога не показал", "the portal shows no catalogue of its own"});
        return;
    }
    std::vector<std::string> price_types;
    for (const portal::PriceType& type : facts.price_types) {
        price_types.push_back(type.base ? type.name + " (base)" : type.name);
    }
    const std::string prices = fmt::format("{}", fmt::join(price_types, ", "));
    lines.ok(DoctorTopic::catalogue, {},
             {fmt::format("№ {}{}{}", facts.catalog_id, prices.empty() ? "" : "; типы цен: ", prices),
              fmt::format("no. {}{}{}", facts.catalog_id, prices.empty() ? "" : "; price types: ", prices)});
}

void show_dictionaries(DoctorLines& lines, const portal::PortalFacts& facts) {
    const std::string currencies = fmt::format("{}", fmt::join(facts.currencies, ", "));
    lines.ok(DoctorTopic::dictionaries, {},
             {fmt::format("единиц измерения {}, ставок НДС {}, валюты: {}, шаблонов реквизитов {}",
                          facts.measure_ids.size(), facts.vat_ids.size(), currencies, facts.presets.size()),
              fmt::format("{} units, {} VAT rates, currencies: {}, {} requisite templates",
                          facts.measure_ids.size(), facts.vat_ids.size(), currencies, facts.presets.size())});
}

/// `"2026-01-01T12:00:00+03:00"`, as far as it is one.
std::optional<UtcTime> portal_time(const nlohmann::json& text) {
    if (!text.is_string()) {
        return std::nullopt;
    }
    std::tm parts{};
    const std::string written = text.get<std::string>();
    const char* rest = ::strptime(written.c_str(), "%Y-%m-%dT%H:%M:%S%z", &parts);
    if (rest == nullptr) {
        return std::nullopt;
    }
    const long offset = parts.tm_gmtoff;
    return UtcTime(std::chrono::seconds(::timegm(&parts) - offset));
}

/// Only shown: nothing of the exchange depends on the portal's clock.
void show_clock(DoctorLines& lines, const std::optional<nlohmann::json>& answer, UtcTime now) {
    const auto time = answer ? portal_time(*answer) : std::nullopt;
    if (time) {
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(*time - now).count();
        lines.skipped(DoctorTopic::clock, {},
                      {fmt::format("часы портала расходятся с нашими на {} с", seconds),
                       fmt::format("the portal's is {} s off ours", seconds)});
    }
}

}  // namespace

void check_portal(DoctorLines& lines, const CommonOptions& common, const DoctorOptions& options,
                  config::Settings settings, Surroundings& surroundings) {
    settings.portal.patience_seconds = 0;  // a person is waiting for the diagnosis
    std::optional<portal::PortalFacts> facts;
    try {
        settings.portal.api = portal::name_of(exchange::ask_for_family(settings, surroundings.context()));
        exchange::PortalSession session(settings, surroundings.context());
        facts = ask_facts(session);
        if (common.json) {
            show_facts_json(surroundings.out, *facts);
        }
        const std::string shown = session.client().address().shown() + ", api = \"" +
                                  std::string(portal::name_of(facts->family)) + "\"";
        lines.ok(DoctorTopic::portal, {}, {shown, shown});
        check_administrator(lines, *facts);
        const SystemAnswers system = ask_system(session);
        check_scopes(lines, system.scopes, facts->family);
        show_catalogue(lines, *facts);
        show_dictionaries(lines, *facts);
        show_clock(lines, system.time, surroundings.clock.now());
        for (const Finding& finding :
             exchange::names_lacking_in_portal(exchange::mapping_of(settings), *facts, session)) {
            show_finding(surroundings.out, finding, settings.language, common.json);
        }
    } catch (const Error& error) {
        if (error.finding().message.code == Code{"SYS-INTERRUPTED"}) {
            throw;
        }
        lines.failed(DoctorTopic::portal, {}, error.finding().message);
    }
    if (facts && !options.facts.empty()) {
        write_durably(options.facts, portal::facts_to_json(*facts) + "\n");
    }
}

}  // namespace obmen::commands
