#include "arrival/spool.hpp"

#include <gtest/gtest.h>

#include "arrival/intake_test.hpp"

namespace obmen::arrival {
namespace {

class Spool : public IntakeTest {
  protected:
    Spool() { make_directories(spool()); }
};

TEST_F(Spool, HidesAPackageUntilItIsPublished) {
    SpoolDirectory directory(spool());
    EXPECT_EQ(spooled(), std::vector<std::string>{"." + directory.package_id() + ".tmp"});
    write_durably(directory.workplace() / "0001.xml", "x");
    directory.publish();
    EXPECT_EQ(read_whole_file(directory.final_directory() / "0001.xml"), "x");
    EXPECT_EQ(directory.final_directory(), spool() / directory.package_id());
}

TEST_F(Spool, KeepsOnlyWhatItIsToldToKeep) {
    { const SpoolDirectory unpublished(spool()); }
    {
        SpoolDirectory published(spool());
        published.publish();
    }
    EXPECT_TRUE(spooled().empty());
    {
        SpoolDirectory kept(spool());
        kept.publish();
        kept.keep();
    }
    EXPECT_EQ(spooled().size(), 1U);
}

TEST_F(Spool, IsSweptOfWhatAKilledRunLeft) {
    std::filesystem::create_directories(spool() / ".20260115103000-4f2a9.tmp");
    write_durably(spool() / ".20260115103000-4f2a9.tmp" / "0001.xml", "x");
    std::filesystem::create_directories(spool() / "20260115103000-4f2aa");
    sweep_spool(spool());
    EXPECT_EQ(spooled(), std::vector<std::string>{"20260115103000-4f2aa"});
    sweep_spool(spool() / "none");
}

TEST_F(Spool, ASweepLeavesAloneWhatIsBeingMadeUntilItIsHandedOver) {
    std::filesystem::path made;
    {
        SpoolDirectory directory(spool(), SpoolDirectory::Sweeping::shared);
        sweep_spool(spool());
        EXPECT_TRUE(std::filesystem::is_directory(directory.workplace()));
        EXPECT_FALSE(lock_left_over(directory.workplace()).is_open());
        directory.publish();
        made = directory.final_directory();
        EXPECT_FALSE(lock_left_over(made).is_open());
        directory.keep();
        EXPECT_FALSE(lock_left_over(made).is_open()) << "it is recorded only now";
    }
    EXPECT_TRUE(lock_left_over(made).is_open());
    EXPECT_FALSE(lock_left_over(spool() / "none").is_open());
}

}  // namespace
}  // namespace obmen::arrival
