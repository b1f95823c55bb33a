#include "daemon/real_ports.hpp"

#include <algorithm>
#include <utility>

#include "alerts/alarm.hpp"
#include "ledger/database.hpp"
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
        make_directories(directory);
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

    Notice look_out() override { return {}; }
    exchange::RoundResult round(bool /*at_once*/, const std::function<void()>& progress) override {
        return m_exchange.round({.progress = [&](const delivery::DeliveryProgress&) { progress(); }});
    }
    std::optional<UtcTime> next_attempt() override { return std::nullopt; }

  private:
    DaemonMark m_mark;
    exchange::Exchange m_exchange;
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
    exchange::CourierReport deliver() override { return m_courier.deliver(); }

  private:
    exchange::ReceiptCourier m_courier;
};

class RealTeller : public Teller {
  public:
    RealTeller(const config::Settings& settings, const exchange::RunContext& context)
        : m_database(settings.state_directory / "ledger.db", ledger::Opening::guest),
          m_alarm(m_database, settings.alerts, settings.language, context.clock, context.log) {}
    std::optional<UtcTime> tell() override { return m_alarm.tell(); }

  private:
    ledger::Database m_database;
    alerts::Alarm m_alarm;
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
    return {.poll = std::chrono::seconds(source.poll_seconds)};
}

}  // namespace obmen::daemon
