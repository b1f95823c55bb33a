#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace obmen::ledger {

/// A prepared statement: bind in order, then step. Reset and unbound when `run()` ends or the Row loop is
/// left.
class Statement {
  public:
    Statement(sqlite3* database, std::string_view sql);
    ~Statement();
    Statement(Statement&& other) noexcept;
    Statement& operator=(Statement&& other) noexcept;

    /// Binds the next parameter. Texts are copied.
    Statement& bind(std::int64_t value);
    Statement& bind(std::string_view text);
    Statement& bind_blob(std::string_view bytes);
    Statement& bind_real(double value);
    Statement& bind_null();

    /// Executes a statement that gives no rows. \returns rows changed.
    std::int64_t run();
    /// Steps to the next row. \returns false at the end, when the statement has been reset.
    bool next();
    void reset();

    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] double real(int column) const;
    [[nodiscard]] std::string text(int column) const;  ///< also reads blobs
    [[nodiscard]] bool is_null(int column) const;
    [[nodiscard]] bool is_blob(int column) const;

  private:
    [[noreturn]] void fail(int code);

    sqlite3* m_database = nullptr;
    sqlite3_stmt* m_statement = nullptr;
    int m_bound = 0;
};

/// Who opens a ledger.
enum class Opening : std::uint8_t {
    owner,  ///< has the state directory; checks the whole file and migrates it
    guest,  ///< a further connection beside the owner's, of another thread or process: neither
};

/// One SQLite file: WAL, synchronous=FULL, foreign keys on, extended errors. Not for several threads:
/// each has a connection of its own, and holds no write transaction longer than 100 ms.
/// Every failure is an obmen::Error: SYS-LEDGER (temporary: busy, full disk, I/O; bad_config: a damaged or
/// foreign file, no right to it; bug: a broken constraint), SYS-LEDGER-NEWER or SYS-LINK (bad_config). Its
/// text is SQLite's and holds no values.
class Database {
  public:
    /// Opens or creates `path` (mode 0600), checks its integrity and its schema version, migrates it to the
    /// newest.
    /// `":memory:"` is a ledger that lasts as long as this object.
    /// Guests get SYS-LEDGER (temporary) while the file waits for its owner to make or migrate it.
    explicit Database(const std::filesystem::path& path, Opening opening = Opening::owner);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    /// A statement that is prepared once and kept; `sql` must be a literal of this program.
    Statement& statement(std::string_view sql);
    void execute(std::string_view sql);
    [[nodiscard]] std::int64_t last_row_id() const;

    /// Runs `work` in one BEGIN IMMEDIATE transaction; an exception rolls it back. May be nested: only the
    /// outermost counts, and it cannot be committed any more once an exception has left an inner one.
    void transaction(const std::function<void()>& work);

    /// When a commit is on disk: when it returns, or with the next one that waits for the disk. What is not
    /// there after a power cut is then the end of what was committed, never a part from its middle.
    enum class Durability : std::uint8_t { at_once, with_next };
    /// A transaction that stays open over several calls, as planning needs it; `transaction()` joins it.
    /// \pre begin(): none is open; commit(): one is open. After an exception from commit() it has been rolled
    /// back.
    void begin(Durability durability = Durability::at_once);
    void commit();
    void rollback() noexcept;
    [[nodiscard]] bool in_transaction() const;
    /// Grows with each row that this connection writes.
    [[nodiscard]] std::int64_t changes() const;
    /// Grows with each rollback: what was remembered of rows written since may be wrong.
    [[nodiscard]] std::uint64_t rollbacks() const;

    /// A consistent copy of the whole ledger in `target` (used by dry runs and backups). What `target` held
    /// is gone. \pre no transaction is open in either
    void copy_to(Database& target);

  private:
    struct State;
    std::unique_ptr<State> m_state;
};

/// Grows whenever another connection has written to the ledger; its value means nothing else. Cheap.
[[nodiscard]] std::int64_t changes_by_others(Database& database);

/// The newest schema version this program knows.
inline constexpr int schema_version = 7;

}  // namespace obmen::ledger
