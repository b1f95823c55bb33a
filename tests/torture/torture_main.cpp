#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <filesystem>
#include <iostream>

#include "torture/plan.hpp"
#include "torture/world.hpp"

/// Exchanges that are mistreated at random until something that was promised breaks: tools/torture.
namespace {

using namespace obmen::torture;

struct Options {
    double minutes = 0;
    std::uint64_t seed = 1;
    std::uint64_t runs = 0;
    std::uint64_t step = 1;
    std::size_t deeds = 40;
    bool keep = false;
    bool show = false;
    std::filesystem::path build = OBMEN_BINARY_DIR;
    std::filesystem::path directory = std::filesystem::temp_directory_path() / "obmen-torture";
};

/// \returns whether everything was as promised
bool run_one(const Options& options, std::uint64_t seed) {
    const auto began = std::chrono::steady_clock::now();
    const std::filesystem::path directory = options.directory / fmt::format("seed-{}-{}", seed, ::getpid());
    std::filesystem::create_directories(directory);
    const Programs programs{.obmen = options.build / "src/obmen",
                            .moved_time = options.build / "tests/torture/libobmen_moved_time.so"};
    Outcome outcome;
    try {
        World world(plan_of(seed, kinds_of_sources(), options.deeds), programs, directory);
        outcome = world.run();
    } catch (const std::exception& error) {
        outcome.violations.push_back(std::string("the run was cut off: ") + error.what());
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    const bool is_well = outcome.violations.empty();
    std::cout << fmt::format("seed {:6}  {:5.1f} s  {:3} packages  {:2} kills  {:2} faults  {}\n", seed,
                             seconds, outcome.packages, outcome.kills, outcome.faults,
                             is_well ? "well" : "VIOLATED");
    if (!is_well || options.show) {
        for (const std::string& deed : outcome.deeds) {
            std::cout << "    " << deed << '\n';
        }
    }
    for (const std::string& violation : outcome.violations) {
        std::cout << "  violated: " << violation << '\n';
    }
    if (!is_well) {
        std::cout << fmt::format(
            "  kept: {}\n  again: tools/torture --build {} --seed {} --runs 1 --deeds {}\n",
            directory.string(), options.build.string(), seed, options.deeds);
    } else if (!options.keep) {
        std::filesystem::remove_all(directory);
    }
    std::cout << std::flush;
    return is_well;
}

}  // namespace

int main(int count, char** words) {
    CLI::App app(
        "Exchanges that are mistreated at random: obmen is killed, starved and lied to, and a history check "
        "says what was not as promised.");
    Options options;
    app.add_option("--minutes", options.minutes, "as many runs as fit into so many minutes");
    app.add_option("--seed", options.seed,
                   "of the first run; the same seed draws the same world and the same deeds, "
                   "while the moments that processes meet them at are never the same");
    app.add_option("--runs", options.runs, "so many runs at the most; 0: as the minutes say, or one");
    app.add_option("--step", options.step, "between the seeds of two runs");
    app.add_option("--deeds", options.deeds, "in each run");
    app.add_option("--build", options.build, "build directory with obmen");
    app.add_option("--directory", options.directory, "where the worlds are");
    app.add_flag("--keep", options.keep, "keep the directories of good runs, too");
    app.add_flag("--show", options.show, "list the deeds of good runs, too");
    CLI11_PARSE(app, count, words);
    const auto end =
        std::chrono::steady_clock::now() + std::chrono::duration<double, std::ratio<60>>(options.minutes);
    const std::uint64_t most = options.runs > 0 ? options.runs : options.minutes > 0 ? ~std::uint64_t{0} : 1;
    bool all_well = true;
    for (std::uint64_t run = 0; run < most; ++run) {
        if (options.minutes > 0 && run > 0 && std::chrono::steady_clock::now() >= end) {
            break;
        }
        all_well = run_one(options, options.seed + run * options.step) && all_well;
    }
    return all_well ? 0 : 1;
}
