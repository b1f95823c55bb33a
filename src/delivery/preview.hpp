#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "delivery/adoption.hpp"
#include "delivery/conflict_guard.hpp"
#include "delivery/gone_objects.hpp"
#include "delivery/key_lookup.hpp"
#include "delivery/people_guard.hpp"
#include "delivery/present_objects.hpp"
#include "delivery/run.hpp"

namespace obmen::delivery {

/// What would become of one group of an operation.
struct GroupOutlook {
    enum class Fate : std::uint8_t {
        sent,
        left,      ///< a person's value stays, or the group belongs to a creation
        withheld,  ///< the portal cannot take it
    };
    Fate fate = Fate::sent;
    bool contested = false;              ///< the value in the CRM is, or may be, a person's
    std::optional<std::string> present;  ///< what the CRM has now, where that is known
};

/// What a run would do with what is pending, found out by the run's own guards and without writing to the
/// portal. Works on a copy of the ledger: what a run would not send is settled there.
class Preview {
  public:
    /// All references must outlive the object. \param copy a ledger that nobody needs afterwards
    Preview(ledger::Database& copy, portal::Client& client, portal::PortalFacts& facts, Clock& clock,
            Log& log, DeliveryOptions options);
    Preview(const Preview&) = delete;
    Preview& operator=(const Preview&) = delete;

    /// By operation (`Operation::entity`) and group. Reads the objects of the page: ceil(N / 2500) requests,
    /// and what the guards need of rows and contacts of deals.
    using Outlook = std::map<std::int64_t, std::map<std::string, GroupOutlook>>;
    [[nodiscard]] std::variant<Outlook, Stop> look(const std::vector<ledger::Operation>& page);

    /// What the CRM calls the objects of these operations, by operation; what it does not show is missing.
    /// Requests: ceil(N / 2500).
    [[nodiscard]] std::variant<std::map<std::int64_t, std::string>, Stop> names(
        const std::vector<ledger::Operation>& page);

    /// Requests that a run would spend on reading what people may have changed, before it writes and behind
    /// it.
    [[nodiscard]] std::uint64_t guard_requests() const;

  private:
    [[nodiscard]] std::map<std::string, GroupOutlook> outlook_of(const ledger::Operation& operation,
                                                                 const Prepared* prepared,
                                                                 const PresentObjects& present) const;
    [[nodiscard]] std::vector<std::string> withheld_groups(const ledger::Operation& operation) const;
    void remember_cost(const std::vector<Prepared>& page);

    Run m_run;
    KeyLookup m_lookup;
    GoneObjects m_gone;
    Adoption m_adoption;
    ConflictGuard m_conflicts;
    PeopleGuard m_people;

    std::uint64_t m_reads = 0;                         ///< before writing
    std::map<crm::EntityKind, std::size_t> m_written;  ///< objects to be read back
    std::size_t m_deals_written = 0;                   ///< with their contacts
};

}  // namespace obmen::delivery
