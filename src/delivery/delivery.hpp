#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "delivery/batch_plan.hpp"
#include "delivery/doubt_resolver.hpp"
#include "delivery/key_lookup.hpp"
#include "delivery/withheld_notes.hpp"
#include "ledger/journal.hpp"
#include "ledger/packages.hpp"
#include "ledger/pending.hpp"
#include "portal/client.hpp"
#include "portal/facts.hpp"
#include "support/clock.hpp"
#include "support/log.hpp"

namespace obmen::delivery {

struct DeliveryOptions {
    std::string source_system = "1C";
    DoubtPauses doubt_pauses;
    unsigned doubts_in_a_row =
        5;  ///< answers that cannot be trusted; then the run stops and the rest is deferred
    unsigned refusals_in_a_row = 4;  ///< requests or commands refused for reasons that pass; then likewise
    /// True stops the run between two requests. May be null.
    const std::atomic<bool>* interrupted = nullptr;
};

struct DeliveryProgress {
    std::uint64_t settled = 0;  ///< operations that ended in this run
    std::uint64_t total = 0;    ///< to do when the run began
    std::uint64_t requests = 0;
};

/// How a run ended.
struct DeliveryResult {
    /// Nothing if everything was sent that can be sent now; else why the rest must wait.
    std::optional<Stop> stop;
    std::uint64_t write_requests = 0;
    /// Objects that turned out to be gone from the CRM and are to be made again: only their packages have all
    /// their fields, so these should be planned once more.
    std::uint64_t gone = 0;
};

/// Brings the portal to what the ledger wants: looks up unknown keys, sends batches in dependency order,
/// resolves doubts. Every step is in the ledger before and after it happens, so a run that is cut anywhere is
/// continued by the next one.
class Delivery {
  public:
    /// Operations are read in pages of this size: as many keys as one batch of look-ups can ask for.
    static constexpr std::size_t page_size = portal::batch_commands * portal::keys_per_lookup;

    /// All references must outlive the object.
    Delivery(ledger::Database& database, portal::Client& client, portal::PortalFacts& facts, Clock& clock,
             Log& log, DeliveryOptions options);

    /// Sends everything that is pending.
    DeliveryResult run(const std::function<void(const DeliveryProgress&)>& progress = {});

  private:
    /// What stands for an operation's parent in a command.
    struct Parent {
        std::string text;                     ///< digits, `$result[c3]`, or `0` for the root
        std::optional<std::size_t> position;  ///< of the parent's creation in the open batch
    };

    [[nodiscard]] std::optional<Stop> send_everything();
    /// One way through the queue; `m_moved` says whether another may bring more.
    [[nodiscard]] std::optional<Stop> pass();
    [[nodiscard]] std::optional<Stop> take_page(std::vector<ledger::Operation> page);
    [[nodiscard]] std::optional<Stop> look_up(std::vector<ledger::Operation>& page);
    void take_found(const std::vector<FoundObjects>& found, std::vector<ledger::Operation>& page);
    [[nodiscard]] std::optional<Stop> read_contacts(std::vector<ledger::Operation>& page);
    [[nodiscard]] ContactPlan contact_plan(const ledger::Operation& operation,
                                           const nlohmann::json& object) const;
    [[nodiscard]] const ContactPlan& contact_plan_of(const ledger::Operation& operation) const;
    [[nodiscard]] std::optional<Stop> add(const ledger::Operation& operation);
    [[nodiscard]] std::optional<Stop> flush();
    [[nodiscard]] std::optional<Stop> take_answers(const std::vector<portal::CommandAnswer>& answers);
    [[nodiscard]] std::optional<Stop> take_doubt(const Message& reason);
    [[nodiscard]] std::optional<Stop> take_gone(const std::vector<GoneObject>& gone);
    [[nodiscard]] std::optional<Stop> put_off(const Message& reason);
    [[nodiscard]] std::optional<Stop> interruption() const;

    [[nodiscard]] std::optional<Parent> parent_of(const ledger::Operation& operation) const;
    [[nodiscard]] portal::BuiltCommand build(const ledger::Operation& operation,
                                             const std::string& parent) const;
    void settle(const std::vector<ledger::Settlement>& settlements);
    void settle_quiet();
    void take_gone_object(const GoneObject& gone, const FoundObjects& found);
    /// In the last pass: says in the receipts why operations wait.
    void explain_waiting();
    void journal_batch(const std::string& status, const std::string& details);
    void report_progress();

    ledger::Database& m_database;
    ledger::Pending m_pending;
    ledger::Packages m_packages;
    ledger::Journal m_journal;
    portal::Client& m_client;
    portal::PortalFacts& m_facts;
    Clock& m_clock;
    Log& m_log;
    DeliveryOptions m_options;
    KeyLookup m_lookup;
    DoubtResolver m_doubts;
    WithheldNotes m_withheld;

    BatchPlan m_batch;
    std::map<std::int64_t, ContactPlan> m_contact_plans;  ///< of the open page
    std::vector<ledger::Settlement> m_quiet;              ///< settled without a request
    std::set<std::int64_t> m_gone;                        ///< not to be touched again in this run
    std::set<std::int64_t> m_settled_in_part;             ///< misplaced: their receipt rows say so already
    bool m_moved = false;
    unsigned m_doubts_in_a_row = 0;
    unsigned m_refusals_in_a_row = 0;
    DeliveryResult m_result;
    DeliveryProgress m_progress;
    std::function<void(const DeliveryProgress&)> m_report;
};

}  // namespace obmen::delivery
