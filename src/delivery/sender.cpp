#include "delivery/sender.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "delivery/groups.hpp"
#include "delivery/portal_watch.hpp"
#include "support/bilingual.hpp"
#include "support/failpoint.hpp"

namespace obmen::delivery {

namespace {

/// For the journal, which outlives the choice of a language.
std::string in_both(const Message& reason) {
    return in_both_languages(sentence(reason, Language::russian), sentence(reason, Language::english));
}

constexpr Duration first_refusal_pause{2'000};
/// Of a command over which the portal breaks down.
constexpr unsigned most_breakdowns = 3;
/// Twice the ten minutes over which the portal counts a method's time.
constexpr Duration longest_wait{1'200'000};
/// A shorter pause counts as one of these: the portal gives time back by the minute.
constexpr Duration shortest_pause{60'000};

/// What of a multi-field is ours before a command, and what will be ours if it runs.
std::vector<ledger::Part> with_entries_on_their_way(const OwnParts& own,
                                                    const std::vector<ledger::Part>& known) {
    std::vector<ledger::Part> parts;
    std::ranges::copy_if(known, std::back_inserter(parts),
                         [&](const ledger::Part& part) { return part.slot == own.slot; });
    for (const ledger::Part& part : own.parts) {
        const bool is_known = std::ranges::any_of(
            parts, [&](const ledger::Part& other) { return other.value_hash == part.value_hash; });
        if (!is_known) {
            parts.push_back({part.slot, part.value_hash, true});
        }
    }
    return parts;
}

/// Failures in a row of batches that are being halved, and outages, for each that is allowed of others.
constexpr unsigned patience_with_suspects = 4;

bool deletes(const BatchPlan& batch) {
    return std::ranges::any_of(batch.sendings(),
                               [](const Sending& sending) { return is_deletion(sending.operation); });
}

}  // namespace

std::optional<Stop> Sender::make_way_for(const ledger::Operation& operation) {
    const bool concerned =
        std::ranges::any_of(m_on_wire, [&](const auto& flight) { return flight.second.concerns(operation); });
    return concerned ? land() : std::nullopt;
}

bool Sender::is_paused(const Sending& sending) {
    const Duration pause = pause_of(m_run.client.limits(), sending.built);
    if (pause.count() == 0) {
        return false;
    }
    if (!m_pause || pause < *m_pause) {
        m_pause = pause;
        m_paused_method = sending.built.command.method;
    }
    return true;
}

std::optional<Duration> Sender::take_pause() {
    return std::exchange(m_pause, std::nullopt);
}

std::optional<Stop> Sender::sit_out(Duration pause) {
    if (std::exchange(m_settled_before_pause, m_run.progress.settled) != m_run.progress.settled) {
        m_waited = Duration{0};
    }
    m_waited += std::max(pause, shortest_pause);
    if (m_waited > longest_wait) {
        return Stop{Message{"B24-LIMIT", {"OPERATION_TIME_LIMIT: " + m_paused_method}}, true};
    }
    sleep_unless(m_run.options.interrupted, m_run.clock, pause);
    return m_run.interruption();
}

std::optional<Stop> Sender::flush() {
    if (m_batch.is_empty()) {
        return std::nullopt;
    }
    if (auto stop = m_run.interruption()) {
        return stop;
    }
    // What lies in a section goes with it: nothing else may be under way meanwhile.
    // Likewise beside what may take the portal down: whatever else was on the wire would be suspected, too.
    const bool apart = deletes(m_batch) || is_dangerous(m_batch.sendings().front().operation);
    if (apart) {
        take_all();
    }
    launch();
    const std::size_t most_left = apart ? 0 : m_run.client.options().max_in_flight - 1;
    while (m_on_wire.size() > most_left) {
        take_one();
    }
    while (auto arrival = m_run.client.poll()) {
        take_in(std::move(*arrival));
    }
    return m_troubles.any ? calm() : std::nullopt;
}

void Sender::launch() {
    m_run.database.transaction([&] {
        forget_observed();
        m_run.pending.mark_sent(m_batch.entities());
        remember_entries();
    });
    failpoint("batch.marked");
    const portal::Client::Ticket ticket = m_run.client.submit(m_batch.commands());
    ++m_run.result.write_requests;
    m_on_wire.emplace(ticket, std::exchange(m_batch, {}));
}

std::optional<Stop> Sender::land() {
    take_all();
    return m_troubles.any ? calm() : std::nullopt;
}

std::optional<Stop> Sender::finish() {
    if (auto stop = flush()) {
        return stop;
    }
    return land();
}

void Sender::drop() {
    take_all();
    m_troubles = {};
    m_batch.clear();
}

void Sender::take_one() {
    take_in(m_run.client.take());
}

void Sender::take_all() {
    while (!m_on_wire.empty()) {
        take_one();
    }
}

void Sender::take_in(portal::Client::Arrival arrival) {
    const auto found = m_on_wire.find(arrival.ticket);
    const BatchPlan batch = std::move(found->second);
    m_on_wire.erase(found);
    if (const auto* done = std::get_if<portal::BatchDone>(&arrival.answer)) {
        take_answers(batch, *done);
    } else if (const auto* doubt = std::get_if<portal::BatchInDoubt>(&arrival.answer)) {
        take_doubt(batch, *doubt);
    } else {
        take_refusal(batch, std::get<portal::BatchRefused>(arrival.answer));
    }
    failpoint("answer.settled");
}

void Sender::take_answers(const BatchPlan& batch, const portal::BatchDone& done) {
    const BatchEffects effects = effects_of(batch.sendings(), done.answers);
    apply(batch, effects);
    for (const Sending& sending : batch.sendings()) {
        for (const portal::Withheld& withheld : sending.built.withheld) {
            m_run.withheld.count(sending.operation, withheld);
        }
    }
    remember_written(batch, effects);
    m_new_failures = 0;
    m_failures = 0;
    m_outages = 0;
    m_run.report_progress();
    if (!effects.gone.empty()) {
        std::ranges::copy(effects.gone, std::back_inserter(m_troubles.gone));
        m_troubles.any = true;
    }
    if (!effects.in_doubt.empty()) {
        std::ranges::copy(effects.in_doubt, std::back_inserter(m_troubles.broken));
        m_troubles.any = true;
    }
    if (!effects.unanswered.empty()) {
        m_troubles.unanswered = true;
        m_troubles.put_off = Message{"B24-ANSWER", {"batch"}};
        m_troubles.any = true;
    }
    if (effects.right_lacking) {
        m_troubles.stop = Stop{*effects.right_lacking, false};
        m_troubles.any = true;
    }
    if (effects.to_repeat.empty()) {
        m_refusals_in_a_row = effects.unanswered.empty() ? 0 : m_refusals_in_a_row;
        return;
    }
    m_run.moved = true;
    // Those whose method is paused wait for that, and for nothing else.
    const bool only_paused = std::ranges::all_of(batch.sendings(), [&](const Sending& sending) {
        return std::ranges::find(effects.to_repeat, sending.operation.entity) == effects.to_repeat.end() ||
               pause_of(m_run.client.limits(), sending.built).count() > 0;
    });
    if (!only_paused) {
        m_troubles.put_off = Message{"B24-REPEATED", {std::to_string(effects.to_repeat.size())}};
        m_troubles.any = true;
    }
}

void Sender::apply(const BatchPlan& batch, const BatchEffects& effects) {
    m_run.database.transaction([&] {
        m_run.settle(effects.settlements);
        m_run.pending.mark_not_run(effects.to_repeat);
        remember_observed(effects.to_repeat);
        m_run.pending.mark_not_run(effects.to_wait);
        m_run.pending.mark_not_run(effects.denied);
        remember_observed(effects.denied);
        // Known not to have run: no doubts that are resolved before these are seen to.
        for (const GoneObject& object : effects.gone) {
            m_run.pending.mark({object.operation.entity}, ledger::OperationState::fresh);
        }
        for (const GoneObject& doubtful : effects.in_doubt) {
            m_run.pending.mark({doubtful.operation.entity}, ledger::OperationState::in_doubt);
        }
        m_run.pending.mark(effects.unanswered, ledger::OperationState::in_doubt);
        learn_presence(leave_those_of_people(batch, effects.there_already), true);
        learn_presence(effects.not_there, false);
        for (const auto& [entity, own] : effects.parts) {
            m_run.pending.set_parts(entity, own.slot, own.parts);
        }
        journal(batch, "ok",
                fmt::format("commands={} done={} refused={}", batch.command_count(), effects.done,
                            effects.refused));
    });
    m_run.moved = m_run.moved || !effects.to_wait.empty();
}

void Sender::give_up(const std::vector<GoneObject>& broken) {
    std::vector<ledger::Settlement> given_up;
    for (const GoneObject& object : broken) {
        const ledger::Operation& operation = object.operation;
        // Not by its attempts: among those are answers that were lost, whoever's fault that was.
        if (++m_broken[operation.entity] >= most_breakdowns &&
            m_run.pending.has_operation(operation.entity)) {
            given_up.push_back({.entity = operation.entity,
                                .verdict = ledger::Verdict::failed,
                                .reason = Message{"B24-REFUSED", {object.refusal}}});
        }
    }
    m_run.settle(given_up);
}

std::vector<std::int64_t> Sender::leave_those_of_people(const BatchPlan& batch,
                                                        const std::vector<std::int64_t>& aspects) {
    std::vector<std::int64_t> others;
    for (const std::int64_t entity : aspects) {
        const auto sending = std::ranges::find_if(
            batch.sendings(), [&](const Sending& candidate) { return candidate.operation.entity == entity; });
        if (!m_run.respects_people(sending->operation) || !sending->operation.confirmed_groups.empty()) {
            others.push_back(entity);
            continue;
        }
        ledger::Settlement settlement = settlement_of(*sending, sending->operation.remote_id);
        settlement.verdict = ledger::Verdict::left;
        m_run.settle({settlement});
    }
    return others;
}

void Sender::learn_presence(const std::vector<std::int64_t>& aspects, bool there) {
    for (const std::int64_t entity : aspects) {
        if (m_run.presence.emplace(entity, there).second) {
            m_run.pending.mark_not_run({entity});
            m_run.moved = true;
        } else {
            // Neither to be added nor to be changed: the portal contradicts itself.
            m_run.settle({{.entity = entity,
                           .verdict = ledger::Verdict::failed,
                           .reason = Message{"B24-REFUSED", {"crm.address"}}}});
        }
    }
}

void Sender::forget_observed() {
    for (const Sending& sending : m_batch.sendings()) {
        m_forgotten.erase(sending.operation.entity);
        if (sending.operation.remote_id.empty()) {
            continue;
        }
        Observed observed = m_run.pending.observed(sending.operation.entity);
        std::erase_if(observed, [&](const auto& entry) {
            return std::ranges::find(sending.built.groups, entry.first) == sending.built.groups.end();
        });
        if (observed.empty()) {
            continue;
        }
        m_forgotten.emplace(sending.operation.entity, observed);
        for (auto& [group, hash] : observed) {
            hash = not_observed;
        }
        m_run.pending.set_observed(sending.operation.entity, observed);
    }
}

void Sender::remember_observed(const std::vector<std::int64_t>& not_run) {
    for (const std::int64_t entity : not_run) {
        if (const auto seen = m_forgotten.find(entity); seen != m_forgotten.end()) {
            m_run.pending.set_observed(entity, seen->second);
        }
    }
}

void Sender::remember_entries() {
    for (const Sending& sending : m_batch.sendings()) {
        if (sending.is_creation() || sending.own_parts.empty()) {
            continue;  // whoever finds what was created knows that all of its entries are ours
        }
        const std::vector<ledger::Part> known = m_run.pending.parts(sending.operation.entity);
        for (const OwnParts& own : sending.own_parts) {
            m_run.pending.set_parts(sending.operation.entity, own.slot,
                                    with_entries_on_their_way(own, known));
        }
    }
}

void Sender::remember_written(const BatchPlan& batch, const BatchEffects& effects) {
    if (m_run.options.on_conflict == crm::OnConflict::take_1c) {
        return;
    }
    std::map<std::int64_t, const ledger::Settlement*> settled;
    for (const ledger::Settlement& settlement : effects.settlements) {
        settled.emplace(settlement.entity, &settlement);
    }
    for (const Sending& sending : batch.sendings()) {
        const auto settlement = settled.find(sending.operation.entity);
        if (settlement == settled.end() || settlement->second->verdict == ledger::Verdict::failed ||
            settlement->second->verdict == ledger::Verdict::deleted) {
            continue;
        }
        m_written.push_back({sending.operation, sending.built.groups});
        m_written.back().operation.remote_id = settlement->second->remote_id;
    }
}

std::vector<Written> Sender::take_written() {
    return std::exchange(m_written, {});
}

void Sender::take_doubt(const BatchPlan& batch, const portal::BatchInDoubt& doubt) {
    m_run.pending.mark(batch.entities(), ledger::OperationState::in_doubt);
    m_run.last_doubt_left = std::max(m_run.last_doubt_left, doubt.sent_at);
    journal(batch, "in_doubt", in_both(doubt.reason));
    suspect(batch, doubt.reason);
    m_troubles.doubt = doubt.reason;
}

void Sender::take_refusal(const BatchPlan& batch, const portal::BatchRefused& refused) {
    journal(batch, "refused", in_both(refused.reason));
    if (refused.why == portal::Refusal::content) {
        m_run.database.transaction([&] {
            m_run.pending.mark(batch.entities(), ledger::OperationState::fresh);
            remember_observed(batch.entities());
        });
        if (refused.too_large && batch.sendings().size() > 1) {
            m_limits.too_large(batch.bytes());
        }
        suspect(batch, refused.reason);
        m_troubles.refused = refused.reason;
        return;
    }
    m_run.database.transaction([&] {
        m_run.pending.mark_not_run(batch.entities());
        remember_observed(batch.entities());
    });
    m_troubles.any = true;
    if (refused.why == portal::Refusal::person) {
        m_troubles.stop = Stop{refused.reason, false};
    } else if (refused.why == portal::Refusal::unreachable) {
        m_troubles.unreachable = refused.reason;
    } else if (refused.why == portal::Refusal::rate) {
        m_troubles.put_off = refused.reason;
    }
}

void Sender::suspect(const BatchPlan& batch, const Message& reason) {
    m_troubles.any = true;
    std::ranges::move(batch.entities(), std::back_inserter(m_troubles.suspects));
    if (most_together(batch.sendings().front().operation.attempts) == portal::batch_commands) {
        m_troubles.is_new = true;
    }
    if (batch.sendings().size() == 1) {
        m_troubles.alone.emplace_back(batch.entities().front(), reason);
    }
}

std::optional<Stop> Sender::calm() {
    take_all();
    m_batch.clear();
    m_run.moved = true;
    ++m_calms;
    return see_to(std::exchange(m_troubles, {}));
}

std::optional<Stop> Sender::see_to(Troubles troubles) {
    if (troubles.stop) {
        return std::move(troubles.stop);
    }
    for (const std::optional<Message>& heard : {troubles.refused, troubles.doubt, troubles.unreachable}) {
        if (!heard) {
            continue;
        }
        m_run.log.warning(sentence(*heard, Language::english));
        auto portal = wait_for_portal(m_run.client, m_run.clock, *heard);
        const auto* up = std::get_if<PortalIsUp>(&portal);
        if (up == nullptr) {
            went_down(troubles);
            return std::move(std::get<Stop>(portal));
        }
        if (!up->was_down && troubles.unreachable) {
            troubles.put_off = troubles.unreachable;
        }
        if (auto stop = up->was_down ? forgive(troubles, *heard) : blame(troubles)) {
            return stop;
        }
        break;
    }
    if (troubles.doubt || troubles.unanswered || !troubles.broken.empty()) {
        if (auto stop = resolve_doubts()) {
            return stop;
        }
        give_up(troubles.broken);
    }
    if (auto stop = m_gone.take(troubles.gone)) {
        return stop;
    }
    return troubles.put_off ? put_off(*troubles.put_off) : std::nullopt;
}

std::optional<Stop> Sender::resolve_doubts() {
    const std::uint64_t before = m_run.pending.count();
    auto stop = m_doubts.resolve();
    m_run.progress.settled += before - m_run.pending.count();
    m_run.report_progress();
    return stop;
}

std::optional<Stop> Sender::blame(const Troubles& troubles) {
    if (troubles.suspects.empty()) {
        return std::nullopt;
    }
    for (const auto& [entity, reason] : troubles.alone) {
        m_limits.failed_alone(entity, reason);
    }
    ++m_failures;
    m_new_failures += troubles.is_new ? 1U : 0U;
    const unsigned most = m_run.options.doubts_in_a_row;
    if (m_new_failures >= most || m_failures >= patience_with_suspects * most) {
        return Stop{troubles.doubt ? *troubles.doubt : *troubles.refused, true};
    }
    return std::nullopt;
}

std::optional<Stop> Sender::forgive(const Troubles& troubles, const Message& reason) {
    went_down(troubles);
    if (++m_outages >= patience_with_suspects * m_run.options.doubts_in_a_row) {
        return Stop{reason, true};
    }
    return std::nullopt;
}

void Sender::went_down(const Troubles& troubles) {
    m_run.database.transaction([&] {
        m_run.pending.forgive(troubles.suspects);
        m_run.pending.count_outage(troubles.suspects);
    });
}

std::optional<Stop> Sender::put_off(const Message& reason) {
    if (++m_refusals_in_a_row >= m_run.options.refusals_in_a_row) {
        return Stop{reason, true};
    }
    sleep_unless(m_run.options.interrupted, m_run.clock, first_refusal_pause * (1U << m_refusals_in_a_row));
    return std::nullopt;
}

void Sender::journal(const BatchPlan& batch, const std::string& status, const std::string& details) {
    m_run.journal("batch", batch.sendings().front().operation.package, status, details);
}

}  // namespace obmen::delivery
