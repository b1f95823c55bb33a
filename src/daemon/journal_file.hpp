#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "daemon/worker.hpp"
#include "ledger/database.hpp"
#include "ledger/journal.hpp"
#include "support/file.hpp"

namespace obmen::daemon {

/// Writes the ledger's journal on as JSON lines, one per package step and batch, for programs that collect
/// logs: `exchange`, `id`, `timestamp`, `operation`, `source_system`, `target_system`, `package`,
/// `object_id`, `status`, `details`. Each row at least once: how far it has come is in the ledger, so a row
/// may come again after a crash, with the same id. A file that cannot be written holds nothing up.
class JournalFile {
  public:
    /// `database` must outlive the object: a connection of this thread's own.
    JournalFile(std::filesystem::path path, std::string exchange, ledger::Database& database);

    /// Appends what has come since; at most some thousand rows. \returns whether there is more. Throws
    /// SYS-FILE (temporary); then nothing counts as written.
    bool write_on();
    /// Opens the file anew at the next write: it has been moved away.
    void reopen();

  private:
    void append(const std::string& lines);

    std::filesystem::path m_path;
    std::string m_exchange;
    ledger::Journal m_journal;
    FileDescriptor m_file;
};

/// Writes the journal on as it grows.
class JournalWorker : public Worker {
  public:
    /// \param open makes the connection to the ledger; may throw
    JournalWorker(const WorkerContext& context, std::filesystem::path path, std::string exchange,
                  std::function<std::unique_ptr<ledger::Database>()> open);
    Duration turn() override;

    /// The file has been moved away: another one is begun.
    void reopen() noexcept;

  private:
    WorkerContext m_context;
    std::filesystem::path m_path;
    std::string m_exchange;
    std::function<std::unique_ptr<ledger::Database>()> m_open;
    std::unique_ptr<ledger::Database> m_database;
    std::unique_ptr<JournalFile> m_file;
    std::atomic<bool> m_is_moved{false};
    std::uint64_t m_failures = 0;
};

}  // namespace obmen::daemon
