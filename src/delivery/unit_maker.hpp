#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "delivery/prepared.hpp"
#include "delivery/run.hpp"

namespace obmen::delivery {

/// Makes the units that the portal lacks, before the products that need them.
///
/// Units are not in the ledger: what the portal has is read at the start of each run. After a lost answer
/// that list is read again before anything is added a second time.
class UnitMaker {
  public:
    explicit UnitMaker(Run& run) : m_run(run) {}

    /// Looks through a page's wishes. No request if the portal has all of their units, or units are not to be
    /// made; a unit that is refused is not tried again in this run.
    [[nodiscard]] std::optional<Stop> make_for(const std::vector<Prepared>& page);

  private:
    /// As ОКЕИ calls the unit, else as 1C does: codes of one's own are no error. Empty: nobody has named it.
    [[nodiscard]] std::string name_of(const std::string& code) const;
    [[nodiscard]] std::set<std::string> missing(const std::vector<Prepared>& page) const;
    [[nodiscard]] std::optional<Stop> make(const std::set<std::string>& codes, const std::string& package);
    [[nodiscard]] std::optional<Stop> read_again(const std::set<std::string>& codes);

    Run& m_run;
    std::set<std::string> m_tried;
};

}  // namespace obmen::delivery
