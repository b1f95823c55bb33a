#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "harness/process.hpp"
#include "harness/temporary_directory.hpp"
#include "json.hpp"
#include "sandbox.hpp"

/// The official JavaScript SDK knows nothing of obmen and nothing of this portal: what it understands here, a
/// real portal may well answer.
namespace obmen::sandbox {
namespace {

constexpr const char* sources = OBMEN_SOURCE_DIR "/tests/sandbox/independent_client";
constexpr const char* installed = OBMEN_BINARY_DIR "/independent_client";

/// Starts a program and gives up after a while; the exit code is -1 then.
tests::ProcessResult run_for(std::chrono::seconds longest, const std::vector<std::string>& words,
                             const std::filesystem::path& directory) {
    std::vector<std::string> timed{"/usr/bin/timeout", "--kill-after=1", std::to_string(longest.count())};
    timed.insert(timed.end(), words.begin(), words.end());
    return tests::run_process(timed, directory, {{"NO_COLOR", "1"}, {"npm_config_update_notifier", "false"}});
}

/// Empty if the SDK is in place, else why it is not. It is fetched once for a build directory.
std::string why_not_installed(const std::filesystem::path& scratch) {
    namespace fs = std::filesystem;
    if (!fs::exists("/usr/bin/node") || !fs::exists("/usr/bin/npm"))
        return "node and npm are not installed";
    const fs::path complete = fs::path(installed) / "complete";
    const std::string wished = tests::read_file(fs::path(sources) / "package-lock.json");
    if (!fs::exists(complete) || tests::read_file(complete) != wished) {
        for (const char* name : {"package.json", "package-lock.json"})
            tests::write_file(fs::path(installed) / name, tests::read_file(fs::path(sources) / name));
        const auto fetched =
            run_for(std::chrono::seconds(8),
                    {"/usr/bin/npm", "ci", "--prefix", installed, "--ignore-scripts", "--no-audit",
                     "--no-fund", "--omit=dev", "--prefer-offline", "--fetch-retries=0"},
                    scratch);
        if (fetched.exit_code != 0)
            return "npm cannot fetch @bitrix24/b24jssdk (exit code " + std::to_string(fetched.exit_code) +
                   ")";
        tests::write_file(complete, wished);
    }
    tests::write_file(fs::path(installed) / "client.mjs", tests::read_file(fs::path(sources) / "client.mjs"));
    return {};
}

TEST(IndependentClient, FindsThePortalInOrder) {
    const tests::TemporaryDirectory scratch;
    if (const std::string reason = why_not_installed(scratch.path()); !reason.empty())
        GTEST_SKIP() << reason;
    Sandbox sandbox{Options{.time_scale = 100}};
    const auto ended =
        run_for(std::chrono::seconds(60),
                {"/usr/bin/node", std::string(installed) + "/client.mjs", sandbox.address()}, scratch.path());
    ASSERT_EQ(ended.exit_code, 0) << ended.error << ended.out;
    Json seen = Json::parse(ended.out.substr(ended.out.rfind('\n', ended.out.size() - 2) + 1));
    EXPECT_EQ(seen["state"], "abc");
    EXPECT_EQ(seen["admin"], true);
    EXPECT_EQ(seen["name"], R"(Болт & "гайка" = 1+1 %)");
    EXPECT_EQ(seen["placed"], seen["section"].dump());
    EXPECT_EQ(seen["refused"], true);
    EXPECT_EQ(seen["wrong"].dump(), R"(["Method not found!"])");
    EXPECT_EQ(seen["found"][0]["ID"], seen["product"].dump());
    EXPECT_EQ(seen["companies"], 120);
    EXPECT_EQ(seen["afterExpiry"], "success");
    EXPECT_EQ(seen["refreshed"], 1);
    EXPECT_EQ(seen["afterLimit"], "success") << "it waits and asks again";
    EXPECT_NE(seen["unknown"], "success");
    EXPECT_NE(seen["afterRevocation"], "success");
}

}  // namespace
}  // namespace obmen::sandbox
