#include "support/failpoint.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fstream>

#include "harness/temporary_directory.hpp"

namespace obmen {
namespace {

/// What is asked of a process is read when it passes its first failpoint: each test has a process of its own.
[[noreturn]] void run_with(const char* wishes, const std::function<bool()>& holds) {
    ::setenv("OBMEN_FAILPOINTS", wishes, 1);
    std::_Exit(holds() ? 0 : 1);
}

TEST(Failpoint, DoesNothingUnlessItIsAskedTo) {
    EXPECT_EXIT(run_with("", [] { return failpoint("file.write") == 0; }), ::testing::ExitedWithCode(0), "");
}

TEST(Failpoint, GivesAnErrorAtTheTimeOfPassingThatIsNamed) {
    EXPECT_EXIT(run_with("file.write=ENOSPC@2;file.sync=EIO",
                         [] {
                             return failpoint("file.write") == 0 && failpoint("file.write") == ENOSPC &&
                                    failpoint("file.write") == 0 && failpoint("file.sync") == EIO &&
                                    failpoint("file.sync") == EIO;
                         }),
                ::testing::ExitedWithCode(0), "");
}

TEST(Failpoint, CountsAllPlacesTogetherUnderAStar) {
    EXPECT_EXIT(run_with("*=EROFS@3",
                         [] {
                             return failpoint("file.write") == 0 && failpoint("file.sync") == 0 &&
                                    failpoint("file.write") == EROFS;
                         }),
                ::testing::ExitedWithCode(0), "");
}

TEST(Failpoint, EndsTheProcessAsAPowerCutWould) {
    EXPECT_EXIT(run_with("file.synced=kill", [] { return failpoint("file.synced") == 0; }),
                ::testing::KilledBySignal(SIGKILL), "");
}

TEST(Failpoint, WritesDownWhatIsPassed) {
    const tests::TemporaryDirectory directory;
    const std::string seen = directory / "seen";
    ::setenv("OBMEN_FAILPOINTS_SEEN", seen.c_str(), 1);
    EXPECT_EXIT(run_with("",
                         [] {
                             failpoint("file.write");
                             failpoint("file.write");
                             failpoint("file.sync");
                             return true;
                         }),
                ::testing::ExitedWithCode(0), "");
    ::unsetenv("OBMEN_FAILPOINTS_SEEN");
    EXPECT_EQ(tests::read_file(seen), "file.write\nfile.sync\n");
}

}  // namespace
}  // namespace obmen
