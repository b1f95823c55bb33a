#include "commands/push_beside.hpp"

#include <algorithm>
#include <utility>

#include "arrival/intake.hpp"
#include "commands/state_access.hpp"
#include "exchange/package_steps.hpp"
#include "exchange/portal_authorisation.hpp"
#include "exchange/record_source.hpp"
#include "ledger/journal.hpp"
#include "ledger/requests.hpp"
#include "support/error.hpp"
#include "support/file.hpp"

namespace obmen::commands {

namespace {

constexpr Duration longest_wait = std::chrono::seconds(600);
constexpr Duration pause_between_looks{200};

/// The owner may be about to make the ledger or to bring it up to date, or go before it has.
std::unique_ptr<ledger::Database> opened(const std::filesystem::path& state, Clock& clock) {
    const Duration end = clock.steady() + longest_wait;
    while (true) {
        try {
            return open_ledger(state);
        } catch (const Error& error) {
            if (error.failure_class() != FailureClass::temporary || clock.steady() >= end) {
                throw;
            }
        }
        clock.sleep(pause_between_looks);
    }
}

}  // namespace

PushBeside::PushBeside(const PushOptions& options, const config::Settings& settings, std::string owner,
                       Surroundings& surroundings)
    : m_options(options),
      m_settings(settings),
      m_owner(std::move(owner)),
      m_surroundings(surroundings),
      m_database(opened(settings.state_directory, surroundings.clock)) {}

void PushBeside::hand_over() {
    ledger::PortalState(*m_database)
        .demand(exchange::portal_address(m_settings, m_surroundings.clock).identity(),
                exchange::portal_member(m_settings, m_surroundings.clock));
    const arrival::Intake intake =
        arrival::take_in(m_options.files, m_settings.state_directory / "spool",
                         exchange::archive_limits(m_settings.limits), arrival::PictureCopies::all);
    const UtcTime now = m_surroundings.clock.now();
    m_database->transaction([&] {
        for (const arrival::SpooledPackage& package : intake.packages) {
            exchange::record_arrival(*m_database, package, now);
            if (m_options.force) {
                ledger::Packages(*m_database).set_takes_stale(package.id);
            }
            m_packages.push_back(package.id);
        }
        for (const arrival::RejectedArrival& arrival : intake.rejected) {
            exchange::record_rejection(*m_database, arrival, now);
            m_packages.push_back(arrival.package.id);
        }
        ledger::Requests(*m_database).add("wake", "{}", now);
    });
}

PushBeside::End PushBeside::wait() {
    Clock& clock = m_surroundings.clock;
    const Duration end = clock.steady() + longest_wait;
    while (!std::ranges::all_of(m_packages, [&](const std::string& id) { return is_answered(id); })) {
        if (is_ownerless()) {
            return End::ownerless;
        }
        const bool interrupted = m_surroundings.interrupted != nullptr && m_surroundings.interrupted->load();
        if (interrupted || clock.steady() >= end) {
            const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(longest_wait).count();
            m_silence = Message{"SYS-DAEMON-SILENT", {m_owner, std::to_string(seconds)}};
            return End::silent;
        }
        clock.sleep(pause_between_looks);
    }
    return End::answered;
}

exchange::RoundResult PushBeside::result() const {
    const ledger::Packages packages(*m_database);
    exchange::RoundResult result;
    for (const std::string& id : m_packages) {
        if (!is_answered(id)) {
            continue;
        }
        const std::filesystem::path receipt = exchange::receipt_path(packages.find(id).value(), m_settings);
        result.packages.push_back(
            {.id = id, .receipt = std::filesystem::exists(receipt) ? receipt : std::filesystem::path()});
    }
    return result;
}

bool PushBeside::is_answered(const std::string& package) const {
    const ledger::Package row = ledger::Packages(*m_database).find(package).value();
    const bool has_ended = ledger::is_end(row.state) || row.state == ledger::PackageState::deferred;
    return has_ended && row.receipt_revision > 0 && !row.receipt_due;
}

bool PushBeside::is_ownerless() const {
    try {
        const DirectoryLock lock(m_settings.state_directory);
        return true;
    } catch (const Error& error) {
        if (error.finding().message.code != Code{"SYS-LOCKED"}) {
            throw;
        }
        return false;
    }
}

}  // namespace obmen::commands
