#include "delivery/sender.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

namespace obmen::delivery {

namespace {

constexpr Duration first_refusal_pause{2'000};
/// Reference bitrix24-rest.md §13.2: batches have a byte ceiling, too.
constexpr std::size_t batch_bytes = 1'000'000;

}  // namespace

bool Sender::has_room(crm::EntityKind kind, std::size_t bytes, std::size_t commands) const {
    if (m_batch.is_empty()) {
        return true;
    }
    const bool pictures = kind == crm::EntityKind::pictures;
    const bool holds_pictures = m_batch.sendings().front().operation.kind == crm::EntityKind::pictures;
    const std::size_t ceiling = pictures ? m_run.options.picture_batch_bytes : batch_bytes;
    return pictures == holds_pictures && m_batch.has_room(commands) && m_batch.bytes() + bytes <= ceiling;
}

std::optional<Stop> Sender::flush() {
    if (m_batch.is_empty()) {
        return std::nullopt;
    }
    const std::vector<portal::Command> commands = m_batch.commands();
    while (true) {
        if (auto stop = m_run.interruption()) {
            return stop;
        }
        m_run.database.transaction([&] {
            forget_observed();
            m_run.pending.mark_sent(m_batch.entities());
        });
        const portal::BatchAnswer answer = m_run.client.batch(commands);
        ++m_run.result.write_requests;
        if (const auto* done = std::get_if<portal::BatchDone>(&answer)) {
            return take_answers(done->answers);
        }
        if (const auto* doubt = std::get_if<portal::BatchInDoubt>(&answer)) {
            return take_doubt(doubt->reason);
        }
        const auto& refused = std::get<portal::BatchRefused>(answer);
        m_run.pending.mark(m_batch.entities(), ledger::OperationState::fresh);
        journal("refused", sentence(refused.reason, Language::english));
        if (!refused.temporary) {
            return Stop{refused.reason, false};
        }
        if (auto stop = put_off(refused.reason)) {
            return stop;
        }
    }
}

std::optional<Stop> Sender::take_answers(const std::vector<portal::CommandAnswer>& answers) {
    const BatchEffects effects = effects_of(m_batch.sendings(), answers);
    apply(effects, answers.size());
    for (const Sending& sending : m_batch.sendings()) {
        for (const portal::Withheld& withheld : sending.built.withheld) {
            m_run.withheld.count(sending.operation.package, withheld);
        }
    }
    remember_written(effects);
    m_batch.clear();
    m_doubts_in_a_row = 0;
    m_run.report_progress();
    if (auto stop = m_gone.take(effects.gone)) {
        return stop;
    }
    if (effects.to_repeat.empty()) {
        m_refusals_in_a_row = 0;
        return std::nullopt;
    }
    m_run.moved = true;
    return put_off(Message{"B24-REPEATED", {std::to_string(effects.to_repeat.size())}});
}

void Sender::apply(const BatchEffects& effects, std::size_t answers) {
    m_run.database.transaction([&] {
        m_run.settle(effects.settlements);
        m_run.pending.mark(effects.to_repeat, ledger::OperationState::fresh);
        m_run.pending.mark(effects.to_wait, ledger::OperationState::fresh);
        learn_presence(leave_those_of_people(effects.there_already), true);
        learn_presence(effects.not_there, false);
        for (const auto& [entity, own] : effects.parts) {
            m_run.pending.set_parts(entity, own.slot, own.parts);
        }
        journal("ok", fmt::format("commands={} done={} refused={}", answers, effects.done, effects.refused));
    });
    m_run.moved = m_run.moved || !effects.to_wait.empty();
}

std::vector<std::int64_t> Sender::leave_those_of_people(const std::vector<std::int64_t>& aspects) {
    std::vector<std::int64_t> others;
    for (const std::int64_t entity : aspects) {
        const auto sending = std::ranges::find_if(m_batch.sendings(), [&](const Sending& candidate) {
            return candidate.operation.entity == entity;
        });
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
            m_run.pending.mark({entity}, ledger::OperationState::fresh);
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
        if (sending.operation.remote_id.empty()) {
            continue;
        }
        std::map<std::string, std::uint64_t> observed = m_run.pending.observed(sending.operation.entity);
        std::erase_if(observed, [&](const auto& entry) {
            return std::ranges::find(sending.built.groups, entry.first) == sending.built.groups.end();
        });
        for (auto& [group, hash] : observed) {
            hash = not_observed;
        }
        m_run.pending.set_observed(sending.operation.entity, observed);
    }
}

void Sender::remember_written(const BatchEffects& effects) {
    if (m_run.options.on_conflict == crm::OnConflict::take_1c) {
        return;
    }
    std::map<std::int64_t, const ledger::Settlement*> settled;
    for (const ledger::Settlement& settlement : effects.settlements) {
        settled.emplace(settlement.entity, &settlement);
    }
    for (const Sending& sending : m_batch.sendings()) {
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

std::optional<Stop> Sender::take_doubt(const Message& reason) {
    m_run.pending.mark(m_batch.entities(), ledger::OperationState::in_doubt);
    journal("in_doubt", sentence(reason, Language::english));
    m_run.log.warning(sentence(reason, Language::english));
    m_batch.clear();
    m_run.moved = true;
    if (++m_doubts_in_a_row >= m_run.options.doubts_in_a_row) {
        return Stop{reason, true};
    }
    const std::uint64_t before = m_run.pending.count();
    auto stop = m_doubts.resolve();
    m_run.progress.settled += before - m_run.pending.count();
    m_run.report_progress();
    return stop;
}

std::optional<Stop> Sender::put_off(const Message& reason) {
    if (++m_refusals_in_a_row >= m_run.options.refusals_in_a_row) {
        return Stop{reason, true};
    }
    m_run.clock.sleep(first_refusal_pause * (1U << m_refusals_in_a_row));
    return std::nullopt;
}

void Sender::drop() {
    m_batch.clear();
}

void Sender::journal(const std::string& status, const std::string& details) {
    const std::string package =
        m_batch.is_empty() ? std::string{} : m_batch.sendings().front().operation.package;
    m_run.journal("batch", package, status, details);
}

}  // namespace obmen::delivery
