#include "exchange/family_choice.hpp"

#include <optional>
#include <string>

#include "exchange/portal_session.hpp"
#include "portal/family.hpp"
#include "support/error.hpp"

namespace obmen::exchange {

namespace {

constexpr const char* automatic = "auto";

}  // namespace

portal::ApiFamily ask_for_family(const config::Settings& settings, const RunContext& context) {
    if (settings.portal.api == portal::name_of(portal::ApiFamily::crm)) {
        return portal::ApiFamily::crm;
    }
    auto answer = PortalSession(settings, context).ask_for_catalog();
    if (const auto* stop = std::get_if<delivery::Stop>(&answer)) {
        throw Error(stop->temporary ? FailureClass::temporary : FailureClass::bad_config, stop->reason);
    }
    const std::string& lacking = std::get<std::string>(answer);
    if (lacking.empty()) {
        return portal::ApiFamily::catalog;
    }
    if (settings.portal.api != automatic) {
        throw Error(FailureClass::bad_config, Message{"B24-NO-CATALOG", {lacking}});
    }
    return portal::ApiFamily::crm;
}

FamilyChoice choose_family(const config::Settings& settings, const ledger::PortalState& portal_state,
                           const RunContext& context) {
    const std::optional<std::string> pinned = portal_state.api();
    if (!pinned) {
        return {ask_for_family(settings, context), true};
    }
    if (settings.portal.api != automatic && settings.portal.api != *pinned) {
        throw Error(FailureClass::bad_config, Message{"CFG-API-PINNED", {*pinned, settings.portal.api}});
    }
    return {portal::family_named(*pinned).value_or(portal::ApiFamily::crm), false};
}

}  // namespace obmen::exchange
