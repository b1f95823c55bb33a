#include "daemon/source_worker.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace obmen::daemon {

namespace {

/// Looks that hints ask for are so far apart.
constexpr Duration least_gap{std::chrono::seconds(1)};

}  // namespace

SourceWorker::SourceWorker(const WorkerContext& context, std::function<std::unique_ptr<Source>()> open,
                           ledger::SourceStates states, std::string name, SourceRhythm rhythm,
                           std::function<void(const exchange::IntakeReport&)> on_look,
                           std::unique_ptr<FolderWatch> watch)
    : m_context(context),
      m_open(std::move(open)),
      m_states(states),
      m_name(std::move(name)),
      m_rhythm(std::move(rhythm)),
      m_on_look(std::move(on_look)),
      m_watch(std::move(watch)) {}

void SourceWorker::look_now() noexcept {
    m_wanted.store(true);
    wake();
}

Duration SourceWorker::turn() {
    Duration rest{0};
    const auto failure = failure_of([&] { rest = step(); });
    if (failure) {
        rest = m_context.stopping.load() ? Duration{0} : after(*failure);
    }
    return std::min(rest, longest_rest);
}

Duration SourceWorker::step() {
    const ledger::SourceState state = m_states.find(m_name);
    if (!m_due) {
        m_failures = state.attempts;
        m_due = first_due(state);
    }
    take_hints();
    if (state.paused) {
        if (!std::exchange(m_was_paused, true)) {
            m_context.log.info(said(m_context.language, "остановлен человеком", "paused"));
        }
        return longest_rest;
    }
    if (std::exchange(m_was_paused, false)) {
        m_context.log.info(said(m_context.language, "работа продолжается", "goes on"));
        m_due = Due{};
    }
    if (const Duration left = time_to(*m_due); left > Duration{0}) {
        return left;
    }
    if (!m_source) {
        m_source = m_open();
    }
    m_looked_at = m_context.clock.steady();
    const exchange::IntakeReport report = m_source->look();
    if (state.attempts > 0) {
        m_states.note_success(m_name);
    }
    if (std::exchange(m_failures, 0) > 0) {
        m_context.log.info(said(m_context.language, "снова читается", "can be read again"));
    }
    if (m_watch) {
        m_watch->refresh();
    }
    this->report(report);
    plan_next(report);
    return time_to(*m_due);
}

SourceWorker::Due SourceWorker::first_due(const ledger::SourceState& state) const {
    const UtcTime now = m_context.clock.now();
    const Duration steady = m_context.clock.steady();
    if (state.next_attempt && *state.next_attempt > now) {
        // A person may have mended it before the restart: so it is not waited for hours; but restarts one
        // after the other must not become attempts one after the other.
        const Duration left = *state.next_attempt - now;
        return {.steady = steady + std::min(left, least_pause_for_people)};
    }
    if (m_rhythm.next_by_schedule) {
        // What was missed while nobody was there is made up for.
        return {.at = m_rhythm.next_by_schedule(std::min(now, state.listed_at.value_or(now)))};
    }
    return {};
}

Duration SourceWorker::time_to(const Due& due) const {
    return due.at ? *due.at - m_context.clock.now() : due.steady - m_context.clock.steady();
}

void SourceWorker::take_hints() {
    const bool hinted = m_watch && m_watch->take();
    if (m_wanted.exchange(false)) {
        m_due = Due{};
    } else if (hinted && m_failures == 0 && !m_rhythm.next_by_schedule && !m_due->at) {
        m_due->steady = std::min(m_due->steady, m_looked_at + least_gap);
    }
}

void SourceWorker::report(const exchange::IntakeReport& report) {
    for (const Finding& note : report.notes) {
        m_context.log.warning(told(note.message, m_context.language));
    }
    for (const std::string& id : report.packages) {
        m_context.log.info(said(m_context.language, "пришёл пакет {}", "package {} has come", id));
    }
    m_context.log.debug(said(m_context.language, "файлов: {}, из них ждёт: {}",
                             "looked: {} files, {} of them wait", report.files, report.waiting));
    m_on_look(report);
}

void SourceWorker::plan_next(const exchange::IntakeReport& report) {
    const Duration now = m_context.clock.steady();
    if (m_rhythm.next_by_schedule) {
        m_due = Due{.at = m_rhythm.next_by_schedule(m_context.clock.now())};
    } else {
        m_due = Due{.steady = now + spread(m_rhythm.poll, m_context.random)};
    }
    if (report.look_again_in && *report.look_again_in < time_to(*m_due)) {
        m_due = Due{.steady = now + std::max(*report.look_again_in, Duration{1})};
    }
}

Duration SourceWorker::after(const Failure& failure) {
    ++m_failures;
    const Duration pause = pause_after(failure.failure_class, m_failures, m_context.random);
    m_due = Due{.steady = m_context.clock.steady() + pause};
    // Only what may pass by itself is tried with what is there; all else is made anew.
    if (!failure.is_known || failure.failure_class != FailureClass::temporary) {
        m_source.reset();
    }
    m_context.log.write(
        failure.failure_class == FailureClass::temporary ? LogLevel::warning : LogLevel::error,
        said(m_context.language, "{} (попыток: {}; следующая через {})",
             "{} ({}. attempt; the next one in {})", told(failure.message, m_context.language), m_failures,
             told(pause, m_context.language)));
    const UtcTime now = m_context.clock.now();
    const auto unrecorded =
        failure_of([&] { m_states.note_failure(m_name, failure.message, now, now + pause); });
    if (unrecorded) {
        m_context.log.warning(told(unrecorded->message, m_context.language));
    }
    return pause;
}

}  // namespace obmen::daemon
