#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "delivery/prepared.hpp"
#include "delivery/present_objects.hpp"
#include "delivery/run.hpp"
#include "portal/adoption.hpp"

namespace obmen::delivery {

/// Takes over what people made by hand, where it is certainly the same: cards by ИНН (with КПП where both
/// sides have it), phone or e-mail, products by article or name. One match only; never an object that has a
/// key already, or that another object of 1C has taken; several matches are a row error that lists them.
///
/// Taking over is durable before anything is written, so a run that is cut off goes on with the same card.
class Adoption {
  public:
    explicit Adoption(Run& run) : m_run(run) {}

    /// Forgets what an earlier run has asked.
    void begin();
    /// Searches for the objects of a page that a complete look-up did not find and that are about to be made.
    /// Those of which there are several are settled and leave the page.
    [[nodiscard]] std::optional<Stop> search(std::vector<Prepared>& page);
    /// Leaves out what is filled there already, unless it is to be overwritten. \pre the operation is adopted
    void trim(Prepared& prepared, const nlohmann::json& object) const;

  private:
    /// An object of the page that is being searched for.
    struct Candidate {
        Prepared* prepared = nullptr;
        std::optional<ledger::Operation> requisite{};  ///< its own, if it is about to be made
        std::string inn{};
        std::string kpp{};
        std::vector<std::string> matches{};                 ///< ids of cards
        std::string sign{};                                 ///< what is the same, for people
        bool too_many = false;                              ///< more than the portal has told
        std::map<std::string, std::string> requisite_of{};  ///< card → its requisite with this ИНН
        bool settled = false;
    };
    using Candidates = std::vector<Candidate>;

    [[nodiscard]] Candidates candidates_of(std::vector<Prepared>& page);
    [[nodiscard]] std::optional<Stop> search_by_inn(Candidates& candidates);
    [[nodiscard]] std::optional<Stop> ask_inns(const std::vector<std::string>& inns,
                                               std::size_t inns_a_command, std::vector<portal::InnRow>& rows,
                                               std::vector<std::string>& unclear);
    [[nodiscard]] std::optional<Stop> search_by_contact(Candidates& candidates, const std::string& field);
    [[nodiscard]] std::optional<Stop> search_products(Candidates& candidates, bool by_name);
    [[nodiscard]] std::optional<Stop> find_article_property();
    [[nodiscard]] std::string article_of(const ledger::Operation& operation) const;
    /// Drops matches that cannot be taken, then takes the only one or refuses several.
    [[nodiscard]] std::optional<Stop> decide(Candidates& candidates, std::vector<Prepared>& page);
    void take(Candidate& candidate, std::vector<Prepared>& page);

    Run& m_run;
    std::set<std::int64_t> m_asked;           ///< in this run, without a match
    std::set<PresentObjects::Id> m_taken;     ///< by objects that have not been written yet
    std::optional<std::string> m_article_id;  ///< of the portal's property; empty: it has none
};

/// The spellings under which a portal may keep a phone (reference bitrix24-rest.md §8.7): as written, +7…,
/// 8… and 7…. Of an e-mail: as written and in lower case.
[[nodiscard]] std::vector<std::string> spellings(const std::string& field, const std::string& value);

}  // namespace obmen::delivery
