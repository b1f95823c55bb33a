#include "ledger/entities.hpp"
#include "ledger_fixture.hpp"

namespace obmen::ledger {
namespace {

using ObjectValuesTest = LedgerTest;

TEST_F(ObjectValuesTest, AnAdoptedCardIsWrittenWholeWithItsKey) {
    plan("p1", {company("c", "Ромашка")});
    EXPECT_FALSE(only_operation().adopted);
    pending.adopt(only_operation().entity, "31");
    EXPECT_TRUE(only_operation().adopted);
    EXPECT_EQ(only_operation().remote_id, "31");
    EXPECT_EQ(names_of(only_operation()), std::vector<std::string>{"title"});
    settle_all(Verdict::linked);
    EXPECT_EQ(verdict("p1"), Verdict::linked);
    plan("p2", {company("c", "Лютик")});
    EXPECT_FALSE(only_operation().adopted);
}

TEST_F(ObjectValuesTest, AnAdoptionLastsUntilAWriteHasSucceeded) {
    plan("p1", {company("c", "Ромашка")});
    pending.adopt(only_operation().entity, "31");
    pending.mark_sent({only_operation().entity});
    EXPECT_TRUE(pending.in_state(OperationState::sent).at(0).adopted);
    pending.settle({{only_operation().entity, Verdict::failed}});
    plan("p2", {company("c", "Ромашка")});
    EXPECT_TRUE(only_operation().adopted);
    EXPECT_EQ(only_operation().remote_id, "31");
}

TEST_F(ObjectValuesTest, AnAdoptionEndsWithItsCard) {
    plan("p1", {company("c", "Ромашка")});
    pending.adopt(only_operation().entity, "31");
    pending.unlink(only_operation().entity, true);
    EXPECT_FALSE(only_operation().adopted);
    EXPECT_EQ(only_operation().remote_id, "");
}

TEST_F(ObjectValuesTest, WhatWasObservedIsAddedUp) {
    plan("p1", {product("a", {{"name", "A"}})});
    const std::int64_t entity = only_operation().entity;
    EXPECT_TRUE(pending.observed(entity).empty());
    pending.set_observed(entity, {{"name", 1}, {"price", 0xFFFFFFFFFFFFFFFFULL}});
    pending.set_observed(entity, {{"name", 2}});
    pending.set_observed(entity, {});
    EXPECT_EQ(pending.observed(entity),
              (std::map<std::string, std::uint64_t>{{"name", 2}, {"price", 0xFFFFFFFFFFFFFFFFULL}}));
}

TEST_F(ObjectValuesTest, WhatWasObservedIsForgottenWithTheObject) {
    plan("p1", {product("a", {{"name", "A"}})});
    const std::int64_t entity = only_operation().entity;
    settle_all();
    pending.set_observed(entity, {{"name", 1}});
    plan("p2", {product("a", {{"name", "B"}})});
    pending.link(entity, only_operation().remote_id);
    EXPECT_EQ(pending.observed(entity).size(), 1U);
    pending.link(entity, "999");
    EXPECT_TRUE(pending.observed(entity).empty());
}

TEST_F(ObjectValuesTest, ChoicesAreKnownByTheirKeys) {
    plan("p1", {property("Color")});
    const std::int64_t entity = only_operation().entity;
    const crm::EntityKey key = crm::make_key(crm::SourceKind::property, "Color");
    EXPECT_FALSE(pending.choice_id(key, "1C", "red"));
    pending.set_choices(entity, {{"red", "11"}, {"green", "12"}});
    pending.set_choices(entity, {{"blue", "13"}, {"green", "22"}});
    EXPECT_EQ(pending.choice_id(key, "1C", "red"), "11");
    EXPECT_EQ(pending.choice_id(key, "1C", "green"), "22");
    EXPECT_EQ(pending.choice_id(key, "1C", "blue"), "13");
    EXPECT_FALSE(pending.choice_id(key, "other", "red"));
    EXPECT_FALSE(pending.choice_id(crm::make_key(crm::SourceKind::property, "size"), "1C", "red"));
    pending.set_choices(entity, {{"red", ""}});
    EXPECT_FALSE(pending.choice_id(key, "1C", "red"));
}

TEST_F(ObjectValuesTest, ChoicesGoWithTheirPropertyAndAreNoParts) {
    plan("p1", {property("color")});
    const std::int64_t entity = only_operation().entity;
    pending.set_choices(entity, {{"red", "11"}});
    EXPECT_TRUE(pending.parts(entity).empty());
    pending.unlink(entity, true);
    EXPECT_FALSE(pending.choice_id(crm::make_key(crm::SourceKind::property, "color"), "1C", "red"));
}

}  // namespace
}  // namespace obmen::ledger
