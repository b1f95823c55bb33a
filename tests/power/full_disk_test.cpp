#include <gtest/gtest.h>
#include <sys/mount.h>

#include "power/disk_exchange.hpp"
#include "power/private_mounts.hpp"

/// A disk that is full in the middle of an exchange, and has room again later.
namespace obmen::tests {
namespace {

TEST(FullDisk, IsSaidAndNothingIsLostOrDoubledOnceThereIsRoom) {
    if (const std::string reason = become_private_mounter(); !reason.empty()) {
        GTEST_SKIP() << reason;
    }
    DiskExchange exchange;
    constexpr std::size_t step = 48;
    constexpr std::size_t least = 96;  // the exports themselves
    std::size_t full = 0;
    for (const std::size_t i : cases_tried(40, 4)) {
        const std::string size = std::to_string(least + i * step) + "k";
        const std::filesystem::path place = exchange.directory() / "small";
        const Mount disk("-t tmpfs -o size=" + size, "obmen-test", place, exchange.directory().path());
        if (!disk.failure().empty()) {
            GTEST_SKIP() << disk.failure();
        }
        exchange.move_disk(place);
        exchange.begin();
        const ProcessResult result = exchange.once();
        EXPECT_TRUE(is_orderly_end(result)) << size << " ended with " << result.exit_code << result.error;
        full += trouble_told(result).empty() ? 0 : 1;
        ASSERT_EQ(::mount("none", place.c_str(), nullptr, MS_REMOUNT, "size=64m"), 0);
        const std::string differences = exchange.differences();
        EXPECT_TRUE(differences.empty()) << size << differences << "\nthe full run said\n" << result.error;
    }
    EXPECT_GT(full, 1U);
}

}  // namespace
}  // namespace obmen::tests
