#include <fcntl.h>
#include <sched.h>
#include <sqlite3.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "ledger/journal.hpp"
#include "ledger/raw_sql.hpp"
#include "ledger_fixture.hpp"
#include "support/error.hpp"

/// What the ledger does when the disk under it fails (the table in src/ledger/README.md).
namespace obmen::ledger {
namespace {

/// What SQLite's writes meet from now on; 0: the disk.
int write_error = 0;

ssize_t failing_pwrite(int file, const void* bytes, size_t size, off_t offset) {
    if (write_error != 0) {
        errno = write_error;
        return -1;
    }
    return ::pwrite(file, bytes, size, offset);
}

/// SQLite's own system calls, as long as the object lives.
class FailingDisk {
  public:
    FailingDisk() {
        for (const char* name : {"pwrite", "pwrite64"}) {
            m_vfs->xSetSystemCall(m_vfs, name, reinterpret_cast<sqlite3_syscall_ptr>(&failing_pwrite));
        }
    }
    ~FailingDisk() {
        write_error = 0;
        for (const char* name : {"pwrite", "pwrite64"}) {
            m_vfs->xSetSystemCall(m_vfs, name, nullptr);
        }
    }
    FailingDisk(const FailingDisk&) = delete;
    FailingDisk& operator=(const FailingDisk&) = delete;

  private:
    sqlite3_vfs* m_vfs = sqlite3_vfs_find(nullptr);
};

std::int64_t count_of(Database& database) {
    Statement& query = database.statement("SELECT count(*) FROM meta");
    const std::int64_t count = query.next() ? query.integer(0) : -1;
    query.reset();
    return count;
}

void write_one(Database& database, int number) {
    database.transaction([&] {
        database.statement("INSERT INTO meta (name, value) VALUES (?, ?)")
            .bind(number)
            .bind(std::string(20'000, 'x'))
            .run();
    });
}

Error error_met_in(const std::function<void()>& work) {
    try {
        work();
    } catch (const Error& error) {
        return error;
    }
    ADD_FAILURE() << "no error";
    return {FailureClass::bug, Message{"SYS-INTERNAL", {}}};
}

/// A disk of its own for this process, of so many bytes. \returns false if the machine allows none
bool mount_small_disk(const std::filesystem::path& place, const char* options) {
    return ::unshare(CLONE_NEWNS) == 0 && ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
           ::mount("tmpfs", place.c_str(), "tmpfs", 0, options) == 0;
}

constexpr int not_allowed = 77;

/// Runs in a child process: its disk goes with it.
[[noreturn]] void on_a_small_disk(const std::filesystem::path& place, const std::function<bool()>& holds) {
    if (!mount_small_disk(place, "size=1m")) {
        std::_Exit(not_allowed);
    }
    bool good = false;
    try {
        good = holds();
    } catch (const std::exception& error) {
        static_cast<void>(!::write(STDERR_FILENO, error.what(), std::string_view(error.what()).size()));
    }
    std::_Exit(good ? 0 : 1);
}

int exit_code_of(int status) {
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

bool held_or_not_allowed(int status) {
    return exit_code_of(status) == 0 || exit_code_of(status) == not_allowed;
}

TEST(LedgerDisk, AFullDiskRollsBackAndTheSameConnectionGoesOnWhenThereIsRoom) {
    const TemporaryDirectory directory;
    EXPECT_EXIT(on_a_small_disk(directory.path(),
                                [&] {
                                    Database database(directory / "ledger.db");
                                    write_one(database, 1);
                                    const std::filesystem::path filler = directory / "filler";
                                    std::ofstream(filler) << std::string(2'000'000, 'f');
                                    const Error error = error_met_in([&] { write_one(database, 2); });
                                    const bool told = error.finding().message.code == Code{"SYS-LEDGER"} &&
                                                      error.failure_class() == FailureClass::temporary;
                                    const bool rolled_back =
                                        !database.in_transaction() && count_of(database) == 1;
                                    std::filesystem::remove(filler);
                                    write_one(database, 2);
                                    return told && rolled_back && count_of(database) == 2;
                                }),
                held_or_not_allowed, "");
}

TEST(LedgerDisk, AReadOnlyDiskIsForAPersonToMend) {
    const TemporaryDirectory directory;
    EXPECT_EXIT(on_a_small_disk(directory.path(),
                                [&] {
                                    { const Database database(directory / "ledger.db"); }
                                    if (::mount(nullptr, directory.path().c_str(), nullptr,
                                                MS_REMOUNT | MS_RDONLY, nullptr) != 0) {
                                        std::_Exit(not_allowed);
                                    }
                                    const Error error = error_met_in([&] {
                                        Database database(directory / "ledger.db");
                                        write_one(database, 1);
                                    });
                                    return error.finding().message.code == Code{"SYS-LEDGER"} &&
                                           error.failure_class() == FailureClass::bad_config;
                                }),
                held_or_not_allowed, "");
}

TEST(LedgerDisk, AWriteThatFailsIsTriedAgainByWhoeverWantedIt) {
    const TemporaryDirectory directory;
    const FailingDisk disk;
    Database database(directory / "ledger.db");
    for (const int error : {EIO, ENOSPC, EROFS}) {
        write_error = error;
        const Error failure = error_met_in([&] { write_one(database, error); });
        EXPECT_EQ(failure.finding().message.code, Code{"SYS-LEDGER"}) << error;
        EXPECT_EQ(failure.failure_class(), FailureClass::temporary) << error;
        EXPECT_FALSE(database.in_transaction());
        write_error = 0;
    }
    EXPECT_EQ(count_of(database), 0);
    write_one(database, 1);
    EXPECT_EQ(count_of(database), 1);
}

TEST(LedgerDisk, AFailedCheckpointLosesNothing) {
    const TemporaryDirectory directory;
    {
        const FailingDisk disk;
        Database database(directory / "ledger.db");
        write_one(database, 1);
        write_error = EIO;
        EXPECT_ANY_THROW(database.execute("PRAGMA wal_checkpoint(TRUNCATE)"));
        write_error = 0;
        write_one(database, 2);
        write_error = ENOSPC;  // also for the checkpoint of the last connection
    }
    Database again(directory / "ledger.db");
    EXPECT_EQ(count_of(again), 2);
}

/// On some failures SQLite ends the transaction by itself.
TEST(LedgerDisk, NothingIsWrittenAfterATransactionThatSqliteHasEnded) {
    const TemporaryDirectory directory;
    Database database(directory / "ledger.db");
    EXPECT_ANY_THROW(database.transaction([&] {
        database.execute("ROLLBACK");
        EXPECT_ANY_THROW(write_one(database, 1)) << "it would be a transaction of its own";
    }));
    EXPECT_EQ(count_of(database), 0);
}

TEST(LedgerDisk, AFileThatIsTakenAwayIsNotWrittenToAnyMore) {
    const TemporaryDirectory directory;
    Database database(directory / "ledger.db");
    write_one(database, 1);
    std::filesystem::rename(directory / "ledger.db", directory / "moved.db");
    const Error error = error_met_in([&] { write_one(database, 2); });
    EXPECT_EQ(error.failure_class(), FailureClass::bad_config);
    EXPECT_NE(error.finding().message.arguments.at(0).find("moved or removed"), std::string::npos);
    std::filesystem::rename(directory / "moved.db", directory / "ledger.db");
    write_one(database, 2);
    EXPECT_EQ(count_of(database), 2);
}

TEST(LedgerDisk, ACopyByHandWithoutItsLogIsWholeButOlder) {
    const TemporaryDirectory directory;
    Database database(directory / "ledger.db");
    write_one(database, 1);
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)");
    write_one(database, 2);
    std::filesystem::copy_file(directory / "ledger.db", directory / "copy.db");
    Database copy(directory / "copy.db");
    EXPECT_EQ(count_of(copy), 1) << "nothing says so: that is what `obmen backup` is for";
}

TEST(LedgerDisk, APageThatIsDamagedWhileItRunsIsForAPerson) {
    const TemporaryDirectory directory;
    {
        Database database(directory / "ledger.db");
        for (int i = 0; i < 30; ++i) {
            write_one(database, i);
        }
    }
    Database database(directory / "ledger.db");
    const int file = ::open((directory / "ledger.db").c_str(), O_RDWR | O_CLOEXEC);
    const std::string noise(4096, '\xEE');
    const auto size = static_cast<off_t>(std::filesystem::file_size(directory / "ledger.db"));
    for (off_t at = 4096; at + 4096 <= size; at += 4096) {
        ASSERT_EQ(::pwrite(file, noise.data(), noise.size(), at), 4096);
    }
    ::close(file);
    database.execute("PRAGMA shrink_memory");
    const Error error = error_met_in([&] { static_cast<void>(count_of(database)); });
    EXPECT_EQ(error.finding().message.code, Code{"SYS-LEDGER"});
    EXPECT_EQ(error.failure_class(), FailureClass::bad_config);
}

}  // namespace
}  // namespace obmen::ledger
