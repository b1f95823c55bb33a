#pragma once

#include <optional>
#include <vector>

#include "delivery/batch_effects.hpp"
#include "delivery/key_lookup.hpp"
#include "delivery/run.hpp"

namespace obmen::delivery {

/// Decides what becomes of objects that the ledger knows and the portal does not find any more: looked up by
/// key first; sections, products and parts of cards are then made anew from their package, cards are left.
class GoneObjects {
  public:
    GoneObjects(Run& run, KeyLookup& lookup) : m_run(run), m_lookup(lookup) {}

    [[nodiscard]] std::optional<Stop> take(const std::vector<GoneObject>& gone);

  private:
    void take_one(const GoneObject& gone, const FoundObjects& found);
    /// An aspect is found gone with its owner: whether the owner really is, is asked, and the owner then made
    /// anew or left.
    [[nodiscard]] std::optional<Stop> take_aspect(const GoneObject& gone);
    void make_anew(const ledger::Operation& operation);

    Run& m_run;
    KeyLookup& m_lookup;
};

}  // namespace obmen::delivery
