#include "ledger/merge.hpp"
#include "ledger/references.hpp"
#include "ledger_fixture.hpp"

#include <map>

namespace obmen::ledger {
namespace {

constexpr std::size_t object_count = 60;

crm::Wish numbered_product(std::size_t i, const std::string& name) {
    return product("id" + std::to_string(i), {{"name", name}, {"price", std::to_string(i)}});
}

std::vector<crm::Wish> export_named(const std::string& name) {
    std::vector<crm::Wish> wishes;
    for (std::size_t i = 0; i < object_count; ++i) {
        wishes.push_back(numbered_product(i, name));
    }
    wishes.push_back(price("unknown", "1"));
    return wishes;
}

class CrashTest : public ::testing::Test {
  protected:
    /// Opens what a crash at this moment would leave, goes on as the next run does, and checks that it ends
    /// well.
    void crash_now() { crash_with(std::filesystem::file_size(live.string() + "-wal")); }

    void crash_with(std::uintmax_t wal_bytes) {
        const std::filesystem::path copy = directory / ("crashed" + std::to_string(++m_copies) + ".db");
        copy_as_crashed(live, copy, wal_bytes);
        SCOPED_TRACE("crash " + std::to_string(m_copies) + ", " + std::to_string(wal_bytes) +
                     " bytes of log");
        {
            Database database(copy);
            check_visible(database);
            recover(database);
            check_recovered(database);
        }
        std::filesystem::remove(copy);
    }

    /// Delivery never sees anything of a package that is not wholly merged, and everything of the newest that
    /// is.
    static void check_visible(Database& database) {
        Packages packages(database);
        Statement& merging = database.statement("SELECT id FROM package WHERE merging = 1");
        const bool half_merged = merging.next();
        merging.reset();
        std::map<std::string, std::size_t> visible;
        for (const Operation& operation : Pending(database).page({}, 10 * object_count)) {
            ++visible[operation.package];
            EXPECT_EQ(packages.find(operation.package)->state, PackageState::planned);
        }
        if (half_merged) {
            EXPECT_EQ(visible.count("new"), 0U);
        } else if (!visible.empty()) {
            EXPECT_EQ(visible.size(), 1U);
            EXPECT_EQ(visible.begin()->second, object_count);
        }
        EXPECT_EQ(Pending(database).count(), visible.empty() ? 0 : visible.begin()->second);
    }

    static void recover(Database& database) {
        Packages packages(database);
        for (const Package& package : packages.unfinished()) {
            if (package.state != PackageState::received && package.state != PackageState::planning) {
                continue;
            }
            Planning::discard(database, package.id);
            packages.clear_results(package.id);
            Planning planning(database, package.id, "1C");
            for (const crm::Wish& wish : export_named(package.id)) {
                planning.stage(wish);
            }
            planning.flush();
            Planning::merge(database, package.id);
        }
    }

    /// Each object has one row per package, and the newest package has the operations.
    static void check_recovered(Database& database) {
        Packages packages(database);
        const std::vector<Package> known = packages.unfinished();
        for (const Package& package : known) {
            EXPECT_EQ(package.state, PackageState::planned);
            std::uint64_t rows = 0;
            for (const Totals& totals : packages.totals(package.id)) {
                for (const std::uint64_t count : totals.count) {
                    rows += count;
                }
            }
            EXPECT_EQ(rows, object_count + 1) << package.id;
        }
        const std::vector<Operation> operations = Pending(database).page({}, 10 * object_count);
        EXPECT_EQ(operations.size(), known.empty() ? 0 : object_count);
        for (const Operation& operation : operations) {
            EXPECT_EQ(operation.package, known.back().id);
            EXPECT_EQ(operation.groups.at(0), text_group("name", known.back().id));
        }
    }

    static Package package_of(const std::string& id, int second) {
        Package package;
        package.id = id;
        package.received_at = UtcTime(Duration(second));
        return package;
    }

    TemporaryDirectory directory;
    std::filesystem::path live = directory / "live.db";

  private:
    int m_copies = 0;
};

TEST_F(CrashTest, AnyStepOfPlanningCanBeTheLast) {
    Database database(live);
    Packages packages(database);
    packages.add(package_of("old", 1));
    crash_now();
    {
        Planning planning(database, "old", "1C");
        std::size_t staged = 0;
        for (const crm::Wish& wish : export_named("old")) {
            planning.stage(wish);
            if (++staged % 7 == 0) {
                planning.flush();
                crash_now();
            } else if (staged % 10 == 0) {
                crash_now();
            }
        }
        planning.flush();
        crash_now();
    }
    Planning::merge(database, "old");
    crash_now();
}

TEST_F(CrashTest, AnyChunkOfAMergeCanBeTheLast) {
    Database database(live);
    Packages packages(database);
    packages.add(package_of("old", 1));
    {
        Planning planning(database, "old", "1C");
        for (const crm::Wish& wish : export_named("old")) {
            planning.stage(wish);
        }
    }
    Planning::merge(database, "old");
    packages.add(package_of("new", 2));
    {
        Planning planning(database, "new", "1C");
        for (const crm::Wish& wish : export_named("new")) {
            planning.stage(wish);
        }
    }
    const auto package = [&] {
        Statement& query = database.statement("SELECT number FROM package WHERE id = 'new'");
        query.next();
        const std::int64_t number = query.integer(0);
        query.reset();
        return number;
    }();
    crash_now();
    while (merge_some(database, package, 8)) {
        crash_now();
    }
    crash_now();
}

TEST_F(CrashTest, TheLogMayBreakOffAnywhere) {
    Database database(live);
    database.execute("PRAGMA wal_autocheckpoint = 0");
    Packages packages(database);
    for (const std::string id : {"old", "new"}) {
        packages.add(package_of(id, id == "old" ? 1 : 2));
        Planning planning(database, id, "1C");
        for (const crm::Wish& wish : export_named(id)) {
            planning.stage(wish);
        }
        planning.flush();
        Planning::merge(database, id);
    }
    const std::uintmax_t size = std::filesystem::file_size(live.string() + "-wal");
    ASSERT_GT(size, 50U * 4096U);
    for (std::uintmax_t cut = 0; cut <= size; cut += size / 37) {
        crash_with(cut);
    }
}

TEST_F(CrashTest, ASentOperationIsStillSentAfterwards) {
    Database database(live);
    Packages packages(database);
    packages.add(package_of("p", 1));
    {
        Planning planning(database, "p", "1C");
        planning.stage(numbered_product(1, "A"));
    }
    Planning::merge(database, "p");
    Pending pending(database);
    pending.mark_sent({pending.page({}, 1).front().entity});
    const std::filesystem::path copy = directory / "copy.db";
    copy_as_crashed(live, copy, std::filesystem::file_size(live.string() + "-wal"));
    Database after(copy);
    EXPECT_EQ(Pending(after).in_state(OperationState::sent).size(), 1U);
}

}  // namespace
}  // namespace obmen::ledger
