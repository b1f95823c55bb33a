#include "ledger/merge.hpp"
#include "ledger/removals.hpp"
#include "ledger_fixture.hpp"

#include <set>

namespace obmen::ledger {
namespace {

constexpr std::size_t chunk = 5;
constexpr std::size_t object_count = 60;
constexpr unsigned most_percent = 50;

crm::Wish numbered_product(std::size_t i) {
    return product("id" + std::to_string(i), {{"name", "P"}});
}

/// A catalogue of `object_count` objects in the CRM, and a full export that lacks the last of them.
class RemovalsCrashTest : public ::testing::Test {
  protected:
    explicit RemovalsCrashTest(std::size_t kept) : m_kept(kept) {}

    static void read(Database& database, const std::string& package, std::size_t count) {
        Planning planning(database, package, "1C");
        planning.begin_catalogue("cat");
        for (std::size_t i = 0; i < count; ++i) {
            planning.stage(numbered_product(i));
        }
        planning.end_catalogue();
        planning.full_export("cat");
        planning.flush();
    }

    static void settle_all(Database& database) {
        Pending pending(database);
        std::vector<Settlement> settlements;
        for (const Operation& operation : pending.page({}, 10 * object_count)) {
            settlements.push_back(
                {operation.entity, Verdict::created, std::to_string(operation.entity), {"name", "active"}});
        }
        pending.settle(settlements);
    }

    /// What the next run does with what a crash has left.
    void recover(Database& database) const {
        for (const Package& package : Packages(database).unfinished()) {
            if (package.state == PackageState::received || package.state == PackageState::planning) {
                Planning::discard(database, package.id);
                Packages(database).clear_results(package.id);
                read(database, package.id, m_kept);
                Planning::merge(database, package.id);
            }
        }
        const std::vector<std::string> due = Removals(database).due();
        for (const std::string& package : due) {
            Removals(database, chunk).plan(package, most_percent);
        }
    }

    virtual void check(Database& database) const = 0;

    /// Opens what is left by a power cut after `wal_bytes` of the log.
    void crash_with(const std::filesystem::path& live, std::uintmax_t wal_bytes) {
        const std::filesystem::path copy = directory / ("crashed" + std::to_string(++m_copies) + ".db");
        copy_as_crashed(live, copy, wal_bytes);
        SCOPED_TRACE(std::to_string(wal_bytes) + " bytes of log");
        {
            Database database(copy);
            recover(database);
            check(database);
        }
        std::filesystem::remove(copy);
    }

    void crash_everywhere() {
        const std::filesystem::path live = directory / "live.db";
        {
            Database database(live);
            Packages packages(database);
            packages.add({.id = "old", .source = "test"});
            read(database, "old", object_count);
            Planning::merge(database, "old");
            Removals(database).plan("old", most_percent);
            settle_all(database);
            packages.set_state("old", PackageState::applied);
            packages.add({.id = "new", .source = "test"});
        }
        Database database(live);  // the log is empty now
        database.execute("PRAGMA wal_autocheckpoint = 0");
        read(database, "new", m_kept);
        const std::uintmax_t before_merge = std::filesystem::file_size(live.string() + "-wal");
        while (merge_some(database, 2, 16)) {
        }
        const std::uintmax_t before_plan = std::filesystem::file_size(live.string() + "-wal");
        Removals(database, chunk).plan("new", most_percent);
        const std::uintmax_t end = std::filesystem::file_size(live.string() + "-wal");
        ASSERT_LT(before_merge, before_plan);
        ASSERT_LT(before_plan, end);
        // Every transaction of the plan is longer than this.
        constexpr std::uintmax_t two_frames = 2 * (4096 + 24);
        for (std::uintmax_t cut = before_plan; cut < end; cut += two_frames) {
            crash_with(live, cut);
        }
        for (const std::uintmax_t cut :
             {std::uintmax_t{0}, before_merge / 2, before_merge, (before_merge + before_plan) / 2, end}) {
            crash_with(live, cut);
        }
    }

    TemporaryDirectory directory;

  private:
    std::size_t m_kept;
    int m_copies = 0;
};

class PlannedRemovalsCrashTest : public RemovalsCrashTest {
  protected:
    static constexpr std::size_t kept = 37;
    PlannedRemovalsCrashTest() : RemovalsCrashTest(kept) {}

    void check(Database& database) const override {
        std::set<std::string> removed;
        Pending(database).for_each([&](const Operation& operation) {
            EXPECT_TRUE(operation.deletion_mark);
            EXPECT_EQ(operation.package, "new");
            removed.insert(operation.source_id);
        });
        EXPECT_EQ(removed.size(), object_count - kept);
        std::size_t planned = 0;
        std::size_t rows = 0;
        Packages(database).for_each_outcome("new", false, [&](const Outcome& outcome) {
            ++rows;
            planned += outcome.verdict == Verdict::planned ? 1U : 0U;
        });
        EXPECT_EQ(rows, object_count);
        EXPECT_EQ(planned, object_count - kept);
        EXPECT_TRUE(Removals(database).due().empty());
        EXPECT_TRUE(Removals(database).held("new").empty());
    }
};

TEST_F(PlannedRemovalsCrashTest, AnyStepCanBeTheLast) {
    crash_everywhere();
}

class HeldRemovalsCrashTest : public RemovalsCrashTest {
  protected:
    static constexpr std::size_t kept = 20;
    HeldRemovalsCrashTest() : RemovalsCrashTest(kept) {}

    void check(Database& database) const override {
        EXPECT_EQ(Pending(database).count(), 0U);
        EXPECT_EQ(Removals(database).held("new"),
                  (std::vector<RemovalPlan>{{"cat", object_count, object_count - kept, true}}));
        EXPECT_EQ(Packages(database).finding_count("new"), 1U);
        EXPECT_TRUE(Removals(database).due().empty());
        // The person's answer may be cut off, too: what is done of it is not done twice.
        Removals(database, chunk).approve("new");
        EXPECT_EQ(Pending(database).count(), object_count - kept);
    }
};

TEST_F(HeldRemovalsCrashTest, AnyStepCanBeTheLast) {
    crash_everywhere();
}

}  // namespace
}  // namespace obmen::ledger
