#include "ledger/planning.hpp"

#include "ledger/references.hpp"

#include "ledger_fixture.hpp"
#include "support/error.hpp"

namespace obmen::ledger {
namespace {

using PlanningTest = LedgerTest;

TEST_F(PlanningTest, ANewObjectBecomesACreation) {
    plan("p1", {product("A", {{"name", "Стол"}, {"price", "10"}})});
    const Operation operation = only_operation();
    EXPECT_EQ(operation.source_id, "A");
    EXPECT_EQ(operation.key, crm::make_key(crm::SourceKind::product, "A"));
    EXPECT_EQ(operation.remote_id, "");
    EXPECT_EQ(operation.groups, product("A", {{"name", "Стол"}, {"price", "10"}}).groups);
    EXPECT_EQ(operation.package, "p1");
    EXPECT_EQ(operation.source_system, "1C");
    EXPECT_EQ(operation.file, "import.xml");
    EXPECT_EQ(operation.place, (Place{7, 3}));
    EXPECT_EQ(operation.state, OperationState::fresh);
    EXPECT_EQ(verdict("p1"), Verdict::planned);
    EXPECT_EQ(packages.find("p1")->state, PackageState::planned);
}

TEST_F(PlanningTest, NothingIsVisibleBeforeTheMerge) {
    add_package("p1");
    stage("p1", {product("a", {{"name", "A"}})});
    EXPECT_EQ(pending.count(), 0U);
    EXPECT_TRUE(operations().empty());
    EXPECT_FALSE(pending.remote_id(crm::make_key(crm::SourceKind::product, "a")));
    EXPECT_EQ(packages.find("p1")->state, PackageState::planning);
}

TEST_F(PlanningTest, ADiscardedPackageLeavesNoWish) {
    add_package("p1");
    stage("p1", {product("a", {{"name", "A"}})});
    Planning::discard(database, "p1");
    Planning::merge(database, "p1");
    EXPECT_EQ(pending.count(), 0U);
}

TEST_F(PlanningTest, TheSameAgainIsUnchanged) {
    plan("p1", {product("a", {{"name", "A"}, {"price", "1"}})});
    settle_all();
    plan("p2", {product("a", {{"name", "A"}, {"price", "1"}})});
    EXPECT_EQ(pending.count(), 0U);
    EXPECT_EQ(verdict("p2"), Verdict::unchanged);
    EXPECT_EQ(verdict("p1"), Verdict::created);
    EXPECT_EQ(only_outcome("p2").remote_id, only_outcome("p1").remote_id);
}

TEST_F(PlanningTest, OnlyTheChangedGroupIsSent) {
    plan("p1", {product("a", {{"name", "A"}, {"price", "1"}})});
    settle_all();
    plan("p2", {product("a", {{"name", "A"}, {"price", "2"}})});
    EXPECT_EQ(names_of(only_operation()), std::vector<std::string>{"price"});
    EXPECT_NE(only_operation().remote_id, "");
}

TEST_F(PlanningTest, WhatIsAbsentIsNotTouched) {
    plan("p1", {product("a", {{"name", "A"}, {"price", "1"}})});
    settle_all();
    plan("p2", {product("a", {{"price", "1"}})});
    EXPECT_EQ(verdict("p2"), Verdict::unchanged);
    plan("p3", {product("a", {{"name", "B"}})});
    EXPECT_EQ(names_of(only_operation()), std::vector<std::string>{"name"});
}

TEST_F(PlanningTest, AChangeTakenBackBeforeItWasSentIsDropped) {
    plan("p1", {product("a", {{"name", "A"}})});
    settle_all();
    plan("p2", {product("a", {{"name", "B"}})});
    EXPECT_EQ(pending.count(), 1U);
    plan("p3", {product("a", {{"name", "A"}})});
    EXPECT_EQ(pending.count(), 0U);
    EXPECT_EQ(verdict("p3"), Verdict::unchanged);
    EXPECT_EQ(verdict("p2"), Verdict::replaced);
}

TEST_F(PlanningTest, ATakenBackGroupLeavesTheOthersToTheirPackage) {
    plan("p1", {product("a", {{"name", "A"}, {"price", "1"}})});
    settle_all();
    plan("p2", {product("a", {{"name", "B"}, {"price", "2"}})});
    plan("p3", {product("a", {{"name", "A"}})});
    EXPECT_EQ(names_of(only_operation()), std::vector<std::string>{"price"});
    EXPECT_EQ(only_operation().package, "p2");
    EXPECT_EQ(verdict("p2"), Verdict::planned);
    EXPECT_EQ(verdict("p3"), Verdict::unchanged);
}

TEST_F(PlanningTest, ANewerWishReplacesAnUnsentOneGroupByGroup) {
    plan("p1", {product("a", {{"name", "A"}, {"price", "1"}})});
    plan("p2", {price("a", "2")});
    const Operation operation = only_operation();
    EXPECT_EQ(operation.package, "p2");
    EXPECT_EQ(operation.groups, product("a", {{"name", "A"}, {"price", "2"}}).groups);
    EXPECT_EQ(verdict("p1"), Verdict::replaced);
    EXPECT_EQ(verdict("p2"), Verdict::planned);
}

TEST_F(PlanningTest, TheSameWishAgainTakesOverTheUnsentOne) {
    plan("p1", {product("a", {{"name", "A"}})});
    plan("p2", {product("a", {{"name", "A"}})});
    EXPECT_EQ(only_operation().package, "p2");
    EXPECT_EQ(verdict("p1"), Verdict::replaced);
    EXPECT_EQ(verdict("p2"), Verdict::planned);
}

TEST_F(PlanningTest, AnUnrelatedWishLeavesAnUnsentOneAlone) {
    plan("p1", {product("a", {{"name", "A"}, {"price", "1"}})});
    settle_all();
    plan("p2", {product("a", {{"name", "B"}})});
    plan("p3", {price("a", "1")});
    EXPECT_EQ(only_operation().package, "p2");
    EXPECT_EQ(verdict("p2"), Verdict::planned);
    EXPECT_EQ(verdict("p3"), Verdict::unchanged);
}

TEST_F(PlanningTest, ProductAndOfferMeetInOneOperation) {
    plan("p1", {product("a", {{"name", "A"}}), price("a", "5")});
    EXPECT_EQ(names_of(only_operation()), (std::vector<std::string>{"name", "price"}));
    EXPECT_EQ(outcomes("p1").size(), 1U);
    EXPECT_EQ(packages.finding_count("p1"), 0U);
}

TEST_F(PlanningTest, AnOfferBeforeItsProductMeetsItToo) {
    plan("p1", {price("a", "5"), product("a", {{"name", "A"}})});
    EXPECT_EQ(names_of(only_operation()), (std::vector<std::string>{"price", "name"}));
    EXPECT_EQ(verdict("p1"), Verdict::planned);
    EXPECT_FALSE(only_outcome("p1").reason);
}

TEST_F(PlanningTest, ASecondRecordOfAnObjectWins) {
    plan("p1", {product("a", {{"name", "A"}, {"price", "1"}}), product("a", {{"name", "B"}})});
    EXPECT_EQ(only_operation().groups, product("a", {{"price", "1"}, {"name", "B"}}).groups);
    EXPECT_EQ(packages.finding_count("p1"), 0U) << "checks/ says what is wrong with a package";
}

TEST_F(PlanningTest, ASecondRecordWinsEvenWhereTheFirstWasUnchanged) {
    plan("p1", {product("a", {{"name", "A"}})});
    settle_all();
    plan("p2", {product("a", {{"name", "A"}}), product("a", {{"name", "B"}})});
    EXPECT_EQ(verdict("p2"), Verdict::planned);
    EXPECT_EQ(names_of(only_operation()), std::vector<std::string>{"name"});
}

TEST_F(PlanningTest, ASecondRecordThatTakesTheFirstBackLeavesNothingToDo) {
    plan("p1", {product("a", {{"name", "A"}})});
    settle_all();
    plan("p2", {product("a", {{"name", "B"}}), product("a", {{"name", "A"}})});
    EXPECT_EQ(pending.count(), 0U);
    EXPECT_EQ(verdict("p2"), Verdict::unchanged);
}

TEST_F(PlanningTest, TheSameRecordTwiceIsNoDuplicate) {
    plan("p1", {product("a", {{"name", "A"}}), product("a", {{"name", "A"}})});
    EXPECT_EQ(packages.finding_count("p1"), 0U);
    EXPECT_EQ(pending.count(), 1U);
}

/// What package_check finds out at the end of a file.
crm::LeftOut conflict(const std::string& id) {
    return left_out(id, Message{"CML-ID-CONFLICT", {"Товар", "7, 99"}}, true);
}

TEST_F(PlanningTest, WhatIsWithdrawnIsNotSent) {
    add_package("p1");
    {
        Planning planning(database, "p1", "1C");
        planning.stage(product("a", {{"name", "A"}}));
        planning.stage(product("b", {{"name", "B"}}));
        planning.stage(product("a", {{"name", "Other"}}));
        planning.withdraw(conflict("A"));
    }
    Planning::merge(database, "p1");
    EXPECT_EQ(only_operation().source_id, "b");
    const std::vector<Outcome> rows = outcomes("p1");
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].verdict, Verdict::failed);
    EXPECT_EQ(rows[0].reason, conflict("a").reason);
    EXPECT_EQ(rows[0].place, (Place{99, 1}));
    EXPECT_EQ(rows[1].verdict, Verdict::planned);
}

TEST_F(PlanningTest, AFoldedVariantIsToldWhatBecameOfItsProduct) {
    LedgerReferences(database, "1C").remember_fact(crm::References::FactKind::decision, "variants", {"fold"});
    add_package("p1");
    {
        Planning planning(database, "p1", "1C");
        planning.stage(product("Shirt", {{"name", "A"}}));
        planning.fold({crm::make_key(crm::SourceKind::variant, "Shirt#42"),
                       "Shirt#42",
                       crm::make_key(crm::SourceKind::product, "Shirt"),
                       "Shirt",
                       "import.xml",
                       {9, 1}});
    }
    Planning::merge(database, "p1");
    const auto variant = [&] {
        packages.tell_of_variants("p1");
        return outcomes("p1").at(1);
    };
    EXPECT_EQ(pending.count(), 1U) << "it is no object of its own";
    EXPECT_EQ(variant().verdict, Verdict::planned) << "nothing is settled before its product is";
    settle_all();
    const Outcome row = variant();
    EXPECT_EQ(row.source_id, "Shirt#42");
    EXPECT_EQ(row.verdict, Verdict::created);
    EXPECT_EQ(row.remote_id, outcomes("p1").at(0).remote_id);
    EXPECT_EQ(row.reason, (Message{"CRM-FOLDED", {"Shirt"}}));
    const Message refused{"B24-REFUSED", {"no"}};
    database.execute(
        "UPDATE outcome SET verdict = 11, code = 'B24-REFUSED', arguments = '[\"no\"]' WHERE flags = 0");
    EXPECT_EQ(variant().verdict, Verdict::failed);
    EXPECT_EQ(variant().reason, refused);
    database.execute("UPDATE outcome SET verdict = 2, code = NULL, arguments = NULL WHERE flags = 0");
    EXPECT_EQ(variant().reason, (Message{"CRM-FOLDED", {"Shirt"}}));
}

TEST_F(PlanningTest, WhatTurnsOutToBeNoObjectIsSkipped) {
    add_package("p1");
    {
        Planning planning(database, "p1", "1C");
        planning.stage(product("a", {{"name", "A"}}));
        planning.withdraw(left_out("a", Message{"CRM-VARIANT-TOTAL"}, false));
    }
    Planning::merge(database, "p1");
    EXPECT_EQ(pending.count(), 0U);
    EXPECT_EQ(verdict("p1"), Verdict::skipped);
    EXPECT_EQ(outcomes("p1")[0].reason, (Message{"CRM-VARIANT-TOTAL"}));
}

TEST_F(PlanningTest, WithdrawnGroupsLeaveTheOthersToBeSent) {
    add_package("p1");
    {
        Planning planning(database, "p1", "1C");
        planning.stage(product("a", {{"name", "A"}}));
        planning.stage(price("a", "5"));
        planning.withdraw(conflict("a"), {"price", "vat_included"});
    }
    Planning::merge(database, "p1");
    EXPECT_EQ(names_of(only_operation()), std::vector<std::string>{"name"});
    EXPECT_EQ(verdict("p1"), Verdict::failed);
    settle_all();
    EXPECT_EQ(verdict("p1"), Verdict::failed) << "the row error stays";
}

TEST_F(PlanningTest, WithdrawingTheOnlyGroupsLeavesNothing) {
    plan("p1", {product("a", {{"name", "A"}})});
    settle_all();
    add_package("p2");
    {
        Planning planning(database, "p2", "1C");
        planning.stage(price("a", "5"));
        planning.withdraw(conflict("a"), {"price", "vat_included"});
    }
    Planning::merge(database, "p2");
    EXPECT_EQ(pending.count(), 0U);
    EXPECT_EQ(verdict("p2"), Verdict::failed);
}

TEST_F(PlanningTest, AnObjectThatWasWithdrawnComesWithTheNextPackage) {
    add_package("p1");
    {
        Planning planning(database, "p1", "1C");
        planning.stage(product("a", {{"name", "A"}}));
        planning.withdraw(conflict("a"));
        planning.stage(price("a", "5"));
    }
    Planning::merge(database, "p1");
    EXPECT_EQ(pending.count(), 0U) << "its price waits for it";
    EXPECT_EQ(verdict("p1"), Verdict::failed);
    plan("p2", {product("a", {{"name", "B"}})});
    EXPECT_EQ(names_of(only_operation()), (std::vector<std::string>{"price", "name"}));
}

TEST_F(PlanningTest, WithdrawingWhatIsUnchangedStillReportsTheError) {
    plan("p1", {product("a", {{"name", "A"}})});
    settle_all();
    add_package("p2");
    {
        Planning planning(database, "p2", "1C");
        planning.stage(product("a", {{"name", "A"}}));
        planning.withdraw(conflict("a"));
    }
    Planning::merge(database, "p2");
    EXPECT_EQ(pending.count(), 0U);
    EXPECT_EQ(verdict("p2"), Verdict::failed);
}

TEST_F(PlanningTest, APriceForAnUnknownProductWaits) {
    plan("p1", {price("Товар-1", "5")});
    EXPECT_EQ(pending.count(), 0U);
    EXPECT_EQ(verdict("p1"), Verdict::deferred);
    EXPECT_EQ(only_outcome("p1").reason, (Message{"CRM-PARKED", {"Товар-1"}}));
    EXPECT_FALSE(pending.remote_id(crm::make_key(crm::SourceKind::product, "Товар-1")));
}

TEST_F(PlanningTest, AWaitingPriceJoinsItsProductInALaterPackage) {
    plan("p1", {price("a", "5")});
    plan("p2", {product("a", {{"name", "A"}})});
    EXPECT_EQ(names_of(only_operation()), (std::vector<std::string>{"price", "name"}));
    EXPECT_EQ(only_operation().package, "p2");
    EXPECT_EQ(verdict("p1"), Verdict::replaced);
    EXPECT_EQ(number("SELECT count(*) FROM parked"), 0);
}

TEST_F(PlanningTest, TheNewestWaitingPriceWins) {
    plan("p1", {price("a", "5")});
    plan("p2", {price("a", "6")});
    EXPECT_EQ(verdict("p1"), Verdict::replaced);
    EXPECT_EQ(verdict("p2"), Verdict::deferred);
    plan("p3", {product("a", {{"name", "A"}})});
    EXPECT_EQ(only_operation().groups, product("a", {{"price", "6"}, {"name", "A"}}).groups);
}

TEST_F(PlanningTest, AProductsOwnPriceWinsOverAWaitingOne) {
    plan("p1", {price("a", "5")});
    plan("p2", {product("a", {{"name", "A"}, {"price", "9"}})});
    EXPECT_EQ(only_operation().groups, product("a", {{"name", "A"}, {"price", "9"}}).groups);
}

TEST_F(PlanningTest, AWaitingPriceOfADiscardedPackageIsForgotten) {
    add_package("p1");
    stage("p1", {price("a", "5")});
    Planning::discard(database, "p1");
    plan("p2", {product("a", {{"name", "A"}})});
    EXPECT_EQ(names_of(only_operation()), std::vector<std::string>{"name"});
}

TEST_F(PlanningTest, AMarkOnAnObjectTheCrmHasIsSent) {
    plan("p1", {product("a", {{"name", "A"}})});
    settle_all();
    plan("p2", {deletion("a")});
    EXPECT_TRUE(only_operation().deletion_mark);
    EXPECT_EQ(names_of(only_operation()), std::vector<std::string>{"active"});
    EXPECT_EQ(verdict("p2"), Verdict::planned);
}

TEST_F(PlanningTest, AMarkOnAnUnknownObjectDoesNothing) {
    plan("p1", {deletion("a")});
    EXPECT_EQ(pending.count(), 0U);
    EXPECT_EQ(verdict("p1"), Verdict::skipped);
    EXPECT_EQ(only_outcome("p1").reason, Message{"CRM-MARKED-DELETED"});
}

TEST_F(PlanningTest, AMarkedProductsPriceDoesNotWait) {
    plan("p1", {deletion("a"), price("a", "5")});
    EXPECT_EQ(verdict("p1"), Verdict::skipped);
    EXPECT_EQ(number("SELECT count(*) FROM parked"), 0);
    plan("p2", {price("b", "5"), deletion("b")});
    EXPECT_EQ(verdict("p2"), Verdict::skipped);
    EXPECT_EQ(number("SELECT count(*) FROM parked"), 0);
}

TEST_F(PlanningTest, AMarkOnAnUnsentCreationJoinsIt) {
    plan("p1", {product("a", {{"name", "A"}})});
    plan("p2", {deletion("a")});
    EXPECT_TRUE(only_operation().deletion_mark);
    EXPECT_EQ(names_of(only_operation()), (std::vector<std::string>{"name", "active"}));
}

TEST_F(PlanningTest, AMarkInThePackageOfTheCreationJoinsIt) {
    plan("p1", {product("a", {{"name", "A"}}), deletion("a")});
    EXPECT_TRUE(only_operation().deletion_mark);
    EXPECT_EQ(names_of(only_operation()), (std::vector<std::string>{"name", "active"}));
}

TEST_F(PlanningTest, APriceDoesNotTakeBackItsProductsMark) {
    plan("p1", {product("a", {{"name", "A"}})});
    settle_all();
    plan("p2", {deletion("a"), price("a", "5")});
    EXPECT_TRUE(only_operation().deletion_mark);
    crm::Wish revived = product("a", {{"name", "A"}});
    revived.groups.push_back({"active", {{"active", true}}});
    plan("p3", {revived});
    EXPECT_FALSE(only_operation().deletion_mark);
}

TEST_F(PlanningTest, ARowErrorHasItsRow) {
    add_package("p1");
    {
        Planning planning(database, "p1", "1C");
        planning.leave_out(left_out("a", Message{"CML-NAME-MISSING", {"Товар"}}, true));
        planning.leave_out(left_out("b", Message{"CRM-VARIANT-TOTAL"}, false));
    }
    const std::vector<Outcome> all = outcomes("p1");
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].source_id, "a");
    EXPECT_EQ(all[0].verdict, Verdict::failed);
    EXPECT_EQ(all[0].place, (Place{99, 1}));
    EXPECT_EQ(all[1].verdict, Verdict::skipped);
}

TEST_F(PlanningTest, ObjectsWithoutAnIdHaveARowEach) {
    add_package("p1");
    {
        Planning planning(database, "p1", "1C");
        planning.leave_out(left_out("", Message{"CML-ID-MISSING", {"Товар"}}, true));
        planning.leave_out(left_out("", Message{"CML-ID-MISSING", {"Товар"}}, true));
    }
    ASSERT_EQ(outcomes("p1").size(), 2U);
    EXPECT_EQ(outcomes("p1")[1].source_id, "");
    EXPECT_EQ(outcomes("p1")[1].verdict, Verdict::failed);
}

TEST_F(PlanningTest, ARowErrorIsNotForgottenForAValidWish) {
    plan("p1", {product("a", {{"name", "A"}})});
    settle_all();
    add_package("p2");
    {
        Planning planning(database, "p2", "1C");
        planning.leave_out(left_out("a", Message{"CML-NAME-MISSING", {"Товар"}}, true));
        planning.stage(product("a", {{"name", "A"}}));
    }
    Planning::merge(database, "p2");
    EXPECT_EQ(verdict("p2"), Verdict::failed);
    add_package("p3");
    {
        Planning planning(database, "p3", "1C");
        planning.stage(product("a", {{"name", "B"}}));
        planning.leave_out(left_out("a", Message{"CML-NAME-MISSING", {"Товар"}}, true));
    }
    Planning::merge(database, "p3");
    EXPECT_EQ(pending.count(), 1U);
    settle_all(Verdict::updated);
    EXPECT_EQ(verdict("p3"), Verdict::failed);
    EXPECT_EQ(only_outcome("p3").reason, (Message{"CML-NAME-MISSING", {"Товар"}}));
    EXPECT_EQ(only_outcome("p3").place, (Place{99, 1}));
}

TEST_F(PlanningTest, ARecordLeftAloneOnPurposeGivesWayToAnotherOfTheObject) {
    plan("p1", {product("old", {{"name", "A"}})});
    settle_all();
    add_package("p2");
    {
        Planning planning(database, "p2", "1C");
        const Message reason{"CRM-VARIANT-TOTAL"};
        planning.stage(product("first", {{"name", "A"}}));
        planning.leave_out(left_out("first", reason, false));
        planning.leave_out(left_out("last", reason, false));
        planning.stage(product("last", {{"name", "A"}}));
        planning.leave_out(left_out("old", reason, false));
        planning.stage(product("old", {{"name", "A"}}));
        planning.leave_out(left_out("old", reason, false));
        planning.leave_out(left_out("alone", reason, false));
        planning.leave_out(left_out("alone", reason, false));
    }
    Planning::merge(database, "p2");
    const std::vector<Outcome> all = outcomes("p2");
    ASSERT_EQ(all.size(), 4U);
    EXPECT_EQ(all[0].verdict, Verdict::planned);
    EXPECT_EQ(all[1].verdict, Verdict::planned);
    EXPECT_FALSE(all[1].reason);
    EXPECT_EQ(all[2].verdict, Verdict::unchanged);
    EXPECT_EQ(all[3].verdict, Verdict::skipped);
}

TEST_F(PlanningTest, TheReceiptSpellsAnIdAsThePackageDid) {
    plan("p1", {product("Ab", {{"name", "A"}})});
    settle_all();
    plan("p2", {product("aB", {{"name", "A"}})});
    EXPECT_EQ(only_outcome("p2").source_id, "aB");
    EXPECT_EQ(only_outcome("p1").source_id, "Ab");
    plan("p3", {product("AB", {{"name", "B"}})});
    EXPECT_EQ(only_operation().source_id, "Ab");
}

TEST_F(PlanningTest, SourceSystemsHaveObjectsOfTheirOwn) {
    plan("p1", {product("a", {{"name", "A"}})});
    settle_all();
    add_package("p2");
    {
        Planning planning(database, "p2", "1C-UT");
        planning.stage(product("a", {{"name", "A"}}));
    }
    Planning::merge(database, "p2");
    EXPECT_EQ(only_operation().remote_id, "");
    EXPECT_EQ(only_operation().source_system, "1C-UT");
    const crm::EntityKey key = crm::make_key(crm::SourceKind::product, "a");
    EXPECT_EQ(pending.remote_id(key, "1C-UT"), "");
    EXPECT_NE(pending.remote_id(key, "1C"), "");
    EXPECT_EQ(pending.remote_id(key), pending.remote_id(key, "1C"));
    EXPECT_FALSE(pending.remote_id(key, "other"));
}

TEST_F(PlanningTest, WhatAnObjectIsInTheCrmItStaysThere) {
    const auto person = [](const std::string& name) {
        return object(crm::SourceKind::contragent, crm::EntityKind::contact, "C", {{"title", name}});
    };
    const auto kind = [&] { return number("SELECT kind FROM entity"); };
    plan("p1", {company("C", "Ромашка")});
    pending.settle(
        {{.entity = only_operation().entity, .verdict = Verdict::failed, .reason = Message{"B24-REFUSED"}}});
    plan("p2", {person("Иванов")});
    EXPECT_EQ(only_operation().kind, crm::EntityKind::contact) << "there is no company yet";
    EXPECT_EQ(kind(), static_cast<int>(crm::EntityKind::contact));
    settle_all();
    plan("p3", {company("C", "Лютик")});
    EXPECT_EQ(only_operation().kind, crm::EntityKind::contact);
    EXPECT_EQ(kind(), static_cast<int>(crm::EntityKind::contact));
}

TEST_F(PlanningTest, MoreWishesThanOneTransactionHolds) {
    std::vector<crm::Wish> wishes;
    for (std::size_t i = 0; i < Planning::rows_per_transaction * 2 + 5; ++i) {
        const std::string text = std::to_string(i);
        wishes.push_back(product(text, {{"name", text}}));
    }
    plan("p1", wishes);
    EXPECT_EQ(pending.count(), wishes.size());
    EXPECT_EQ(number("SELECT count(*) FROM staged"), 0);
    EXPECT_EQ(number("SELECT merging FROM package"), 0);
}

TEST_F(PlanningTest, AMergeThatIsDoneIsNotDoneAgain) {
    plan("p1", {product("a", {{"name", "A"}})});
    packages.set_state("p1", PackageState::delivering);
    Planning::merge(database, "p1");
    EXPECT_EQ(packages.find("p1")->state, PackageState::delivering);
    EXPECT_EQ(pending.count(), 1U);
}

TEST_F(PlanningTest, ReadingAMergedPackageAgainChangesNothing) {
    const std::vector<crm::Wish> wishes{product("a", {{"name", "A"}}), price("a", "1"), price("b", "2")};
    plan("p1", wishes);
    const std::vector<Operation> before = operations();
    packages.clear_results("p1");
    Planning::discard(database, "p1");
    stage("p1", wishes);
    Planning::merge(database, "p1");
    ASSERT_EQ(operations().size(), 1U);
    EXPECT_EQ(operations()[0].package, "p1");
    EXPECT_EQ(operations()[0].groups, before[0].groups);
    ASSERT_EQ(outcomes("p1").size(), 2U);
    EXPECT_EQ(outcomes("p1")[0].verdict, Verdict::planned);
    EXPECT_EQ(outcomes("p1")[1].verdict, Verdict::deferred);
}

TEST_F(PlanningTest, AWishWithoutAKeyIsABugOfItsMaker) {
    add_package("p1");
    Planning planning(database, "p1", "1C");
    EXPECT_THROW(planning.stage(product("", {{"name", "A"}})), Error);
    EXPECT_THROW(planning.flush(), Error);
    EXPECT_FALSE(database.in_transaction());
}

TEST_F(PlanningTest, FindingsOfAnInterruptedReadingStay) {
    add_package("p1");
    try {
        Planning planning(database, "p1", "1C");
        planning.stage(product("a", {{"name", "A"}}));
        packages.add_finding("p1", {Severity::fatal, Message{"XML-EMPTY"}});
        throw std::runtime_error("the file breaks off");
    } catch (const std::runtime_error&) {
        packages.set_state("p1", PackageState::rejected);
    }
    EXPECT_EQ(packages.finding_count("p1"), 1U);
    EXPECT_FALSE(database.in_transaction());
}

}  // namespace
}  // namespace obmen::ledger
