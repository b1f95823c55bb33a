#include "ledger/repeats.hpp"

#include "ledger/history.hpp"
#include "ledger_fixture.hpp"

namespace obmen::ledger {
namespace {

class RepeatsTest : public LedgerTest {
  protected:
    /// A package that gives product `a` a price, is sent, and ends.
    void apply(const std::string& id, const std::string& price) {
        Packages packages(database);
        packages.add({.id = id, .source = "test"});
        set_content(database, id, content_of(price));
        {
            Planning planning(database, id, "1C");
            planning.stage(product("a", {{"price", price}}));
        }
        Planning::merge(database, id);
        Pending pending(database);
        for (const Operation& operation : pending.page({}, 10)) {
            pending.settle({{operation.entity, Verdict::updated, "7", {"price"}}});
        }
        packages.set_state(id, PackageState::applied);
    }
    /// \returns the package that a new one with this price would repeat
    std::optional<std::string> repeated_by(const std::string& id, const std::string& price) {
        Packages(database).add({.id = id, .source = "test"});
        set_content(database, id, content_of(price));
        return applied_already(database, id, content_of(price));
    }
    static Content content_of(const std::string& price) {
        return {.bytes = "price " + price, .meaning = "m"};
    }
};

TEST_F(RepeatsTest, TheSameAsTheNewestIsARepeatAndTheSameAsAnOlderOneIsNot) {
    apply("A", "10");
    EXPECT_EQ(repeated_by("A again", "10"), "A");
    apply("B", "20");
    EXPECT_FALSE(repeated_by("A once more", "10")) << "B has changed the price";
}

TEST_F(RepeatsTest, WhatALaterPackageHasChangedIsNotForgottenWithItsHistory) {
    apply("A", "10");
    apply("B", "20");
    // A is kept for longer than B: its receipt is not delivered, say.
    prune(database, "B");
    EXPECT_FALSE(repeated_by("A again", "10")) << "the CRM has B's price";
}

}  // namespace
}  // namespace obmen::ledger
