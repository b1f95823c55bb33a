#include "ledger/entities.hpp"
#include "ledger/numbering.hpp"
#include "ledger/pending.hpp"
#include "ledger_fixture.hpp"

namespace obmen::ledger {
namespace {

/// Groups that do not simply follow what 1C has.
class GroupsTest : public LedgerTest {
  protected:
    static crm::Wish written_once(const std::string& id, const std::string& name, const std::string& value) {
        crm::Wish wish = product(id, {{"name", name}, {"comment", value}});
        wish.groups.back().write_once = true;
        return wish;
    }

    void send() { pending.mark_sent({only_operation().entity}); }

    void settle(Verdict verdict, const std::vector<std::string>& confirmed) {
        Settlement settlement{only_operation().entity, verdict};
        settlement.remote_id = "5";
        settlement.confirmed_groups = confirmed;
        pending.settle({settlement});
    }
};

TEST_F(GroupsTest, AWriteOnceGroupTravelsWithTheCreationAndNeverAgain) {
    plan("p1", {written_once("a", "A", "first")});
    EXPECT_EQ(names_of(only_operation()), (std::vector<std::string>{"name", "comment"}));
    EXPECT_TRUE(only_operation().groups.at(1).write_once);
    settle_all();
    plan("p2", {written_once("a", "A", "second")});
    EXPECT_EQ(pending.count(), 0U);
    EXPECT_EQ(verdict("p2"), Verdict::unchanged);
    plan("p3", {written_once("a", "B", "third")});
    EXPECT_EQ(names_of(only_operation()), std::vector<std::string>{"name"});
}

TEST_F(GroupsTest, AWriteOnceGroupTravelsUntilItIsConfirmed) {
    plan("p1", {product("a", {{"name", "A"}})});
    settle_all();
    plan("p2", {written_once("a", "A", "first")});
    EXPECT_EQ(names_of(only_operation()), std::vector<std::string>{"comment"});
    settle(Verdict::failed, {});
    plan("p3", {written_once("a", "A", "second")});
    EXPECT_EQ(only_operation().groups.at(0).fields.at(0).value, crm::Value(std::string("second")));
}

TEST_F(GroupsTest, AnUnsentWriteOnceGroupTakesTheNewestValue) {
    plan("p1", {written_once("a", "A", "first")});
    plan("p2", {written_once("a", "A", "second")});
    EXPECT_EQ(only_operation().groups.at(1).fields.at(0).value, crm::Value(std::string("second")));
}

TEST_F(GroupsTest, AWriteOnceValueThatCameWhileTheFirstWasOnItsWayIsDropped) {
    plan("p1", {written_once("a", "A", "first")});
    send();
    plan("p2", {written_once("a", "A", "second")});
    settle(Verdict::created, {"name", "comment"});
    EXPECT_EQ(pending.count(), 0U);
    EXPECT_EQ(verdict("p2"), Verdict::unchanged);
}

TEST_F(GroupsTest, AGroupThatBecomesWriteOnceIsNotSentAgain) {
    plan("p1", {product("a", {{"name", "A"}, {"comment", "first"}})});
    settle_all();
    plan("p2", {written_once("a", "A", "second")});
    EXPECT_EQ(pending.count(), 0U);
}

TEST_F(GroupsTest, AGroupThatIsWriteOnceNoMoreFollowsAgain) {
    plan("p1", {written_once("a", "A", "first")});
    settle_all();
    plan("p2", {product("a", {{"name", "A"}, {"comment", "second"}})});
    EXPECT_EQ(names_of(only_operation()), std::vector<std::string>{"comment"});
}

TEST_F(GroupsTest, AnEmptyWriteOnceGroupIsNeverSent) {
    plan("p1", {written_once("a", "A", "")});
    EXPECT_EQ(names_of(only_operation()), std::vector<std::string>{"name"});
    settle_all();
    plan("p2", {written_once("a", "A", "first")});
    settle_all();
    plan("p3", {written_once("a", "A", "")});
    EXPECT_EQ(pending.count(), 0U);
}

TEST_F(GroupsTest, NothingIsClearedInANewObject) {
    plan("p1", {product("a", {{"name", "A"}, {"description", ""}})});
    EXPECT_EQ(names_of(only_operation()), std::vector<std::string>{"name"});
    settle_all();
    plan("p2", {product("a", {{"name", "A"}, {"description", ""}})});
    EXPECT_EQ(pending.count(), 0U);
    EXPECT_EQ(verdict("p2"), Verdict::unchanged);
}

TEST_F(GroupsTest, WhatWeFilledIsClearedOnce) {
    plan("p1", {product("a", {{"name", "A"}, {"description", "text"}})});
    settle_all();
    plan("p2", {product("a", {{"name", "A"}, {"description", ""}})});
    EXPECT_EQ(names_of(only_operation()), std::vector<std::string>{"description"});
    settle_all(Verdict::updated);
    plan("p3", {product("a", {{"name", "A"}, {"description", ""}})});
    EXPECT_EQ(pending.count(), 0U);
    plan("p4", {product("a", {{"name", "A"}, {"description", "text"}})});
    EXPECT_EQ(names_of(only_operation()), std::vector<std::string>{"description"});
    EXPECT_EQ(only_operation().confirmed_groups, std::vector<std::string>{"name"});
}

TEST_F(GroupsTest, AClearingThatWasRefusedIsTriedAgain) {
    plan("p1", {product("a", {{"name", "A"}, {"description", "text"}})});
    settle_all();
    plan("p2", {product("a", {{"description", ""}})});
    settle(Verdict::failed, {});
    plan("p3", {product("a", {{"description", ""}})});
    EXPECT_EQ(pending.count(), 1U);
}

TEST_F(GroupsTest, AnUnsentValueIsTakenBackByAClearing) {
    plan("p1", {product("a", {{"name", "A"}, {"description", "text"}})});
    plan("p2", {product("a", {{"description", ""}})});
    EXPECT_EQ(names_of(only_operation()), std::vector<std::string>{"name"});
    EXPECT_EQ(only_operation().package, "p2");
    settle_all();
    plan("p3", {product("a", {{"description", "text"}})});
    plan("p4", {product("a", {{"description", ""}})});
    EXPECT_EQ(pending.count(), 0U);
    EXPECT_EQ(verdict("p3"), Verdict::replaced);
    EXPECT_EQ(verdict("p4"), Verdict::unchanged);
}

TEST_F(GroupsTest, AValueStagedBeforeItsClearingIsTakenBack) {
    plan("p1", {product("a", {{"name", "A"}, {"description", "text"}}), product("a", {{"description", ""}})});
    EXPECT_EQ(names_of(only_operation()), std::vector<std::string>{"name"});
}

TEST_F(GroupsTest, AClearingWaitsForTheValueThatIsOnItsWay) {
    plan("p1", {product("a", {{"name", "A"}, {"description", "text"}})});
    send();
    plan("p2", {product("a", {{"description", ""}})});
    settle(Verdict::created, {"name", "description"});
    EXPECT_EQ(names_of(only_operation()), std::vector<std::string>{"description"});
    EXPECT_EQ(only_operation().package, "p2");
}

TEST_F(GroupsTest, AClearingThatAnEarlierVersionHasConfirmedIsNotRepeated) {
    plan("p1", {product("a", {{"name", "A"}})});
    settle_all();
    const crm::FieldGroup empty = text_group("description", "");
    Numbering names(database, Numbering::Of::field_group);
    const EntityRow known = read_entity(database, 1);
    GroupHashes confirmed = known.confirmed;
    confirmed.set(names.number_of("description"), crm::group_hash(empty));
    set_confirmed(database, 1, confirmed);
    plan("p2", {product("a", {{"name", "A"}, {"description", ""}})});
    EXPECT_EQ(pending.count(), 0U);
}

TEST_F(GroupsTest, APersonsValueThatWasLeftIsNotContested) {
    plan("p1", {product("a", {{"name", "A"}, {"price", "1"}})});
    settle_all();
    plan("p2", {product("a", {{"name", "B"}, {"price", "2"}})});
    // Only the price was sent; the name stayed a person's.
    settle(Verdict::left, {"price", "name"});
    EXPECT_EQ(verdict("p2"), Verdict::left);
    EXPECT_EQ(pending.count(), 0U);
    plan("p3", {product("a", {{"name", "B"}, {"price", "2"}})});
    EXPECT_EQ(pending.count(), 0U);
    plan("p4", {product("a", {{"name", "C"}, {"price", "2"}})});
    EXPECT_EQ(names_of(only_operation()), std::vector<std::string>{"name"});
}

TEST_F(GroupsTest, WhatTheOperationDoesNotHaveCannotBeConfirmed) {
    plan("p1", {product("a", {{"name", "A"}})});
    settle(Verdict::created, {"name", "price"});
    plan("p2", {product("a", {{"price", "1"}})});
    EXPECT_EQ(pending.count(), 1U);
}

}  // namespace
}  // namespace obmen::ledger
