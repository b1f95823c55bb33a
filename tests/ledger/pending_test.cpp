#include "ledger/pending.hpp"

#include "ledger_fixture.hpp"
#include "support/error.hpp"

namespace obmen::ledger {
namespace {

const Message refusal{"B24-REFUSED", {"no"}};

class PendingTest : public LedgerTest {
  protected:
    void send_all() {
        std::vector<std::int64_t> entities;
        for (const Operation& operation : operations()) {
            entities.push_back(operation.entity);
        }
        pending.mark_sent(entities);
    }

    Settlement settlement(Verdict verdict, const std::vector<std::string>& confirmed = {}) {
        Settlement result{only_operation().entity, verdict};
        result.confirmed_groups = confirmed;
        return result;
    }
};

TEST_F(PendingTest, ComesInSendingOrderPageByPage) {
    std::vector<crm::Wish> wishes{product("p1", {{"name", "P"}}), product("p2", {{"name", "P"}})};
    for (const std::uint32_t depth : {2U, 0U, 1U}) {
        crm::Wish section = product("g" + std::to_string(depth), {{"name", "G"}});
        section.key.kind = crm::SourceKind::group;
        section.entity = crm::EntityKind::section;
        section.depth = depth;
        wishes.push_back(section);
    }
    plan("p1", wishes);
    std::vector<std::string> order;
    Pending::Cursor cursor;
    for (;;) {
        const std::vector<Operation> page = pending.page(cursor, 2);
        if (page.empty()) {
            break;
        }
        EXPECT_LE(page.size(), 2U);
        for (const Operation& operation : page) {
            order.push_back(operation.source_id);
        }
        cursor = Pending::cursor_of(page.back());
    }
    EXPECT_EQ(order, (std::vector<std::string>{"g0", "g1", "g2", "p1", "p2"}));
}

TEST_F(PendingTest, CountsCreationsAndUpdates) {
    plan("p1", {product("a", {{"name", "A"}})});
    settle_all();
    plan("p2", {product("a", {{"name", "B"}}), product("b", {{"name", "B"}}), product("c", {{"name", "B"}})});
    ASSERT_EQ(pending.counts().size(), 1U);
    EXPECT_EQ(pending.counts()[0].kind, crm::EntityKind::product);
    EXPECT_EQ(pending.counts()[0].creations, 2U);
    EXPECT_EQ(pending.counts()[0].updates, 1U);
    EXPECT_EQ(pending.count(), 3U);
}

TEST_F(PendingTest, IsRecordedAsSentBeforeItLeaves) {
    plan("p1", {product("a", {{"name", "A"}})});
    send_all();
    EXPECT_FALSE(database.in_transaction());
    EXPECT_EQ(only_operation().state, OperationState::sent);
    EXPECT_EQ(only_operation().attempts, 1U);
    pending.mark({only_operation().entity}, OperationState::in_doubt);
    ASSERT_EQ(pending.in_state(OperationState::in_doubt).size(), 1U);
    EXPECT_TRUE(pending.in_state(OperationState::sent).empty());
    pending.mark_looked_up({only_operation().entity});
    EXPECT_TRUE(only_operation().looked_up);
    pending.mark({only_operation().entity}, OperationState::fresh);
    EXPECT_EQ(only_operation().state, OperationState::fresh);
    EXPECT_EQ(only_operation().attempts, 1U);
}

TEST_F(PendingTest, KnowsTheIdOfWhatWasCreated) {
    const crm::EntityKey key = crm::make_key(crm::SourceKind::product, "a");
    EXPECT_FALSE(pending.remote_id(key));
    plan("p1", {product("a", {{"name", "A"}})});
    EXPECT_EQ(pending.remote_id(key), "");
    Settlement created = settlement(Verdict::created, {"name"});
    created.remote_id = "4711";
    pending.settle({created});
    EXPECT_EQ(pending.remote_id(key), "4711");
    EXPECT_EQ(only_outcome("p1").remote_id, "4711");
    EXPECT_EQ(verdict("p1"), Verdict::created);
    EXPECT_EQ(pending.count(), 0U);
}

TEST_F(PendingTest, KeepsANamedPlaceholderAsRemoteId) {
    plan("p1", {product("a", {{"name", "A"}})});
    Settlement created = settlement(Verdict::created, {"name"});
    created.remote_id = "{{product:a}}";
    pending.settle({created});
    EXPECT_EQ(only_outcome("p1").remote_id, "{{product:a}}");
}

TEST_F(PendingTest, ARefusalIsTriedAgainByTheNextExport) {
    plan("p1", {product("a", {{"name", "A"}})});
    Settlement refused = settlement(Verdict::failed);
    refused.reason = refusal;
    pending.settle({refused});
    EXPECT_EQ(pending.count(), 0U);
    EXPECT_EQ(verdict("p1"), Verdict::failed);
    EXPECT_EQ(only_outcome("p1").reason, refusal);
    plan("p2", {product("a", {{"name", "A"}})});
    EXPECT_EQ(pending.count(), 1U);
    EXPECT_EQ(verdict("p1"), Verdict::failed);
}

TEST_F(PendingTest, ARefusedUpdateLeavesWhatWasConfirmed) {
    plan("p1", {product("a", {{"name", "A"}, {"price", "1"}})});
    settle_all();
    plan("p2", {product("a", {{"name", "B"}, {"price", "1"}})});
    pending.settle({settlement(Verdict::failed)});
    plan("p3", {product("a", {{"name", "B"}, {"price", "1"}})});
    EXPECT_EQ(names_of(only_operation()), std::vector<std::string>{"name"});
    plan("p4", {product("a", {{"name", "A"}, {"price", "1"}})});
    EXPECT_EQ(pending.count(), 0U);
}

TEST_F(PendingTest, APriceWaitsAgainForAProductThatWasRefused) {
    plan("p1", {product("a", {{"name", "A"}})});
    pending.settle({settlement(Verdict::failed)});
    plan("p2", {price("a", "5")});
    EXPECT_EQ(verdict("p2"), Verdict::deferred);
    plan("p3", {product("a", {{"name", "A"}})});
    EXPECT_EQ(names_of(only_operation()), (std::vector<std::string>{"price", "name"}));
}

TEST_F(PendingTest, KeptGroupsAreSentAgainAndTheObjectStaysCreated) {
    plan("p1", {product("a", {{"name", "A"}, {"section", "S"}})});
    send_all();
    Settlement misplaced = settlement(Verdict::created, {"name"});
    misplaced.remote_id = "5";
    misplaced.kept_groups = {"section"};
    misplaced.reason = Message{"B24-MISPLACED", {"S"}};
    pending.settle({misplaced});
    EXPECT_EQ(names_of(only_operation()), std::vector<std::string>{"section"});
    EXPECT_EQ(only_operation().state, OperationState::fresh);
    EXPECT_EQ(only_operation().remote_id, "5");
    EXPECT_EQ(verdict("p1"), Verdict::created);
    EXPECT_TRUE(only_outcome("p1").reason);
    pending.settle({settlement(Verdict::updated, {"section"})});
    EXPECT_EQ(verdict("p1"), Verdict::created);
    EXPECT_FALSE(only_outcome("p1").reason);
    plan("p2", {product("a", {{"name", "A"}, {"section", "S"}})});
    EXPECT_EQ(verdict("p2"), Verdict::unchanged);
}

TEST_F(PendingTest, SettlingIsAllOrNothing) {
    plan("p1", {product("a", {{"name", "A"}}), product("b", {{"name", "B"}})});
    std::vector<Settlement> settlements;
    for (const Operation& operation : operations()) {
        settlements.push_back({operation.entity, Verdict::created, "1", {"name"}});
    }
    settlements.push_back({999, Verdict::created, "2"});
    EXPECT_THROW(pending.settle(settlements), Error);
    EXPECT_EQ(pending.count(), 2U);
    EXPECT_EQ(outcomes("p1")[0].verdict, Verdict::planned);
}

TEST_F(PendingTest, ANewerWishWaitsForTheOneThatIsOnItsWay) {
    plan("p1", {product("a", {{"name", "A"}})});
    settle_all();
    plan("p2", {product("a", {{"name", "B"}})});
    send_all();
    plan("p3", {product("a", {{"name", "A"}})});
    EXPECT_EQ(only_operation().package, "p2");
    EXPECT_EQ(only_operation().groups, product("a", {{"name", "B"}}).groups);
    EXPECT_EQ(verdict("p3"), Verdict::planned);
    pending.settle({settlement(Verdict::updated, {"name"})});
    EXPECT_EQ(only_operation().package, "p3");
    EXPECT_EQ(only_operation().groups, product("a", {{"name", "A"}}).groups);
    EXPECT_EQ(only_operation().state, OperationState::fresh);
    EXPECT_EQ(verdict("p2"), Verdict::updated);
    pending.settle({settlement(Verdict::updated, {"name"})});
    EXPECT_EQ(verdict("p3"), Verdict::updated);
}

TEST_F(PendingTest, ANewerWishForWhatWasSentIsUnchangedOnceThatHasArrived) {
    plan("p1", {product("a", {{"name", "A"}})});
    send_all();
    plan("p2", {product("a", {{"name", "A"}})});
    Settlement created = settlement(Verdict::created, {"name"});
    created.remote_id = "7";
    pending.settle({created});
    EXPECT_EQ(pending.count(), 0U);
    EXPECT_EQ(verdict("p1"), Verdict::created);
    EXPECT_EQ(verdict("p2"), Verdict::unchanged);
}

TEST_F(PendingTest, ANewerWishIsSentThoughTheOlderOneWasRefused) {
    plan("p1", {product("a", {{"name", "A"}})});
    settle_all();
    plan("p2", {product("a", {{"name", "B"}})});
    send_all();
    plan("p3", {product("a", {{"name", "C"}})});
    pending.settle({settlement(Verdict::failed)});
    EXPECT_EQ(only_operation().groups, product("a", {{"name", "C"}}).groups);
    EXPECT_EQ(verdict("p2"), Verdict::failed);
    EXPECT_EQ(verdict("p3"), Verdict::planned);
}

TEST_F(PendingTest, TheNewestOfSeveralWaitingWishesWins) {
    plan("p1", {product("a", {{"name", "A"}})});
    settle_all();
    plan("p2", {product("a", {{"name", "B"}})});
    send_all();
    plan("p3", {product("a", {{"name", "C"}, {"price", "1"}})});
    plan("p4", {product("a", {{"name", "D"}})});
    EXPECT_EQ(verdict("p3"), Verdict::replaced);
    pending.settle({settlement(Verdict::updated, {"name"})});
    EXPECT_EQ(only_operation().groups, product("a", {{"price", "1"}, {"name", "D"}}).groups);
    EXPECT_EQ(only_operation().package, "p4");
}

TEST_F(PendingTest, AWaitingWishJoinsAnOperationThatNeverRan) {
    plan("p1", {product("a", {{"name", "A"}, {"unit", "шт"}})});
    send_all();
    plan("p2", {price("a", "5"), product("a", {{"name", "B"}})});
    pending.mark({only_operation().entity}, OperationState::in_doubt);
    EXPECT_EQ(only_operation().groups, product("a", {{"name", "A"}, {"unit", "шт"}}).groups);
    pending.mark({only_operation().entity}, OperationState::fresh);
    EXPECT_EQ(only_operation().groups, product("a", {{"unit", "шт"}, {"price", "5"}, {"name", "B"}}).groups);
    EXPECT_EQ(only_operation().package, "p2");
    EXPECT_EQ(verdict("p1"), Verdict::replaced);
}

TEST_F(PendingTest, AWaitingPriceIsParkedIfItsProductWasRefused) {
    plan("p1", {product("a", {{"name", "A"}})});
    send_all();
    plan("p2", {price("a", "5")});
    EXPECT_EQ(verdict("p2"), Verdict::planned);
    pending.settle({settlement(Verdict::failed)});
    EXPECT_EQ(pending.count(), 0U);
    EXPECT_EQ(verdict("p2"), Verdict::deferred);
    EXPECT_EQ(only_outcome("p2").reason, (Message{"CRM-PARKED", {"a"}}));
}

TEST_F(PendingTest, KeptGroupsGiveWayToANewerWish) {
    plan("p1", {product("a", {{"name", "A"}, {"section", "S"}})});
    send_all();
    plan("p2", {product("a", {{"section", "T"}})});
    Settlement misplaced = settlement(Verdict::created, {"name"});
    misplaced.remote_id = "5";
    misplaced.kept_groups = {"section"};
    pending.settle({misplaced});
    EXPECT_EQ(only_operation().groups, product("a", {{"section", "T"}}).groups);
    EXPECT_EQ(only_operation().package, "p2");
    EXPECT_EQ(verdict("p1"), Verdict::created);
}

TEST_F(PendingTest, ALinkedCreationBecomesAnUpdateOfAllItsGroups) {
    plan("p1", {product("a", {{"name", "A"}, {"price", "1"}})});
    send_all();
    pending.mark({only_operation().entity}, OperationState::in_doubt);
    pending.link(only_operation().entity, "88");
    EXPECT_EQ(only_operation().remote_id, "88");
    EXPECT_EQ(only_operation().state, OperationState::fresh);
    EXPECT_EQ(names_of(only_operation()), (std::vector<std::string>{"name", "price"}));
}

TEST_F(PendingTest, AnotherIdForAnObjectForgetsWhatTheOldOneHad) {
    plan("p1", {product("a", {{"name", "A"}, {"price", "1"}})});
    settle_all();
    plan("p2", {product("a", {{"name", "B"}})});
    pending.link(only_operation().entity, "88");
    settle_all(Verdict::updated);
    plan("p3", {product("a", {{"name", "B"}, {"price", "1"}})});
    EXPECT_EQ(names_of(only_operation()), std::vector<std::string>{"price"});
}

TEST_F(PendingTest, AnUnlinkedUpdateBecomesACreation) {
    plan("p1", {product("a", {{"name", "A"}, {"price", "1"}})});
    pending.set_parts(only_operation().entity, "phones", {{"phones", 1}});
    settle_all();
    plan("p2", {product("a", {{"name", "B"}})});
    const std::int64_t entity = only_operation().entity;
    pending.unlink(entity, true);
    EXPECT_EQ(only_operation().remote_id, "");
    EXPECT_TRUE(only_operation().looked_up);
    EXPECT_TRUE(pending.parts(entity).empty());
    plan("p3", {product("a", {{"name", "B"}, {"price", "1"}})});
    EXPECT_EQ(names_of(only_operation()), (std::vector<std::string>{"name", "price"}));
}

TEST_F(PendingTest, ADeletedObjectIsForgotten) {
    plan("p1", {product("a", {{"name", "A"}})});
    settle_all();
    plan("p2", {deletion("a")});
    pending.settle({settlement(Verdict::deleted, {"active"})});
    EXPECT_EQ(verdict("p2"), Verdict::deleted);
    EXPECT_EQ(pending.remote_id(crm::make_key(crm::SourceKind::product, "a")), "");
    plan("p3", {product("a", {{"name", "A"}})});
    EXPECT_EQ(names_of(only_operation()), std::vector<std::string>{"name"});
}

TEST_F(PendingTest, APostponedOperationSaysWhyItWaits) {
    plan("p1", {product("a", {{"name", "A"}})});
    pending.postpone(only_operation().entity, Message{"CRM-PARENT-WAITS", {"g"}});
    EXPECT_EQ(pending.count(), 1U);
    EXPECT_EQ(verdict("p1"), Verdict::deferred);
    EXPECT_EQ(only_outcome("p1").reason, (Message{"CRM-PARENT-WAITS", {"g"}}));
    settle_all();
    EXPECT_EQ(verdict("p1"), Verdict::created);
    EXPECT_FALSE(only_outcome("p1").reason);
}

TEST_F(PendingTest, KeepsThePartsOfAnObject) {
    plan("p1", {product("a", {{"name", "A"}})});
    const std::int64_t entity = only_operation().entity;
    const std::vector<Part> phones{{"phones", 0xFFFFFFFFFFFFFFFFULL}, {"phones", 2}};
    pending.set_parts(entity, "phones", phones);
    pending.set_parts(entity, "emails", {{"emails", 3}});
    EXPECT_EQ(pending.parts(entity), (std::vector<Part>{{"emails", 3}, phones[0], phones[1]}));
    pending.set_parts(entity, "emails", {});
    EXPECT_EQ(pending.parts(entity), phones);
}

TEST_F(PendingTest, NotesGoToTheReceiptOfTheirPackage) {
    plan("p1", {product("a", {{"name", "A"}})});
    pending.note(only_operation(), Message{"B24-NO-MEASURE", {"796", "1"}}, Severity::warning);
    ASSERT_EQ(packages.finding_count("p1"), 1U);
    EXPECT_EQ(packages.findings("p1", 0)[0].object_id, "a");
    EXPECT_EQ(packages.findings("p1", 0)[0].place, (Place{7, 3}));
}

TEST_F(PendingTest, AValueThatMayHaveArrivedIsTakenBackByTheOneBefore) {
    plan("p1", {product("A", {{"name", "Болт"}})});
    settle_all();
    plan("p2", {product("A", {{"name", "Винт"}})});
    pending.mark_sent({only_operation().entity});
    plan("p3", {product("A", {{"name", "Болт"}})});
    pending.repeat({only_operation().entity});
    ASSERT_EQ(operations().size(), 1U) << "nobody knows whether the CRM says Винт now";
    EXPECT_EQ(std::get<std::string>(only_operation().groups[0].fields[0].value), "Болт");
    settle_all(Verdict::updated);
    plan("p4", {product("A", {{"name", "Болт"}})});
    EXPECT_TRUE(operations().empty());
}

TEST_F(PendingTest, AnIncompleteOperationStaysSoWhateverIsLaidOverIt) {
    plan("p1", {product("A", {{"name", "Болт"}, {"price", "1"}})});
    settle_all();
    plan("p2", {product("A", {{"name", "Винт"}})});
    pending.unlink(only_operation().entity, true);
    pending.mark_incomplete(only_operation().entity);
    EXPECT_EQ(pending.incomplete_packages(), std::vector<std::string>{"p2"});
    plan("p3", {price("A", "3")});
    EXPECT_TRUE(only_operation().incomplete);
    EXPECT_EQ(pending.incomplete_packages(), std::vector<std::string>{"p3"});
    pending.complete();
    EXPECT_FALSE(only_operation().incomplete);
}

TEST_F(PendingTest, WhatCannotBePlannedOnceMoreFails) {
    plan("p1", {product("A", {{"name", "Болт"}})});
    settle_all();
    plan("p2", {product("A", {{"name", "Винт"}}), product("B", {{"name", "Гайка"}})});
    const std::int64_t gone = operations()[0].entity;
    pending.unlink(gone, true);
    pending.mark_incomplete(gone);
    pending.fail_incomplete("p2", Message{"SYS-FILE", {"spool", "no such directory"}});
    ASSERT_EQ(operations().size(), 1U);
    EXPECT_EQ(only_operation().source_id, "B");
    EXPECT_EQ(outcomes("p2")[0].verdict, Verdict::failed);
}

TEST_F(PendingTest, AnAdoptionIsRememberedAsLongAsTheObjectIsLinked) {
    plan("p1", {company("C", "Ромашка")});
    pending.adopt(only_operation().entity, "5");
    settle_all(Verdict::linked);
    EXPECT_TRUE(pending.is_taken_over(contragent_key("C"), "1C"));
    plan("p2", {company("C", "Лютик")});
    EXPECT_FALSE(only_operation().adopted) << "it has its key by now";
    pending.unlink(only_operation().entity, false);
    EXPECT_FALSE(pending.is_taken_over(contragent_key("C"), "1C"));
}

TEST_F(PendingTest, NothingIsStagedForPartsOfACardThatPeopleHaveDeleted) {
    plan("p1", {company("C", "Ромашка"), requisite("C", "7701")});
    settle_all();
    plan("p2", {company("C", "Ромашка"), requisite("C", "7702")});
    const std::int64_t card = pending.top_of(only_operation().entity).entity;
    EXPECT_TRUE(pending.leave_gone(card, "p2"));
    EXPECT_EQ(only_outcome("p2").verdict, Verdict::left);
    EXPECT_TRUE(only_operation().left_gone);
    settle_all(Verdict::left);

    plan("p3", {company("C", "Ромашка"), requisite("C", "7702"), address("C", "Тверь")});
    EXPECT_TRUE(operations().empty());
    EXPECT_EQ(only_outcome("p3").verdict, Verdict::left);
    EXPECT_EQ(only_outcome("p3").reason->code, Code{"B24-GONE-LEFT"});

    pending.link(card, "77");
    plan("p4", {company("C", "Ромашка"), requisite("C", "7702"), address("C", "Тверь")});
    EXPECT_EQ(operations().size(), 3U) << "it is there again, as another one";
}

}  // namespace
}  // namespace obmen::ledger
