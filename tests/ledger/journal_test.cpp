#include "ledger/journal.hpp"
#include "ledger/history.hpp"

#include "ledger_fixture.hpp"
#include "support/error.hpp"

namespace obmen::ledger {
namespace {

using JournalTest = LedgerTest;

JournalEntry entry_at(std::int64_t time, const std::string& package) {
    return {UtcTime(Duration(time)), "step", "1C", "b24.example", package, "", "ok", ""};
}

TEST_F(JournalTest, WritesARowPerStepWithoutSecrets) {
    Journal journal(database);
    journal.write({UtcTime(Duration(1234)), "batch", "1C", "b24.example", "p1", "", "ok",
                   "https://b24.example/rest/1/topsecret/batch"});
    Statement& query = database.statement("SELECT timestamp, operation, package, details FROM journal");
    ASSERT_TRUE(query.next());
    EXPECT_EQ(query.integer(0), 1234);
    EXPECT_EQ(query.text(1), "batch");
    EXPECT_EQ(query.text(2), "p1");
    EXPECT_EQ(query.text(3).find("topsecret"), std::string::npos);
}

TEST_F(JournalTest, BindsTheLedgerToOnePortal) {
    PortalState portal(database);
    portal.bind("a.bitrix24.ru");
    EXPECT_NO_THROW(portal.bind("a.bitrix24.ru"));
    try {
        portal.bind("b.bitrix24.ru");
        ADD_FAILURE() << "another portal was accepted";
    } catch (const Error& error) {
        EXPECT_EQ(error.finding().message.code.text(), "SYS-LEDGER-PORTAL");
        EXPECT_EQ(error.failure_class(), FailureClass::bad_config);
    }
}

TEST_F(JournalTest, RemembersTheMethodsThatTheExchangeWasBegunWith) {
    PortalState portal(database);
    portal.bind("a.bitrix24.ru");
    EXPECT_FALSE(portal.api());
    portal.pin_api("catalog");
    EXPECT_EQ(portal.api(), "catalog");
    portal.bind("a.bitrix24.ru");
    EXPECT_EQ(portal.api(), "catalog");
}

TEST_F(JournalTest, KeepsItsNewestRowSoThatNoNumberComesTwice) {
    Journal journal(database);
    Packages packages(database);
    packages.add({.id = "old", .source = "test"});
    packages.set_state("old", PackageState::applied);
    journal.write(entry_at(1, "old"));
    journal.write(entry_at(2, ""));
    journal.write(entry_at(3, "old"));
    journal.set_written_on_to(journal.after(0, 10).back().id);

    prune(database, "old");
    prune_journal(database, UtcTime(Duration(100)));
    EXPECT_EQ(journal.after(0, 10).size(), 1U) << "the newest stands for all that went";
    journal.write(entry_at(200, "new"));
    const std::vector<JournalRow> unwritten = journal.after(journal.written_on_to(), 10);
    ASSERT_EQ(unwritten.size(), 1U) << "whoever writes the journal on must see what came after";
    EXPECT_EQ(unwritten.front().entry.package, "new");

    prune_journal(database, UtcTime(Duration(100)));
    EXPECT_EQ(journal.after(0, 10).size(), 1U) << "now that it is not the newest, it goes as well";
}

TEST_F(JournalTest, DropsWhatBelongsToNoPackageOnceItIsOld) {
    Journal journal(database);
    journal.write(entry_at(1, ""));
    journal.write(entry_at(50, ""));
    journal.write(entry_at(60, "kept"));
    prune_journal(database, UtcTime(Duration(40)));
    const std::vector<JournalRow> rows = journal.after(0, 10);
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].entry.time, UtcTime(Duration(50)));
    EXPECT_EQ(rows[1].entry.package, "kept");
}

}  // namespace
}  // namespace obmen::ledger
