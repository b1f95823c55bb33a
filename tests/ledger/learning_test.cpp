#include "ledger/learning.hpp"

#include "ledger/entities.hpp"
#include "ledger/references.hpp"
#include "ledger_fixture.hpp"

namespace obmen::ledger {
namespace {

using FactKind = crm::References::FactKind;

const std::string handed_by_known = std::string(crm::handed_down_fact) + "known";
const std::string handed_by_late = std::string(crm::handed_down_fact) + "late";
const std::string handed_by_new = std::string(crm::handed_down_fact) + "new";

/// What an applied package has taught.
void teach_first(Database& database) {
    LedgerReferences references(database, "1C");
    references.remember_price_type("retail", {"Розничная", "RUB", ""});
    references.remember_group("g1");
    references.remember_fact(FactKind::property, "color", {"Цвет"});
    references.remember_fact(FactKind::source_value, "kept", {"a"});
    references.remember_product("known", {"g1", "796", std::nullopt});
    references.remember_fact(FactKind::source_value, handed_by_known, {"red", ""});
    references.remember_product("late", {"g1", std::nullopt, std::nullopt});
    references.pin_contragent_kind("c1", 3);
    Entities entities(database, 1);
    static_cast<void>(entities.add({crm::SourceKind::group, "g2"}, "g2"));
    static_cast<void>(entities.add({crm::SourceKind::contragent, "c2"}, "c2"));
}

/// Another one changes all of it, some of it twice, and brings more.
void teach_more(Database& database) {
    LedgerReferences references(database, "1C");
    references.remember_price_type("retail", {"Розничная", "USD", ""});
    references.remember_price_type("bulk", {"Оптовая", "RUB", ""});
    references.pin_price_type("bulk");
    references.remember_group("g2");
    references.remember_group("g3");
    references.remember_fact(FactKind::property, "color", {"Оттенок"});
    references.remember_fact(FactKind::property, "color", {"Тон"});
    references.remember_fact(FactKind::source_value, "kept", {});
    references.remember_fact(FactKind::source_value, "brought", {"b"});
    references.remember_product("known", {"g2", "796", "20"});
    references.remember_product("known", {"g3", "796", "20"});
    references.remember_fact(FactKind::source_value, handed_by_known, {"blue", ""});
    references.remember_fact(FactKind::source_value, handed_by_late, {"green", ""});
    references.remember_product("new", {"g2", std::nullopt, std::nullopt});
    references.remember_fact(FactKind::source_value, handed_by_new, {"grey", ""});
    references.pin_contragent_kind("c1", 4);
    references.pin_contragent_kind("c2", 4);
    references.pin_contragent_kind("c3", 3);
}

/// Everything that records can find out of what was taught.
std::string known_of(Database& database) {
    std::string out;
    for (const char* const sql :
         {"SELECT kind || reference_key || data FROM reference ORDER BY kind, reference_key",
          "SELECT value_key || hex(data) FROM object_value ORDER BY value_key",
          "SELECT e.source_key || hex(h.data) FROM handed_down h JOIN entity e ON e.id = h.entity ORDER BY 1",
          "SELECT source_kind || source_key || ifnull(hex(inherited), '-') || ifnull(pinned_kind, '-') || "
          "state"
          " FROM entity WHERE inherited IS NOT NULL OR pinned_kind IS NOT NULL OR state <> 0 ORDER BY 1"}) {
        Statement& query = database.statement(sql);
        while (query.next()) {
            out += query.text(0) + '\n';
        }
    }
    return out;
}

class LearningTest : public LedgerTest {
  protected:
    LearningTest() {
        add_package("first");
        {
            Planning planning(database, "first", "1C");
            teach_first(database);
            planning.flush();
        }
        Planning::merge(database, "first");
        before = known_of(database);
        add_package("second");
    }
    /// The second package is read; nothing of it is merged.
    void read_second() {
        Planning planning(database, "second", "1C");
        teach_more(database);
        planning.stage(product("new", {{"name", "A"}}));
        planning.flush();
    }
    void expect_nothing_left_to_take_back() {
        EXPECT_EQ(number("SELECT (SELECT count(*) FROM learning) + (SELECT count(*) FROM learnt_over)"), 0);
    }

    std::string before;
};

TEST_F(LearningTest, WhatADiscardedPackageHasTaughtIsTakenBack) {
    read_second();
    ASSERT_NE(known_of(database), before);
    Planning::discard(database, "second");
    EXPECT_EQ(known_of(database), before);
    expect_nothing_left_to_take_back();
}

TEST_F(LearningTest, WhatAMergedPackageHasTaughtStands) {
    read_second();
    const std::string taught = known_of(database);
    Planning::merge(database, "second");
    Planning::discard(database, "second");
    EXPECT_EQ(known_of(database), taught);
    expect_nothing_left_to_take_back();
}

TEST_F(LearningTest, ThePackageThatIsPlannedNextDoesNotBuildOnOneThatWasCutOff) {
    read_second();
    add_package("third");
    const Planning planning(database, "third", "1C");
    EXPECT_EQ(known_of(database), before);
}

TEST_F(LearningTest, ADiscardedPackageThatHasTaughtNothingTakesNothingBack) {
    read_second();
    const std::string taught = known_of(database);
    Planning::discard(database, "first");
    EXPECT_EQ(known_of(database), taught);
}

TEST(Learning, TakingBackCanBeCutOffAnywhere) {
    const TemporaryDirectory directory;
    const std::filesystem::path live = directory / "live.db";
    Database database(live);
    Packages packages(database);
    const auto add = [&](const std::string& id) {
        Package package;
        package.id = id;
        packages.add(package);
    };
    constexpr int values = 700;  // more than go back in one transaction
    const auto teach = [&](const std::string& value) {
        LedgerReferences references(database, "1C");
        for (int i = 0; i < values; ++i) {
            references.remember_fact(FactKind::source_value, "v" + std::to_string(i), {value});
        }
    };
    add("first");
    {
        Planning planning(database, "first", "1C");
        teach("old");
        planning.flush();
    }
    Planning::merge(database, "first");
    const std::string before = known_of(database);
    add("second");
    {
        Planning planning(database, "second", "1C");
        teach("new");
        teach_first(database);
        planning.flush();
    }
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)");
    Planning::discard(database, "second");
    ASSERT_EQ(known_of(database), before);
    const std::uintmax_t log = std::filesystem::file_size(live.string() + "-wal");
    constexpr std::uintmax_t cuts = 12;
    for (std::uintmax_t cut = 0; cut <= cuts; ++cut) {
        const std::filesystem::path copy = directory / ("cut" + std::to_string(cut) + ".db");
        copy_as_crashed(live, copy, log * cut / cuts);
        Database crashed(copy);
        Planning::discard(crashed, "second");
        EXPECT_EQ(known_of(crashed), before) << cut;
    }
}

}  // namespace
}  // namespace obmen::ledger
