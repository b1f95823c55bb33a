#include <gtest/gtest.h>
#include <signal.h>

#include <iostream>

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
    const std::vector<std::size_t> tried = cases_tried(cases.size(), 14);
    for (const std::size_t i : tried) {
        const ProcessResult result = meet(cases[i], ":signal=SIGKILL");
        killed += result.exit_code == 128 + SIGKILL ? 1 : 0;
        const std::string differences = exchange.differences();
        EXPECT_TRUE(differences.empty()) << "killed at " << cases[i].call.text << differences;
    }
    EXPECT_GT(killed, tried.size() * 3 / 4);
    RecordProperty("killed", static_cast<int>(killed));
}

/// A call, and what the system may answer to it.
struct Failure {
    std::size_t at = 0;  ///< index of a case
    std::string error;
};

/// Full disks and quotas, disks that break, file systems that turn read-only.
std::vector<std::string> errors_of(const std::string& call) {
    if (call == "fsync" || call == "fdatasync") {
        return {"EIO", "ENOSPC"};
    }
    if (call == "unlink" || call == "unlinkat" || call == "ftruncate" || call == "rmdir") {
        return {"EIO", "EROFS"};
    }
    const bool changes_bytes = call.find("write") != std::string::npos;
    return changes_bytes ? std::vector<std::string>{"ENOSPC", "EIO", "EDQUOT"}
                         : std::vector<std::string>{"ENOSPC", "EROFS", "EDQUOT"};
}

TEST_F(SystemCalls, MayEachFail) {
    const std::vector<Case> cases = cases_of(calls_of_runs());
    ASSERT_GT(cases.size(), 100U);
    std::vector<Failure> failures;
    for (std::size_t i = 0; i < cases.size(); ++i) {
        for (const std::string& error : errors_of(cases[i].call.name)) {
            failures.push_back({i, error});
        }
    }
    std::map<std::string, int> told;
    for (const std::size_t i : cases_tried(failures.size(), 8)) {
        const auto& [at, error] = failures[i];
        const ProcessResult result = meet(cases[at], ":error=" + error);
        ++told[trouble_told(result)];
        const std::string what = error + " at " + cases[at].call.text;
        EXPECT_TRUE(is_orderly_end(result)) << what << " ended with " << result.exit_code << result.error;
        const std::string differences = exchange.differences();
        EXPECT_TRUE(differences.empty()) << what << differences;
    }
    for (const auto& [code, count] : told) {
        std::cout << "  " << count << " × " << (code.empty() ? "nothing said" : code) << "\n";
    }
}

}  // namespace
}  // namespace obmen::tests
