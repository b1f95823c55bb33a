#include "ledger/packages.hpp"

#include "ledger_fixture.hpp"
#include "support/error.hpp"

namespace obmen::ledger {
namespace {

Package package_of(const std::string& id, PackageState state, int second) {
    Package package;
    package.id = id;
    package.source = "папка /обмен";
    package.state = state;
    package.received_at = UtcTime(Duration(1000 * second));
    package.files = {{"webdata/import.xml", "0", 118388, "ab", ""}, {"webdata/offers.xml", "1", 5, "cd", ""}};
    return package;
}

using PackagesTest = LedgerTest;

TEST_F(PackagesTest, ReadBackEqual) {
    packages.add(package_of("p1", PackageState::received, 5));
    packages.set_formed_at("p1", "webdata/import.xml", "2021-05-11T18:15:17");
    packages.set_receipt_revision("p1", 2);
    packages.set_state("p1", PackageState::delivering);
    const std::optional<Package> found = packages.find("p1");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->source, "папка /обмен");
    EXPECT_EQ(found->state, PackageState::delivering);
    EXPECT_EQ(found->received_at, UtcTime(Duration(5000)));
    EXPECT_EQ(found->receipt_revision, 2);
    ASSERT_EQ(found->files.size(), 2U);
    EXPECT_EQ(found->files[0].name, "webdata/import.xml");
    EXPECT_EQ(found->files[0].size, 118388U);
    EXPECT_EQ(found->files[0].formed_at, "2021-05-11T18:15:17");
    EXPECT_EQ(found->files[1].spool_name, "1");
    EXPECT_FALSE(packages.find("p2"));
}

TEST_F(PackagesTest, RefuseTheSameIdTwice) {
    packages.add(package_of("p1", PackageState::received, 1));
    EXPECT_THROW(packages.add(package_of("p1", PackageState::received, 2)), Error);
    EXPECT_EQ(number("SELECT count(*) FROM package_file"), 2);
}

TEST_F(PackagesTest, RefuseToChangeWhatIsNotThere) {
    EXPECT_THROW(packages.set_state("p1", PackageState::planned), Error);
}

TEST_F(PackagesTest, ListTheNewestFirst) {
    packages.add(package_of("b", PackageState::applied, 2));
    packages.add(package_of("c", PackageState::applied, 3));
    packages.add(package_of("a", PackageState::applied, 1));
    ASSERT_EQ(packages.list(0).size(), 3U);
    ASSERT_EQ(packages.list(2).size(), 2U);
    EXPECT_EQ(packages.list(2)[0].id, "c");
    EXPECT_EQ(packages.list(2)[1].id, "b");
}

TEST_F(PackagesTest, GiveTheUnfinishedInTheOrderInWhichTheyCame) {
    packages.add(package_of("received", PackageState::received, 3));
    packages.add(package_of("planning", PackageState::planning, 1));  // the clock was set back
    packages.add(package_of("applied", PackageState::applied, 1));
    packages.add(package_of("deferred", PackageState::deferred, 2));
    packages.add(package_of("rejected, not answered", PackageState::rejected, 4));
    const std::vector<Package> unfinished = packages.unfinished();
    ASSERT_EQ(unfinished.size(), 4U);
    EXPECT_EQ(unfinished[0].id, "received");
    EXPECT_EQ(unfinished[1].id, "planning");
    EXPECT_EQ(unfinished[2].id, "deferred");
    EXPECT_EQ(unfinished[3].id, "rejected, not answered");
}

TEST_F(PackagesTest, KeepFindingsInOrder) {
    add_package("p1");
    add_package("p2");
    std::vector<Finding> written;
    for (int i = 0; i < 450; ++i) {
        Finding finding{Severity::row_error, Message{"CML-NUMBER", {"Цена", std::to_string(i)}}};
        finding.file = i % 2 == 0 ? "a.xml" : "";
        finding.place = {static_cast<std::uint64_t>(i), 4};
        finding.object_id = i % 3 == 0 ? "ID" : "";
        packages.add_finding("p1", finding);
        written.push_back(finding);
    }
    packages.add_finding("p2", {Severity::fatal, Message{"XML-EMPTY"}});
    EXPECT_EQ(packages.findings("p1", 0), written);
    EXPECT_EQ(packages.findings("p1", 2), std::vector<Finding>(written.begin(), written.begin() + 2));
    EXPECT_EQ(packages.finding_count("p1"), 450U);
    std::vector<Finding> visited;
    packages.for_each_finding("p1", [&](const Finding& finding) { visited.push_back(finding); });
    EXPECT_EQ(visited, written);
}

TEST_F(PackagesTest, KeepForeignBytesOfAFindingFromStoppingIt) {
    add_package("p1");
    packages.add_finding("p1", {Severity::warning, Message{"XML-MALFORMED", {"\xFF\xFE"}}});
    EXPECT_EQ(packages.finding_count("p1"), 1U);
    EXPECT_EQ(packages.findings("p1", 0).size(), 1U);
}

TEST_F(PackagesTest, ClearResultsOfOnePackageOnly) {
    plan("p1", {product("a", {{"name", "A"}})});
    plan("p2", {product("b", {{"name", "B"}})});
    packages.add_finding("p1", {Severity::warning, Message{"XML-EMPTY"}});
    packages.clear_results("p1");
    EXPECT_EQ(outcomes("p1").size(), 0U);
    EXPECT_EQ(packages.finding_count("p1"), 0U);
    EXPECT_EQ(outcomes("p2").size(), 1U);
}

TEST_F(PackagesTest, GiveOutcomesInTheOrderOfFirstMeeting) {
    std::vector<crm::Wish> wishes;
    for (int i = 500; i > 0; --i) {
        wishes.push_back(product("id" + std::to_string(i), {{"name", "N"}}));
    }
    plan("p1", wishes);
    const std::vector<Outcome> all = outcomes("p1");
    ASSERT_EQ(all.size(), wishes.size());
    for (std::size_t i = 0; i < wishes.size(); ++i) {
        EXPECT_EQ(all[i].source_id, wishes[i].source_id);
    }
    EXPECT_EQ(all[0].file, "import.xml");
    EXPECT_EQ(all[0].place, (Place{7, 3}));
}

TEST_F(PackagesTest, LeaveOutTheUnchangedIfAsked) {
    plan("p1", {product("a", {{"name", "A"}})});
    settle_all();
    plan("p2", {product("a", {{"name", "A"}}), product("b", {{"name", "B"}})});
    EXPECT_EQ(outcomes("p2").size(), 2U);
    ASSERT_EQ(outcomes("p2", true).size(), 1U);
    EXPECT_EQ(outcomes("p2", true)[0].source_id, "b");
}

TEST_F(PackagesTest, CountByKindAndVerdict) {
    crm::Wish section = product("g", {{"name", "G"}});
    section.key.kind = crm::SourceKind::group;
    section.entity = crm::EntityKind::section;
    plan("p1", {section, product("a", {{"name", "A"}}), product("b", {{"name", "B"}}), price("c", "1")});
    const std::vector<Totals> totals = packages.totals("p1");
    ASSERT_EQ(totals.size(), 2U);
    EXPECT_EQ(totals[0].source_kind, static_cast<int>(crm::SourceKind::group));
    EXPECT_EQ(totals[0].count[static_cast<int>(Verdict::planned)], 1U);
    EXPECT_EQ(totals[1].count[static_cast<int>(Verdict::planned)], 2U);
    EXPECT_EQ(totals[1].count[static_cast<int>(Verdict::deferred)], 1U);
}

}  // namespace
}  // namespace obmen::ledger
