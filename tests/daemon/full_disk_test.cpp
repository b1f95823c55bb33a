#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>

#include <chrono>
#include <fstream>
#include <sstream>
#include <thread>

#include "daemon/watched_exchange.hpp"
#include "support/file.hpp"

namespace obmen::tests {
namespace {

/// A disk of its own, seen by this process and its children only.
class SmallDisk {
  public:
    SmallDisk(std::filesystem::path place, const char* options) : m_place(std::move(place)) {
        std::filesystem::create_directories(m_place);
        m_is_there = ::unshare(CLONE_NEWNS) == 0 &&
                     ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                     ::mount("tmpfs", m_place.c_str(), "tmpfs", 0, options) == 0;
    }
    ~SmallDisk() {
        if (m_is_there) {
            ::umount2(m_place.c_str(), MNT_DETACH);
        }
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;

    [[nodiscard]] bool is_there() const { return m_is_there; }

    /// Leaves so many bytes free.
    void fill(std::uint64_t leave) const {
        std::filesystem::remove(m_place / "filler");
        const std::uint64_t free = free_bytes_of(m_place);
        std::ofstream(m_place / "filler") << std::string(free > leave ? free - leave : 0, 'f');
    }
    void empty() const { std::filesystem::remove(m_place / "filler"); }

  private:
    std::filesystem::path m_place;
    bool m_is_there = false;
};

std::vector<std::string> lines_of(const std::filesystem::path& file) {
    std::istringstream text(std::filesystem::exists(file) ? read_file(file) : std::string());
    std::vector<std::string> lines;
    for (std::string line; std::getline(text, line);) {
        lines.push_back(line);
    }
    return lines;
}

TEST(FullDisk, HoldsUpWhatComesUntilThereIsRoomAgainAndIsToldOnce) {
    WatchedExchange exchange;
    const SmallDisk disk(exchange.directory() / "state", "size=12m");
    if (!disk.is_there()) {
        GTEST_SKIP() << "this machine lets nobody mount a disk";
    }
    const std::filesystem::path alarms = exchange.directory() / "alarms";
    exchange.write_settings(
        {},
        "[alerts]\ndisk_low_bytes = 1000000\npatience_minutes = 0\n"
        "command = [\"/bin/sh\", \"-c\", \"echo $OBMEN_ALERT_STATE $OBMEN_ALERT_CAUSE >> " +
            alarms.string() + "\"]\n");
    exchange.start_and_wait();
    exchange.drop("a.xml", export_of(5, "a"));
    ASSERT_TRUE(eventually([&] { return exchange.receipt_count() == 1; })) << exchange.said();

    disk.fill(500'000);
    exchange.drop("b.xml", export_of(5, "b"));
    ASSERT_TRUE(eventually([&] { return lines_of(alarms).size() == 1; })) << exchange.said();
    ASSERT_TRUE(eventually([&] { return exchange.said().find("SYS-DISK-LOW") != std::string::npos; }));
    EXPECT_EQ(exchange.packages().size(), 1U) << "what waits in the source is safe there";

    disk.fill(0);
    static_cast<void>(
        exchange.run({"forget", exchange.packages().at(0).id, "--settings", exchange.settings().string()}));
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    EXPECT_TRUE(exchange.daemon().is_running()) << exchange.said();

    disk.empty();
    ASSERT_TRUE(eventually([&] { return exchange.receipt_count() >= 2; })) << exchange.said();
    ASSERT_TRUE(eventually([&] { return exchange.creations() == 11; })) << exchange.creations();
    ASSERT_TRUE(eventually([&] { return lines_of(alarms).size() >= 2; })) << exchange.said();
    EXPECT_EQ(exchange.stop().exit_code, 0);
    EXPECT_EQ(lines_of(alarms), (std::vector<std::string>{"raised disk", "cleared disk"}));
    EXPECT_FALSE(exchange.has_duplicates());
}

TEST(FullDisk, OutputThatCannotBeWrittenIsAFailureAndAClosedOneIsNoFile) {
    const TemporaryDirectory directory;
    const auto shell = [&](const std::string& command) {
        return run_process({"/bin/sh", "-c", command, OBMEN_BINARY_DIR "/src/obmen"}, directory.path(),
                           {{"LC_ALL", "C.UTF-8"}});
    };
    const ProcessResult full = shell("exec \"$0\" mapping --print > /dev/full");
    EXPECT_EQ(full.exit_code, 4);
    EXPECT_NE(full.error.find("SYS-FILE"), std::string::npos) << full.error;
    EXPECT_EQ(shell("\"$0\" mapping --print | head -c 10").exit_code, 0);

    write_file(directory / "a.xml", export_of(2, "a"));
    EXPECT_EQ(shell("exec \"$0\" check \"" + (directory / "a.xml").string() + "\" --html \"" +
                    (directory / "page.html").string() + "\" >&- 2>&- <&-")
                  .exit_code,
              0);
    EXPECT_TRUE(read_file(directory / "page.html").starts_with("<!DOCTYPE html>")) << "nothing else in it";
}

/// Without a reserve the disk is filled to its last byte by what comes.
TEST(FullDisk, StopsACopyInTheMiddleAndLosesNothing) {
    WatchedExchange exchange;
    const SmallDisk disk(exchange.directory() / "state", "size=12m");
    if (!disk.is_there()) {
        GTEST_SKIP() << "this machine lets nobody mount a disk";
    }
    exchange.write_settings({}, "[alerts]\ndisk_low_bytes = 0\n");
    exchange.start_and_wait();
    disk.fill(100'000);
    exchange.drop("a.xml", export_of(50, "a"));
    exchange.drop("b.xml", export_of(400, "b"));
    std::this_thread::sleep_for(std::chrono::seconds(1));
    EXPECT_TRUE(exchange.daemon().is_running()) << exchange.said();
    disk.empty();
    ASSERT_TRUE(eventually([&] { return exchange.creations() == 451; })) << exchange.said();
    ASSERT_TRUE(eventually([&] { return exchange.receipt_count() >= 1; })) << exchange.said();
    EXPECT_EQ(exchange.stop().exit_code, 0);
    EXPECT_FALSE(exchange.has_duplicates());
    for (const auto& path : exchange.receipts()) {
        EXPECT_NE(read_receipt(path).state, "Отклонено");
    }
}

}  // namespace
}  // namespace obmen::tests
