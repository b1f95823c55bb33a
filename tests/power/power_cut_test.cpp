#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <fstream>
#include <random>
#include <set>
#include <sstream>

#include "power/disk_exchange.hpp"
#include "power/durable_image.hpp"

/// Power cuts at each boundary that a program can make: what has not been fsynced is lost, wholly or in part.
namespace obmen::tests {
namespace {

class PowerCut : public ::testing::Test {
  protected:
    [[nodiscard]] std::filesystem::path records() const { return exchange.directory() / "records"; }

    [[nodiscard]] std::map<std::string, std::string> environment(std::size_t cut) const {
        return {{"LD_PRELOAD", OBMEN_LOST_WRITES},
                {"ASAN_OPTIONS", "verify_asan_link_order=0"},
                {"LOST_WRITES_DISK", exchange.disk().string()},
                {"LOST_WRITES_RECORDS", records().string()},
                {"LOST_WRITES_CUT", std::to_string(cut)}};
    }

    /// Runs obmen until the operation comes before which the power goes. \returns whether it came
    bool run_until(std::size_t cut) {
        std::filesystem::remove_all(records());
        constexpr int most_runs = 3;
        for (int run = 0; run < most_runs; ++run) {
            if (exchange.once({}, environment(cut)).exit_code == 128 + SIGKILL) {
                return true;
            }
        }
        return false;
    }

    /// The operations of an undisturbed exchange, by the lines of the library's log.
    std::vector<std::string> operations() {
        run_until(0);
        std::ifstream log(records() / "log");
        std::vector<std::string> lines;
        for (std::string line; std::getline(log, line);) {
            lines.push_back(line);
        }
        return lines;
    }

    /// Before each sync, each change of a name and each word to the portal, and after it. Bytes that are
    /// written in between are lost with the next cut anyway.
    static std::vector<std::size_t> boundaries(const std::vector<std::string>& operations) {
        std::vector<std::size_t> cuts;
        for (std::size_t i = 0; i < operations.size(); ++i) {
            const auto writes = [&](std::size_t at) {
                return operations[at].find(" write ") != std::string::npos ||
                       operations[at].find(" pwrite ") != std::string::npos;
            };
            if (!writes(i) || (i > 0 && !writes(i - 1))) {
                cuts.push_back(i + 1);
            }
        }
        return cuts;
    }

    /// Before the first rename in each directory: what is not safe yet gets its name there.
    static std::set<std::size_t> first_renames(const std::vector<std::string>& operations) {
        std::set<std::string> directories;
        std::set<std::size_t> cuts;
        for (std::size_t i = 0; i < operations.size(); ++i) {
            const std::size_t path = operations[i].find(" rename ");
            if (path != std::string::npos &&
                directories.insert(operations[i].substr(path, operations[i].rfind('/') - path)).second) {
                cuts.insert(i + 1);
            }
        }
        return cuts;
    }

    DiskExchange exchange;
};

TEST_F(PowerCut, LosesAndDoublesNothingWherePowerGoesBeforeWhatWasNotSynced) {
    const std::vector<std::string> all = operations();
    const std::vector<std::size_t> cuts = boundaries(all);
    ASSERT_GT(cuts.size(), 100U);
    std::set<std::size_t> tried;
    for (const std::size_t i : cases_tried(cuts.size(), 8)) {
        tried.insert(cuts[i]);
    }
    if (!is_complete_run()) {
        tried.merge(first_renames(all));
    }
    for (const std::size_t cut : tried) {
        exchange.begin();
        if (!run_until(cut)) {
            continue;
        }
        cut_power(exchange.disk(), records(), Unsynced::lost);
        const std::string differences = exchange.differences();
        EXPECT_TRUE(differences.empty()) << "cut before " << all[cut - 1] << differences;
    }
}

/// 1C empties its folder whenever it likes. What obmen has called its own is safe even if the power goes at
/// once.
TEST_F(PowerCut, LosesNothingThatWasTakenOver) {
    const std::vector<std::string> all = operations();
    const auto cuts = boundaries(all);
    const auto sent = std::ranges::find_if(
        cuts, [&](std::size_t cut) { return all[cut - 1].find(" send ") != std::string::npos; });
    const auto taken = std::ranges::find_if(
        cuts, [&](std::size_t cut) { return all[cut - 1].find("/state/spool/.") != std::string::npos; });
    ASSERT_LT(taken, sent);
    // From the row of the last copy on.
    const std::vector<std::size_t> later(std::prev(taken, 2), sent);
    for (const std::size_t i : cases_tried(later.size(), 8)) {
        exchange.begin();
        if (!run_until(later[i])) {
            continue;
        }
        const std::vector<std::string> names = exchange.files_taken();
        cut_power(exchange.disk(), records(), Unsynced::lost);
        for (const std::string& name : names) {
            if (name.ends_with(".xml")) {
                std::filesystem::remove(exchange.disk() / "out" / name);
            }
        }
        const std::string differences = exchange.differences(false);
        EXPECT_TRUE(differences.empty())
            << "cut before " << all[later[i] - 1] << ", wiped " << names.size() << " files" << differences;
    }
}

/// Three cuts in one exchange, each somewhere in what the one before has left to do.
TEST_F(PowerCut, LosesAndDoublesNothingWhereSomeOfWhatWasNotSyncedHasReachedTheDisk) {
    const std::vector<std::string> all = operations();
    ASSERT_GT(all.size(), 100U);
    for (const std::size_t seed : cases_tried(is_complete_run() ? 200 : 4, 4)) {
        exchange.begin();
        std::mt19937_64 chance(seed);
        std::string story;
        std::size_t most = all.size();
        for (int cut = 0; cut < 3; ++cut) {
            const std::size_t at = 1 + chance() % most;
            if (!run_until(at)) {
                break;
            }
            story += " " + std::to_string(at);
            cut_power(exchange.disk(), records(), Unsynced::drawn, chance());
            most = std::max<std::size_t>(most - std::min(most, at), 50);
        }
        const std::string differences = exchange.differences();
        EXPECT_TRUE(differences.empty()) << "seed " << seed << ", cuts before" << story << differences;
    }
}

}  // namespace
}  // namespace obmen::tests
