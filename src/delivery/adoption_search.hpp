#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "delivery/prepared.hpp"
#include "delivery/run.hpp"
#include "portal/adoption.hpp"

namespace obmen::delivery {

/// An object of 1C that is about to be made, and what the portal has that looks the same.
struct Candidate {
    Prepared* prepared = nullptr;
    std::optional<ledger::Operation> requisite{};  ///< its own, if it is about to be made
    std::string inn{};
    std::string kpp{};
    std::vector<std::string> matches{};                 ///< ids of cards or products
    std::string sign{};                                 ///< what is the same, for people
    bool too_many = false;                              ///< more than the portal has told
    std::map<std::string, std::string> requisite_of{};  ///< card → its requisite with this ИНН
    std::optional<Message> refusal{};                   ///< of the question: nobody knows what there is
    bool settled = false;
};
using Candidates = std::vector<Candidate>;

/// Requisites with one of the ИНН that were asked for.
struct InnRows {
    std::vector<portal::InnRow> rows;
    std::map<std::string, Message> refusals;  ///< by ИНН: of these nobody knows
};

/// Asks the portal for objects that look the same as those that are about to be made. Fills
/// `Candidate::matches`; whether they can be taken is not asked here.
class AdoptionSearch {
  public:
    explicit AdoptionSearch(Run& run) : m_run(run) {}

    /// Forgets what an earlier run has asked.
    void begin() { m_article_id.reset(); }

    /// Requisites with one of these ИНН, for what cannot be said with certainty none: 2500 a request.
    [[nodiscard]] std::variant<InnRows, Stop> requisites_with(std::vector<std::string> inns);
    /// By ИНН, with КПП where both sides have it: 2500 a request.
    [[nodiscard]] std::optional<Stop> by_inn(Candidates& candidates);
    /// By phone or e-mail (`phones`, `emails`): 50 cards a request.
    [[nodiscard]] std::optional<Stop> by_contact(Candidates& candidates, const std::string& field);
    /// Products of exactly the same name, or with the same article: 50 a request.
    [[nodiscard]] std::optional<Stop> by_name(Candidates& candidates);
    [[nodiscard]] std::optional<Stop> by_article(Candidates& candidates);

  private:
    [[nodiscard]] std::optional<Stop> ask_inns(const std::vector<std::string>& inns,
                                               std::size_t inns_a_command, InnRows& found,
                                               std::vector<std::string>& unclear);
    [[nodiscard]] std::optional<Stop> find_article_property();
    [[nodiscard]] std::string article_of(const ledger::Operation& operation) const;

    Run& m_run;
    std::optional<std::string> m_article_id;  ///< of the portal's property; empty: it has none
};

/// The spellings under which a portal may keep a phone (reference bitrix24-rest.md §8.7): as written, +7…,
/// 8… and 7…. Of an e-mail: as written and in lower case.
[[nodiscard]] std::vector<std::string> spellings(const std::string& field, const std::string& value);

}  // namespace obmen::delivery
