#pragma once

#include <string>

#include "delivery/links.hpp"
#include "delivery/run.hpp"
#include "portal/crm_family.hpp"

namespace obmen::delivery {

/// What only the ledger and the disk know, for commands of `operation`. `links` and `run` must outlive it.
[[nodiscard]] portal::Resolver resolver_for(const Run& run, const ledger::Operation& operation,
                                            const ResolvedLinks& links);
/// For what is read or built again and not sent: links are the root.
[[nodiscard]] portal::Resolver resolver_without_links(const Run& run, const ledger::Operation& operation);

}  // namespace obmen::delivery
