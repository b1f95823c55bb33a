#include "daemon/running_exchange.hpp"

#include <chrono>
#include <system_error>
#include <utility>

#include "daemon/real_ports.hpp"

namespace obmen::daemon {

namespace {

Duration real_steady() {
    return std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch());
}

std::filesystem::path ledger_of(const config::Settings& settings) {
    return settings.state_directory / "ledger.db";
}

}  // namespace

RunningExchange::RunningExchange(ExchangeSettings settings, ExchangeHost host)
    : m_settings(std::move(settings)),
      m_host(std::move(host)),
      m_log(m_settings.name, m_host.log, lowest_level()),
      m_life(real_steady().count()),
      m_engine(make_engine()) {
    ++m_running;
    m_engine_thread = std::make_unique<WorkerThread>(
        *m_engine, m_stopping, m_host.pace, [this](const std::exception_ptr& end) { end_thread(end); });
}

RunningExchange::~RunningExchange() {
    stop();
    m_engine_thread.reset();
    // The engine, which starts the others, has ended: nobody touches them any more.
    m_sides.clear();
}

void RunningExchange::stop() noexcept {
    m_stopping.store(true);
    m_engine->wake();
    const std::lock_guard lock(m_mutex);
    for (const auto& side : m_sides) {
        side->worker->wake();
    }
}

void RunningExchange::look_now() {
    m_engine->try_now();
    const std::lock_guard lock(m_mutex);
    m_is_wanted_now = m_sides.empty();
    wake_sides_now();
}

/// \pre the lock is held
void RunningExchange::wake_sides_now() {
    for_each_locked<SourceWorker>([](SourceWorker& source) { source.look_now(); });
    for_each_locked<CourierWorker>([](CourierWorker& courier) { courier.deliver_now(); });
    for_each_locked<JournalWorker>([](JournalWorker& journal) { journal.reopen(); });
}

bool RunningExchange::is_alive(Duration longest) const {
    return real_steady() - Duration{m_life.load()} <= longest;
}

LogLevel RunningExchange::lowest_level() const {
    return m_host.verbose ? LogLevel::debug
                          : level_of(m_settings.settings.log.level).value_or(LogLevel::info);
}

void RunningExchange::end_thread(const std::exception_ptr& end) {
    --m_running;
    m_host.on_thread_end(end);
}

WorkerContext RunningExchange::context(Log& log) {
    return {.clock = m_host.clock,
            .log = log,
            .language = m_settings.settings.language,
            .random = machine_random(),
            .stopping = m_stopping};
}

std::unique_ptr<EngineWorker> RunningExchange::make_engine() {
    EngineEvents events{
        .on_open =
            [this] {
                start_sides();
                m_host.on_open();
            },
        .on_held = [this](const Message& who) { m_host.on_held(who); },
        .on_written = [this] { for_each<SourceWorker>([](SourceWorker& source) { source.wake(); }); },
        .on_round = [this] { for_each<CourierWorker>([](CourierWorker& courier) { courier.wake(); }); },
        .on_life = [this] { m_life.store(real_steady().count()); },
        .on_result =
            [this](const exchange::RoundResult& result) {
                m_troubles.note_round(result, m_host.clock.now());
            },
        .on_turn =
            [this](const std::optional<Failure>& failure) {
                m_troubles.note_turn(failure, m_host.clock.now());
            },
        .on_refusal = [this](const Failure& failure) { return refuse(failure); }};
    auto open = [this] {
        return open_engine(m_settings.settings,
                           {.clock = m_host.clock, .log = m_log, .interrupted = &m_stopping});
    };
    return std::make_unique<EngineWorker>(context(m_log), std::move(open), std::move(events));
}

/// \returns whether it is tried again
bool RunningExchange::refuse(const Failure& failure) {
    if (m_host.is_first && failure.failure_class == FailureClass::bad_config) {
        m_host.on_refused(failure.message);
        return false;
    }
    m_host.on_open();  // as well as it can be: it is tried again, and the others need not wait
    return true;
}

void RunningExchange::start_sides() {
    std::vector<std::unique_ptr<Side>> sides;
    for (const config::SourceSettings& source : m_settings.settings.sources) {
        sides.push_back(courier_side(source));
        sides.push_back(source_side(source));
    }
    sides.push_back(teller_side());
    if (!m_settings.settings.log.journal.empty()) {
        sides.push_back(journal_side());
    }
    const std::lock_guard lock(m_mutex);
    if (!m_sides.empty() || m_stopping.load()) {
        return;
    }
    m_sides = std::move(sides);
    if (m_is_wanted_now) {
        wake_sides_now();
    }
    for (const auto& side : m_sides) {
        if (!start_thread(*side)) {
            return;
        }
    }
}

/// An exchange without one of its threads would stand there and do nothing: the process ends rather, and is
/// started again. \returns whether it runs
bool RunningExchange::start_thread(Side& side) {
    ++m_running;
    try {
        side.thread =
            std::make_unique<WorkerThread>(*side.worker, m_stopping, m_host.pace,
                                           [this](const std::exception_ptr& end) { end_thread(end); });
        return true;
    } catch (const std::system_error& error) {
        end_thread(std::make_exception_ptr(std::system_error(error.code(), "a thread cannot be started")));
        return false;
    }
}

std::unique_ptr<RunningExchange::Side> RunningExchange::named_side(const std::string& source) {
    auto side = std::make_unique<Side>();
    side->log = std::make_unique<NamedLog>(source.empty() ? m_settings.name : m_settings.name + "/" + source,
                                           m_host.log, lowest_level());
    return side;
}

std::unique_ptr<RunningExchange::Side> RunningExchange::source_side(const config::SourceSettings& source) {
    auto side = named_side(source.name);
    side->database =
        std::make_unique<ledger::Database>(ledger_of(m_settings.settings), ledger::Opening::guest);
    std::unique_ptr<FolderWatch> watch;
    if (const auto folder = local_folder(source.place.url)) {
        watch = std::make_unique<FolderWatch>(*folder, source.depth, *side->log);
    }
    auto open = [this, &source, log = side->log.get()] {
        return open_source(m_settings.settings, source,
                           {.clock = m_host.clock, .log = *log, .interrupted = &m_stopping});
    };
    auto on_look = [this](const exchange::IntakeReport& report) {
        if (!report.packages.empty()) {
            m_engine->take_up();
        }
    };
    side->worker = std::make_unique<SourceWorker>(context(*side->log), std::move(open),
                                                  ledger::SourceStates(*side->database), source.name,
                                                  rhythm_of(source), std::move(on_look), std::move(watch));
    return side;
}

std::unique_ptr<RunningExchange::Side> RunningExchange::courier_side(const config::SourceSettings& source) {
    auto side = named_side(source.name);
    auto open = [this, &source, log = side->log.get()] {
        return open_courier(m_settings.settings, source,
                            {.clock = m_host.clock, .log = *log, .interrupted = &m_stopping});
    };
    side->worker = std::make_unique<CourierWorker>(context(*side->log), std::move(open));
    return side;
}

std::unique_ptr<RunningExchange::Side> RunningExchange::teller_side() {
    auto side = named_side({});
    auto open = [this, log = side->log.get()] {
        return open_teller(m_settings.settings,
                           {.clock = m_host.clock, .log = *log, .interrupted = &m_stopping});
    };
    side->worker = std::make_unique<TellerWorker>(context(*side->log), std::move(open), m_troubles);
    return side;
}

std::unique_ptr<RunningExchange::Side> RunningExchange::journal_side() {
    auto side = named_side({});
    auto open = [this] {
        return std::make_unique<ledger::Database>(ledger_of(m_settings.settings), ledger::Opening::guest);
    };
    side->worker = std::make_unique<JournalWorker>(context(*side->log), m_settings.settings.log.journal,
                                                   m_settings.name, std::move(open));
    return side;
}

}  // namespace obmen::daemon
