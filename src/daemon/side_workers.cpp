#include "daemon/side_workers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace obmen::daemon {

namespace {

/// How often it is found out what people must be told.
constexpr Duration tell_interval{std::chrono::seconds(15)};

}  // namespace

CourierWorker::CourierWorker(const WorkerContext& context, std::function<std::unique_ptr<Courier>()> open)
    : m_context(context), m_open(std::move(open)) {}

void CourierWorker::deliver_now() noexcept {
    m_wanted.store(true);
    wake();
}

Duration CourierWorker::turn() {
    const bool at_once = m_wanted.exchange(false);
    if (m_due && !at_once && m_context.clock.steady() < *m_due) {
        return std::min(longest_rest, *m_due - m_context.clock.steady());
    }
    m_due.reset();
    Duration rest{0};
    const auto failure = failure_of([&] { rest = step(at_once); });
    if (!failure) {
        m_failures = 0;
        return rest;
    }
    if (m_context.stopping.load()) {
        return Duration{0};
    }
    m_courier.reset();
    const Duration pause = pause_after(failure->failure_class, ++m_failures, m_context.random);
    m_due = m_context.clock.steady() + pause;
    m_context.log.error(said(m_context.language, "квитанции: {}{}", "receipts: {}{}",
                             told(failure->message, m_context.language),
                             told_pause(pause, m_context.language)));
    return std::min(longest_rest, pause);
}

Duration CourierWorker::step(bool at_once) {
    if (!m_courier) {
        m_courier = m_open();
    }
    const exchange::CourierReport report = m_courier->deliver(at_once);
    if (report.delivered > 0) {
        m_context.log.debug(
            said(m_context.language, "доставлено квитанций: {}", "receipts delivered: {}", report.delivered));
    }
    if (report.failure && report.failure != m_told) {
        m_context.log.warning(said(m_context.language, "ждёт квитанций: {}; {}", "receipts that wait: {}; {}",
                                   report.waiting, told(*report.failure, m_context.language)));
    }
    m_told = report.failure;
    if (!report.next_attempt) {
        return longest_rest;
    }
    return std::clamp(*report.next_attempt - m_context.clock.now(), Duration{1}, longest_rest);
}

TellerWorker::TellerWorker(const WorkerContext& context, std::function<std::unique_ptr<Teller>()> open,
                           const EngineTroubles& engine)
    : m_context(context), m_open(std::move(open)), m_engine(engine) {}

Duration TellerWorker::turn() {
    Duration rest = tell_interval;
    const auto failure = failure_of([&] {
        if (!m_teller) {
            m_teller = m_open();
        }
        if (const auto next = m_teller->tell(m_engine.state())) {
            rest =
                std::clamp(*next - m_context.clock.now(), Duration{std::chrono::seconds(1)}, tell_interval);
        }
        m_failures = 0;
    });
    if (failure && !m_context.stopping.load()) {
        m_teller.reset();
        rest = pause_after(failure->failure_class, ++m_failures, m_context.random);
        m_context.log.error(said(m_context.language, "оповещения: {}{}", "alerts: {}{}",
                                 told(failure->message, m_context.language),
                                 told_pause(rest, m_context.language)));
    }
    return rest;
}

}  // namespace obmen::daemon
