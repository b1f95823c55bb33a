#include "exchange/backup.hpp"

#include <system_error>
#include <utility>

#include "ledger/backup.hpp"
#include "ledger/packages.hpp"
#include "ledger/source_files.hpp"
#include "support/error.hpp"
#include "support/failpoint.hpp"
#include "support/file.hpp"

namespace obmen::exchange {

namespace {

using Path = std::filesystem::path;

constexpr const char* ledger_name = "ledger.db";

/// A folder under a temporary name, gone unless it gets its own.
class NewFolder {
  public:
    explicit NewFolder(Path target)
        : m_target(std::filesystem::absolute(std::move(target)).lexically_normal()) {
        if (!m_target.has_filename()) {
            m_target = m_target.parent_path();
        }
        std::error_code none;
        if (std::filesystem::exists(std::filesystem::symlink_status(m_target, none))) {
            throw Error(FailureClass::bad_config, Message{"SYS-NOT-EMPTY", {m_target.string()}});
        }
        m_temporary =
            m_target.parent_path() / ("." + m_target.filename().string() + "." + new_package_id() + ".tmp");
        make_directories(m_temporary);
    }
    ~NewFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(m_temporary, ignored);
    }
    NewFolder(const NewFolder&) = delete;
    NewFolder& operator=(const NewFolder&) = delete;

    [[nodiscard]] const Path& path() const { return m_temporary; }

    void publish() {
        sync_directory(m_temporary);
        std::error_code error;
        std::filesystem::rename(m_temporary, m_target, error);
        if (error) {
            fail_with_file(m_target, error.value());
        }
        sync_directory(m_target.parent_path());
    }

  private:
    Path m_target;
    Path m_temporary;
};

/// Copies a regular file that is not there yet. \returns false if there is none to be copied
bool copy_if_there(const Path& from, const Path& to) {
    if (!std::filesystem::is_regular_file(from)) {
        return false;
    }
    make_directories(to.parent_path());
    std::filesystem::remove(to);
    copy_durably(from, to);
    return true;
}

std::uint64_t copy_folder(const Path& from, const Path& to) {
    std::uint64_t count = 0;
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(from, none)) {
        count += copy_if_there(entry.path(), to / entry.path().filename()) ? 1U : 0U;
    }
    return count;
}

/// May its private copies be the only ones there are?
bool needs_copies(const ledger::Package& package) {
    return !ledger::is_end(package.state) || package.receipt_due ||
           package.state == ledger::PackageState::rejected;
}

/// Private copies that the ledger in `backup` has.
BackupReport copy_what_it_names(const Path& state, const Path& backup) {
    ledger::Database copy(backup / ledger_name, ledger::Opening::guest);
    BackupReport report;
    for (const ledger::Package& package : ledger::Packages(copy).list(0)) {
        if (needs_copies(package)) {
            ++report.packages;
            report.files += copy_folder(state / "spool" / package.id, backup / "spool" / package.id);
        }
    }
    for (const ledger::SourceCopy& file : ledger::copies_in_no_package(copy)) {
        const Path name = Path("landing") / file.source / file.copy;
        // Gone: it is in a package by now, and that is younger than this backup.
        report.files += copy_if_there(state / name, backup / name) ? 1U : 0U;
    }
    return report;
}

}  // namespace

BackupReport back_up(ledger::Database& database, const Path& state, const Path& target, UtcTime now) {
    NewFolder folder(target);
    // The ledger first: what it names is there, and stays as long as it names it.
    ledger::back_up(database, folder.path() / ledger_name, now);
    const BackupReport report = copy_what_it_names(state, folder.path());
    failpoint("backup.copied");
    folder.publish();
    return report;
}

BackupReport restore(const Path& backup, const Path& state) {
    if (!std::filesystem::is_regular_file(backup / ledger_name)) {
        throw Error(FailureClass::bad_config, Message{"SYS-NO-LEDGER", {backup.string()}});
    }
    make_directories(state);
    const DirectoryLock lock(state);
    if (std::filesystem::exists(state / ledger_name)) {
        throw Error(FailureClass::bad_config, Message{"SYS-NOT-EMPTY", {state.string()}});
    }
    // Left by the ledger that was here: they would be taken for this one's.
    std::filesystem::remove(state / (std::string(ledger_name) + "-wal"));
    std::filesystem::remove(state / (std::string(ledger_name) + "-shm"));
    BackupReport report;
    std::error_code none;
    for (const auto& package : std::filesystem::directory_iterator(backup / "spool", none)) {
        ++report.packages;
        report.files += copy_folder(package.path(), state / "spool" / package.path().filename());
    }
    for (const auto& source : std::filesystem::directory_iterator(backup / "landing", none)) {
        report.files += copy_folder(source.path(), state / "landing" / source.path().filename());
    }
    copy_durably(backup / ledger_name, state / ledger_name);
    return report;
}

}  // namespace obmen::exchange
