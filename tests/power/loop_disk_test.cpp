#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <memory>
#include <random>
#include <thread>

#include "power/disk_exchange.hpp"
#include "power/private_mounts.hpp"

/// Power cuts under a real file system: ext4 in a file, which is copied while the daemon works. What the
/// kernel has not written back by then is not in the copy, as it would not be on a disk.
namespace obmen::tests {
namespace {

using Path = std::filesystem::path;

/// Stops all threads of a process. What the kernel does for them it ends before.
void freeze(const Process& process) {
    process.signal(SIGSTOP);
    const Path tasks = "/proc/" + std::to_string(process.id()) + "/task";
    for (bool still = false; !still;) {
        still = true;
        for (const auto& task : std::filesystem::directory_iterator(tasks)) {
            std::ifstream file(task.path() / "stat");
            std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
            const std::size_t end = text.rfind(')');
            still = still && end != std::string::npos && text.substr(end + 2, 1) == "T";
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
}

class LoopDisk : public ::testing::Test {
  protected:
    void SetUp() override {
        std::string reason = become_private_mounter();
        if (reason.empty()) {
            const ProcessResult made = command("/usr/bin/truncate -s 24M " + empty.string());
            const bool has_mkfs = std::filesystem::exists("/sbin/mkfs.ext4") && made.exit_code == 0;
            reason = has_mkfs ? "" : "there is no mkfs.ext4";
        }
        if (reason.empty()) {
            const ProcessResult made = command("/sbin/mkfs.ext4 -q -F " + empty.string());
            reason = made.exit_code == 0 ? "" : made.error;
        }
        if (reason.empty()) {
            reason = Mount(options, empty.string(), place, exchange.directory().path()).failure();
        }
        if (!reason.empty()) {
            GTEST_SKIP() << reason;
        }
    }

    ProcessResult command(const std::string& line) {
        return run_process({"/bin/sh", "-c", line}, exchange.directory().path());
    }
    void copy(const Path& from, const Path& to) {
        ASSERT_EQ(command("cp --sparse=always " + from.string() + " " + to.string()).exit_code, 0);
    }

    void sync_disk() const {
        const int descriptor = ::open(place.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        EXPECT_EQ(::syncfs(descriptor), 0);
        ::close(descriptor);
    }

    /// The daemon at work for so long; then its disk as it is at that moment becomes `cut`.
    void work_and_cut(std::chrono::milliseconds moment) {
        copy(empty, image);
        const Mount mounted(options, image.string(), place, exchange.directory().path());
        ASSERT_EQ(mounted.failure(), "");
        exchange.begin();
        sync_disk();  // the exports came long ago
        Process daemon(exchange.words(false), exchange.directory().path(), exchange.environment());
        std::this_thread::sleep_for(moment);
        ASSERT_TRUE(daemon.is_running()) << daemon.said();
        freeze(daemon);
        copy(image, cut);
        daemon.signal(SIGKILL);
        static_cast<void>(daemon.wait());
    }

    /// How long the daemon has to do, with this machine's load: only where cuts lie depends on it.
    std::chrono::milliseconds whole_time() {
        const auto begin = std::chrono::steady_clock::now();
        exchange.begin();
        Process daemon(exchange.words(false), exchange.directory().path(), exchange.environment());
        while (!exchange.is_done() && daemon.is_running() &&
               std::chrono::steady_clock::now() - begin < std::chrono::minutes(1)) {
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                                     begin);
    }

    // Nothing is written back because time has passed, only because somebody has asked for it.
    const std::string options = "-t ext4 -o loop,commit=600";
    DiskExchange exchange;
    const Path place = exchange.directory() / "mounted";
    const Path empty = exchange.directory() / "empty.img";
    const Path image = exchange.directory() / "disk.img";
    const Path cut = exchange.directory() / "cut.img";
};

TEST_F(LoopDisk, LosesAndDoublesNothingWhereverItsPowerGoes) {
    const std::chrono::milliseconds longest = whole_time();
    exchange.move_disk(place);
    for (const std::size_t seed : cases_tried(is_complete_run() ? 100 : 3, 3)) {
        std::mt19937_64 chance(seed);
        const auto moment = longest * (chance() % 100) / 100;
        ASSERT_NO_FATAL_FAILURE(work_and_cut(moment));
        const Mount mounted(options, cut.string(), place, exchange.directory().path());
        ASSERT_EQ(mounted.failure(), "") << "seed " << seed;
        const std::string differences = exchange.differences();
        EXPECT_TRUE(differences.empty()) << "seed " << seed << ", cut after " << moment.count() << " of "
                                         << longest.count() << " ms" << differences;
    }
}

}  // namespace
}  // namespace obmen::tests
