#include "exchange/exchange.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <system_error>
#include <utility>

#include "arrival/intake.hpp"
#include "arrival/spool.hpp"
#include "exchange/family_choice.hpp"
#include "exchange/mapping_of_settings.hpp"
#include "exchange/portal_authorisation.hpp"
#include "exchange/record_source.hpp"
#include "exchange/repeats.hpp"
#include "exchange/supersession.hpp"
#include "ledger/backup.hpp"
#include "ledger/pending.hpp"
#include "ledger/source_states.hpp"
#include "portal/family.hpp"
#include "support/error.hpp"

namespace obmen::exchange {

namespace {

using Path = std::filesystem::path;

bool is_older_than(const Path& directory, std::chrono::minutes age) {
    std::error_code error;
    const auto modified = std::filesystem::last_write_time(directory, error);
    return !error && std::filesystem::file_time_type::clock::now() - modified > age;
}

/// Has it been read, or been found to be what was applied last?
bool counts_for_older(const ledger::Package& newer) {
    return newer.was_planned || newer.state == ledger::PackageState::repeat;
}

/// Each of them is written to, or swept, without a further look.
const Path& prepared(const Path& directory) {
    make_directories(directory);
    for (const char* const own : {"landing", "limits", "outbox", "spool"}) {
        require_no_link(directory / own);
    }
    return directory;
}

}  // namespace

Exchange::Exchange(config::Settings settings, const RunContext& context, std::function<Duration()> passing)
    : m_settings(std::move(settings)),
      m_context(context),
      m_passing(std::move(passing)),
      m_address(portal_address(m_settings, context.clock)),
      m_member(portal_member(m_settings, context.clock)),
      m_lock(prepared(m_settings.state_directory)),
      m_database(m_settings.state_directory / "ledger.db"),
      m_packages(m_database),
      m_portal_state(m_database) {
    m_portal_state.demand(m_address.identity(), m_member);
    arrival::sweep_spool(spool());
    drop_unrecorded_copies();
    doubt_old_copy();
}

/// A ledger that came out of a backup: what the portal has may be newer.
void Exchange::doubt_old_copy() {
    if (const std::optional<UtcTime> made = ledger::copied_at(m_database)) {
        ledger::doubt_everything(m_database);
        journal("restored", {}, "ok", "backup of " + utc_date_time(*made));
    }
}

std::filesystem::path Exchange::spool() const {
    return m_settings.state_directory / "spool";
}

void Exchange::settle_family() {
    if (m_family_settled) {
        return;
    }
    const FamilyChoice choice = choose_family(m_settings, m_portal_state, m_context);
    m_settings.portal.api = portal::name_of(choice.family);
    static_cast<void>(mapping_of(m_settings));  // may want what this family has not
    if (choice.is_new) {
        m_portal_state.pin_api(m_settings.portal.api);
    }
    m_family_is_new = choice.is_new && portal::has_prices_apart(choice.family);
    m_family_settled = true;
}

RoundResult Exchange::round(const RoundOptions& options) {
    RoundResult result;
    static_cast<void>(note_clock());
    if (!know_family(options)) {
        result.next_attempt = next_attempt();
        return result;
    }
    plan_due_removals(m_database, m_settings);
    std::vector<std::string> packages = unfinished_packages();
    // Before anything newer is read: an older wish must not be laid over a newer one.
    plan_incomplete(m_database, packages, spool(), m_settings);
    if (std::exchange(m_family_is_new, false)) {
        note_family(packages);
    }
    plan(packages);
    add_owed(packages);
    expire_parked(packages);
    const bool is_paused = ledger::SourceStates(m_database).find({}).paused;
    const bool tries = options.may_send && !is_paused && is_due(options, packages);
    if (tries) {
        std::ranges::for_each(packages, [&](const std::string& id) { forget_stops(id); });
        deliver(packages, options, result);
    } else if (is_paused && options.at_once && ledger::Pending(m_database).count() > 0) {
        result.stop = delivery::Stop{Message{"SYS-PAUSED"}, true};
    }
    close(packages, tries, result);
    for (const std::string& id : m_packages.with_removals_held()) {
        if (std::ranges::find(packages, id) == packages.end()) {
            result.held.push_back(id);
        }
    }
    result.next_attempt = next_attempt();
    return result;
}

bool Exchange::has_arrivals() const {
    return m_packages.any(ledger::PackageState::received);
}

/// Where one receipt cannot be written, the others are all the same.
void Exchange::close(const std::vector<std::string>& packages, bool has_sent, RoundResult& result) {
    std::exception_ptr failure;
    for (const std::string& id : packages) {
        if (!has_sent && !result.stop && !has_ended(id) && !is_settled(m_database, id)) {
            continue;
        }
        try {
            result.packages.push_back(close(id, result.stop));
        } catch (const Error& error) {
            if (error.failure_class() != FailureClass::temporary) {
                throw;
            }
            failure = std::current_exception();
        }
    }
    if (failure) {
        std::rethrow_exception(failure);
    }
}

std::vector<std::string> Exchange::unfinished_packages() {
    m_told.clear();
    m_given_up.clear();
    std::vector<std::string> packages;
    for (const ledger::Package& package : m_packages.unfinished()) {
        packages.push_back(package.id);
        if (package.state == ledger::PackageState::deferred) {
            m_told.emplace(package.id, account_of(package.id));
        }
    }
    reopen_incomplete(packages);
    return packages;
}

/// Adds packages that were done with and are owed a receipt since: a newer full export has taken over what
/// waited for a person.
void Exchange::add_owed(std::vector<std::string>& packages) {
    for (const ledger::Package& package : m_packages.unfinished()) {
        if (package.receipt_due && std::ranges::find(packages, package.id) == packages.end()) {
            packages.push_back(package.id);
        }
    }
}

/// Adds packages that were done with but for objects that have vanished from the CRM since.
void Exchange::reopen_incomplete(std::vector<std::string>& packages) {
    for (std::string& id : ledger::Pending(m_database).incomplete_packages()) {
        if (std::ranges::find(packages, id) == packages.end()) {
            packages.push_back(std::move(id));
        }
    }
    std::ranges::stable_sort(packages, {},
                             [&](const std::string& id) { return m_packages.find(id).value().number; });
}

void Exchange::note_family(const std::vector<std::string>& packages) {
    for (const std::string& id : packages) {
        m_packages.add_finding(id, {.severity = Severity::warning,
                                    .message = Message{"B24-API-CHOSEN", {m_settings.portal.api}}});
    }
}

void Exchange::take_in(const std::vector<Path>& files, bool takes_stale) {
    const arrival::Intake intake =
        arrival::take_in(files, spool(), archive_limits(m_settings.limits), arrival::PictureCopies::all);
    for (const arrival::SpooledPackage& package : intake.packages) {
        m_database.transaction([&] {
            record_arrival(m_database, package, m_context.clock.now());
            if (takes_stale) {
                m_packages.set_takes_stale(package.id);
            }
        });
        journal("received", package.id, "ok", fmt::format("files={}", package.files.size()));
    }
    for (const arrival::RejectedArrival& arrival : intake.rejected) {
        record_rejection(m_database, arrival, m_context.clock.now());
        journal("received", arrival.package.id, "rejected", std::string(arrival.fault.message.code.text()));
    }
}

/// Copies that a killed run made and did not record: their originals are where they were, and come again. A
/// source that makes a package on another thread has it locked until it is recorded: so the lock first. A
/// push that hands its files over may be about to record a young one.
void Exchange::drop_unrecorded_copies() {
    std::error_code no_spool_yet;
    for (const auto& entry : std::filesystem::directory_iterator(spool(), no_spool_yet)) {
        const FileDescriptor lock = arrival::lock_left_over(entry.path());
        if (lock.is_open() && !m_packages.find(entry.path().filename().string()) &&
            is_older_than(entry.path(), std::chrono::minutes(10))) {
            std::filesystem::remove_all(entry.path());
        }
    }
}

bool Exchange::has_ended(const std::string& id) {
    const ledger::PackageState state = state_of(id);
    return ledger::is_end(state) && (state != ledger::PackageState::applied || is_settled(m_database, id));
}

ledger::PackageState Exchange::state_of(const std::string& id) const {
    return m_packages.find(id).value().state;
}

void Exchange::plan(const std::vector<std::string>& packages) {
    note_superseded(m_database, packages, spool(), m_settings);
    std::vector<std::string> giving_way;  // to a package that has not been read yet
    for (const std::string& id : packages) {
        if (end_as_superseded(id)) {
            continue;
        }
        const ledger::Package package = m_packages.find(id).value();
        if (package.state == ledger::PackageState::received && !package.other.empty() &&
            !ledger::is_end(state_of(package.other))) {
            giving_way.push_back(id);
            continue;
        }
        plan(id);
        for (const std::string& older : std::exchange(giving_way, {})) {
            if (!end_as_superseded(older)) {
                plan(older);
            }
        }
    }
}

/// A package that gives way to one that has been planned by now.
bool Exchange::end_as_superseded(const std::string& id) {
    const ledger::Package package = m_packages.find(id).value();
    if (package.state != ledger::PackageState::received || package.other.empty() || package.was_planned ||
        !counts_for_older(m_packages.find(package.other).value())) {
        return false;
    }
    m_database.transaction([&] {
        m_packages.add_finding(
            id, {.severity = Severity::warning, .message = Message{"PKG-SUPERSEDED", {package.other}}});
        m_packages.set_state(id, ledger::PackageState::superseded);
    });
    journal("superseded", id, "ok", package.other);
    return true;
}

void Exchange::plan(const std::string& id) {
    const ledger::Package package = m_packages.find(id).value();
    if (package.state != ledger::PackageState::received && package.state != ledger::PackageState::planning) {
        return;
    }
    if (!package.other.empty()) {
        m_packages.set_other(id, {});  // the newer one cannot be read
    }
    if (package.state == ledger::PackageState::received && !package.was_planned && end_as_repeat(package)) {
        return;
    }
    const PlanReport report = plan_package(m_database, id, spool(), m_settings);
    const std::string known =
        report.passed_over == 0 ? std::string{} : "passed_over=" + std::to_string(report.passed_over);
    journal("planned", id, report.fault ? "rejected" : "ok",
            report.fault ? std::string(report.fault->message.code.text()) : known);
}

/// A person who hands files over expects the full answer: only what comes from a source is a repeat.
bool Exchange::end_as_repeat(const ledger::Package& package) {
    const Path directory = spool() / package.id;
    const ledger::Content content = content_of(package, directory, m_settings);
    ledger::set_content(m_database, package.id, content);
    if (package.origin.empty() || !ledger::Pending(m_database).incomplete_packages().empty()) {
        return false;
    }
    const std::optional<std::string> same = ledger::applied_already(m_database, package.id, content);
    if (!same) {
        return false;
    }
    m_database.transaction([&] {
        m_packages.add_finding(package.id,
                               {.severity = Severity::warning, .message = Message{"PKG-REPEAT", {*same}}});
        m_packages.set_other(package.id, *same);
        m_packages.set_state(package.id, ledger::PackageState::repeat);
    });
    journal("repeat", package.id, "ok", *same);
    return true;
}

void Exchange::journal(const std::string& operation, const std::string& package, const std::string& status,
                       const std::string& details) {
    ledger::Journal(m_database)
        .write({.time = m_context.clock.now(),
                .operation = operation,
                .source_system = m_settings.source_system,
                .target_system = m_address.identity(),
                .package = package,
                .object_id = {},
                .status = status,
                .details = details});
}

}  // namespace obmen::exchange
