#pragma once

#include "checks/spill.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace obmen::checks {

/// An Ид that stands more than once in one list of a file.
struct Duplicate {
    std::uint16_t kind = 0;  ///< index of commerceml::Record
    std::string id;          ///< as first written
    std::vector<Place> places;
    bool differs = false;  ///< not all of its records have the same bytes
};

/// Finds the ids that occur more than once. Flat memory, see Spill.
class DuplicateFinder {
  public:
    /// One record. `list` tells apart what may have the same Ид in one file: a ПакетПредложений and its
    /// ИзмененияПакетаПредложений. A record that is given again at the same place replaces the first: so does
    /// a Группа of which the file says more after its children. Ids longer than Spill::most_text are not
    /// looked at.
    void add(std::uint32_t list, std::uint16_t kind, std::string_view id, Place place,
             std::uint64_t raw_hash);

    /// Gives each Ид that was added from more than one place, in an order of its own.
    void find(const std::function<void(const Duplicate&)>& take) const;

    void clear() { m_spill.clear(); }

  private:
    Spill m_spill;
};

}  // namespace obmen::checks
