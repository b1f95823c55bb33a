#include "ledger/removals.hpp"

#include "ledger_fixture.hpp"

#include <algorithm>

namespace obmen::ledger {
namespace {

constexpr unsigned percent = 20;

crm::Wish active_product(const std::string& id) {
    crm::Wish wish = product(id, {{"name", "P"}});
    wish.groups.push_back({"active", {{"active", true}}});
    return wish;
}

std::vector<std::string> ids(int from, int to) {
    std::vector<std::string> all;
    for (int i = from; i < to; ++i) {
        all.push_back("id" + std::to_string(i));
    }
    return all;
}

class RemovalsTest : public LedgerTest {
  protected:
    struct Content {
        std::string catalogue;
        std::vector<std::string> ids;
        bool full = true;
    };

    void read(const std::string& package, const std::vector<Content>& contents) {
        Planning planning(database, package, "1C");
        for (const Content& content : contents) {
            planning.begin_catalogue(content.catalogue);
            for (const std::string& id : content.ids) {
                crm::Wish wish = active_product(id);
                wish.entity = made;
                planning.stage(wish);
            }
            planning.end_catalogue();
            if (content.full) {
                planning.full_export(content.catalogue);
            }
        }
        planning.flush();
    }

    /// Reads and merges a package, plans its removals, and lets the CRM have everything.
    std::vector<RemovalPlan> bring(const std::string& package, const std::vector<Content>& contents) {
        merge(package, contents);
        std::vector<RemovalPlan> plans = removals.plan(package, percent);
        deliver();
        return plans;
    }

    void merge(const std::string& package, const std::vector<Content>& contents) {
        add_package(package);
        read(package, contents);
        Planning::merge(database, package);
    }

    void deliver() {
        std::vector<Settlement> settlements;
        for (const Operation& operation : operations()) {
            Settlement settlement{operation.entity, Verdict::updated};
            settlement.remote_id = operation.remote_id;
            if (operation.remote_id.empty()) {
                settlement.verdict = Verdict::created;
                settlement.remote_id = std::to_string(1000 + operation.entity);
            } else if (operation.deletion_mark) {
                settlement.verdict = Verdict::deactivated;
            }
            settlement.confirmed_groups = names_of(operation);
            settlements.push_back(settlement);
        }
        pending.settle(settlements);
    }

    [[nodiscard]] std::vector<std::string> with_verdict(const std::string& package, Verdict wanted) const {
        std::vector<std::string> found;
        for (const Outcome& outcome : outcomes(package)) {
            if (outcome.verdict == wanted) {
                found.push_back(outcome.source_id);
            }
        }
        return found;
    }

    Removals removals{database};
    crm::EntityKind made = crm::EntityKind::product;  ///< what it is in the CRM
};

TEST_F(RemovalsTest, AnOfferIsSwitchedOffAsAnOffer) {
    made = crm::EntityKind::offer;
    bring("p1", {{"Cat", {"a", "b", "c"}}});
    merge("p2", {{"cat", {"a", "c"}}});
    static_cast<void>(removals.plan("p2", percent));
    EXPECT_EQ(only_operation().kind, crm::EntityKind::offer);
}

TEST_F(RemovalsTest, WhatAFullExportLacksIsSwitchedOff) {
    bring("p1", {{"Cat", {"a", "b", "c"}}});
    merge("p2", {{"cat", {"a", "c"}}});
    EXPECT_EQ(removals.plan("p2", percent), (std::vector<RemovalPlan>{{"cat", 3, 1, false}}));
    const Operation operation = only_operation();
    EXPECT_EQ(operation.source_id, "b");
    EXPECT_TRUE(operation.deletion_mark);
    EXPECT_EQ(operation.groups, (std::vector<crm::FieldGroup>{{"active", {{"active", false}}}}));
    EXPECT_EQ(operation.package, "p2");
    EXPECT_EQ(with_verdict("p2", Verdict::planned), std::vector<std::string>{"b"});
    deliver();
    EXPECT_EQ(with_verdict("p2", Verdict::deactivated), std::vector<std::string>{"b"});
    for (const Outcome& outcome : outcomes("p2")) {
        if (outcome.source_id == "b") {
            EXPECT_EQ(outcome.reason, (Message{"CRM-REMOVED", {"cat"}}));
            EXPECT_NE(outcome.remote_id, "");
        }
    }
}

TEST_F(RemovalsTest, WhatIsStillToBeMadeCanBeMissingToo) {
    merge("p1", {{"cat", {"a", "b"}}});
    static_cast<void>(removals.plan("p1", percent));
    merge("p2", {{"cat", {"a"}}});  // the portal was away all the time
    EXPECT_EQ(removals.plan("p2", percent), (std::vector<RemovalPlan>{{"cat", 1, 1, false}}));
    std::vector<std::string> marked;
    for (const Operation& operation : operations()) {
        if (operation.deletion_mark) {
            marked.push_back(operation.source_id + " of " + operation.package);
        }
    }
    EXPECT_EQ(marked, std::vector<std::string>{"b of p2"});
    EXPECT_EQ(with_verdict("p1", Verdict::replaced), (std::vector<std::string>{"a", "b"}));
}

TEST_F(RemovalsTest, WhatWasMissingWhenItWasToStayStays) {
    bring("p1", {{"cat", {"a", "b", "c"}}});
    merge("p2", {{"cat", {"a", "c"}}});
    removals.keep_missing("p2");
    EXPECT_TRUE(removals.due().empty());
    EXPECT_TRUE(removals.plan("p2", percent).empty());
    EXPECT_EQ(pending.count(), 0U);
}

TEST_F(RemovalsTest, WhatIsSwitchedOffAlreadyIsNotMissingAgain) {
    bring("p1", {{"cat", {"a", "b", "c"}}});
    bring("p2", {{"cat", {"a", "c"}}});
    EXPECT_EQ(bring("p3", {{"cat", {"a", "c"}}}), (std::vector<RemovalPlan>{{"cat", 2, 0, false}}));
    EXPECT_EQ(with_verdict("p3", Verdict::deactivated), std::vector<std::string>{});
}

TEST_F(RemovalsTest, WhatComesBackIsSwitchedOnAgain) {
    bring("p1", {{"cat", {"a", "b"}}});
    bring("p2", {{"cat", {"a"}}});
    merge("p3", {{"cat", {"a", "b"}}});
    const Operation operation = only_operation();
    EXPECT_EQ(operation.source_id, "b");
    EXPECT_EQ(operation.groups, (std::vector<crm::FieldGroup>{{"active", {{"active", true}}}}));
    EXPECT_FALSE(operation.deletion_mark);
    deliver();
    EXPECT_EQ(with_verdict("p3", Verdict::updated), std::vector<std::string>{"b"});
    EXPECT_EQ(bring("p4", {{"cat", {"a"}}}), (std::vector<RemovalPlan>{{"cat", 2, 1, false}}));
}

TEST_F(RemovalsTest, WhatIsMissingAgainBeforeItHasComeBackStaysSwitchedOff) {
    bring("p1", {{"cat", {"a", "b"}}});
    bring("p2", {{"cat", {"a"}}});
    merge("p3", {{"cat", {"b"}, false}});
    ASSERT_EQ(pending.count(), 1U);  // the portal is away
    merge("p4", {{"cat", {"a"}}});
    EXPECT_EQ(removals.plan("p4", percent), (std::vector<RemovalPlan>{{"cat", 2, 1, false}}));
    EXPECT_EQ(pending.count(), 0U) << "the CRM has it switched off: it stays so";
    EXPECT_EQ(with_verdict("p3", Verdict::replaced), std::vector<std::string>{"b"});
}

TEST_F(RemovalsTest, WhatIsMissingAgainWhileItComesBackIsSwitchedOffBehindThat) {
    bring("p1", {{"cat", {"a", "b"}}});
    bring("p2", {{"cat", {"a"}}});
    merge("p3", {{"cat", {"b"}, false}});
    pending.mark_sent({only_operation().entity});
    merge("p4", {{"cat", {"a"}}});
    EXPECT_EQ(removals.plan("p4", percent), (std::vector<RemovalPlan>{{"cat", 2, 1, false}}));
    deliver();
    EXPECT_TRUE(only_operation().deletion_mark);
    deliver();
    EXPECT_EQ(with_verdict("p4", Verdict::deactivated), std::vector<std::string>{"b"});
}

TEST_F(RemovalsTest, WhatIsOnItsWayToBeSwitchedOffIsNotMissingAgain) {
    bring("p1", {{"cat", ids(0, 100)}});
    merge("p2", {{"cat", ids(8, 100)}});
    EXPECT_EQ(removals.plan("p2", percent), (std::vector<RemovalPlan>{{"cat", 100, 8, false}}));
    merge("p3", {{"cat", ids(18, 100)}});  // the portal is away
    EXPECT_EQ(removals.plan("p3", percent), (std::vector<RemovalPlan>{{"cat", 92, 10, false}}))
        << "what is asked does not depend on what has been sent";
    deliver();
    EXPECT_EQ(with_verdict("p2", Verdict::deactivated).size(), 8U);
}

TEST_F(RemovalsTest, ARemovalThatWasNotSentYetIsTakenBack) {
    bring("p1", {{"cat", {"a", "b"}}});
    merge("p2", {{"cat", {"a"}}});
    removals.plan("p2", percent);
    ASSERT_EQ(pending.count(), 1U);
    merge("p3", {{"cat", {"a", "b"}}});
    EXPECT_EQ(pending.count(), 0U);
    EXPECT_EQ(with_verdict("p2", Verdict::replaced), std::vector<std::string>{"b"});
}

TEST_F(RemovalsTest, AnExportOfChangesRemovesNothing) {
    bring("p1", {{"cat", {"a", "b"}}});
    EXPECT_TRUE(bring("p2", {{"cat", {"a"}, false}}).empty());
    EXPECT_TRUE(with_verdict("p2", Verdict::deactivated).empty());
}

TEST_F(RemovalsTest, WhatCameAfterTheLastFullExportIsNotMissing) {
    bring("p1", {{"one", {"a", "b"}}, {"two", {"c"}}});
    bring("p2", {{"two", {"b"}, false}});
    EXPECT_EQ(bring("p3", {{"one", {"a"}}}), (std::vector<RemovalPlan>{{"one", 2, 0, false}}));
    // Until a full export of the other catalogue lacks it, too.
    EXPECT_EQ(bring("p4", {{"two", {"c"}}}), (std::vector<RemovalPlan>{{"two", 2, 1, false}}));
}

TEST_F(RemovalsTest, CataloguesThatAreCompleteForThemselvesLeaveEachOtherAlone) {
    bring("p1", {{"one", {"a", "b"}}});
    EXPECT_EQ(bring("p2", {{"two", {"c", "d"}}}), (std::vector<RemovalPlan>{{"two", 0, 0, false}}));
    EXPECT_EQ(bring("p3", {{"three", {"e"}}}), (std::vector<RemovalPlan>{{"three", 0, 0, false}}));
    EXPECT_EQ(bring("p4", {{"one", {"a", "b"}}, {"two", {"c", "d"}}, {"three", {"e"}}}).size(), 3U);
    for (const std::string package : {"p1", "p2", "p3", "p4"}) {
        EXPECT_TRUE(with_verdict(package, Verdict::deactivated).empty()) << package;
    }
}

TEST_F(RemovalsTest, AnObjectThatMovesToAnotherCatalogueStays) {
    bring("p1", {{"one", {"a", "b"}}, {"two", {"c"}}});
    bring("p2", {{"two", {"b", "c"}}});
    bring("p3", {{"one", {"a"}}});
    EXPECT_TRUE(with_verdict("p3", Verdict::deactivated).empty());
    bring("p4", {{"two", {"c"}}});
    EXPECT_EQ(with_verdict("p4", Verdict::deactivated), std::vector<std::string>{"b"});
}

TEST_F(RemovalsTest, ARecordWithAnErrorOrLeftOutCountsAsSeen) {
    bring("p1", {{"cat", {"a", "b", "c"}}});
    add_package("p2");
    {
        Planning planning(database, "p2", "1C");
        planning.begin_catalogue("cat");
        planning.stage(active_product("a"));
        planning.leave_out(left_out("b", Message{"CML-NAME-MISSING", {"Товар"}}, true));
        planning.leave_out(left_out("c", Message{"CRM-VARIANT-TOTAL"}, false));
        planning.end_catalogue();
        planning.full_export("cat");
    }
    Planning::merge(database, "p2");
    EXPECT_EQ(removals.plan("p2", percent), (std::vector<RemovalPlan>{{"cat", 3, 0, false}}));
}

TEST_F(RemovalsTest, OnlyProductsAndVariantsStandInCatalogues) {
    add_package("p1");
    {
        Planning planning(database, "p1", "1C");
        planning.begin_catalogue("cat");
        planning.stage(object(crm::SourceKind::group, crm::EntityKind::section, "g", {{"name", "G"}}));
        planning.stage(object(crm::SourceKind::variant, crm::EntityKind::product, "v#1", {{"name", "V"}}));
        planning.end_catalogue();
        planning.stage(product("outside", {{"name", "O"}}));
        planning.full_export("cat");
    }
    Planning::merge(database, "p1");
    EXPECT_EQ(number("SELECT count(*) FROM member"), 1);
}

TEST_F(RemovalsTest, WhatTheCrmDoesNotHaveIsNotMissing) {
    merge("p1", {{"cat", {"a", "b"}}});
    const Operation refused = operations().at(1);
    pending.settle({{refused.entity, Verdict::failed}});
    deliver();
    EXPECT_EQ(bring("p2", {{"cat", {"a"}}}), (std::vector<RemovalPlan>{{"cat", 1, 0, false}}));
}

TEST_F(RemovalsTest, TooManyAreHeld) {
    bring("p1", {{"cat", ids(0, 40)}});
    merge("p2", {{"cat", ids(0, 29)}});
    const std::vector<RemovalPlan> held{{"cat", 40, 11, true}};
    EXPECT_EQ(removals.plan("p2", percent), held);
    EXPECT_EQ(pending.count(), 0U);
    EXPECT_EQ(removals.held("p2"), held);
    EXPECT_TRUE(removals.due().empty());
    ASSERT_EQ(packages.finding_count("p2"), 1U);
    EXPECT_EQ(packages.findings("p2", 0)[0].message,
              (Message{"PKG-REMOVALS-HELD", {"cat", "11", "40", "p2"}}));
    EXPECT_TRUE(packages.find("p2")->removals_held);
    EXPECT_FALSE(packages.find("p1")->removals_held);
    EXPECT_TRUE(packages.list(0).at(0).removals_held || packages.list(0).at(1).removals_held);
}

TEST_F(RemovalsTest, TenAreNeverHeldAndAFifthNeither) {
    bring("p1", {{"cat", ids(0, 20)}});
    EXPECT_EQ(bring("p2", {{"cat", ids(0, 10)}}), (std::vector<RemovalPlan>{{"cat", 20, 10, false}}));
    bring("p3", {{"big", ids(100, 160)}});
    EXPECT_EQ(bring("p4", {{"big", ids(112, 160)}}), (std::vector<RemovalPlan>{{"big", 60, 12, false}}));
}

TEST_F(RemovalsTest, AnEmptyFullExportIsAlwaysHeld) {
    bring("p1", {{"cat", {"a"}}});
    EXPECT_EQ(bring("p2", {{"cat", {}}}), (std::vector<RemovalPlan>{{"cat", 1, 1, true}}));
    EXPECT_EQ(bring("p3", {{"new", {}}}), (std::vector<RemovalPlan>{{"new", 0, 0, false}}));
}

TEST_F(RemovalsTest, ApprovalMakesTheListAnew) {
    bring("p1", {{"cat", ids(0, 40)}});
    bring("p2", {{"cat", ids(0, 20)}});
    packages.set_state("p2", PackageState::applied);
    bring("p3", {{"cat", {"id20"}, false}});  // it is back
    EXPECT_EQ(removals.approve("p2"), 19U);
    EXPECT_EQ(pending.count(), 19U);
    EXPECT_EQ(packages.find("p2")->state, PackageState::planned);
    EXPECT_FALSE(packages.find("p2")->removals_held);
    EXPECT_EQ(packages.finding_count("p2"), 0U);
    EXPECT_TRUE(removals.held("p2").empty());
    deliver();
    EXPECT_EQ(with_verdict("p2", Verdict::deactivated).size(), 19U);
    EXPECT_EQ(removals.approve("p2"), 0U);
}

TEST_F(RemovalsTest, WhatIsDroppedStaysUntilTheNextFullExport) {
    bring("p1", {{"cat", ids(0, 40)}});
    bring("p2", {{"cat", ids(0, 20)}});
    removals.drop("p2");
    EXPECT_TRUE(removals.held("p2").empty());
    EXPECT_EQ(packages.finding_count("p2"), 0U);
    EXPECT_EQ(removals.approve("p2"), 0U);
    EXPECT_EQ(bring("p3", {{"cat", ids(0, 20)}}), (std::vector<RemovalPlan>{{"cat", 40, 20, true}}));
}

TEST_F(RemovalsTest, ANewerFullExportEndsAnEarlierHold) {
    bring("p1", {{"cat", ids(0, 40)}});
    bring("p2", {{"cat", ids(0, 20)}});
    bring("p3", {{"cat", ids(0, 39)}});
    EXPECT_TRUE(removals.held("p2").empty());
    EXPECT_EQ(packages.finding_count("p2"), 0U);
    EXPECT_EQ(removals.approve("p2"), 0U);
    EXPECT_EQ(with_verdict("p3", Verdict::deactivated), std::vector<std::string>{"id39"});
}

TEST_F(RemovalsTest, AHoldThatWasOvertakenBeforeItWasPlannedIsNotApproved) {
    bring("p1", {{"cat", ids(0, 40)}});
    bring("p2", {{"cat", ids(0, 20)}});
    merge("p3", {{"cat", ids(0, 10)}});
    EXPECT_EQ(removals.approve("p2"), 0U);
    EXPECT_EQ(removals.due(), std::vector<std::string>{"p3"});
    EXPECT_EQ(removals.plan("p3", percent), (std::vector<RemovalPlan>{{"cat", 40, 30, true}}));
}

TEST_F(RemovalsTest, OnlyTheNewestOfTwoMergedExportsIsPlanned) {
    bring("p1", {{"cat", {"a", "b", "c"}}});
    merge("p2", {{"cat", {"a"}}});
    merge("p3", {{"cat", {"a", "b"}}});
    EXPECT_EQ(removals.due(), (std::vector<std::string>{"p2", "p3"}));
    EXPECT_TRUE(removals.plan("p2", percent).empty());
    EXPECT_EQ(removals.plan("p3", percent), (std::vector<RemovalPlan>{{"cat", 3, 1, false}}));
    EXPECT_TRUE(removals.due().empty());
}

TEST_F(RemovalsTest, AnExportThatWasNotMergedDoesNotCount) {
    bring("p1", {{"cat", {"a", "b"}}});
    add_package("p2");
    read("p2", {{"cat", {"a"}}});
    EXPECT_TRUE(removals.due().empty());
    EXPECT_TRUE(removals.plan("p2", percent).empty());
    Planning::discard(database, "p2");
    read("p2", {{"cat", {"a"}, false}});
    Planning::merge(database, "p2");
    EXPECT_TRUE(removals.due().empty());
    EXPECT_EQ(pending.count(), 0U);
}

TEST_F(RemovalsTest, AnOlderExportReadOnceMoreRemovesNothingThatCameLater) {
    bring("p1", {{"cat", {"a", "b"}}});
    bring("p2", {{"cat", {"c"}, false}});
    read("p1", {{"cat", {"a", "b"}}});
    Planning::merge(database, "p1");
    EXPECT_EQ(removals.plan("p1", percent), (std::vector<RemovalPlan>{{"cat", 3, 0, false}}));
    EXPECT_EQ(pending.count(), 0U);
}

TEST_F(RemovalsTest, APackageReadOnceMoreIsHeldOnce) {
    bring("p1", {{"cat", ids(0, 40)}});
    bring("p2", {{"cat", ids(0, 20)}});
    read("p2", {{"cat", ids(0, 20)}});
    Planning::merge(database, "p2");
    removals.plan("p2", percent);
    EXPECT_EQ(removals.held("p2").size(), 1U);
    EXPECT_EQ(packages.finding_count("p2"), 1U);
}

TEST_F(RemovalsTest, AMissingObjectThatOnlyOffersNameHasOneRow) {
    bring("p1", {{"cat", {"a", "b"}}});
    add_package("p2");
    {
        Planning planning(database, "p2", "1C");
        planning.begin_catalogue("cat");
        planning.stage(active_product("a"));
        planning.end_catalogue();
        planning.full_export("cat");
        planning.stage(price("b", "5"));
    }
    Planning::merge(database, "p2");
    removals.plan("p2", percent);
    EXPECT_EQ(names_of(only_operation()), (std::vector<std::string>{"price", "active"}));
    EXPECT_EQ(outcomes("p2").size(), 2U);
    deliver();
    EXPECT_EQ(with_verdict("p2", Verdict::deactivated), std::vector<std::string>{"b"});
}

TEST_F(RemovalsTest, ARowErrorStaysOne) {
    bring("p1", {{"cat", {"a", "b"}}});
    add_package("p2");
    {
        Planning planning(database, "p2", "1C");
        planning.begin_catalogue("cat");
        planning.stage(active_product("a"));
        planning.end_catalogue();
        planning.full_export("cat");
        planning.leave_out(left_out("b", Message{"CML-NAME-MISSING", {"Предложение"}}, true));
    }
    Planning::merge(database, "p2");
    removals.plan("p2", percent);
    deliver();
    EXPECT_EQ(with_verdict("p2", Verdict::failed), std::vector<std::string>{"b"});
}

/// Deletion marks.
class HeldMarks : public RemovalsTest {
  protected:
    struct Marked {
        std::vector<std::string> marked;
        std::vector<std::string> active{};
        bool full = false;
    };
    /// \returns whether the marks are held
    bool mark(const std::string& package, const Marked& content) {
        add_package(package);
        {
            Planning planning(database, package, "1C");
            planning.begin_catalogue("cat");
            for (const std::string& id : content.marked) {
                crm::Wish wish = deletion(id);
                if (id == "id0") {
                    wish.groups.push_back(text_group("name", "New"));
                }
                planning.stage(wish);
            }
            for (const std::string& id : content.active) {
                planning.stage(active_product(id));
            }
            planning.end_catalogue();
            if (content.full) {
                planning.full_export("cat");
            }
        }
        const bool held = removals.weigh_marks(package, percent, true);
        Planning::merge(database, package);
        removals.plan(package, percent);
        return held;
    }
};

TEST_F(HeldMarks, AFewAreNotHeld) {
    bring("p1", {{"cat", ids(0, 40)}});
    EXPECT_FALSE(mark("p2", {ids(0, 8)}));
    deliver();
    EXPECT_EQ(with_verdict("p2", Verdict::deactivated).size(), 8U);
    EXPECT_FALSE(packages.find("p2")->removals_held);
}

TEST_F(HeldMarks, TooManyWaitForAPersonWhileTheRestOfTheirRecordsGoesOn) {
    bring("p1", {{"cat", ids(0, 40)}});
    EXPECT_TRUE(mark("p2", {ids(0, 11), {"new"}}));
    ASSERT_EQ(pending.count(), 2U) << "the new object, and the new name of one that is marked";
    EXPECT_EQ(packages.findings("p2", 0).at(0).message,
              (Message{"PKG-MARKS-HELD", {"cat", "11", "40", "p2"}}));
    EXPECT_TRUE(packages.find("p2")->removals_held);
    deliver();
    EXPECT_TRUE(with_verdict("p2", Verdict::deactivated).empty());
    EXPECT_EQ(with_verdict("p2", Verdict::deferred).size(), 10U);

    EXPECT_EQ(removals.approve("p2"), 11U);
    EXPECT_EQ(packages.find("p2")->state, PackageState::planned);
    deliver();
    EXPECT_EQ(with_verdict("p2", Verdict::deactivated).size(), 11U);
    EXPECT_FALSE(packages.find("p2")->removals_held);
    EXPECT_EQ(packages.finding_count("p2"), 0U);
    EXPECT_EQ(removals.approve("p2"), 0U);
}

TEST_F(HeldMarks, CountTogetherWithWhatIsMissing) {
    bring("p1", {{"cat", ids(0, 40)}});
    EXPECT_TRUE(mark("p2", {ids(0, 6), ids(12, 40), true})) << "6 marked and 6 missing of 40";
    EXPECT_EQ(removals.held("p2").size(), 2U) << "both wait";
    EXPECT_EQ(pending.count(), 1U) << "the new name";
    EXPECT_EQ(removals.approve("p2"), 12U);
}

TEST_F(HeldMarks, AreTakenBackByANewerPackageThatSaysActive) {
    bring("p1", {{"cat", ids(0, 40)}});
    EXPECT_TRUE(mark("p2", {ids(0, 20)}));
    deliver();
    bring("p3", {{"cat", ids(0, 5), false}});
    EXPECT_EQ(removals.approve("p2"), 15U);
    EXPECT_EQ(pending.count(), 15U);
}

TEST_F(HeldMarks, OfAPackageThatWasCutOffAreHeldOnce) {
    bring("p1", {{"cat", ids(0, 40)}});
    add_package("p2");
    for (int attempt = 0; attempt < 2; ++attempt) {
        Planning::discard(database, "p2");
        Planning planning(database, "p2", "1C");
        planning.begin_catalogue("cat");
        for (const std::string& id : ids(0, 20)) {
            planning.stage(deletion(id));
        }
        planning.flush();
        EXPECT_TRUE(removals.weigh_marks("p2", percent, true));
    }
    EXPECT_EQ(packages.finding_count("p2"), 1U);
    Planning::merge(database, "p2");
    EXPECT_EQ(removals.approve("p2"), 20U);
}

TEST_F(RemovalsTest, GoodsAloneCanSwitchOffAProductThatEarlierOffersNamed) {
    bring("p1", {{"cat", {"a", "b"}}, {"cat#", {"a", "b"}}});
    bring("p2", {{"cat", {"a"}}, {"cat#", {"a", "b"}}});
    EXPECT_TRUE(with_verdict("p2", Verdict::deactivated).empty()) << "the very package still prices it";
    bring("p3", {{"cat", {"a"}}});
    EXPECT_EQ(with_verdict("p3", Verdict::deactivated), std::vector<std::string>{"b"});
    bring("p4", {{"cat", {"a", "b"}}, {"cat#", {"a"}}});
    EXPECT_TRUE(with_verdict("p4", Verdict::deactivated).empty()) << "goods without an offer stay";
}

TEST_F(RemovalsTest, WhatOnlyOffersHaveEverNamedIsNotMissingFromGoods) {
    bring("p1", {{"cat", {"a"}}, {"cat#", {"a", "only"}}});
    bring("p2", {{"cat", {"a"}}});
    EXPECT_TRUE(with_verdict("p2", Verdict::deactivated).empty());
    bring("p3", {{"cat#", {"a"}}});
    EXPECT_EQ(with_verdict("p3", Verdict::deactivated), std::vector<std::string>{"only"});
}

TEST_F(RemovalsTest, AnOvertakenExportNamesTheNewerOne) {
    bring("p1", {{"cat", ids(0, 40)}});
    bring("p2", {{"cat", ids(0, 10)}});
    EXPECT_EQ(removals.overtaken_by("p2"), std::nullopt);
    bring("p3", {{"cat", ids(0, 12)}});
    EXPECT_TRUE(removals.held("p2").empty());
    EXPECT_EQ(removals.overtaken_by("p2"), std::optional<std::string>("p3"));
}

}  // namespace
}  // namespace obmen::ledger
