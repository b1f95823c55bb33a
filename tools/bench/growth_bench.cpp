#include <fmt/format.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "arrival/intake.hpp"
#include "exchange/package_steps.hpp"
#include "generate_export.hpp"
#include "ledger/database.hpp"
#include "ledger/history.hpp"
#include "ledger/overview.hpp"
#include "ledger/packages.hpp"
#include "ledger/pending.hpp"
#include "measured_process.hpp"
#include "support/clock.hpp"

/// What an export costs that is new, unchanged, or changed by one per cent, and what stays of it in the
/// ledger: printed, never asserted. Without a portal: whatever is to be sent is taken by a CRM that agrees to
/// everything. Each pass is a process of its own, so that its memory can be told.
namespace obmen::bench {
namespace {

constexpr double megabyte = 1e6;

/// Processor time of the process, and the clock on the wall.
class Stopwatch {
  public:
    [[nodiscard]] double cpu() const { return cpu_now() - m_cpu; }
    [[nodiscard]] double wall() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - m_wall).count();
    }

  private:
    static double cpu_now() {
        timespec time{};
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
    }
    double m_cpu = cpu_now();
    std::chrono::steady_clock::time_point m_wall = std::chrono::steady_clock::now();
};

struct Place {
    std::filesystem::path directory;

    [[nodiscard]] std::filesystem::path ledger() const { return directory / "ledger.db"; }
    [[nodiscard]] std::filesystem::path spool() const { return directory / "spool"; }
    [[nodiscard]] std::filesystem::path exports(const std::string& which) const { return directory / which; }
};

void tell(const std::string& what, const Stopwatch& watch, double megabytes = 0) {
    fmt::print("    {:<34} CPU {:8.3f} s  wall {:8.3f} s", what, watch.cpu(), watch.wall());
    if (megabytes > 0) {
        fmt::print("  {:7.0f} MB/s of CPU", megabytes / watch.cpu());
    }
    fmt::print("\n");
}

double megabytes_of(const std::filesystem::path& directory) {
    std::uintmax_t bytes = 0;
    for (const auto& entry : std::filesystem::directory_iterator(directory)) {
        bytes += entry.file_size();
    }
    return static_cast<double>(bytes) / megabyte;
}

void settle_all(ledger::Database& database) {
    ledger::Pending pending(database);
    constexpr std::size_t batch = 50;
    for (auto page = pending.page({}, batch); !page.empty(); page = pending.page({}, batch)) {
        std::vector<std::int64_t> entities;
        std::vector<ledger::Settlement> settlements;
        for (const ledger::Operation& operation : page) {
            entities.push_back(operation.entity);
            ledger::Settlement& settlement = settlements.emplace_back();
            settlement.entity = operation.entity;
            settlement.verdict =
                operation.remote_id.empty() ? ledger::Verdict::created : ledger::Verdict::updated;
            settlement.remote_id = std::to_string(100'000 + operation.entity);
            for (const crm::FieldGroup& group : operation.groups) {
                settlement.confirmed_groups.push_back(group.name);
            }
        }
        pending.mark_sent(entities);
        pending.settle(settlements);
    }
}

/// One package, from the files of a source to a ledger in which the CRM has everything.
void pass(const Place& place, const std::string& which) {
    config::Settings settings = config::default_settings({});
    settings.state_directory = place.directory;
    const double size = megabytes_of(place.exports(which));
    Stopwatch opening;
    ledger::Database database(place.ledger());
    tell("opening the ledger", opening);
    Stopwatch whole;
    Stopwatch copying;
    const arrival::Intake intake = arrival::take_in({place.exports(which)}, place.spool());
    const std::string id = intake.packages.at(0).id;
    exchange::record_arrival(database, intake.packages.at(0), SystemClock().now());
    tell("copy, SHA-256, fsync", copying, size);
    Stopwatch planning;
    const exchange::PlanReport report = exchange::plan_package(database, id, place.spool(), settings);
    tell("checks, planning, merge", planning, size);
    tell("both", whole, size);
    if (report.fault) {
        throw std::runtime_error(std::string(report.fault->message.code.text()));
    }
    std::uint64_t records = 0;
    for (const std::uint64_t count : report.records) {
        records += count;
    }
    fmt::print("    records {}, passed over {}, to be sent {}\n", records, report.passed_over,
               ledger::Pending(database).count());
    Stopwatch sending;
    settle_all(database);
    tell("settling, without a portal", sending);
    ledger::Packages(database).set_state(id, ledger::PackageState::applied);
    std::filesystem::remove_all(place.spool() / id);
}

void tell_sizes(ledger::Database& database) {
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)");
    ledger::Statement& products = database.statement(
        "SELECT count(*) FROM entity WHERE source_kind IN (2, 3) AND remote_id IS NOT NULL");
    const double count = products.next() ? static_cast<double>(products.integer(0)) : 1;
    products.reset();
    fmt::print("    settled products and variants: {:.0f}; bytes for each, in pages:\n", count);
    ledger::Statement& query = database.statement(
        "SELECT name, sum(pgsize) FROM dbstat GROUP BY name HAVING sum(pgsize) > 100000 ORDER BY 2 DESC");
    double all = 0;
    while (query.next()) {
        const auto bytes = static_cast<double>(query.integer(1));
        all += bytes;
        fmt::print("      {:<40} {:8.1f}\n", query.text(0), bytes / count);
    }
    fmt::print("      {:<40} {:8.1f}\n", "all of them", all / count);
}

void look(const Place& place) {
    {
        Stopwatch opening;
        const ledger::Database database(place.ledger());
        tell("opening as the owner (quick_check)", opening);
    }
    Stopwatch guest_opening;
    ledger::Database database(place.ledger(), ledger::Opening::guest);
    tell("opening as a guest", guest_opening);
    Stopwatch status;
    static_cast<void>(ledger::packages_overview(database));
    static_cast<void>(ledger::sources_overview(database));
    static_cast<void>(ledger::receipts_under_way(database));
    tell("what `status` asks", status);
    tell_sizes(database);
    {
        Stopwatch backup;
        ledger::Database target(place.directory / "copy.db");
        database.copy_to(target);
        tell("copy_to", backup);
    }
    std::filesystem::remove(place.directory / "copy.db");
    Stopwatch pruning;
    const std::vector<std::string> old =
        ledger::prunable(database, SystemClock().now() + std::chrono::hours(1), 100);
    for (const std::string& package : old) {
        ledger::prune(database, package);
    }
    tell(fmt::format("pruning {} packages", old.size()), pruning);
}

void generate(const Place& place, const ExportShape& shape) {
    RecordsDigest digest(false);
    std::filesystem::create_directories(place.exports("export"));
    std::ofstream goods(place.exports("export") / "import.xml", std::ios::binary);
    write_catalogue(goods, shape, digest);
    std::ofstream offers(place.exports("export") / "offers.xml", std::ios::binary);
    write_offers(offers, shape, digest);
}

/// Every hundredth product and offer gets another name.
void change_some(const std::filesystem::path& from, const std::filesystem::path& to) {
    constexpr std::uint64_t one_in = 100;
    std::ifstream in(from, std::ios::binary);
    std::ofstream out(to, std::ios::binary);
    std::uint64_t records = 0;
    bool due = false;
    for (std::string line; std::getline(in, line);) {
        if (line.find("<Товар>") != std::string::npos || line.find("<Предложение>") != std::string::npos) {
            due = ++records % one_in == 0;
        }
        const std::size_t name = due ? line.find("</Наименование>") : std::string::npos;
        if (name != std::string::npos) {
            line.insert(name, " (новое)");
            due = false;
        }
        out << line << '\n';
    }
}

void run_pass(const std::string& program, const Place& place, const std::string& what,
              const std::string& title) {
    std::vector<std::string> arguments{program, "--directory", place.directory.string(), "--pass", what};
    const Measurement measured = measure(arguments);
    fmt::print("{}\n{}\n    peak RSS {:.1f} MB\n", title, measured.out, measured.peak_megabytes);
    std::fflush(stdout);
    if (measured.exit_code != 0) {
        throw std::runtime_error("the pass has failed");
    }
}

int run(int argc, char** argv) {
    Place place;
    std::uint64_t bytes = 0;
    std::string one_pass;
    ExportShape shape;
    CLI::App app("What an export costs that is new, unchanged or changed by 1 %", "bench_growth");
    app.add_option("--directory", place.directory, "where exports and ledger go; empty before")->required();
    auto* size =
        app.add_option("--size", bytes, "of the export: 200MB, 1GB")->transform(CLI::AsSizeValue(true));
    app.add_option("--products", shape.products, "how many products, and offers")->excludes(size);
    app.add_flag("--lean", shape.lean, "small records: 1 KB for a product and its offer");
    app.add_option("--pass", one_pass, "internal: export, changed or look");
    CLI11_PARSE(app, argc, argv);
    if (one_pass == "look") {
        look(place);
        return 0;
    }
    if (!one_pass.empty()) {
        pass(place, one_pass);
        return 0;
    }
    if (bytes > 0) {
        shape.products = products_for(bytes, shape);
    }
    std::filesystem::create_directories(place.spool());
    generate(place, shape);
    std::filesystem::create_directories(place.exports("changed"));
    for (const char* const file : {"import.xml", "offers.xml"}) {
        change_some(place.exports("export") / file, place.exports("changed") / file);
    }
    fmt::print("{} products, {:.1f} MB\n", shape.products, megabytes_of(place.exports("export")));
    const std::string program = std::filesystem::canonical("/proc/self/exe").string();
    run_pass(program, place, "export", "first pass: all new");
    run_pass(program, place, "export", "second pass: unchanged, and what the first has learnt on the way");
    run_pass(program, place, "export", "unchanged");
    run_pass(program, place, "changed", "1 % changed");
    run_pass(program, place, "changed", "unchanged");
    run_pass(program, place, "look", "the ledger");
    return 0;
}

}  // namespace
}  // namespace obmen::bench

int main(int argc, char** argv) {
    try {
        return obmen::bench::run(argc, argv);
    } catch (const std::exception& error) {
        fmt::print(stderr, "bench_growth: {}\n", error.what());
        return 1;
    }
}
