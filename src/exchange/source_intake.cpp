#include "exchange/source_intake.hpp"

#include <utility>

#include "arrival/collector.hpp"
#include "endpoint/address.hpp"
#include "endpoint/endpoint.hpp"
#include "exchange/content_reader.hpp"
#include "exchange/source_memory.hpp"
#include "exchange/source_owner.hpp"
#include "ledger/database.hpp"

namespace obmen::exchange {

namespace {

bool is_on_this_machine(const config::SourceSettings& source) {
    return endpoint::parse_address(source.place.url).scheme == endpoint::Scheme::folder;
}

std::filesystem::path folder_of(const config::SourceSettings& source) {
    return std::filesystem::weakly_canonical(endpoint::parse_address(source.place.url).path);
}

/// However a folder is called, it is one place.
std::string place_of(const config::SourceSettings& source, const endpoint::Endpoint& endpoint) {
    return is_on_this_machine(source) ? "folder:" + folder_of(source).string() : endpoint.shown();
}

/// Where obmen writes, as far as it lies within the source: what it has made must not come in again.
std::vector<std::string> own_folders(const config::Settings& settings, const config::SourceSettings& source) {
    std::vector<std::string> folders;
    if (!is_on_this_machine(source)) {
        return folders;
    }
    for (const std::filesystem::path& own : {settings.state_directory, settings.receipts.directory}) {
        const std::string name =
            std::filesystem::weakly_canonical(own).lexically_relative(folder_of(source)).string();
        if (!own.empty() && !name.starts_with("..") && name != ".") {
            folders.push_back(name);
        }
    }
    return folders;
}

arrival::CollectorSettings collector_settings(const config::Settings& settings,
                                              const config::SourceSettings& source) {
    arrival::ArchiveLimits limits = archive_limits(settings.limits);
    limits.keep_free = settings.alerts.disk_low_bytes;
    return {.source = source,
            .landing = settings.state_directory / "landing" / source.name,
            .spool = settings.state_directory / "spool",
            .archive_limits = limits,
            .disk_low_bytes = settings.alerts.disk_low_bytes,
            .own_folders = own_folders(settings, source)};
}

}  // namespace

struct SourceIntake::State {
    State(const config::Settings& settings, const config::SourceSettings& source, const RunContext& context)
        : endpoint(endpoint::open_endpoint(
              source.place,
              {.clock = context.clock, .log = context.log, .interrupted = context.interrupted})),
          owner(settings.portal.limits_directory, source.name, place_of(source, *endpoint),
                settings.state_directory),
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
