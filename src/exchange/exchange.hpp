#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "delivery/options.hpp"
#include "exchange/package_steps.hpp"
#include "exchange/portal_session.hpp"
#include "exchange/run_context.hpp"
#include "ledger/database.hpp"
#include "ledger/journal.hpp"
#include "ledger/packages.hpp"
#include "portal/transport.hpp"
#include "support/boot_time.hpp"
#include "support/file.hpp"

namespace obmen::exchange {

struct RoundOptions {
    bool may_send = true;  ///< false: the portal is not asked; what waits for it stays as it is
    bool at_once = false;  ///< a person asks: whatever was put off is tried now
    std::function<void(const delivery::DeliveryProgress&)> progress{};  ///< may be empty
};

/// A package that a round has looked at.
struct ClosedPackage {
    std::string id;
    std::filesystem::path receipt;  ///< written in this round; empty: there is no news
};

struct RoundResult {
    std::vector<ClosedPackage> packages;  ///< in the order they came
    std::vector<std::string> held;        ///< of earlier rounds, whose removals wait for a person
    std::optional<delivery::Stop> stop;   ///< why the rest waits
    /// When the portal is asked again for what waits; nothing: nothing waits for that.
    std::optional<UtcTime> next_attempt;
    std::uint64_t requests = 0;
    std::uint64_t write_requests = 0;
};

/// One exchange at work: a state directory, which is this object's alone as long as it lives, and the portal.
/// Not for several threads. Whatever cuts a round off, the next one goes on from there.
class Exchange {
  public:
    /// Takes the state directory, opens the ledger and drops what killed runs have left in the spool. Throws
    /// SYS-LOCKED (temporary) if another process has it, SYS-LEDGER… and SYS-LEDGER-PORTAL (bad_config), and
    /// what portal_address() throws. What `context` names must outlive the object.
    /// \param passing time that nobody can set, beside the clock that people can: of the machine, or of a
    /// test
    Exchange(config::Settings settings, const RunContext& context,
             std::function<Duration()> passing = &time_since_boot);

    /// Decides at first contact which family of methods is used, before any file is taken in: what an export
    /// becomes depends on it. Once is enough, and round() does it. Throws as choose_family().
    void settle_family();
    /// Takes files in and records them as packages; throws as arrival::take_in(). `takes_stale`: also full
    /// exports that are older than what was applied.
    void take_in(const std::vector<std::filesystem::path>& files, bool takes_stale = false);
    /// Everything that waits: plans what has arrived, sends what is pending, closes the packages with
    /// receipts. Nothing is asked of the portal when nothing is pending, before `next_attempt()`, or while a
    /// person has paused the sending. What still waits for the portal or its parent after
    /// `Settings::lifetime_hours`, and a last attempt, is given up (PKG-EXPIRED).
    RoundResult round(const RoundOptions& options);
    /// When the portal is asked again for what waits. Stored: a restart changes nothing. New packages are
    /// sent before that, if the portal answered last time.
    [[nodiscard]] std::optional<UtcTime> next_attempt();
    /// A person asks: the next round waits for no stored time.
    void wake();

    /// Are there packages that have not been read yet?
    [[nodiscard]] bool has_arrivals() const;
    [[nodiscard]] ledger::Database& database() { return m_database; }
    [[nodiscard]] const RunContext& context() const { return m_context; }
    [[nodiscard]] const config::Settings& settings() const { return m_settings; }
    [[nodiscard]] std::filesystem::path spool() const;

    /// One row of the journal.
    void journal(const std::string& operation, const std::string& package, const std::string& status,
                 const std::string& details);

  private:
    /// Packages of earlier runs, the oldest first, also those whose objects have vanished from the CRM, and
    /// those that have ended without an answer.
    [[nodiscard]] std::vector<std::string> unfinished_packages();
    void add_owed(std::vector<std::string>& packages);
    /// Notices that the machine's clock was set. \returns the time now
    UtcTime note_clock();
    void reopen_incomplete(std::vector<std::string>& packages);
    void drop_unrecorded_copies();
    void doubt_old_copy();
    void note_family(const std::vector<std::string>& packages);
    /// \returns false if that has to wait for the portal
    [[nodiscard]] bool know_family(const RoundOptions& options);
    void plan(const std::vector<std::string>& packages);
    void plan(const std::string& id);
    [[nodiscard]] bool end_as_repeat(const ledger::Package& package);
    [[nodiscard]] bool end_as_superseded(const std::string& id);
    /// May the portal be asked now?
    [[nodiscard]] bool is_due(const RoundOptions& options, const std::vector<std::string>& packages);
    void deliver(std::vector<std::string>& packages, const RoundOptions& options, RoundResult& result);
    [[nodiscard]] std::optional<delivery::Stop> send(PortalSession& session,
                                                     std::vector<std::string>& packages,
                                                     const RoundOptions& options, RoundResult& result);
    void begin_delivering(const std::vector<std::string>& packages);
    void note_attempt(const std::vector<std::string>& packages, const std::optional<delivery::Stop>& stop);
    void expire_parked(std::vector<std::string>& packages);
    void expire(const std::vector<std::string>& packages);
    [[nodiscard]] UtcTime end_of_lifetime();
    void note_names(const std::vector<std::string>& packages, const std::vector<Finding>& lacking);
    void note_stop(const std::string& id, const delivery::Stop& stop);
    void forget_stops(const std::string& id);
    void close(const std::vector<std::string>& packages, bool has_sent, RoundResult& result);
    [[nodiscard]] ClosedPackage close(const std::string& id, const std::optional<delivery::Stop>& stop);
    /// What a receipt of the package would say, in short.
    [[nodiscard]] std::string account_of(const std::string& id) const;
    [[nodiscard]] ledger::PackageState state_of(const std::string& id) const;
    /// Is there nothing left to be done for it but its receipt?
    [[nodiscard]] bool has_ended(const std::string& id);

    config::Settings m_settings;
    RunContext m_context;
    std::function<Duration()> m_passing;
    portal::PortalAddress m_address;
    std::string m_member;
    DirectoryLock m_lock;
    ledger::Database m_database;
    ledger::Packages m_packages;
    ledger::PortalState m_portal_state;
    bool m_family_settled = false;
    bool m_family_is_new = false;
    std::set<std::string> m_given_up;           ///< in this round
    std::map<std::string, std::string> m_told;  ///< what waited already: package → account
};

}  // namespace obmen::exchange
