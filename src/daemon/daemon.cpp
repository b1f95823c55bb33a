#include "daemon/daemon.hpp"

#include <algorithm>
#include <utility>

#include "alerts/causes.hpp"
#include "daemon/daemon_log.hpp"
#include "daemon/journal_file.hpp"
#include "daemon/real_ports.hpp"
#include "daemon/settings_set.hpp"
#include "daemon/side_workers.hpp"
#include "daemon/source_worker.hpp"
#include "daemon/supervisor.hpp"
#include "ledger/packages.hpp"
#include "ledger/receipt_deliveries.hpp"

namespace obmen::daemon {

namespace {

/// One exchange, once: nothing runs beside it.
class OneLook {
  public:
    OneLook(const ExchangeSettings& settings, const exchange::RunContext& context, const WatchPlan& plan,
            OnceEnd& end)
        : m_settings(settings),
          m_context(context),
          m_by_person(plan.by_person),
          m_level(plan.verbose ? LogLevel::debug
                               : level_of(settings.settings.log.level).value_or(LogLevel::info)),
          m_end(end) {}

    void run() {
        NamedLog log(m_settings.name, m_context.log, m_level);
        guard(log, [&] {
            const std::unique_ptr<Engine> engine =
                open_engine(m_settings.settings, {m_context.clock, log, m_context.interrupted});
            m_database = std::make_unique<ledger::Database>(m_settings.settings.state_directory / "ledger.db",
                                                            ledger::Opening::guest);
            for (const config::SourceSettings& source : m_settings.settings.sources) {
                look_at(source);
            }
            round(*engine, log);
            for (const config::SourceSettings& source : m_settings.settings.sources) {
                deliver(source);
            }
            guard(log, [&] {
                static_cast<void>(
                    open_teller(m_settings.settings, {m_context.clock, log, m_context.interrupted})
                        ->tell(m_troubles.state()));
            });
            guard(log, [&] { write_journal(); });
        });
    }

  private:
    /// What fails is in the log and in the exit code, and stops nothing else.
    void guard(Log& log, const std::function<void()>& work) {
        if (const auto failure = failure_of(work)) {
            log.error(told(failure->message, m_settings.settings.language));
            m_end.failed = true;
        }
    }

    [[nodiscard]] WorkerContext worker_context(Log& log) const {
        return {.clock = m_context.clock,
                .log = log,
                .language = m_settings.settings.language,
                .random = machine_random(),
                .stopping = m_context.interrupted == nullptr ? m_never : *m_context.interrupted};
    }

    /// May what failed last time be tried before its pause is over?
    [[nodiscard]] bool is_tried(const std::optional<Message>& failure) const {
        return m_by_person || !failure || !alerts::needs_person(*failure);
    }

    void look_at(const config::SourceSettings& source) {
        NamedLog log(m_settings.name + "/" + source.name, m_context.log, m_level);
        // A worker, because it knows what a person has paused and what must not be tried again yet.
        SourceWorker worker(
            worker_context(log),
            [&] {
                return open_source(m_settings.settings, source,
                                   {m_context.clock, log, m_context.interrupted});
            },
            ledger::SourceStates(*m_database), source.name, SourceRhythm{},
            [](const exchange::IntakeReport&) {}, nullptr);
        if (is_tried(ledger::SourceStates(*m_database).find(source.name).failure)) {
            worker.look_now();
        }
        static_cast<void>(worker.turn());
        m_end.failed = m_end.failed || worker.is_failing();
    }

    void round(Engine& engine, Log& log) {
        guard(log, [&] {
            static_cast<void>(engine.look_out());
            // What a person has paused is no news to anybody: no receipt need say so.
            const bool is_paused = ledger::SourceStates(*m_database).find({}).paused;
            const exchange::RoundResult result = engine.round(!is_paused, [] {});
            m_troubles.note_round(result, m_context.clock.now());
            const ledger::Packages packages(*m_database);
            for (const exchange::ClosedPackage& package : result.packages) {
                m_end.worst = std::max(m_end.worst, exchange::end_of(packages, package.id));
            }
            m_end.waits = m_end.waits || !result.held.empty() || !packages.unfinished().empty();
            if (result.stop) {
                log.warning(told(result.stop->reason, m_settings.settings.language));
            }
        });
    }

    void deliver(const config::SourceSettings& source) {
        NamedLog log(m_settings.name + "/" + source.name, m_context.log, m_level);
        guard(log, [&] {
            const auto trouble = ledger::ReceiptDeliveries(*m_database).trouble(source.name);
            const std::optional<Message> failure = trouble ? std::optional(trouble->failure) : std::nullopt;
            const exchange::CourierReport report =
                open_courier(m_settings.settings, source, {m_context.clock, log, m_context.interrupted})
                    ->deliver(is_tried(failure));
            m_end.waits = m_end.waits || report.waiting > 0;
            if (report.failure) {
                log.warning(told(*report.failure, m_settings.settings.language));
            }
        });
    }

    void write_journal() {
        if (!m_settings.settings.log.journal.empty()) {
            JournalFile journal(m_settings.settings.log.journal, m_settings.name, *m_database);
            while (journal.write_on()) {
            }
        }
    }

    const std::atomic<bool> m_never{false};
    const ExchangeSettings& m_settings;
    const exchange::RunContext& m_context;
    bool m_by_person;
    LogLevel m_level;
    OnceEnd& m_end;
    EngineTroubles m_troubles;
    std::unique_ptr<ledger::Database> m_database;
};

}  // namespace

WatchEnd watch(const WatchPlan& plan, Clock& clock, Log& log) {
    return Supervisor(plan, clock, log).run();
}

OnceEnd watch_once(const WatchPlan& plan, const exchange::RunContext& context) {
    OnceEnd end;
    SettingsSet set = load_settings_set(plan.files, plan.environment, context.clock);
    end.mistakes = std::move(set.mistakes);
    for (const ExchangeSettings& settings : set.exchanges) {
        if (end.mistakes.empty()) {
            OneLook(settings, context, plan, end).run();
        }
    }
    return end;
}

}  // namespace obmen::daemon
