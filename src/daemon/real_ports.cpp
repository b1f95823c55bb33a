#include "daemon/real_ports.hpp"

#include <algorithm>
#include <utility>

#include "alerts/alarm.hpp"
#include "alerts/watchman.hpp"
#include "config/schedule.hpp"
#include "exchange/pruning.hpp"
#include "exchange/requests.hpp"
#include "ledger/alert_rows.hpp"
#include "ledger/database.hpp"
#include "ledger/source_states.hpp"
#include "support/error.hpp"
#include "support/file.hpp"

namespace obmen::daemon {

namespace {

/// Says that a daemon has the state directory, as opposed to a command that has it for a moment. Throws
/// SYS-LOCKED (bad_config): waiting does not help.
class DaemonMark {
  public:
    explicit DaemonMark(const std::filesystem::path& state_directory) try
        : m_lock(made(state_directory / "daemon")) {
    } catch (const Error& error) {
        const Message& message = error.finding().message;
        if (message.code == Code{"SYS-LOCKED"}) {
            throw Error(FailureClass::bad_config,
                        Message{"SYS-LOCKED", {state_directory.string(), message.arguments.back()}});
        }
        throw;
    }

  private:
    static const std::filesystem::path& made(const std::filesystem::path& directory) {
        make_own_directory(directory);
        return directory;
    }

    DirectoryLock m_lock;
};

/// The waiting for a portal that is away is done by the engine's thread, between two rounds: packages that
/// come meanwhile are read.
config::Settings with_short_patience(config::Settings settings) {
    constexpr unsigned most_patience = 20;
    settings.portal.patience_seconds = std::min(settings.portal.patience_seconds, most_patience);
    return settings;
}

class RealEngine : public Engine {
  public:
    RealEngine(const config::Settings& settings, const exchange::RunContext& context)
        : m_mark(settings.state_directory), m_exchange(with_short_patience(settings), context) {}

    Notice look_out() override {
        const std::int64_t changes = ledger::changes_by_others(m_exchange.database());
        if (std::exchange(m_changes, changes) == changes) {
            return {};
        }
        const bool is_paused = ledger::SourceStates(m_exchange.database()).find({}).paused;
        const bool resumed = std::exchange(m_is_paused, is_paused) && !is_paused;
        return {.written = true,
                .asked = exchange::execute_requests(m_exchange) > 0,
                .resumed = resumed,
                .arrived = m_exchange.has_arrivals()};
    }
    exchange::RoundResult round(bool at_once, const std::function<void()>& progress) override {
        return m_exchange.round(
            {.at_once = at_once, .progress = [&](const delivery::DeliveryProgress&) { progress(); }});
    }
    std::optional<UtcTime> next_attempt() override { return m_exchange.next_attempt(); }
    void tidy_up() override { static_cast<void>(exchange::prune_history(m_exchange)); }

  private:
    /// Another one when another connection has written since.
    DaemonMark m_mark;
    exchange::Exchange m_exchange;
    std::int64_t m_changes = -1;  ///< nothing has been looked at yet
    bool m_is_paused = false;
};

class RealSource : public Source {
  public:
    RealSource(const config::Settings& settings, const config::SourceSettings& source,
               const exchange::RunContext& context)
        : m_intake(settings, source, context) {}
    exchange::IntakeReport look() override { return m_intake.look(); }

  private:
    exchange::SourceIntake m_intake;
};

class RealCourier : public Courier {
  public:
    RealCourier(const config::Settings& settings, const config::SourceSettings& source,
                const exchange::RunContext& context)
        : m_courier(settings, source, context) {}
    exchange::CourierReport deliver(bool at_once) override { return m_courier.deliver(at_once); }

  private:
    exchange::ReceiptCourier m_courier;
};

class RealTeller : public Teller {
  public:
    RealTeller(const config::Settings& settings, const exchange::RunContext& context)
        : m_settings(settings),
          m_clock(context.clock),
          m_database(settings.state_directory / "ledger.db", ledger::Opening::guest),
          m_alarm(m_database, settings.alerts, settings.language, context.clock, context.log),
          m_watchman(m_database, settings, m_alarm, context.clock) {}

    std::optional<UtcTime> tell(const EngineTroubles::State& engine) override {
        m_watchman.look(engine.portal_is_known ? engine.portal : last_told_of_portal());
        tell_of_engine(engine.engine);
        return m_alarm.tell();
    }

  private:
    /// A restart does not mend the portal: until it has been asked, what stood stands.
    [[nodiscard]] std::optional<alerts::Trouble> last_told_of_portal() {
        const auto row = ledger::AlertRows(m_database).find("portal");
        return row && !row->cleared_at
                   ? std::optional(
                         alerts::Trouble{.message = row->message, .since = row->since, .needs_person = true})
                   : std::nullopt;
    }

    void tell_of_engine(const std::optional<alerts::Trouble>& trouble) {
        const char* const cause = "exchange";
        const Duration patience = std::chrono::minutes(m_settings.alerts.patience_minutes);
        if (!trouble) {
            m_alarm.clear(cause);
        } else if (trouble->needs_person || m_clock.now() - trouble->since >= patience) {
            m_alarm.raise(cause, trouble->message);
        }
    }

    const config::Settings& m_settings;
    Clock& m_clock;
    ledger::Database m_database;
    alerts::Alarm m_alarm;
    alerts::Watchman m_watchman;
};

}  // namespace

std::unique_ptr<Engine> open_engine(const config::Settings& settings, const exchange::RunContext& context) {
    return std::make_unique<RealEngine>(settings, context);
}

std::unique_ptr<Source> open_source(const config::Settings& settings, const config::SourceSettings& source,
                                    const exchange::RunContext& context) {
    return std::make_unique<RealSource>(settings, source, context);
}

std::unique_ptr<Courier> open_courier(const config::Settings& settings, const config::SourceSettings& source,
                                      const exchange::RunContext& context) {
    return std::make_unique<RealCourier>(settings, source, context);
}

std::unique_ptr<Teller> open_teller(const config::Settings& settings, const exchange::RunContext& context) {
    return std::make_unique<RealTeller>(settings, context);
}

SourceRhythm rhythm_of(const config::SourceSettings& source) {
    SourceRhythm rhythm{.poll = std::chrono::seconds(source.poll_seconds)};
    if (!source.schedule.empty()) {
        rhythm.next_by_schedule = [schedule = config::Schedule::parse(source.schedule, source.time_zone)](
                                      UtcTime time) { return schedule.next_after(time); };
    }
    return rhythm;
}

}  // namespace obmen::daemon
