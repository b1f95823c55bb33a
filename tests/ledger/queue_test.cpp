#include "ledger_fixture.hpp"

#include <algorithm>

namespace obmen::ledger {
namespace {

using QueueTest = LedgerTest;

std::string plan_of(Database& database, const std::string& sql) {
    Statement& query = database.statement("EXPLAIN QUERY PLAN " + sql);
    std::string plan;
    while (query.next()) {
        plan += query.text(3) + "\n";
    }
    return plan;
}

TEST_F(QueueTest, SendsWhatOthersReferToFirst) {
    plan("p1", {address("c", "Москва"), requisite("c", "7701"), company("c", "Ромашка"),
                product("p", {{"name", "P"}}), property("color")});
    std::vector<crm::EntityKind> order;
    Pending::Cursor cursor;
    for (auto page = pending.page(cursor, 1); !page.empty(); page = pending.page(cursor, 1)) {
        order.push_back(page.front().kind);
        cursor = Pending::cursor_of(page.front());
    }
    EXPECT_EQ(order, (std::vector<crm::EntityKind>{crm::EntityKind::property, crm::EntityKind::product,
                                                   crm::EntityKind::company, crm::EntityKind::requisite,
                                                   crm::EntityKind::address}));
    std::vector<crm::EntityKind> counted;
    for (const Pending::Count& count : pending.counts()) {
        counted.push_back(count.kind);
    }
    EXPECT_EQ(counted, order);
    std::vector<std::int64_t> entities;
    for (const Operation& operation : operations()) {
        entities.push_back(operation.entity);
    }
    pending.mark_sent(entities);
    std::vector<crm::EntityKind> sent;
    for (const Operation& operation : pending.in_state(OperationState::sent)) {
        sent.push_back(operation.kind);
    }
    EXPECT_EQ(sent, order);
}

TEST_F(QueueTest, GivesTheFreshOperationsOfAKind) {
    plan("p1", {property("b"), property("a"), product("p", {{"name", "P"}}), property("c")});
    pending.mark_sent({pending.page({}, 1).front().entity});
    const std::vector<Operation> properties = pending.of_kind(crm::EntityKind::property);
    ASSERT_EQ(properties.size(), 2U);
    EXPECT_EQ(properties[0].source_id, "a");
    EXPECT_EQ(properties[1].source_id, "c");
    EXPECT_EQ(pending.of_kind(crm::EntityKind::product).size(), 1U);
    EXPECT_TRUE(pending.of_kind(crm::EntityKind::deal).empty());
    EXPECT_TRUE(pending.of_kind(crm::EntityKind::pictures).empty());
}

TEST_F(QueueTest, ShowsAllOfALongQueue) {
    constexpr int count = 450;
    std::vector<crm::Wish> wishes;
    for (int i = 0; i < count; ++i) {
        wishes.push_back(product(std::to_string(i), {{"name", "P"}}));
    }
    wishes.push_back(property("color"));
    plan("p1", wishes);
    std::vector<std::string> shown;
    pending.for_each([&](const Operation& operation) {
        EXPECT_TRUE(pending.remote_id(operation.key));  // the ledger may be used meanwhile
        shown.push_back(operation.source_id);
    });
    ASSERT_EQ(shown.size(), static_cast<std::size_t>(count) + 1);
    EXPECT_EQ(shown.front(), "color");
    EXPECT_EQ(shown[1], "0");
    EXPECT_EQ(shown.back(), std::to_string(count - 1));
    EXPECT_EQ(pending.of_kind(crm::EntityKind::product).size(), static_cast<std::size_t>(count));
}

TEST_F(QueueTest, ReadsAPageByItsIndex) {
    const std::string plan =
        plan_of(database,
                "SELECT p.entity FROM pending p WHERE (p.rank, p.depth, p.entity) > (1, 2, 3)"
                " ORDER BY p.rank, p.depth, p.entity LIMIT 10");
    EXPECT_NE(plan.find("SEARCH p USING COVERING INDEX pending_order"), std::string::npos) << plan;
    EXPECT_EQ(plan.find("TEMP B-TREE"), std::string::npos) << plan;
}

TEST_F(QueueTest, FindsTheNextOrdinalOfReferenceDataByItsIndex) {
    const std::string plan = plan_of(
        database,
        "SELECT ordinal FROM reference WHERE source_system = 1 AND kind = 2 ORDER BY ordinal DESC LIMIT 1");
    EXPECT_NE(plan.find("reference_order"), std::string::npos) << plan;
    EXPECT_EQ(plan.find("TEMP B-TREE"), std::string::npos) << plan;
}

TEST_F(QueueTest, FindsPartsByTheirOwner) {
    const std::string plan = plan_of(database, "SELECT id FROM entity WHERE owner = 1 ORDER BY id");
    EXPECT_NE(plan.find("entity_owner"), std::string::npos) << plan;
}

}  // namespace
}  // namespace obmen::ledger
