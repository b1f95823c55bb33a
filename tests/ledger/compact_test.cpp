#include "ledger/compact.hpp"

#include "ledger/entities.hpp"
#include "ledger_fixture.hpp"
#include "support/error.hpp"

#include <map>

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

TEST(StoredKey, TellsObjectsApartWhoseHashesAreTheSame) {
    std::map<std::int64_t, std::string> by_hash;
    std::string one;
    std::string other;
    for (std::int64_t i = 0; other.empty(); ++i) {
        std::string id = "id" + std::to_string(i);
        const auto [known, is_new] = by_hash.emplace(hash_of_key(crm::SourceKind::product, id), id);
        if (!is_new) {
            one = known->second;
            other = std::move(id);
        }
    }
    Database database(":memory:");
    Entities entities(database, 1);
    const std::int64_t first = entities.add({crm::SourceKind::product, one}, one);
    EXPECT_EQ(entities.find({crm::SourceKind::product, other}), std::nullopt);
    const std::int64_t second = entities.find_or_add({crm::SourceKind::product, other}, other);
    EXPECT_NE(first, second);
    EXPECT_EQ(entities.find({crm::SourceKind::product, one}), first);
    EXPECT_EQ(entities.find({crm::SourceKind::product, other}), second);
    EXPECT_EQ(Entities(database, 2).find({crm::SourceKind::product, one}), std::nullopt);
}

TEST(StoredKey, AnObjectNeverHasTwoRows) {
    Database database(":memory:");
    Entities entities(database, 1);
    static_cast<void>(entities.add({crm::SourceKind::product, "a"}, "A"));
    EXPECT_THROW(static_cast<void>(entities.add({crm::SourceKind::product, "a"}, "A")), Error);
    EXPECT_NE(Entities(database, 2).add({crm::SourceKind::product, "a"}, "A"),
              entities.add({crm::SourceKind::variant, "a"}, "A"));
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
