#include "ledger/database.hpp"
#include "ledger/raw_sql.hpp"

#include "ledger_fixture.hpp"
#include "support/error.hpp"
#include "support/file.hpp"

#include <sqlite3.h>

namespace obmen::ledger {
namespace {

std::string one_value(Database& database, std::string_view sql) {
    Statement& query = database.statement(sql);
    std::string value = query.next() ? query.text(0) : std::string();
    query.reset();
    return value;
}

template <typename Work>
Error error_of(Work work) {
    try {
        work();
    } catch (const Error& error) {
        return error;
    }
    ADD_FAILURE() << "no error";
    return {FailureClass::bug, Message{"SYS-INTERNAL", {}}};
}

std::filesystem::perms mode_of(const std::filesystem::path& path) {
    return std::filesystem::status(path).permissions() & std::filesystem::perms::all;
}

TEST(Database, IsReadableByItsOwnerOnly) {
    const TemporaryDirectory directory;
    const auto old_mask = umask(0);
    const Database database(directory / "ledger.db");
    umask(old_mask);
    const auto owner_only = std::filesystem::perms::owner_read | std::filesystem::perms::owner_write;
    EXPECT_EQ(mode_of(directory / "ledger.db"), owner_only);
    EXPECT_EQ(mode_of(directory / "ledger.db-wal"), owner_only);
    EXPECT_EQ(mode_of(directory / "ledger.db-shm"), owner_only);
}

TEST(Database, SyncsEveryCommitOfItsWriteAheadLog) {
    const TemporaryDirectory directory;
    Database database(directory / "ledger.db");
    EXPECT_EQ(one_value(database, "PRAGMA journal_mode"), "wal");
    EXPECT_EQ(one_value(database, "PRAGMA synchronous"), "2");
    EXPECT_EQ(one_value(database, "PRAGMA foreign_keys"), "1");
}

TEST(Database, OnlyTheOwnerPutsTheLogIntoTheFile) {
    const TemporaryDirectory directory;
    const auto size = [&] { return std::filesystem::file_size(directory / "ledger.db"); };
    constexpr std::uintmax_t bytes = std::uintmax_t{20} << 20U;  // more than the log may hold
    Database owner(directory / "ledger.db");
    Database guest(directory / "ledger.db", Opening::guest);
    owner.transaction([&] { owner.execute("CREATE TABLE large(bytes)"); });
    const std::uintmax_t before = size();
    guest.transaction(
        [&] { guest.execute("INSERT INTO large VALUES(zeroblob(" + std::to_string(bytes) + "))"); });
    guest.transaction([&] { guest.execute("INSERT INTO large VALUES(1)"); });
    EXPECT_EQ(size(), before) << "a guest has put the log into the file";
    owner.transaction([&] { owner.execute("INSERT INTO large VALUES(2)"); });
    EXPECT_GT(size(), bytes);
}

TEST(Database, BringsAnEmptyFileToTheNewestSchema) {
    const TemporaryDirectory directory;
    run_raw(directory / "ledger.db", "PRAGMA user_version = 0; VACUUM");
    Database database(directory / "ledger.db");
    EXPECT_EQ(one_value(database, "PRAGMA user_version"), std::to_string(schema_version));
    EXPECT_EQ(one_value(database, "PRAGMA application_id"), std::to_string(0x6F626D6E));
    for (const std::string name :
         {"package", "package_file", "entity", "part", "pending", "outcome", "finding", "member", "reference",
          "parked", "journal", "staged", "portal", "meta", "full_export", "hold"}) {
        EXPECT_EQ(one_value(database, "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = '" +
                                          name + "'"),
                  "1")
            << name;
    }
}

TEST(Database, KeepsWhatItHoldsWhenOpenedAgain) {
    const TemporaryDirectory directory;
    { Database(directory / "ledger.db").execute("INSERT INTO meta (name, value) VALUES ('a', 'b')"); }
    Database again(directory / "ledger.db");
    EXPECT_EQ(one_value(again, "SELECT value FROM meta WHERE name = 'a'"), "b");
}

TEST(Database, RefusesALedgerOfANewerVersionAndLeavesItAlone) {
    const TemporaryDirectory directory;
    { const Database database(directory / "ledger.db"); }
    run_raw(directory / "ledger.db", "PRAGMA user_version = 999");
    const Error error = error_of([&] { const Database database(directory / "ledger.db"); });
    EXPECT_EQ(error.finding().message.code.text(), "SYS-LEDGER-NEWER");
    EXPECT_EQ(error.failure_class(), FailureClass::bad_config);
    EXPECT_EQ(error.finding().message.arguments.at(1), "999");
}

TEST(Database, RefusesAnotherProgramsDatabase) {
    const TemporaryDirectory directory;
    run_raw(directory / "ledger.db", "CREATE TABLE theirs (x)");
    const Error error = error_of([&] { const Database database(directory / "ledger.db"); });
    EXPECT_EQ(error.failure_class(), FailureClass::bad_config);
}

TEST(Database, RefusesAFileThatIsNoDatabase) {
    const TemporaryDirectory directory;
    write_durably(directory / "ledger.db", std::string(5000, 'x'));
    const Error error = error_of([&] { const Database database(directory / "ledger.db"); });
    EXPECT_EQ(error.finding().message.code.text(), "SYS-LEDGER");
    EXPECT_EQ(error.failure_class(), FailureClass::bad_config);
}

TEST(Database, NoticesADamagedPage) {
    const TemporaryDirectory directory;
    {
        Database database(directory / "ledger.db");
        database.execute("INSERT INTO meta (name, value) VALUES ('a', 'b')");
    }
    std::string bytes = read_whole_file(directory / "ledger.db");
    constexpr std::size_t page_size = 4096;
    ASSERT_GT(bytes.size(), 8 * page_size);
    for (std::size_t page = 2; page < 8; ++page) {
        bytes.replace(page * page_size, 64, 64, '\xEE');
    }
    write_durably(directory / "damaged.db", bytes);
    const Error error = error_of([&] { const Database database(directory / "damaged.db"); });
    EXPECT_EQ(error.failure_class(), FailureClass::bad_config);
}

TEST(Database, NestedTransactionsCountAsOne) {
    Database database(":memory:");
    EXPECT_THROW(database.transaction([&] {
        database.transaction([&] { database.execute("INSERT INTO meta (name) VALUES ('inner')"); });
        throw std::runtime_error("outer fails");
    }),
                 std::runtime_error);
    EXPECT_EQ(one_value(database, "SELECT count(*) FROM meta"), "0");
}

TEST(Database, AFailedInnerTransactionCannotBeCommitted) {
    Database database(":memory:");
    EXPECT_THROW(database.transaction([&] {
        database.execute("INSERT INTO meta (name) VALUES ('outer')");
        try {
            database.transaction([&] {
                database.execute("INSERT INTO meta (name) VALUES ('half')");
                throw std::runtime_error("inner fails");
            });
        } catch (const std::runtime_error&) {
        }
    }),
                 Error);
    EXPECT_EQ(one_value(database, "SELECT count(*) FROM meta"), "0");
}

TEST(Database, SaysNothingOfTheValuesInAnError) {
    Database database(":memory:");
    database.execute("INSERT INTO meta (name) VALUES ('ivanov@example.org')");
    const Error error = error_of(
        [&] { database.statement("INSERT INTO meta (name) VALUES (?)").bind("ivanov@example.org").run(); });
    EXPECT_EQ(error.finding().message.code.text(), "SYS-LEDGER");
    EXPECT_EQ(std::string(error.what()).find("ivanov"), std::string::npos);
    EXPECT_NE(std::string(error.what()).find("meta.name"), std::string::npos);
}

TEST(Database, RefusesAStatementWithAParameterMissing) {
    Database database(":memory:");
    EXPECT_THROW(database.statement("INSERT INTO meta (name, value) VALUES (?, ?)").bind("a").run(), Error);
    EXPECT_NO_THROW(
        database.statement("INSERT INTO meta (name, value) VALUES (?, ?)").bind("a").bind("b").run());
}

TEST(Database, RollsBackWhatAFullDiskHasInterrupted) {
    const TemporaryDirectory directory;
    Database database(directory / "ledger.db");
    const std::int64_t pages = std::stoll(one_value(database, "PRAGMA page_count"));
    database.execute("PRAGMA max_page_count = " + std::to_string(pages + 3));
    const Error error = error_of([&] {
        database.transaction([&] {
            for (int i = 0; i < 1000; ++i) {
                database.statement("INSERT INTO meta (name, value) VALUES (?, ?)")
                    .bind(i)
                    .bind(std::string(900, 'x'))
                    .run();
            }
        });
    });
    EXPECT_EQ(error.failure_class(), FailureClass::temporary);
    EXPECT_FALSE(database.in_transaction());
    EXPECT_EQ(one_value(database, "SELECT count(*) FROM meta"), "0");
}

TEST(Database, OnlyATransactionThatSaysSoDoesNotWaitForTheDisk) {
    constexpr const char* normal = "1";
    constexpr const char* full = "2";
    const TemporaryDirectory directory;
    Database database(directory / "ledger.db");
    EXPECT_EQ(one_value(database, "PRAGMA synchronous"), full);
    database.begin(Database::Durability::with_next);
    EXPECT_EQ(one_value(database, "PRAGMA synchronous"), normal);
    EXPECT_THROW(database.begin(), Error);
    database.commit();
    EXPECT_EQ(one_value(database, "PRAGMA synchronous"), full);
    database.begin(Database::Durability::with_next);
    database.rollback();
    EXPECT_EQ(one_value(database, "PRAGMA synchronous"), full);
    database.begin();
    EXPECT_EQ(one_value(database, "PRAGMA synchronous"), full);
    database.commit();
}

TEST(Database, WhatThePlanningWritesDoesNotWaitForTheDiskAndItsMergeDoes) {
    const TemporaryDirectory directory;
    Database database(directory / "ledger.db");
    Packages packages(database);
    Package package;
    package.id = "p";
    packages.add(package);
    {
        Planning planning(database, "p", "1C");
        EXPECT_EQ(one_value(database, "PRAGMA synchronous"), "1");
        planning.flush();
    }
    EXPECT_EQ(one_value(database, "PRAGMA synchronous"), "2");
}

TEST(Database, CopiesItselfIntoMemory) {
    const TemporaryDirectory directory;
    Database database(directory / "ledger.db");
    database.execute("INSERT INTO meta (name, value) VALUES ('a', 'b')");
    Database copy(":memory:");
    EXPECT_EQ(one_value(copy, "SELECT count(*) FROM meta"), "0");
    database.copy_to(copy);
    EXPECT_EQ(one_value(copy, "SELECT count(*) FROM meta"), "1");
    copy.execute("DELETE FROM meta");
    EXPECT_EQ(one_value(database, "SELECT count(*) FROM meta"), "1");
}

TEST(Database, CopiesItselfIntoAFileThatOpensAgain) {
    const TemporaryDirectory directory;
    {
        Database database(directory / "ledger.db");
        database.execute("INSERT INTO meta (name, value) VALUES ('a', 'b')");
        Database copy(directory / "backup.db");
        database.copy_to(copy);
    }
    Database copy(directory / "backup.db");
    EXPECT_EQ(one_value(copy, "SELECT value FROM meta"), "b");
}

}  // namespace
}  // namespace obmen::ledger
