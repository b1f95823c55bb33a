#include "daemon/engine_worker.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace obmen::daemon {

namespace {

/// How soon requests of people are noticed.
constexpr Duration look_out{std::chrono::seconds(1)};
constexpr Duration lock_pause{std::chrono::milliseconds(500)};
constexpr Duration least_round_gap{std::chrono::seconds(1)};
constexpr Duration longest_round_gap{std::chrono::hours(1)};

}  // namespace

EngineWorker::EngineWorker(const WorkerContext& context, std::function<std::unique_ptr<Engine>()> open,
                           EngineEvents events)
    : m_context(context), m_open(std::move(open)), m_events(std::move(events)) {}

void EngineWorker::take_up() noexcept {
    m_news.store(true);
    wake();
}

void EngineWorker::try_now() noexcept {
    m_at_once.store(true);
    take_up();
}

Duration EngineWorker::turn() {
    m_events.on_life();
    if (m_is_refused) {
        return longest_rest;
    }
    Duration rest{0};
    const auto failure = failure_of([&] { rest = step(); });
    if (failure) {
        return m_context.stopping.load() ? Duration{0} : after(*failure);
    }
    if (m_failures == 0) {
        m_events.on_turn(std::nullopt);
    }
    return rest;
}

Duration EngineWorker::step() {
    const bool at_once = m_at_once.exchange(false);
    const bool pauses = !at_once && m_due && m_context.clock.steady() < *m_due;
    if (pauses && !m_engine) {
        return std::min(look_out, *m_due - m_context.clock.steady());
    }
    if (!m_engine) {
        open_engine();
    }
    const Notice notice = m_engine->look_out();
    if (notice.written) {
        m_events.on_written();
    }
    if (pauses && !notice.asked) {  // people are not kept waiting for a pause after a failure
        return std::min(look_out, *m_due - m_context.clock.steady());
    }
    const bool due = m_next && m_context.clock.now() >= *m_next;
    if (m_news.exchange(false) || notice.asked || notice.resumed || notice.arrived || due) {
        round(notice.asked || at_once);
    } else {
        tidy_up_daily();
    }
    m_due.reset();
    if (std::exchange(m_failures, 0) > 0) {
        m_context.log.info(said(m_context.language, "работа продолжается", "goes on"));
    }
    return look_out;
}

void EngineWorker::open_engine() {
    std::unique_ptr<Engine> engine = m_open();
    m_events.on_open();
    m_engine = std::move(engine);
    if (std::exchange(m_waits_for_command, false)) {
        m_context.log.info(
            said(m_context.language, "каталог состояния свободен", "the state directory is free"));
    }
    m_next.reset();
    m_news.store(true);
}

void EngineWorker::tidy_up_daily() {
    constexpr Duration first_after{std::chrono::minutes(10)};
    const Duration now = m_context.clock.steady();
    if (!m_tidy_at) {
        m_tidy_at = now + first_after;
    }
    if (now >= *m_tidy_at) {
        m_tidy_at = now + std::chrono::hours(24);
        m_engine->tidy_up();
    }
}

void EngineWorker::round(bool at_once) {
    exchange::RoundResult result;
    try {
        result = m_engine->round(at_once, m_events.on_life);
        m_next = m_engine->next_attempt();
        if (m_next) {  // whatever it says, rounds do not chase each other
            // A time that lies far ahead was set by another clock.
            m_next = std::clamp(*m_next, m_context.clock.now() + least_round_gap,
                                m_context.clock.now() + longest_round_gap);
        }
    } catch (...) {
        m_news.store(true);  // whatever it was about is still to be done
        throw;
    }
    report(result);
    m_events.on_result(result);
    m_events.on_round();
}

void EngineWorker::report(const exchange::RoundResult& result) {
    for (const exchange::ClosedPackage& package : result.packages) {
        if (!package.receipt.empty()) {
            m_context.log.info(said(m_context.language, "пакет {}: квитанция {}", "package {}: receipt {}",
                                    package.id, package.receipt.filename().string()));
        }
    }
    if (result.requests > 0) {
        m_context.log.debug(said(m_context.language, "запросов к порталу: {}, из них на запись: {}",
                                 "requests to the portal: {}, of them writes: {}", result.requests,
                                 result.write_requests));
    }
    if (result.stop && !m_context.stopping.load()) {
        const std::string when =
            m_next ? told_pause(std::max(Duration{0}, *m_next - m_context.clock.now()), m_context.language)
                   : std::string();
        m_context.log.warning(told(result.stop->reason, m_context.language) + when);
    }
}

/// Another daemon is a mistake (bad_config), a command is not: it ends by itself, however much it has to
/// send.
bool EngineWorker::is_held_by_a_command(const Failure& failure) const {
    return !m_engine && failure.failure_class == FailureClass::temporary &&
           failure.message.code == Code{"SYS-LOCKED"};
}

Duration EngineWorker::wait_for_command(const Message& who) {
    if (!std::exchange(m_waits_for_command, true)) {
        m_context.log.info(said(m_context.language, "{}; ожидание, пока он закончит",
                                "{}; waiting until it has ended", sentence(who, m_context.language)));
        m_events.on_held(who);
    }
    return lock_pause;
}

Duration EngineWorker::after(const Failure& failure) {
    if (is_held_by_a_command(failure)) {
        return wait_for_command(failure.message);
    }
    const bool was_open = m_engine != nullptr;
    ++m_failures;
    m_events.on_turn(failure);
    if (!failure.is_known) {
        m_engine.reset();
    }
    const Duration pause = pause_after(failure.failure_class, m_failures, m_context.random);
    m_due = m_context.clock.steady() + pause;
    if (!was_open) {
        m_is_refused = !m_events.on_refusal(failure);
    }
    if (!m_is_refused) {  // else there is no next attempt, and the end of the process says why
        m_context.log.error(said(m_context.language, "{} (попыток: {}; следующая через {})",
                                 "{} ({}. attempt; the next one in {})",
                                 told(failure.message, m_context.language), m_failures,
                                 told(pause, m_context.language)));
    }
    return std::min(look_out, pause);
}

}  // namespace obmen::daemon
