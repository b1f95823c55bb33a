#include "ledger/journal.hpp"

#include "ledger_fixture.hpp"
#include "support/error.hpp"

namespace obmen::ledger {
namespace {

using JournalTest = LedgerTest;

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

}  // namespace
}  // namespace obmen::ledger
