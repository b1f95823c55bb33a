#include "alerts/alert_command.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>

#include "harness/temporary_directory.hpp"
#include "support/error.hpp"
#include "support/file.hpp"

namespace obmen::alerts {
namespace {

AlertText disk_alert() {
    return alert_text({.cause = "disk",
                       .message = {"SYS-DISK-LOW", {"/state", "1 MiB", "1 GiB"}},
                       .since = UtcTime(Duration(1'768'000'000'000))},
                      Language::english, "host-1");
}

class AlertCommandTest : public testing::Test {
  protected:
    /// A shell command that leaves what it learns in `result`.
    [[nodiscard]] std::vector<std::string> shell(const std::string& text) const {
        return {"/bin/sh", "-c", text, "name", (directory / "result").string()};
    }
    [[nodiscard]] std::string result() const { return tests::read_file(directory / "result"); }

    tests::TemporaryDirectory directory;
};

TEST_F(AlertCommandTest, GetsTheAlertInItsEnvironmentAndOnItsInput) {
    ::setenv("OBMEN_PORTAL", "https://portal/rest/1/secret/", 1);
    run_alert_command(shell("{ env; cat; } > \"$1\""), disk_alert());
    ::unsetenv("OBMEN_PORTAL");
    const std::string seen = result();
    for (const char* expected : {"OBMEN_ALERT_CAUSE=disk\n", "OBMEN_ALERT_CODE=SYS-DISK-LOW\n",
                                 "OBMEN_ALERT_STATE=raised\n", "OBMEN_ALERT_SINCE=2026-01-09T23:06:40.000Z\n",
                                 "OBMEN_ALERT_TEXT=The disk of /state has 1 MiB free",
                                 "What to do: Free some space", "Machine: host-1"}) {
        EXPECT_NE(seen.find(expected), std::string::npos) << expected << " in\n" << seen;
    }
    EXPECT_EQ(seen.find("secret"), std::string::npos);
}

TEST_F(AlertCommandTest, GetsNoOpenFilesOfOurs) {
    const FileDescriptor ours(::open("/dev/null", O_RDONLY));  // without O_CLOEXEC
    ASSERT_GT(ours.get(), 2);
    run_alert_command(shell("[ ! -e /proc/$$/fd/" + std::to_string(ours.get()) + " ]"), disk_alert());
}

TEST_F(AlertCommandTest, FailsUnlessItEndsWithZero) {
    const auto failure_of = [](const std::vector<std::string>& command, std::chrono::milliseconds limit) {
        try {
            run_alert_command(command, disk_alert(), limit);
        } catch (const Error& error) {
            EXPECT_EQ(error.finding().message.code, Code{"SYS-ALERT-COMMAND"});
            return error.finding().message.arguments.at(0);
        }
        return std::string("no failure");
    };
    constexpr std::chrono::seconds long_enough(60);
    EXPECT_EQ(failure_of(shell("exit 3"), long_enough), "/bin/sh: exit code 3");
    EXPECT_EQ(failure_of(shell("kill -TERM $$"), long_enough), "/bin/sh: signal 15");
    EXPECT_EQ(failure_of({"/no/such/program"}, long_enough), "/no/such/program: No such file or directory");
    // The grandchild has the result open: it must be gone, too.
    EXPECT_EQ(failure_of(shell("sleep 100 & wait"), std::chrono::milliseconds(50)), "/bin/sh: > 0 s");
}

TEST_F(AlertCommandTest, NeedNotReadItsInput) {
    AlertText alert = disk_alert();
    alert.body = std::string(1 << 20, 'x');
    EXPECT_NO_THROW(run_alert_command(shell("exit 0"), alert));
}

}  // namespace
}  // namespace obmen::alerts
