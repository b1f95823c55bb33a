#include <gtest/gtest.h>
#include <signal.h>

#include "power/system_calls.hpp"

/// obmen is killed at its system calls, and meets calls that fail: one at a time, and then goes on
/// undisturbed.
namespace obmen::tests {
namespace {

class SystemCalls : public ::testing::Test {
  protected:
    void SetUp() override {
        if (const std::string reason = reason_against_tracing(exchange.directory().path()); !reason.empty()) {
            GTEST_SKIP() << reason;
        }
    }

    /// The calls of an exchange's first run, which brings everything, and of its second, which clears up.
    std::vector<std::vector<SystemCall>> calls_of_runs() {
        exchange.begin();
        std::vector<std::vector<SystemCall>> runs;
        runs.push_back(changing_calls(exchange));
        runs.push_back(changing_calls(exchange));
        return runs;
    }

    struct Case {
        std::size_t run = 0;  ///< so many undisturbed ones come before
        SystemCall call;
    };
    static std::vector<Case> cases_of(const std::vector<std::vector<SystemCall>>& runs) {
        std::vector<Case> cases;
        for (std::size_t run = 0; run < runs.size(); ++run) {
            for (const SystemCall& call : runs[run]) {
                cases.push_back({run, call});
            }
        }
        return cases;
    }

    /// A new exchange whose call meets what `injected` says, `:signal=SIGKILL` or `:error=ENOSPC`.
    ProcessResult meet(const Case& tried, const std::string& injected) {
        exchange.begin();
        for (std::size_t run = 0; run < tried.run; ++run) {
            static_cast<void>(exchange.once());
        }
        const std::string trace = "trace=" + tried.call.name;
        const std::string inject = "inject=" + tried.call.name + injected + tried.call.at();
        return exchange.once(
            traced({"-o", (exchange.directory() / "injected").string(), "-e", trace, "-e", inject}),
            {{"ASAN_OPTIONS", "detect_leaks=0"}});
    }

    DiskExchange exchange;
};

TEST_F(SystemCalls, MayEachBeTheLastOne) {
    const std::vector<Case> cases = cases_of(calls_of_runs());
    ASSERT_GT(cases.size(), 100U);
    std::size_t killed = 0;
    const std::vector<std::size_t> tried = cases_tried(cases.size(), 25);
    for (const std::size_t i : tried) {
        const ProcessResult result = meet(cases[i], ":signal=SIGKILL");
        killed += result.exit_code == 128 + SIGKILL ? 1 : 0;
        const std::string differences = exchange.differences();
        EXPECT_TRUE(differences.empty()) << "killed at " << cases[i].call.text << differences;
    }
    EXPECT_GT(killed, tried.size() * 3 / 4);
    RecordProperty("killed", static_cast<int>(killed));
}

}  // namespace
}  // namespace obmen::tests
