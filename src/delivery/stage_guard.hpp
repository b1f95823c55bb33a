#pragma once

#include <nlohmann/json_fwd.hpp>

#include "delivery/prepared.hpp"
#include "portal/facts.hpp"

namespace obmen::delivery {

/// Is it an update that would give a deal a stage?
[[nodiscard]] bool moves_deal(const ledger::Operation& operation);

/// A deal is never moved backwards: leaves the group `stage` out, with a remark, if the deal has gone further
/// in the same funnel. \param deal the deal as it is now
void keep_stage(Prepared& prepared, const nlohmann::json& deal, const portal::PortalFacts& facts);

}  // namespace obmen::delivery
