#pragma once

#include "config/settings.hpp"
#include "exchange/run_context.hpp"
#include "ledger/journal.hpp"
#include "portal/facts.hpp"

namespace obmen::exchange {

/// The family of methods that an exchange uses from its first contact on (design: "Defaults that must not be
/// guessed twice").
struct FamilyChoice {
    portal::ApiFamily family = portal::ApiFamily::crm;
    bool is_new = false;  ///< nothing was pinned before
};

/// What the ledger has pinned; at first contact what the settings say, of which `auto` is decided by the
/// portal. `catalog` is only chosen where the portal has said that it allows all of it: one request, at first
/// contact. Pins nothing. Throws CFG-API-PINNED or B24-NO-CATALOG (bad_config), and what keeps the portal
/// from answering.
[[nodiscard]] FamilyChoice choose_family(const config::Settings& settings,
                                         const ledger::PortalState& portal_state, const RunContext& context);
/// The same without a ledger.
[[nodiscard]] portal::ApiFamily ask_for_family(const config::Settings& settings, const RunContext& context);

}  // namespace obmen::exchange
