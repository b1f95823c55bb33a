#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "delivery/adoption_search.hpp"
#include "delivery/prepared.hpp"
#include "delivery/present_objects.hpp"
#include "delivery/run.hpp"

namespace obmen::delivery {

/// Takes over what people made by hand, where it is certainly the same: cards by ИНН (with КПП where both
/// sides have it), phone or e-mail, products by article or name. One match only; never an object that has a
/// key already, or that another object of 1C has taken; several matches are a row error that lists them.
///
/// Taking over is durable before anything is written, so a run that is cut off goes on with the same card.
class Adoption {
  public:
    explicit Adoption(Run& run) : m_run(run), m_search(run) {}

    /// Forgets what an earlier run has asked.
    void begin();
    /// Searches for the objects of a page that a complete look-up did not find and that are about to be made.
    /// Those of which there are several are settled and leave the page.
    [[nodiscard]] std::optional<Stop> search(std::vector<Prepared>& page);
    /// Leaves out what is filled there already, unless it is to be overwritten. \pre the operation is adopted
    void trim(Prepared& prepared, const nlohmann::json& object) const;

  private:
    [[nodiscard]] std::optional<Stop> search_cards_and_products(std::vector<Prepared>& page);
    [[nodiscard]] bool is_searched(crm::EntityKind kind) const;
    [[nodiscard]] Candidates candidates_of(std::vector<Prepared>& page);
    /// Drops matches that cannot be taken, then takes the only one or refuses several.
    [[nodiscard]] std::optional<Stop> decide(Candidates& candidates, std::vector<Prepared>& page);
    void take(Candidate& candidate, std::vector<Prepared>& page);
    /// A row error, and nothing is made in this run.
    void refuse(const ledger::Operation& operation, Message reason);
    void drop_refused(std::vector<Prepared>& page) const;
    /// A card that is ours already may have a requisite with the same ИНН that a person has entered: it is
    /// taken over, for a second one would be a double.
    [[nodiscard]] std::optional<Stop> take_requisites(std::vector<Prepared>& page);

    /// The same for the accounts of a requisite that is there, by their number: 50 a request.
    [[nodiscard]] std::optional<Stop> take_bank_accounts(std::vector<Prepared>& page);

    Run& m_run;
    AdoptionSearch m_search;
    std::set<std::int64_t> m_asked;        ///< in this run, without a match
    std::set<PresentObjects::Id> m_taken;  ///< by objects that have not been written yet
};

}  // namespace obmen::delivery
