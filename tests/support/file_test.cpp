#include "support/file.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <functional>

#include "harness/temporary_directory.hpp"
#include "support/error.hpp"

namespace obmen {
namespace {

using tests::TemporaryDirectory;

std::string code_of(const std::function<void()>& work) {
    try {
        work();
    } catch (const Error& error) {
        return std::string(error.finding().message.code.text());
    }
    return "none";
}

std::size_t entries_in(const std::filesystem::path& directory) {
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator(directory), std::filesystem::directory_iterator()));
}

/// What fails is read by a process of its own: wishes for failpoints, and the largest file it may write.
[[noreturn]] void run_broken(const char* wishes, rlim_t largest_file, const std::function<bool()>& holds) {
    ::setenv("OBMEN_FAILPOINTS", wishes, 1);
    static_cast<void>(std::signal(SIGXFSZ, SIG_IGN));
    const rlimit limit{largest_file, largest_file};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    std::_Exit(holds() ? 0 : 1);
}

/// \returns whether a durable file ends with this code, under a name that then is free
bool ends_with(const TemporaryDirectory& directory, const std::string& code, std::size_t bytes = 10) {
    const std::string ended = code_of([&] { write_durably(directory / "file", std::string(bytes, 'x')); });
    return ended == code && entries_in(directory.path()) == 0;
}

TEST(File, SaysThatTheDiskIsFullAndLeavesNothingBehind) {
    const TemporaryDirectory directory;
    for (const char* wish : {"file.write=ENOSPC", "file.write=EDQUOT", "file.sync=ENOSPC", "file.sync=EDQUOT",
                             "file.close=EDQUOT", "file.name=ENOSPC"}) {
        EXPECT_EXIT(run_broken(wish, RLIM_INFINITY, [&] { return ends_with(directory, "SYS-DISK-FULL"); }),
                    ::testing::ExitedWithCode(0), "")
            << wish;
    }
}

TEST(File, ADiskThatDoesNotKeepWhatItIsGivenIsNoFullDisk) {
    const TemporaryDirectory directory;
    for (const char* wish : {"file.sync=EIO", "file.close=EIO"}) {
        EXPECT_EXIT(run_broken(wish, RLIM_INFINITY, [&] { return ends_with(directory, "SYS-FSYNC"); }),
                    ::testing::ExitedWithCode(0), "")
            << wish;
    }
    EXPECT_EXIT(run_broken("file.write=EIO", RLIM_INFINITY, [&] { return ends_with(directory, "SYS-FILE"); }),
                ::testing::ExitedWithCode(0), "");
}

/// The kernel writes what fits, and refuses the rest at the next call.
TEST(File, AShortWriteIsFinishedOrRefusedAsAWhole) {
    const TemporaryDirectory directory;
    EXPECT_EXIT(run_broken("", 1000, [&] { return ends_with(directory, "SYS-DISK-FULL", 1500); }),
                ::testing::ExitedWithCode(0), "");
    EXPECT_EXIT(run_broken("", 2000,
                           [&] {
                               const bool written =
                                   code_of([&] {
                                       write_durably(directory / "file", std::string(1500, 'x'));
                                   }) == "none";
                               return written && std::filesystem::file_size(directory / "file") == 1500;
                           }),
                ::testing::ExitedWithCode(0), "");
}

TEST(File, TellsWhatFoundNoRoomAndWhatIsFree) {
    const TemporaryDirectory directory;
    try {
        fail_with_file(directory / "file", ENOSPC, 123'456);
    } catch (const Error& error) {
        EXPECT_EQ(error.failure_class(), FailureClass::temporary);
        EXPECT_EQ(error.finding().message.arguments.at(1), "123456");
        EXPECT_GT(std::stoull(error.finding().message.arguments.at(2)), 0U);
    }
}

}  // namespace
}  // namespace obmen
