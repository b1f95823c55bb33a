#include "exchange/source_memory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "exchange/package_steps.hpp"
#include "ledger/journal.hpp"

namespace obmen::exchange {

namespace {

/// Rows in one transaction: others wait for it.
constexpr std::size_t rows_at_once = 1000;

arrival::RememberedFile remembered(ledger::SourceFile row) {
    return {.name = std::move(row.name),
            .size = row.size,
            .modified = row.modified,
            .identity = std::move(row.identity),
            .first_seen = row.first_seen,
            .still_since = row.still_since,
            .state = static_cast<arrival::SourceFileState>(row.state),
            .attempts = row.attempts,
            .copy = std::move(row.copy),
            .sha256 = std::move(row.sha256),
            .package = std::move(row.package),
            .reason = std::move(row.reason)};
}

ledger::SourceFile row_of(const arrival::RememberedFile& file) {
    return {.name = file.name,
            .size = file.size,
            .modified = file.modified,
            .identity = file.identity,
            .first_seen = file.first_seen,
            .still_since = file.still_since,
            .state = static_cast<int>(file.state),
            .attempts = file.attempts,
            .copy = file.copy,
            .sha256 = file.sha256,
            .package = file.package,
            .reason = file.reason};
}

}  // namespace

LedgerSourceMemory::LedgerSourceMemory(ledger::Database& database, std::string source,
                                       std::string source_system)
    : m_database(database),
      m_files(database, source),
      m_states(database),
      m_source(std::move(source)),
      m_source_system(std::move(source_system)) {}

arrival::RememberedSource LedgerSourceMemory::load() {
    const ledger::SourceState state = m_states.find(m_source);
    arrival::RememberedSource source{
        .files = {}, .listed_at = state.listed_at, .has_both_halves = state.both_halves};
    for (ledger::SourceFile& row : m_files.all()) {
        source.files.push_back(remembered(std::move(row)));
    }
    return source;
}

void LedgerSourceMemory::save(const std::vector<arrival::RememberedFile>& changed,
                              const std::vector<std::string>& forgotten) {
    for (std::size_t begin = 0; begin < changed.size(); begin += rows_at_once) {
        m_database.transaction([&] {
            const std::size_t end = std::min(begin + rows_at_once, changed.size());
            for (std::size_t i = begin; i < end; ++i) {
                m_files.put(row_of(changed[i]));
            }
        });
    }
    for (std::size_t begin = 0; begin < forgotten.size(); begin += rows_at_once) {
        m_database.transaction([&] {
            const std::size_t end = std::min(begin + rows_at_once, forgotten.size());
            for (std::size_t i = begin; i < end; ++i) {
                m_files.forget(forgotten[i]);
            }
        });
    }
}

void LedgerSourceMemory::note_listing(UtcTime now) {
    m_states.note_listing(m_source, now);
}

void LedgerSourceMemory::record(const arrival::CollectedPackage& package,
                                const std::vector<arrival::RememberedFile>& files, UtcTime now) {
    m_database.transaction([&] {
        if (package.fault) {
            record_rejection(m_database, {package.package, *package.fault}, now, m_source);
        } else {
            record_arrival(m_database, package.package, now, m_source);
        }
        for (const arrival::RememberedFile& file : files) {
            m_files.put(row_of(file));
        }
        m_states.note_arrival(m_source, now, package.has_both_halves);
        ledger::Journal(m_database)
            .write({.time = now,
                    .operation = "received",
                    .source_system = m_source_system,
                    .target_system = {},
                    .package = package.package.id,
                    .object_id = {},
                    .status = package.fault ? "rejected" : "ok",
                    .details = package.fault ? std::string(package.fault->message.code.text())
                                             : fmt::format("files={} source={}", package.package.files.size(),
                                                           m_source)});
    });
}

std::vector<std::string> LedgerSourceMemory::take_forgotten_packages() {
    return m_files.take_forgotten();
}

std::vector<std::string> LedgerSourceMemory::ended_packages() {
    return m_files.ended_packages();
}

arrival::Backlog LedgerSourceMemory::backlog() {
    const ledger::SourceFileTotals totals = m_files.in_unfinished_packages();
    return {.files = totals.files, .bytes = totals.bytes};
}

bool LedgerSourceMemory::knows_catalogue(const std::string& id) {
    return ledger::knows_catalogue(m_database, m_source_system, id);
}

}  // namespace obmen::exchange
