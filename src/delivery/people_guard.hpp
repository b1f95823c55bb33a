#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "delivery/adoption.hpp"
#include "delivery/conflict_guard.hpp"
#include "delivery/gone_objects.hpp"
#include "delivery/prepared.hpp"
#include "delivery/present_objects.hpp"
#include "delivery/run.hpp"

namespace obmen::delivery {

/// Reads the objects of a page whose present values matter, and leaves out what must not be written: values
/// of cards that are taken over, values that people have changed, stages that lie behind.
class PeopleGuard {
  public:
    PeopleGuard(Run& run, Adoption& adoption, ConflictGuard& conflicts, GoneObjects& gone)
        : m_run(run), m_adoption(adoption), m_conflicts(conflicts), m_gone(gone) {}

    /// No request where nothing of it matters; else ceil(N / 2500), of rows and contacts of deals ceil(N /
    /// 50).
    [[nodiscard]] std::optional<Stop> respect(std::vector<Prepared>& page);
    /// What `respect` reads for this page, and the deals of which it reads the contacts.
    [[nodiscard]] std::vector<PresentObjects::Id> wanted(const std::vector<Prepared>& page) const;
    [[nodiscard]] std::vector<std::string> deals_wanted(const std::vector<Prepared>& page) const;
    /// The same with what has been read. \pre `present` has all that is wanted
    [[nodiscard]] std::optional<Stop> respect(std::vector<Prepared>& page, const PresentObjects& present);
    /// Where the values are to be seen that an operation would change; nothing as PresentObjects::shown_in.
    [[nodiscard]] std::optional<PresentObjects::Id> shown_in(const ledger::Operation& operation) const;

    /// The product that the operation's pictures go to, as it was read; `null` for one that is yet to be
    /// made, nullptr if it could not be read. \pre its page is the one respected last
    [[nodiscard]] const nlohmann::json* product_of(const ledger::Operation& operation) const;

    /// What the command for the operation needs of the present (`Family::needs_present`); an empty object if
    /// the portal has nothing or the owner is yet to be made, nullptr if nothing was read. \pre as above
    [[nodiscard]] const nlohmann::json* present_of(const ledger::Operation& operation) const;

  private:
    [[nodiscard]] bool needs_present_for_command(const ledger::Operation& operation) const;
    /// Its own id, or that of its owner; empty for what is yet to be made.
    [[nodiscard]] std::string id_to_read(const ledger::Operation& operation) const;
    /// Of a product that was taken over: prices that people have given it.
    void leave_prices_of_people(Prepared& prepared) const;
    void remember_present(const ledger::Operation& operation, const PresentObjects& present);
    [[nodiscard]] bool needs_present_values(const ledger::Operation& operation) const;
    /// Its owner may have been recognised or taken over since the operation was read; empty: it is new.
    [[nodiscard]] std::string owner_id(const ledger::Operation& operation) const;
    [[nodiscard]] bool needs_product(const ledger::Operation& operation) const;
    /// Of a product that was taken over: pictures that it shows and that are not ours.
    void leave_pictures_of_people(Prepared& prepared) const;
    void remember_product(const ledger::Operation& operation, const PresentObjects& present);
    void judge(Prepared& prepared, const nlohmann::json& object);

    Run& m_run;
    Adoption& m_adoption;
    ConflictGuard& m_conflicts;
    GoneObjects& m_gone;
    std::map<std::int64_t, nlohmann::json> m_products;  ///< by operation
    std::map<std::int64_t, nlohmann::json> m_present;   ///< likewise
};

}  // namespace obmen::delivery
