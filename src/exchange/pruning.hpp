#pragma once

#include <cstdint>

#include "exchange/exchange.hpp"

namespace obmen::exchange {

/// Drops private copies, findings, verdicts and journal rows of packages that ended more than
/// `Settings::history_days` ago and of which nothing is needed any more (see ledger::prunable); their
/// receipts stay where they are. In short transactions; stops between two packages when the run is
/// interrupted. To be called once a day, when there is nothing else to do. \returns how many packages were
/// pruned
std::uint64_t prune_history(Exchange& exchange);

}  // namespace obmen::exchange
