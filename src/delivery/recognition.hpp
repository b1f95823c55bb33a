#pragma once

#include <optional>
#include <vector>

#include "delivery/key_lookup.hpp"
#include "delivery/prepared.hpp"
#include "delivery/run.hpp"

namespace obmen::delivery {

/// First contact: which objects of a page does the portal have under their keys?
class Recognition {
  public:
    Recognition(Run& run, KeyLookup& lookup) : m_run(run), m_lookup(lookup) {}

    /// Links what was found; takes those out of the page whose key several objects have (settled as errors).
    [[nodiscard]] std::optional<Stop> recognise(std::vector<Prepared>& page);

  private:
    void take_found(const std::vector<FoundObjects>& found, std::vector<Prepared>& page);

    Run& m_run;
    KeyLookup& m_lookup;
};

}  // namespace obmen::delivery
