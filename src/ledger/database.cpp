#include "ledger/database.hpp"

#include "ledger/scoped_reset.hpp"

#include "ledger/failure.hpp"
#include "ledger/schema.hpp"
#include "ledger/sql_functions.hpp"
#include "support/error.hpp"
#include "support/failpoint.hpp"
#include "support/file.hpp"

#include <sqlite3.h>

#include <unordered_map>

namespace obmen::ledger {
namespace {

constexpr int busy_timeout_milliseconds = 5000;

struct CloseHandle {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
};
using Handle = std::unique_ptr<sqlite3, CloseHandle>;

struct FinishBackup {
    void operator()(sqlite3_backup* backup) const { sqlite3_backup_finish(backup); }
};

struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

/// The file and those that SQLite keeps beside it.
void require_no_links(const std::filesystem::path& path) {
    for (const char* const suffix : {"", "-wal", "-shm", "-journal"}) {
        require_no_link(path.string() + suffix);
    }
}

/// An absolute path cannot be mistaken for one of SQLite's special names. Links among the directories are an
/// administrator's: SQLite, which is told to follow none, gets to see none.
std::string name_for_sqlite(const std::filesystem::path& path) {
    const std::filesystem::path absolute = std::filesystem::absolute(path);
    std::error_code error;
    const std::filesystem::path directory = std::filesystem::canonical(absolute.parent_path(), error);
    return ((error ? absolute.parent_path() : directory) / absolute.filename()).string();
}

/// Only the owner makes the file. SQLite would make it with the umask's mode; its WAL and SHM files take over
/// this one's.
void make_file(const std::filesystem::path& path, Opening opening) {
    if (file_state(path)) {
        return;
    }
    if (opening == Opening::guest) {
        throw Error(FailureClass::temporary,
                    Message{"SYS-LEDGER", {path.string() + " waits for its owner to make it"}});
    }
    write_durably(path, "");
}

Handle open_handle(const std::filesystem::path& path, Opening opening) {
    const bool in_memory = path == ":memory:";
    if (!in_memory) {
        require_no_links(path);
        make_file(path, opening);
    }
    const std::string name = in_memory ? path.string() : name_for_sqlite(path);
    constexpr int flags =
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW;
    sqlite3* raw = nullptr;
    const int code = sqlite3_open_v2(name.c_str(), &raw, flags, nullptr);
    Handle handle(raw);
    if (code != SQLITE_OK) {
        throw_failure(raw, code);
    }
    sqlite3_extended_result_codes(raw, 1);
    add_sql_functions(raw);
    sqlite3_busy_timeout(raw, busy_timeout_milliseconds);
    return handle;
}

/// Somebody has moved the file away, or put another in its place: what is written now is found by nobody.
void require_same_file(sqlite3* handle) {
    int moved = 0;
    if (sqlite3_file_control(handle, "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK && moved != 0) {
        throw Error(FailureClass::bad_config, Message{"SYS-LEDGER",
                                                      {std::string(sqlite3_db_filename(handle, "main")) +
                                                       " has been moved or removed while it was in use"}});
    }
}

/// When the log of writes (WAL) is put into the file.
///
/// SQLite before 3.51.3 may lose what one connection commits at the moment when another one begins a
/// checkpoint (sqlite.org/wal.html, "The WAL-reset bug"; Debian 12 has 3.40.1). So only the owner
/// checkpoints, and only while it holds the lock of writers, which FULL takes and the automatic checkpoints
/// do not. The last connection to close is alone, whoever it is.
struct CheckpointRule {
    /// Rarely: random updates go twice as fast (reference xml-speed.md §5).
    static constexpr int pages = 4000;
    /// Somebody who reads for long holds up each try.
    static constexpr int pages_between_tries = 1000;
    static constexpr int patience_milliseconds = 250;
    int tried_at = 0;  ///< pages in the log
    /// Commits have not waited for the disk since the last one that has.
    bool log_is_ahead = false;
    /// The log could not be put on disk, and the page cache may have dropped what was to get there.
    bool log_is_lost = false;
};

extern "C" int checkpoint_after_commit(void* rule, sqlite3* handle, const char* name, int pages) {
    auto& checkpoints = *static_cast<CheckpointRule*>(rule);
    int& tried_at = checkpoints.tried_at;
    tried_at = pages < tried_at ? 0 : tried_at;
    if (pages >= CheckpointRule::pages && pages >= tried_at + CheckpointRule::pages_between_tries) {
        tried_at = pages;
        sqlite3_busy_timeout(handle, CheckpointRule::patience_milliseconds);
        // What cannot be put into the file now stays in the log; the log itself is put on disk first.
        const int code = sqlite3_wal_checkpoint_v2(handle, name, SQLITE_CHECKPOINT_FULL, nullptr, nullptr);
        if (code == SQLITE_IOERR_FSYNC && checkpoints.log_is_ahead) {
            checkpoints.log_is_lost = true;
        }
        sqlite3_busy_timeout(handle, busy_timeout_milliseconds);
    }
    return SQLITE_OK;
}

}  // namespace

struct Database::State {
    CheckpointRule checkpoints;
    Handle handle;
    // After `handle`: statements must be finalised before it closes.
    std::unordered_map<std::string, Statement, TextHash, std::equal_to<>> statements;
    /// The same by where their texts stand: those are literals, and to hash a text takes longer than to look
    /// whether it is still the one that stood there.
    struct Placed {
        std::string_view sql;  ///< of the entry in `statements`
        Statement* statement;
    };
    std::unordered_map<const char*, Placed> by_address;
    bool in_transaction = false;
    bool doomed = false;         ///< an exception left an inner transaction
    bool untrustworthy = false;  ///< an fsync failed: what the file holds is not known any more
    std::uint64_t rollbacks = 0;
    Durability durability = Durability::at_once;  ///< of the connection, as it is set now

    void set_durability(Durability wanted);
    /// What is not in a transaction of its own waits for the disk. Does what it can: `begin` looks again.
    void wait_for_disk_again() noexcept;
};

void Database::State::set_durability(Durability wanted) {
    if (durability == wanted) {
        return;
    }
    const char* const sql =
        wanted == Durability::at_once ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL";
    if (const int code = sqlite3_exec(handle.get(), sql, nullptr, nullptr, nullptr); code != SQLITE_OK) {
        throw_failure(handle.get(), code);
    }
    durability = wanted;
}

void Database::State::wait_for_disk_again() noexcept {
    if (durability != Durability::at_once &&
        sqlite3_exec(handle.get(), "PRAGMA synchronous = FULL", nullptr, nullptr, nullptr) == SQLITE_OK) {
        durability = Durability::at_once;
    }
}

Database::Database(const std::filesystem::path& path, Opening opening) : m_state(std::make_unique<State>()) {
    m_state->handle = open_handle(path, opening);
    prepare_schema(*this, path, opening);
    sqlite3_wal_autocheckpoint(m_state->handle.get(), 0);
    if (opening == Opening::owner) {
        sqlite3_wal_hook(m_state->handle.get(), checkpoint_after_commit, &m_state->checkpoints);
    }
}

Database::~Database() {
    if (in_transaction()) {
        rollback();
    }
    failpoint("ledger.close");
}

Statement& Database::statement(std::string_view sql) {
    if (m_state->in_transaction && sqlite3_get_autocommit(m_state->handle.get()) != 0) {
        // SQLite rolls back by itself on a full disk: each further statement would be a transaction of its
        // own.
        throw Error(FailureClass::temporary, Message{"SYS-LEDGER", {"the transaction was rolled back"}});
    }
    const auto placed = m_state->by_address.find(sql.data());
    if (placed != m_state->by_address.end() && placed->second.sql == sql) {
        placed->second.statement->reset();
        return *placed->second.statement;
    }
    auto known = m_state->statements.find(sql);
    if (known == m_state->statements.end()) {
        known = m_state->statements.try_emplace(std::string(sql), m_state->handle.get(), sql).first;
    }
    m_state->by_address.insert_or_assign(sql.data(), State::Placed{known->first, &known->second});
    known->second.reset();
    return known->second;
}

void Database::execute(std::string_view sql) {
    const std::string text(sql);
    const int code = sqlite3_exec(m_state->handle.get(), text.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) {
        throw_failure(m_state->handle.get(), code);
    }
}

std::int64_t Database::last_row_id() const {
    return sqlite3_last_insert_rowid(m_state->handle.get());
}

void Database::transaction(const std::function<void()>& work) {
    const bool outermost = !m_state->in_transaction;
    if (outermost) {
        begin();
    }
    try {
        work();
    } catch (...) {
        if (outermost) {
            rollback();
        } else {
            m_state->doomed = true;
        }
        throw;
    }
    if (outermost) {
        commit();
    }
}

void Database::begin(Durability durability) {
    if (m_state->in_transaction) {
        throw_bug("a transaction is open already");
    }
    if (m_state->untrustworthy || m_state->checkpoints.log_is_lost) {
        throw Error(FailureClass::temporary,
                    Message{"SYS-FSYNC", {"ledger.db", "the disk failed to keep an earlier write"}});
    }
    require_same_file(m_state->handle.get());
    m_state->set_durability(durability);  // not possible any more within the transaction
    try {
        execute("BEGIN IMMEDIATE");
    } catch (...) {
        m_state->wait_for_disk_again();
        throw;
    }
    m_state->in_transaction = true;
    m_state->doomed = false;
}

void Database::commit() {
    if (!m_state->in_transaction) {
        throw_bug("no transaction is open");
    }
    sqlite3* const handle = m_state->handle.get();
    if (m_state->doomed || sqlite3_get_autocommit(handle) != 0) {
        rollback();
        throw Error(FailureClass::temporary, Message{"SYS-LEDGER", {"the transaction was rolled back"}});
    }
    failpoint("ledger.commit");
    const bool waits = m_state->durability == Durability::at_once;
    m_state->checkpoints.log_is_ahead = m_state->checkpoints.log_is_ahead || !waits;
    const int code = sqlite3_exec(handle, "COMMIT", nullptr, nullptr, nullptr);
    if (code == SQLITE_OK) {
        m_state->in_transaction = false;
        m_state->checkpoints.log_is_ahead = !waits;
        m_state->wait_for_disk_again();
        failpoint("ledger.committed");
        return;
    }
    if (code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC) {
        // The page cache may show what never reached the disk (reference exchange.md §2.11).
        m_state->untrustworthy = true;
    }
    try {
        throw_failure(handle, code);
    } catch (...) {
        rollback();
        throw;
    }
}

void Database::rollback() noexcept {
    for (auto& [sql, statement] : m_state->statements) {
        statement.reset();
    }
    if (sqlite3_get_autocommit(m_state->handle.get()) == 0) {
        sqlite3_exec(m_state->handle.get(), "ROLLBACK", nullptr, nullptr, nullptr);
    }
    m_state->in_transaction = false;
    m_state->doomed = false;
    ++m_state->rollbacks;
    m_state->wait_for_disk_again();
}

bool Database::in_transaction() const {
    return m_state->in_transaction;
}

std::int64_t Database::changes() const {
    return sqlite3_total_changes64(m_state->handle.get());
}

std::uint64_t Database::rollbacks() const {
    return m_state->rollbacks;
}

void Database::copy_to(Database& target) {
    if (in_transaction() || target.in_transaction()) {
        throw_bug("a ledger cannot be copied inside a transaction");
    }
    sqlite3* const to = target.m_state->handle.get();
    target.m_state->by_address.clear();
    target.m_state->statements.clear();
    const std::unique_ptr<sqlite3_backup, FinishBackup> backup(
        sqlite3_backup_init(to, "main", m_state->handle.get(), "main"));
    if (!backup) {
        throw_failure(to, sqlite3_extended_errcode(to));
    }
    constexpr int all_pages = -1;
    if (const int code = sqlite3_backup_step(backup.get(), all_pages); code != SQLITE_DONE) {
        throw_failure(nullptr, code);
    }
    ++target.m_state->rollbacks;
}

std::int64_t changes_by_others(Database& database) {
    Statement& query = database.statement("PRAGMA data_version");
    const ScopedReset reset(query);
    return query.next() ? query.integer(0) : 0;
}

}  // namespace obmen::ledger
