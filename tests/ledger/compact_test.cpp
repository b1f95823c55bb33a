#include "ledger/compact.hpp"

#include "ledger_fixture.hpp"

namespace obmen::ledger {
namespace {

struct StoredText {
    std::string read_back;
    std::int64_t bytes = 0;
};

StoredText stored_id(const std::string& id) {
    Database database(":memory:");
    Statement& statement =
        database.statement("SELECT v, octets FROM (SELECT ?1 AS v, length(CAST(?1 AS BLOB)) AS octets)");
    bind_id(statement, id);
    EXPECT_TRUE(statement.next());
    return {id_in(statement, 0), statement.integer(1)};
}

TEST(CompactId, KeepsAGuidInSixteenBytes) {
    const std::string id = "bd72d8f9-55bc-11d9-848a-00112f43529a";
    EXPECT_EQ(stored_id(id).read_back, id);
    EXPECT_EQ(stored_id(id).bytes, 16);
}

TEST(CompactId, KeepsAVariantInThirtyTwoBytes) {
    const std::string id = "bd72d8f9-55bc-11d9-848a-00112f43529a#00000000-0000-0000-0000-000000000000";
    EXPECT_EQ(stored_id(id).read_back, id);
    EXPECT_EQ(stored_id(id).bytes, 32);
}

TEST(CompactId, KeepsAnythingElseAsText) {
    for (const std::string id :
         {"", "1", "цб-000123", "bd72d8f9-55bc-11d9-848a-00112f43529", "bd72d8f9x55bc-11d9-848a-00112f43529a",
          "BD72D8F9-55BC-11D9-848A-00112F43529A", "bd72d8f955bc-11d9-848a-00112f43529a-",
          "bd72d8f9-55bc-11d9-848a-00112f43529a#"}) {
        EXPECT_EQ(stored_id(id).read_back, id);
        EXPECT_EQ(stored_id(id).bytes, static_cast<std::int64_t>(id.size()));
    }
}

TEST(CompactId, KeepsARemoteIdAsItReads) {
    Database database(":memory:");
    for (const std::string id :
         {"4711", "007", "{{product:1}}", "9223372036854775807", "9223372036854775808", "-1", "+1"}) {
        Statement& statement = database.statement("SELECT ?");
        bind_remote_id(statement, id);
        ASSERT_TRUE(statement.next());
        EXPECT_EQ(statement.text(0), id);
    }
}

TEST(GroupHashes, ReadBackEqual) {
    GroupHashes hashes;
    hashes.set(1, 0xFFFFFFFFFFFFFFFFULL);
    hashes.set(300, 1);
    hashes.set(2, 0);
    hashes.set(300, 42);
    hashes.erase(2);
    const GroupHashes again(hashes.bytes());
    EXPECT_EQ(again.entries(), hashes.entries());
    EXPECT_TRUE(again.has(300, 42));
    EXPECT_FALSE(again.contains(2));
}

TEST(GroupHashes, TakeNineBytesEach) {
    GroupHashes hashes;
    hashes.set(1, 1);
    hashes.set(2, 2);
    EXPECT_EQ(hashes.bytes().size(), 18U);
}

TEST(GroupHashes, DropADamagedRest) {
    GroupHashes hashes;
    hashes.set(1, 1);
    EXPECT_EQ(GroupHashes(hashes.bytes() + "\x02half").entries(), hashes.entries());
}

}  // namespace
}  // namespace obmen::ledger
