#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <vector>

#include "delivery/gone_objects.hpp"
#include "delivery/prepared.hpp"
#include "delivery/run.hpp"

namespace obmen::delivery {

/// Reads the phones and e-mails of the cards that are about to be updated: an entry sent without its id would
/// be added a second time (reference bitrix24-rest.md §8.4).
class ContactReader {
  public:
    ContactReader(Run& run, GoneObjects& gone) : m_run(run), m_gone(gone) {}

    /// Fills `Prepared::contacts`; takes those out of the page whose present entries are not known. One
    /// request for fifty.
    [[nodiscard]] std::optional<Stop> read(std::vector<Prepared>& page);

  private:
    [[nodiscard]] ContactPlan plan(const ledger::Operation& operation, const nlohmann::json& object) const;

    Run& m_run;
    GoneObjects& m_gone;
};

}  // namespace obmen::delivery
