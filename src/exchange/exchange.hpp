#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
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
#include "support/file.hpp"

namespace obmen::exchange {

struct RoundOptions {
    bool may_send = true;      ///< false: the portal is not asked; what waits for it stays as it is
    bool takes_stale = false;  ///< also full exports that are older than what was applied
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
    std::uint64_t requests = 0;
    std::uint64_t write_requests = 0;
};

/// One exchange at work: a state directory, which is this object's alone as long as it lives, and the portal.
/// Not for several threads. Whatever cuts a round off, the next one goes on from there.
class Exchange {
  public:
    /// Takes the state directory, opens the ledger and drops what killed runs have left in the spool: no
    /// SourceIntake of the directory may be at work yet. Throws SYS-LOCKED (temporary) if another process has
    /// it, SYS-LEDGER… and SYS-LEDGER-PORTAL (bad_config), and what portal_address() throws. What `context`
    /// names must outlive the object.
    Exchange(config::Settings settings, const RunContext& context);

    /// Decides at first contact which family of methods is used, before any file is taken in: what an export
    /// becomes depends on it. Once is enough, and round() does it. Throws as choose_family().
    void settle_family();
    /// Takes files in and records them as packages; throws as arrival::take_in().
    void take_in(const std::vector<std::filesystem::path>& files);
    /// Everything that waits: plans what has arrived, sends what is pending, closes the packages with
    /// receipts. Nothing is asked of the portal when nothing is pending.
    RoundResult round(const RoundOptions& options);

    [[nodiscard]] ledger::Database& database() { return m_database; }
    [[nodiscard]] const config::Settings& settings() const { return m_settings; }
    [[nodiscard]] std::filesystem::path spool() const;

  private:
    /// Packages of earlier runs, the oldest first, also those whose objects have vanished from the CRM.
    [[nodiscard]] std::vector<std::string> unfinished_packages();
    void reopen_incomplete(std::vector<std::string>& packages);
    void drop_unrecorded_copies();
    void note_family(const std::vector<std::string>& packages);
    void plan(const std::string& id, bool takes_stale);
    void deliver(std::vector<std::string>& packages, const RoundOptions& options, RoundResult& result);
    [[nodiscard]] std::optional<delivery::Stop> send(PortalSession& session,
                                                     std::vector<std::string>& packages,
                                                     const RoundOptions& options, RoundResult& result);
    void begin_delivering(const std::vector<std::string>& packages);
    void note_names(const std::vector<std::string>& packages, const std::vector<Finding>& lacking);
    void note_stop(const std::string& id, const delivery::Stop& stop);
    void forget_stops(const std::string& id);
    [[nodiscard]] ClosedPackage close(const std::string& id, const std::optional<delivery::Stop>& stop);
    /// What a receipt of the package would say, in short.
    [[nodiscard]] std::string account_of(const std::string& id) const;
    [[nodiscard]] ledger::PackageState state_of(const std::string& id) const;
    void journal(const std::string& operation, const std::string& package, const std::string& status,
                 const std::string& details);

    config::Settings m_settings;
    RunContext m_context;
    portal::PortalAddress m_address;
    std::string m_member;
    DirectoryLock m_lock;
    ledger::Database m_database;
    ledger::Packages m_packages;
    ledger::PortalState m_portal_state;
    bool m_family_settled = false;
    bool m_family_is_new = false;
    std::map<std::string, std::string> m_told;  ///< what waited already: package → account
};

}  // namespace obmen::exchange
