#pragma once

#include <optional>
#include <vector>

#include "delivery/batch_plan.hpp"
#include "delivery/key_lookup.hpp"
#include "delivery/run.hpp"

namespace obmen::delivery {

/// Finds out what became of operations whose answer was lost: in this run, or in one that was cut off.
///
/// Creations are looked up by key, twice, and for the last time when the portal cannot be busy with the
/// request any more and shows nothing new; only what was not found then may be created again. Updates and
/// aspects are absolute and are simply sent again, but not while the portal may still be busy with the old
/// ones either: an old value must not arrive behind a newer one. The ledger notes that nobody knows what the
/// CRM has there until then; multi-fields are read back before each update anyway. The first write of an
/// object that was taken over is looked up like a creation: if it has our key, the write has run, and what is
/// filled there now is not all people's. Properties stay in doubt: PropertySync reads their whole list.
class DoubtResolver {
  public:
    DoubtResolver(Run& run, KeyLookup& lookup) : m_run(run), m_lookup(lookup) {}

    /// Leaves no operation but properties in the states `sent` and `in_doubt`, or gives the reason why the
    /// portal could not be asked. One over whose look-up the portal breaks stays in doubt
    /// (Run::unresolvable), and does not keep the others.
    [[nodiscard]] std::optional<Stop> resolve();

  private:
    /// Looks, and looks again, for what is missing; leaves in `missing` what has not run.
    [[nodiscard]] std::optional<Stop> look_for_all(std::vector<ledger::Operation>& missing);
    /// \returns in `missing` what was not found
    [[nodiscard]] std::optional<Stop> look_for(std::vector<ledger::Operation>& missing);
    void settle_found(const FoundObjects& found);
    [[nodiscard]] ledger::Settlement settlement_of_found(const FoundObjects& found) const;
    /// Its section, if the object does not lie there.
    [[nodiscard]] std::vector<NamedTarget> misplaced(const ledger::Operation& operation,
                                                     const portal::RemoteObject& object) const;

    Run& m_run;
    KeyLookup& m_lookup;
};

}  // namespace obmen::delivery
