#pragma once

#include <vector>

#include "crm/mapping.hpp"
#include "exchange/portal_session.hpp"
#include "portal/facts.hpp"
#include "support/finding.hpp"

namespace obmen::exchange {

/// What a mapping file names and the portal does not have: stages and funnels by the portal's facts, user
/// fields (`UF_…`, which the portal ignores without a word where they are unknown) and properties by id
/// (`PROPERTY_118`) by asking for them, one request if the file names any. One warning for each name
/// (MAP-PORTAL-NAME); nothing of what the portal would not say.
[[nodiscard]] std::vector<Finding> names_lacking_in_portal(const crm::Mapping& mapping,
                                                           const portal::PortalFacts& facts,
                                                           PortalSession& session);

}  // namespace obmen::exchange
