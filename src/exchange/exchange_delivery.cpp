#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "delivery/delivery.hpp"
#include "exchange/delivery_options.hpp"
#include "exchange/exchange.hpp"
#include "exchange/mapping_of_settings.hpp"
#include "exchange/portal_names.hpp"
#include "ledger/clock_jumps.hpp"
#include "ledger/giving_up.hpp"
#include "ledger/pending.hpp"
#include "ledger/portal_wait.hpp"
#include "portal/facts.hpp"
#include "portal/family.hpp"
#include "support/backoff.hpp"
#include "support/error.hpp"

/// The half of a round that speaks with the portal; exchange.cpp has the other one.
namespace obmen::exchange {

namespace {

constexpr Backoff portal_pauses{.first = std::chrono::seconds(30), .longest = std::chrono::minutes(30)};

}  // namespace

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

}  // namespace obmen::exchange
