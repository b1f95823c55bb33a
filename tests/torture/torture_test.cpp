#include <gtest/gtest.h>

#include "harness/temporary_directory.hpp"
#include "torture/plan.hpp"
#include "torture/world.hpp"

/// The short form of tools/torture: a few seeds that are always the same.
namespace obmen::torture {
namespace {

TEST(Plan, IsTheSameForTheSameSeed) {
    const Plan plan = plan_of(7, 9, 60);
    const Plan again = plan_of(7, 9, 60);
    EXPECT_EQ(plan.kinds, again.kinds);
    EXPECT_EQ(plan.shops, again.shops);
    ASSERT_EQ(plan.steps.size(), 60U);
    for (std::size_t i = 0; i < plan.steps.size(); ++i) {
        EXPECT_EQ(plan.steps[i].deed, again.steps[i].deed);
        EXPECT_EQ(plan.steps[i].number, again.steps[i].number);
    }
    EXPECT_NE(plan_of(8, 9, 60).shops, plan.shops);
}

class Torture : public testing::TestWithParam<std::uint64_t> {};

TEST_P(Torture, LeavesEverythingAsPromised) {
    constexpr std::size_t deeds = 12;
    const tests::TemporaryDirectory directory;
    Plan plan = plan_of(GetParam(), kinds_of_sources(), deeds);
    plan.products.assign(plan.products.size(), 25);  // time is for the faults
    World world(plan,
                {.obmen = OBMEN_BINARY_DIR "/src/obmen",
                 .moved_time = OBMEN_BINARY_DIR "/tests/torture/libobmen_moved_time.so"},
                directory.path());
    const Outcome outcome = world.run();
    EXPECT_EQ(outcome.violations, std::vector<std::string>{}) << testing::PrintToString(outcome.deeds);
}

INSTANTIATE_TEST_SUITE_P(Seeds, Torture, testing::Values(3, 11, 14),
                         [](const auto& tested) { return "Seed" + std::to_string(tested.param); });

}  // namespace
}  // namespace obmen::torture
