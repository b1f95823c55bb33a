#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mount.h>

#include "power/disk_exchange.hpp"
#include "power/private_mounts.hpp"

/// A disk that is full in the middle of an exchange, and has room again later.
namespace obmen::tests {
namespace {

class FullDisk : public ::testing::Test {
  protected:
    void SetUp() override {
        if (const std::string reason = become_private_mounter(); !reason.empty()) {
            GTEST_SKIP() << reason;
        }
        if (const std::string reason = mounted("64m").failure(); !reason.empty()) {
            GTEST_SKIP() << reason;
        }
        exchange.move_disk(place);
    }

    [[nodiscard]] Mount mounted(const std::string& size) const {
        return {"-t tmpfs -o size=" + size, "obmen-test", place, exchange.directory().path()};
    }
    void give_room() const { ASSERT_EQ(::mount("none", place.c_str(), nullptr, MS_REMOUNT, "size=64m"), 0); }

    DiskExchange exchange;
    const std::filesystem::path place = exchange.directory() / "small";
};

/// From just enough for the exports themselves to enough for nearly all of the rest.
std::string size_of(std::size_t number) {
    constexpr std::size_t least = 96;
    constexpr std::size_t step = 48;
    return std::to_string(least + number * step) + "k";
}

TEST_F(FullDisk, IsSaidAndNothingIsLostOrDoubledOnceThereIsRoom) {
    std::size_t full = 0;
    for (const std::size_t i : cases_tried(40, 4)) {
        const Mount disk = mounted(size_of(i));
        exchange.begin();
        const ProcessResult result = exchange.once();
        EXPECT_TRUE(is_orderly_end(result))
            << size_of(i) << " ended with " << result.exit_code << result.error;
        full += trouble_told(result).empty() ? 0 : 1;
        ASSERT_NO_FATAL_FAILURE(give_room());
        const std::string differences = exchange.differences();
        EXPECT_TRUE(differences.empty()) << size_of(i) << differences << "\nthe full run said\n"
                                         << result.error;
    }
    EXPECT_GT(full, 1U);
}

/// The daemon need not be started anew.
TEST_F(FullDisk, IsWaitedForByTheDaemon) {
    for (const std::size_t i : cases_tried(20, 2)) {
        const std::string size = size_of(4 + i);
        const Mount disk = mounted(size);
        exchange.begin();
        Process daemon(exchange.words(false), exchange.directory().path(), exchange.environment());
        const auto told = [&] { return trouble_told({.out = {}, .error = daemon.said()}); };
        EXPECT_TRUE(eventually([&] { return !told().empty() || exchange.is_done(); })) << size;
        ASSERT_NO_FATAL_FAILURE(give_room());
        EXPECT_TRUE(exchange.gets_done_by(daemon)) << size << daemon.said();
        daemon.signal(SIGTERM);
        static_cast<void>(daemon.wait());
        const std::string differences = exchange.differences();
        EXPECT_TRUE(differences.empty()) << size << differences;
    }
}

}  // namespace
}  // namespace obmen::tests
