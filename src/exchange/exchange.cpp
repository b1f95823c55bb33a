#include "exchange/exchange.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "arrival/intake.hpp"
#include "delivery/delivery.hpp"
#include "exchange/delivery_options.hpp"
#include "exchange/family_choice.hpp"
#include "exchange/mapping_of_settings.hpp"
#include "exchange/portal_authorisation.hpp"
#include "exchange/portal_names.hpp"
#include "exchange/record_source.hpp"
#include "ledger/pending.hpp"
#include "portal/facts.hpp"
#include "portal/family.hpp"
#include "support/error.hpp"

namespace obmen::exchange {

namespace {

using Path = std::filesystem::path;

const Path& prepared(const Path& directory) {
    make_directories(directory);
    return directory;
}

}  // namespace

Exchange::Exchange(config::Settings settings, const RunContext& context)
    : m_settings(std::move(settings)),
      m_context(context),
      m_address(portal_address(m_settings, context.clock)),
      m_member(portal_member(m_settings, context.clock)),
      m_lock(prepared(m_settings.state_directory)),
      m_database(m_settings.state_directory / "ledger.db"),
      m_packages(m_database),
      m_portal_state(m_database) {
    make_directories(m_settings.receipts.directory);
    m_portal_state.demand(m_address.identity(), m_member);
    // Now or never: later on, sources make packages in the spool on threads of their own.
    arrival::sweep_spool(spool());
    drop_unrecorded_copies();
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
    settle_family();
    plan_due_removals(m_database, m_settings);
    std::vector<std::string> packages = unfinished_packages();
    // Before anything newer is read: an older wish must not be laid over a newer one.
    plan_incomplete(m_database, packages, spool(), m_settings);
    if (std::exchange(m_family_is_new, false)) {
        note_family(packages);
    }
    for (const std::string& id : packages) {
        plan(id, options.takes_stale);
    }
    RoundResult result;
    if (options.may_send) {
        deliver(packages, options, result);
    }
    for (const std::string& id : packages) {
        if (options.may_send || is_settled(m_database, id)) {
            result.packages.push_back(close(id, result.stop));
        }
    }
    for (const std::string& id : m_packages.with_removals_held()) {
        if (std::ranges::find(packages, id) == packages.end()) {
            result.held.push_back(id);
        }
    }
    return result;
}

std::vector<std::string> Exchange::unfinished_packages() {
    m_told.clear();
    std::vector<std::string> packages;
    for (const ledger::Package& package : m_packages.unfinished()) {
        packages.push_back(package.id);
        if (package.state == ledger::PackageState::deferred) {
            m_told.emplace(package.id, account_of(package.id));
        }
        forget_stops(package.id);
    }
    reopen_incomplete(packages);
    return packages;
}

/// Adds packages that were done with but for objects that have vanished from the CRM since.
void Exchange::reopen_incomplete(std::vector<std::string>& packages) {
    for (std::string& id : ledger::Pending(m_database).incomplete_packages()) {
        if (std::ranges::find(packages, id) == packages.end()) {
            packages.push_back(std::move(id));
        }
    }
    std::ranges::stable_sort(packages, {},
                             [&](const std::string& id) { return m_packages.find(id).value().received_at; });
}

void Exchange::note_family(const std::vector<std::string>& packages) {
    for (const std::string& id : packages) {
        m_packages.add_finding(id, {.severity = Severity::warning,
                                    .message = Message{"B24-API-CHOSEN", {m_settings.portal.api}}});
    }
}

void Exchange::take_in(const std::vector<Path>& files) {
    const arrival::Intake intake =
        arrival::take_in(files, spool(), archive_limits(m_settings.limits), arrival::PictureCopies::all);
    for (const arrival::SpooledPackage& package : intake.packages) {
        record_arrival(m_database, package, m_context.clock.now());
        journal("received", package.id, "ok", fmt::format("files={}", package.files.size()));
    }
    for (const arrival::RejectedArrival& arrival : intake.rejected) {
        record_rejection(m_database, arrival, m_context.clock.now());
        journal("received", arrival.package.id, "rejected", std::string(arrival.fault.message.code.text()));
    }
}

/// Copies that a killed run made and did not record: their originals are where they were, and come again.
void Exchange::drop_unrecorded_copies() {
    std::error_code no_spool_yet;
    for (const auto& entry : std::filesystem::directory_iterator(spool(), no_spool_yet)) {
        if (entry.is_directory() && !m_packages.find(entry.path().filename().string())) {
            std::filesystem::remove_all(entry.path());
        }
    }
}

ledger::PackageState Exchange::state_of(const std::string& id) const {
    return m_packages.find(id).value().state;
}

void Exchange::plan(const std::string& id, bool takes_stale) {
    const ledger::PackageState state = state_of(id);
    if (state != ledger::PackageState::received && state != ledger::PackageState::planning) {
        return;
    }
    const PlanReport report = plan_package(m_database, id, spool(), m_settings, takes_stale);
    journal("planned", id, report.fault ? "rejected" : "ok",
            report.fault ? std::string(report.fault->message.code.text()) : std::string{});
}

void Exchange::deliver(std::vector<std::string>& packages, const RoundOptions& options, RoundResult& result) {
    if (ledger::Pending(m_database).count() == 0) {
        return;
    }
    begin_delivering(packages);
    PortalSession session(m_settings, m_context);
    result.stop = send(session, packages, options, result);
    if (const auto& moved = session.client().moved_to()) {
        m_portal_state.remember_move(moved->identity());
    }
    result.requests = session.client().requests_sent();
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
                            Code{"B24-NOT-ADMIN"}, Code{"SYS-INTERRUPTED"}}) {
        m_packages.drop_findings(id, code);
    }
}

ClosedPackage Exchange::close(const std::string& id, const std::optional<delivery::Stop>& stop) {
    if (stop && state_of(id) != ledger::PackageState::rejected) {
        note_stop(id, *stop);
    }
    const auto told = m_told.find(id);
    const bool has_news = told == m_told.end() || told->second != account_of(id);
    ClosedPackage closed{
        .id = id,
        .receipt = close_package(m_database, id, !stop, m_settings, m_context.clock.now(), has_news)};
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
