#include "exchange/exchange.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <system_error>
#include <utility>

#include "arrival/intake.hpp"
#include "arrival/spool.hpp"
#include "delivery/delivery.hpp"
#include "exchange/delivery_options.hpp"
#include "exchange/family_choice.hpp"
#include "exchange/mapping_of_settings.hpp"
#include "exchange/portal_authorisation.hpp"
#include "exchange/portal_names.hpp"
#include "exchange/record_source.hpp"
#include "exchange/repeats.hpp"
#include "exchange/supersession.hpp"
#include "ledger/backup.hpp"
#include "ledger/clock_jumps.hpp"
#include "ledger/giving_up.hpp"
#include "ledger/pending.hpp"
#include "ledger/portal_wait.hpp"
#include "ledger/source_states.hpp"
#include "portal/facts.hpp"
#include "portal/family.hpp"
#include "support/backoff.hpp"
#include "support/error.hpp"

namespace obmen::exchange {

namespace {

using Path = std::filesystem::path;

constexpr Backoff portal_pauses{.first = std::chrono::seconds(30), .longest = std::chrono::minutes(30)};

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

bool Exchange::know_family(const RoundOptions& options) {
    if (m_family_settled) {
        return true;
    }
    const auto backoff = ledger::portal_wait(m_database);
    const bool asks =
        !m_portal_state.api() && m_settings.portal.api != portal::name_of(portal::ApiFamily::crm);
    if (asks &&
        (!options.may_send || (backoff && !options.at_once &&
                               !portal_pauses.is_over(backoff->next_attempt, m_context.clock.now())))) {
        return false;
    }
    try {
        settle_family();
    } catch (const Error&) {
        if (asks) {
            note_attempt({}, delivery::Stop{Message{"B24-UNREACHABLE"}, true});
        }
        throw;
    }
    return true;
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

std::optional<UtcTime> Exchange::next_attempt() {
    const auto backoff = ledger::portal_wait(m_database);
    return backoff ? std::optional(backoff->next_attempt) : std::nullopt;
}

void Exchange::wake() {
    ledger::forget_portal_wait(m_database);
}

bool Exchange::is_due(const RoundOptions& options, const std::vector<std::string>& packages) {
    const auto backoff = ledger::portal_wait(m_database);
    if (options.at_once || !backoff || portal_pauses.is_over(backoff->next_attempt, m_context.clock.now())) {
        return true;
    }
    return backoff->only_leftovers && std::ranges::any_of(packages, [&](const std::string& id) {
               return state_of(id) == ledger::PackageState::planned;
           });
}

void Exchange::deliver(std::vector<std::string>& packages, const RoundOptions& options, RoundResult& result) {
    if (ledger::Pending(m_database).count() == 0) {
        ledger::forget_portal_wait(m_database);
        return;
    }
    begin_delivering(packages);
    PortalSession session(m_settings, m_context);
    result.stop = send(session, packages, options, result);
    if (const auto& moved = session.client().moved_to()) {
        m_portal_state.remember_move(moved->identity());
    }
    result.requests = session.client().requests_sent();
    if (result.stop && result.stop->reason.code == Code{"SYS-INTERRUPTED"}) {
        return;  // no attempt in vain: the portal was not at fault
    }
    expire(packages);
    if (ledger::Pending(m_database).count() == 0) {
        ledger::forget_portal_wait(m_database);
    } else {
        note_attempt(packages, result.stop);
    }
}

/// What has to wait now is tried again later, and later still each time.
void Exchange::note_attempt(const std::vector<std::string>& packages,
                            const std::optional<delivery::Stop>& stop) {
    const auto before = ledger::portal_wait(m_database);
    const bool only_leftovers = !stop.has_value();
    const bool goes_on = before && before->only_leftovers == only_leftovers;
    const std::uint64_t attempts = goes_on ? before->attempts + 1 : 1;
    const UtcTime now = m_context.clock.now();
    const UtcTime next = now + portal_pauses.jittered_pause(attempts);
    m_database.transaction([&] {
        ledger::set_portal_wait(
            m_database, {.attempts = attempts, .next_attempt = next, .only_leftovers = only_leftovers});
        for (const std::string& id : packages) {
            if (!ledger::is_end(state_of(id)) && !is_settled(m_database, id)) {
                m_packages.put_off(id, now, next);
            }
        }
    });
}

UtcTime Exchange::note_clock() {
    const UtcTime now = m_context.clock.now();
    const auto jump =
        ledger::note_clock(m_database, {.wall = now, .passing = m_passing(), .boot = boot_id()});
    if (jump) {
        journal("clock", {}, "ok", fmt::format("jump_seconds={}", jump->count() / 1000));
    }
    return now;
}

/// What was received, or began to wait, before this time has lived long enough. Stored times are right then:
/// the clock may have been set a moment ago.
UtcTime Exchange::end_of_lifetime() {
    return note_clock() - std::chrono::hours(m_settings.lifetime_hours);
}

/// What was tried once more now, and still waits, is given up. What is in doubt stays until that is resolved.
void Exchange::expire(const std::vector<std::string>& packages) {
    const UtcTime end = end_of_lifetime();
    for (const std::string& id : packages) {
        const ledger::Package package = m_packages.find(id).value();
        const bool is_over = package.waiting_since && *package.waiting_since <= end;
        if (!is_over || is_settled(m_database, id)) {
            continue;
        }
        const Message reason{"PKG-EXPIRED", {std::to_string(m_settings.lifetime_hours), id}};
        const std::uint64_t count = ledger::give_up(m_database, id, reason);
        if (count > 0) {
            m_given_up.insert(id);
            note_stop(id, {reason, false});
            journal("expired", id, "ok", fmt::format("objects={}", count));
        }
    }
}

/// What nobody has brought a parent for fails, and its package has a further receipt.
void Exchange::expire_parked(std::vector<std::string>& packages) {
    for (const std::string& id : ledger::parked_before(m_database, end_of_lifetime())) {
        const Message reason{"PKG-EXPIRED", {std::to_string(m_settings.lifetime_hours), id}};
        if (!is_settled(m_database, id)) {
            continue;  // it still waits for the portal, too
        }
        if (std::ranges::find(packages, id) == packages.end()) {
            m_packages.owe_receipt(id);  // first: a crash must not leave it without
            packages.push_back(id);
        }
        const std::uint64_t count = ledger::give_up(m_database, id, reason);
        note_stop(id, {reason, false});
        journal("expired", id, "ok", fmt::format("parked={}", count));
    }
}

void Exchange::begin_delivering(const std::vector<std::string>& packages) {
    for (const std::string& id : packages) {
        if (state_of(id) == ledger::PackageState::planned || state_of(id) == ledger::PackageState::deferred) {
            m_packages.set_state(id, ledger::PackageState::delivering);
        }
    }
}

std::optional<delivery::Stop> Exchange::send(PortalSession& session, std::vector<std::string>& packages,
                                             const RoundOptions& options, RoundResult& round) {
    auto answer = session.ask_facts();
    if (auto* stop = std::get_if<delivery::Stop>(&answer)) {
        return std::move(*stop);
    }
    m_portal_state.bind(m_address.identity(), m_member);
    auto& facts = std::get<portal::PortalFacts>(answer);
    if (!facts.administrator) {
        return delivery::Stop{Message{"B24-NOT-ADMIN"}, false};
    }
    note_names(packages, names_lacking_in_portal(mapping_of(m_settings), facts, session));
    delivery::DeliveryOptions delivery_settings = delivery_options(m_settings, spool());
    delivery_settings.interrupted = m_context.interrupted;
    delivery::Delivery delivery(m_database, session.client(), facts, m_context.clock, m_context.log,
                                std::move(delivery_settings));
    delivery::DeliveryResult result = delivery.run(options.progress);
    round.write_requests += result.write_requests;
    // Objects that people deleted in the CRM are made anew, whole: only their packages have all of their
    // fields. What belongs to them may turn out to be gone only then.
    constexpr int most_rounds = 3;
    for (int again = 0; again < most_rounds && !result.stop; ++again) {
        reopen_incomplete(packages);
        if (!plan_incomplete(m_database, packages, spool(), m_settings)) {
            break;
        }
        begin_delivering(packages);
        facts.complete.clear();  // the first run has made objects since
        result = delivery.run(options.progress);
        round.write_requests += result.write_requests;
    }
    return result.stop;
}

/// What the mapping names and the portal lacks, in each package that is sent, once however often it is.
void Exchange::note_names(const std::vector<std::string>& packages, const std::vector<Finding>& lacking) {
    for (const std::string& id : packages) {
        if (lacking.empty() || state_of(id) != ledger::PackageState::delivering) {
            continue;
        }
        const std::vector<Finding> said = m_packages.findings(id, 0);
        for (const Finding& finding : lacking) {
            if (std::ranges::none_of(
                    said, [&](const Finding& other) { return other.message == finding.message; })) {
                m_packages.add_finding(id, finding);
            }
        }
    }
}

/// Why the package waits, once however often it was tried.
void Exchange::note_stop(const std::string& id, const delivery::Stop& stop) {
    const std::vector<Finding> findings = m_packages.findings(id, 0);
    const bool said = std::ranges::any_of(
        findings, [&](const Finding& finding) { return finding.message.code == stop.reason.code; });
    if (!said) {
        m_packages.add_finding(id, {.severity = Severity::warning, .message = stop.reason});
    }
}

/// Why earlier runs ended is no news once this one goes on: it may end otherwise.
void Exchange::forget_stops(const std::string& id) {
    for (const Code code : {Code{"B24-DOWN"}, Code{"B24-UNREACHABLE"}, Code{"B24-LIMIT"}, Code{"B24-ANSWER"},
                            Code{"B24-ACCESS"}, Code{"B24-WEBHOOK"}, Code{"B24-SCOPE"}, Code{"B24-PLAN"},
                            Code{"B24-BLOCKED"}, Code{"B24-SIGN-IN-AGAIN"}, Code{"B24-BASIC-WALL"},
                            Code{"B24-NOT-ADMIN"}, Code{"SYS-INTERRUPTED"}, Code{"SYS-PAUSED"}}) {
        m_packages.drop_findings(id, code);
    }
}

ClosedPackage Exchange::close(const std::string& id, const std::optional<delivery::Stop>& stop) {
    const bool is_over = has_ended(id) || m_given_up.contains(id) || is_settled(m_database, id);
    if (stop && !is_over) {
        note_stop(id, *stop);
    } else {
        forget_stops(id);
    }
    const auto told = m_told.find(id);
    const bool has_news = told == m_told.end() || told->second != account_of(id);
    ClosedPackage closed{.id = id,
                         .receipt = close_package(m_database, id, !stop || is_over, m_settings,
                                                  m_context.clock.now(), has_news)};
    if (!closed.receipt.empty()) {
        journal("receipt", id, "ok", closed.receipt.filename().string());
    }
    return closed;
}

std::string Exchange::account_of(const std::string& id) const {
    std::string account;
    for (const ledger::Totals& totals : m_packages.totals(id)) {
        account += fmt::format("{}:{};", totals.source_kind, fmt::join(totals.count, ","));
    }
    m_packages.for_each_finding(id, [&](const Finding& finding) {
        account += finding.message.code.text();
        account += finding.object_id;
    });
    return account;
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
