#pragma once

#include <optional>
#include <vector>

#include "delivery/batch_plan.hpp"
#include "delivery/key_lookup.hpp"
#include "ledger/pending.hpp"
#include "portal/facts.hpp"
#include "support/clock.hpp"

namespace obmen::delivery {

/// How long to wait before the portal is asked what became of a batch (reference bitrix24-rest.md §3.13).
struct DoubtPauses {
    Duration before_first_look{5'000};
    Duration before_second_look{10'000};
};

/// Finds out what became of operations whose answer was lost: in this run, or in one that was cut off.
///
/// Creations are looked up by key, twice; only what two complete look-ups did not find may be created again.
/// Updates are absolute and are simply sent again; multi-fields are read back before each update anyway.
class DoubtResolver {
  public:
    DoubtResolver(ledger::Pending& pending, KeyLookup& lookup, const portal::PortalFacts& facts, Clock& clock,
                  DoubtPauses pauses);

    /// Leaves no operation in the states `sent` and `in_doubt`, or gives the reason why the portal could not
    /// be asked.
    [[nodiscard]] std::optional<Stop> resolve();

  private:
    [[nodiscard]] std::optional<Stop> look_for(std::vector<ledger::Operation>& missing);
    [[nodiscard]] ledger::Settlement settlement_of_found(const FoundObjects& found) const;
    [[nodiscard]] bool is_misplaced(const ledger::Operation& operation,
                                    const portal::RemoteObject& object) const;

    ledger::Pending& m_pending;
    KeyLookup& m_lookup;
    const portal::PortalFacts& m_facts;
    Clock& m_clock;
    DoubtPauses m_pauses;
};

}  // namespace obmen::delivery
