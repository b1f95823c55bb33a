#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <vector>

#include "delivery/adoption.hpp"
#include "delivery/conflict_guard.hpp"
#include "delivery/contact_reader.hpp"
#include "delivery/doubt_resolver.hpp"
#include "delivery/gone_objects.hpp"
#include "delivery/key_lookup.hpp"
#include "delivery/options.hpp"
#include "delivery/people_guard.hpp"
#include "delivery/prepared.hpp"
#include "delivery/property_sync.hpp"
#include "delivery/recognition.hpp"
#include "delivery/run.hpp"
#include "delivery/sender.hpp"
#include "delivery/unit_maker.hpp"

namespace obmen::delivery {

/// Brings the portal to what the ledger wants: looks up unknown keys, sends batches in dependency order,
/// resolves doubts. Every step is in the ledger before and after it happens, so a run that is cut anywhere is
/// continued by the next one.
class Delivery {
  public:
    /// Operations are read in pages of this size: as many keys as one batch of look-ups can ask for.
    static constexpr std::size_t page_size = portal::batch_commands * portal::keys_per_lookup;

    /// All references must outlive the object. `facts` learns what the run finds out: units it has made, and
    /// whether many keys can be asked for at once.
    Delivery(ledger::Database& database, portal::Client& client, portal::PortalFacts& facts, Clock& clock,
             Log& log, DeliveryOptions options);
    Delivery(const Delivery&) = delete;
    Delivery& operator=(const Delivery&) = delete;

    /// Sends everything that is pending.
    DeliveryResult run(const std::function<void(const DeliveryProgress&)>& progress = {});

  private:
    [[nodiscard]] std::optional<Stop> send_everything();
    /// One way through the queue; `Run::moved` says whether another may bring more.
    [[nodiscard]] std::optional<Stop> pass();
    [[nodiscard]] std::optional<Stop> take_page(std::vector<ledger::Operation> operations);
    /// They are settled without a word: the card's row tells of it.
    void leave_parts_of_gone_cards(std::vector<Prepared>& page);
    /// Everything that must be known before the page can be sent.
    [[nodiscard]] std::optional<Stop> prepare(std::vector<Prepared>& page);
    [[nodiscard]] std::optional<Stop> add(const Prepared& prepared);
    [[nodiscard]] std::optional<ComingId> coming_id(const crm::EntityKey& key) const;
    /// Nothing if an object that it names has no id yet.
    [[nodiscard]] std::optional<Sending> build(const Prepared& prepared);
    /// The operation, but for its place in a section that the CRM lacks and that is not on its way either:
    /// that stays wished. Nothing if nothing else is wished.
    [[nodiscard]] std::optional<Sending> build_without(const crm::EntityKey& section,
                                                       const Prepared& prepared);
    /// Is there nothing in the queue, nor in the packages that are to be read once more, that would make it?
    [[nodiscard]] bool is_nowhere(const crm::EntityKey& section);
    /// Is the operation what it was when its page was prepared? Troubles that have been seen to since may
    /// have given it another id or owner, or have taken it out of the queue.
    [[nodiscard]] bool is_still_so(const ledger::Operation& operation) const;
    void build_aspect(const ResolvedLinks& links, Sending& sending) const;
    void build_pictures(portal::Resolver& resolver, Sending& sending) const;
    [[nodiscard]] bool is_written_before(const ledger::Operation& operation) const;
    void settle_without_request(const Prepared& prepared, const Sending& sending);
    void settle_quiet();

    Run m_run;
    KeyLookup m_lookup;
    DoubtResolver m_doubts;
    GoneObjects m_gone;
    Sender m_sender;
    PropertySync m_properties;
    Recognition m_recognition;
    Adoption m_adoption;
    ContactReader m_contacts;
    ConflictGuard m_conflicts;
    PeopleGuard m_people;
    UnitMaker m_units;

    bool m_dangerous_left = false;      ///< operations are put off that may take the portal down
    bool m_dangerous_too = false;       ///< nothing else is left to be sent
    std::uint64_t m_calmed_before = 0;  ///< Sender::times_calmed when the page was prepared
    std::optional<std::set<crm::EntityKey>> m_sections_to_come;  ///< with operations, in this pass
    std::vector<Written> m_written;                              ///< to be read back
    std::vector<ledger::Settlement> m_quiet;                     ///< settled without a request
};

}  // namespace obmen::delivery
