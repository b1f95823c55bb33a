#include "ledger/backup.hpp"

#include "ledger/journal.hpp"
#include "ledger/portal_wait.hpp"
#include "ledger/raw_sql.hpp"
#include "ledger/repeats.hpp"
#include "ledger_fixture.hpp"
#include "support/error.hpp"

namespace obmen::ledger {
namespace {

const UtcTime some_time{Duration{1'768'000'000'000}};

std::string one_value_in(Database& database, std::string_view sql) {
    Statement& query = database.statement(sql);
    std::string value = query.next() ? query.text(0) : std::string();
    query.reset();
    return value;
}

TEST(Backup, IsWholePrivateAndKnowsWhatItIs) {
    const TemporaryDirectory directory;
    Database database(directory / "ledger.db");
    Database guest(directory / "ledger.db", Opening::guest);
    EXPECT_FALSE(last_backup(guest));
    database.execute("INSERT INTO meta (name, value) VALUES ('a', 'b')");
    back_up(guest, directory / "copy.db", some_time);
    EXPECT_EQ(last_backup(database), some_time);
    EXPECT_FALSE(copied_at(database));
    EXPECT_EQ(std::filesystem::status(directory / "copy.db").permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    EXPECT_FALSE(std::filesystem::exists(directory / "copy.db-wal")) << "one file is all of it";
    Database copy(directory / "copy.db");
    EXPECT_EQ(one_value_in(copy, "SELECT value FROM meta WHERE name = 'a'"), "b");
    EXPECT_EQ(copied_at(copy), some_time);
}

class OldCopy : public LedgerTest {};

TEST_F(OldCopy, SendsEveryValueOnceMoreAndLooksEveryCreationUp) {
    plan("one", {product("p1", {{"name", "Old"}}), product("p2", {{"name", "New"}})});
    std::vector<Operation> operations = pending.page({}, 10);
    ASSERT_EQ(operations.size(), 2U);
    pending.mark_looked_up({operations[0].entity, operations[1].entity});
    pending.settle({{.entity = operations[0].entity,
                     .verdict = Verdict::created,
                     .remote_id = "77",
                     .confirmed_groups = {"name"}}});
    pending.set_observed(operations[0].entity, {{"name", 5}});
    mark_copied(database, some_time);

    doubt_everything(database);

    EXPECT_FALSE(copied_at(database));
    EXPECT_TRUE(pending.observed(operations[0].entity).empty()) << "or our own later value were a person's";
    operations = pending.page({}, 10);
    ASSERT_EQ(operations.size(), 1U);
    EXPECT_FALSE(operations[0].looked_up) << "it may have been created since";
    plan("two", {product("p1", {{"name", "Old"}})});
    const std::vector<Operation> now = pending.page({}, 10);
    ASSERT_EQ(now.size(), 2U) << "the portal may have another name since";
}

}  // namespace
}  // namespace obmen::ledger
