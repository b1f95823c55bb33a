#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "delivery/options.hpp"
#include "delivery/withheld_notes.hpp"
#include "ledger/journal.hpp"
#include "ledger/packages.hpp"
#include "ledger/pending.hpp"
#include "portal/client.hpp"
#include "portal/facts.hpp"
#include "portal/family.hpp"
#include "support/log.hpp"

namespace obmen::delivery {

/// What the steps of one run share: the ledger, the portal, and the account of what has been done.
struct Run {
    /// All references must outlive the object.
    Run(ledger::Database& ledger_database, portal::Client& portal_client, portal::PortalFacts& portal_facts,
        Clock& run_clock, Log& run_log, DeliveryOptions run_options);

    /// Forgets what an earlier run has counted.
    void begin();
    /// Takes operations out of the queue; another pass may bring more.
    void settle(const std::vector<ledger::Settlement>& settlements);
    [[nodiscard]] std::optional<Stop> interruption() const;
    /// Waits before the portal is asked what became of requests whose answers were lost. Stops if it is
    /// interrupted. \returns whether the portal cannot be busy with any of them any more
    struct Looking {
        bool all_quiet = false;
        std::optional<Stop> stop{};
    };
    [[nodiscard]] Looking wait_before_look(bool first);
    /// Waits until the portal cannot be busy with them any more.
    [[nodiscard]] std::optional<Stop> wait_for_quiet();
    /// One row of the journal for a batch.
    void journal(const std::string& operation, const std::string& package, const std::string& status,
                 const std::string& details);
    void report_progress();
    /// Is this a part of an object that was taken over, in whichever run, where people's values stay?
    [[nodiscard]] bool respects_people(const ledger::Operation& part) const;

    ledger::Database& database;
    ledger::Pending pending;
    ledger::Packages packages;
    portal::Client& client;
    portal::PortalFacts& facts;
    std::unique_ptr<const portal::Family> family;  ///< the one that the facts were asked for
    Clock& clock;
    Log& log;
    DeliveryOptions options;
    WithheldNotes withheld;

    std::set<std::int64_t> gone;             ///< refused: not to be touched again in this run
    std::set<crm::EntityKey> lost_sections;  ///< found gone in this run: their packages come once more
    /// How often: misplaced, or properties that have not been read back. Their receipt rows say so already.
    std::map<std::int64_t, unsigned> settled_in_part;
    std::map<std::int64_t, bool> presence;  ///< aspects of which the portal has said whether it has them
    bool moved = false;                     ///< another pass may bring more
    /// When the last request left whose answer was lost; by Clock::steady(). Of those of an earlier run
    /// nobody knows: as if they had left when this one began.
    Duration last_doubt_left{0};
    /// Doubts that no look-up of this run can resolve: they wait for the next.
    std::set<std::int64_t> unresolvable;
    DeliveryResult result;
    DeliveryProgress progress;
    std::function<void(const DeliveryProgress&)> report;

  private:
    ledger::Journal m_journal;
};

}  // namespace obmen::delivery
