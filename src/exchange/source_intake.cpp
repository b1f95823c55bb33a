#include "exchange/source_intake.hpp"

#include <utility>

#include "arrival/collector.hpp"
#include "endpoint/endpoint.hpp"
#include "exchange/content_reader.hpp"
#include "exchange/source_memory.hpp"
#include "exchange/source_owner.hpp"
#include "ledger/database.hpp"

namespace obmen::exchange {

namespace {

arrival::CollectorSettings collector_settings(const config::Settings& settings,
                                              const config::SourceSettings& source) {
    return {.source = source,
            .landing = settings.state_directory / "landing" / source.name,
            .spool = settings.state_directory / "spool",
            .archive_limits = archive_limits(settings.limits),
            .disk_low_bytes = settings.alerts.disk_low_bytes};
}

}  // namespace

struct SourceIntake::State {
    State(const config::Settings& settings, const config::SourceSettings& source, const RunContext& context)
        : endpoint(endpoint::open_endpoint(
              source.place,
              {.clock = context.clock, .log = context.log, .interrupted = context.interrupted})),
          owner(settings.portal.limits_directory, source.name, endpoint->shown(), settings.state_directory),
          database(settings.state_directory / "ledger.db", ledger::Opening::guest),
          memory(database, source.name, settings.source_system),
          reader(settings),
          collector(collector_settings(settings, source), *endpoint, memory, reader, context.clock) {}

    std::unique_ptr<endpoint::Endpoint> endpoint;
    SourceOwner owner;
    ledger::Database database;
    LedgerSourceMemory memory;
    ExportContentReader reader;
    arrival::Collector collector;
};

SourceIntake::SourceIntake(const config::Settings& settings, const config::SourceSettings& source,
                           const RunContext& context)
    : m_state(std::make_unique<State>(settings, source, context)) {}

SourceIntake::~SourceIntake() = default;

IntakeReport SourceIntake::look() {
    arrival::CollectorReport report = m_state->collector.look();
    return {.packages = std::move(report.packages),
            .files = report.files,
            .waiting = report.waiting,
            .look_again_in = report.look_again_in,
            .notes = std::move(report.notes)};
}

}  // namespace obmen::exchange
