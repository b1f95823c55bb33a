#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <stdexcept>

#include "measured_process.hpp"

/// Reads the same files in every way there is, one process at a time, and prints one table of the lot.
namespace obmen::bench {
namespace {

namespace fs = std::filesystem;

struct Arguments {
    std::vector<std::string> files;
    std::uint64_t bytes = 0;
    std::size_t rounds = 5;
    fs::path directory = fs::temp_directory_path();
    bool without_php = false;
};

/// Where the programs of this build are.
struct Programs {
    fs::path here = fs::read_symlink("/proc/self/exe").parent_path();
    std::string generator = here / "generate_export";
    std::string obmen_reader = here / "read_with_obmen";
    std::string expat = here / "read_with_expat";
    std::string libxml2 = here / "read_with_libxml2";
    std::string obmen = here / "../../src/obmen";
    std::string php_script = fs::path(OBMEN_BENCH_SOURCE_DIR) / "read_with_php.php";
};

struct Contender {
    std::string name;
    std::vector<std::string> command;  ///< without its files
    bool builds_records = false;       ///< prints the digest, and with --hash the whole of it
};

constexpr std::string_view our_records = "our records";
constexpr std::string_view our_check = "obmen check";
constexpr std::string_view expat_records = "expat, records";
constexpr std::string_view php_records = "PHP XMLReader + SimpleXML";

std::vector<Contender> all_contenders(const Programs& programs, bool with_php) {
    std::vector<Contender> all{
        {.name = "read only", .command = {programs.obmen_reader, "read"}},
        {.name = "memchr '<'", .command = {programs.obmen_reader, "memchr"}},
        {.name = "our decoder", .command = {programs.obmen_reader, "decode"}},
        {.name = "our splitter", .command = {programs.obmen_reader, "split"}},
        {.name = "our splitter, raw hash", .command = {programs.obmen_reader, "split-hash"}},
        {.name = std::string{our_records},
         .command = {programs.obmen_reader, "records"},
         .builds_records = true},
        {.name = std::string{our_check}, .command = {programs.obmen, "check", "--json"}},
        {.name = "expat, no handlers", .command = {programs.expat, "parse"}},
        {.name = std::string{expat_records}, .command = {programs.expat, "records"}, .builds_records = true},
        {.name = "libxml2 SAX2, no handlers", .command = {programs.libxml2, "parse"}},
        {.name = "libxml2 SAX2, records", .command = {programs.libxml2, "records"}, .builds_records = true},
    };
    if (with_php) {
        all.push_back({.name = std::string{php_records},
                       .command = {"php", programs.php_script, "records"},
                       .builds_records = true});
    }
    return all;
}

/// One set of files.
struct Export {
    std::vector<std::string> files;
    std::uint64_t bytes = 0;
    std::string digest;  ///< what the generator says is in them; empty if they were not made here
};

/// Removed, with all that is in it, at the end.
class TemporaryDirectory {
  public:
    explicit TemporaryDirectory(const fs::path& parent) : m_path(parent / "obmen-bench-XXXXXX") {
        std::string pattern = m_path;
        if (::mkdtemp(pattern.data()) == nullptr) {
            throw std::runtime_error("cannot make a directory in " + parent.string());
        }
        m_path = pattern;
    }
    ~TemporaryDirectory() {
        std::error_code ignored;
        fs::remove_all(m_path, ignored);
    }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

    [[nodiscard]] const fs::path& path() const { return m_path; }

  private:
    fs::path m_path;
};

Measurement succeed(const std::vector<std::string>& command) {
    Measurement run = measure(command);
    if (run.exit_code != 0) {
        throw std::runtime_error(
            fmt::format("{} ended with exit code {}", fmt::join(command, " "), run.exit_code));
    }
    return run;
}

Measurement read(const Contender& contender, const std::vector<std::string>& files, bool with_hash = false) {
    std::vector<std::string> command = contender.command;
    if (with_hash) {
        command.emplace_back("--hash");
    }
    command.insert(command.end(), files.begin(), files.end());
    return succeed(command);
}

std::uint64_t size_of(const std::vector<std::string>& files) {
    std::uint64_t bytes = 0;
    for (const std::string& file : files) {
        bytes += fs::file_size(file);
    }
    return bytes;
}

Export generate(const Programs& programs, const fs::path& directory,
                const std::vector<std::string>& options) {
    std::vector<std::string> command{programs.generator, "-o", directory};
    command.insert(command.end(), options.begin(), options.end());
    Export made;
    made.digest = succeed(command).out;
    made.files = {directory / "import.xml", directory / "offers.xml"};
    made.bytes = size_of(made.files);
    return made;
}

/// The number after `name` in a digest.
std::string number_in(const std::string& digest, const std::string& name) {
    const std::size_t at = digest.find(name + " ");
    if (at == std::string::npos) {
        throw std::runtime_error("no " + name + " in the digest: " + digest);
    }
    const std::size_t begin = at + name.size() + 1;
    return digest.substr(begin, digest.find(' ', begin) - begin);
}

/// What `obmen check --json` counted of a kind, over all its files; a file that has none says nothing.
std::uint64_t sum_in(const std::string& report, const std::string& kind) {
    const std::string key = fmt::format("\"{}\":", kind);
    std::uint64_t sum = 0;
    for (std::size_t at = report.find(key); at != std::string::npos; at = report.find(key, at + 1)) {
        sum += std::stoull(report.substr(at + key.size(), 20));
    }
    return sum;
}

/// Has everybody read the same? Throws if not: figures of readers that read different things are not
/// comparable.
void prove_equal(const std::vector<Contender>& contenders, const Export& made) {
    std::string expected = made.digest;
    for (const Contender& contender : contenders) {
        if (contender.builds_records) {
            const std::string digest = read(contender, made.files, true).out;
            expected = expected.empty() ? digest : expected;
            if (digest != expected) {
                throw std::runtime_error(
                    fmt::format("{} read something else; no ratios\n  expected: {}\n  it says:  {}",
                                contender.name, expected, digest));
            }
        } else if (contender.name == our_check) {
            const std::string report = read(contender, made.files).out;
            for (const auto& [russian, english] :
                 {std::pair{"Товар", "products"}, std::pair{"Предложение", "offers"}}) {
                if (sum_in(report, russian) != std::stoull(number_in(expected, english))) {
                    throw std::runtime_error("obmen check counts other records; no ratios:\n" + report);
                }
            }
        }
    }
    fmt::print("all of them read: {}\n\n", expected);
}

/// All runs of one contender over one set of files.
struct Runs {
    std::vector<double> cpu;
    std::vector<double> wall;
    double peak_megabytes = 0;

    void add(const Measurement& run) {
        cpu.push_back(run.cpu_seconds);
        wall.push_back(run.wall_seconds);
        peak_megabytes = std::max(peak_megabytes, run.peak_megabytes);
    }
};

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const std::size_t middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

/// Rounds are interleaved: what else the machine does in a while falls on all of them.
std::vector<Runs> measure_all(const std::vector<Contender>& contenders, const std::vector<std::string>& files,
                              std::size_t rounds) {
    std::vector<Runs> runs(contenders.size());
    for (std::size_t round = 0; round < rounds; ++round) {
        for (std::size_t i = 0; i < contenders.size(); ++i) {
            runs[i].add(read(contenders[i], files));
        }
    }
    return runs;
}

std::optional<double> cpu_of(std::string_view name, const std::vector<Contender>& contenders,
                             const std::vector<Runs>& runs) {
    for (std::size_t i = 0; i < contenders.size(); ++i) {
        if (contenders[i].name == name) {
            return median(runs[i].cpu);
        }
    }
    return std::nullopt;
}

std::string times(std::optional<double> reference, double own) {
    return reference && own > 0 ? fmt::format("{:.2f}", *reference / own) : "-";
}

void show_table(const std::vector<Contender>& contenders, const std::vector<Runs>& runs,
                std::uint64_t bytes) {
    const std::optional<double> expat = cpu_of(expat_records, contenders, runs);
    const std::optional<double> php = cpu_of(php_records, contenders, runs);
    fmt::print("{:<26}{:>8}{:>8}{:>8}{:>8}{:>8}{:>9}{:>8}{:>8}\n", "contender", "CPU s", "min", "max",
               "wall s", "MB/s", "x expat", "x PHP", "RSS MB");
    for (std::size_t i = 0; i < contenders.size(); ++i) {
        const auto [least, most] = std::minmax_element(runs[i].cpu.begin(), runs[i].cpu.end());
        const double cpu = median(runs[i].cpu);
        fmt::print("{:<26}{:>8.3f}{:>8.3f}{:>8.3f}{:>8.3f}{:>8.0f}{:>9}{:>8}{:>8.1f}\n", contenders[i].name,
                   cpu, *least, *most, median(runs[i].wall), static_cast<double>(bytes) / 1e6 / cpu,
                   times(expat, cpu), times(php, cpu), runs[i].peak_megabytes);
    }
    fmt::print("\n");
}

std::vector<Contender> named(const std::vector<Contender>& contenders,
                             const std::vector<std::string_view>& names) {
    std::vector<Contender> found;
    std::copy_if(contenders.begin(), contenders.end(), std::back_inserter(found),
                 [&](const Contender& contender) {
                     return std::find(names.begin(), names.end(), contender.name) != names.end();
                 });
    return found;
}

void show_memory(const std::vector<Contender>& contenders, const Export& small, const Export& large,
                 const std::vector<Runs>& large_runs) {
    fmt::print("{:<26}{:>12}{:>12}\n", "peak RSS, MB",
               fmt::format("{:.0f} MB", static_cast<double>(small.bytes) / 1e6),
               fmt::format("{:.0f} MB", static_cast<double>(large.bytes) / 1e6));
    for (std::size_t i = 0; i < contenders.size(); ++i) {
        if (contenders[i].name == our_records || contenders[i].name == our_check) {
            fmt::print("{:<26}{:>12.1f}{:>12.1f}\n", contenders[i].name,
                       read(contenders[i], small.files).peak_megabytes, large_runs[i].peak_megabytes);
        }
    }
    fmt::print("\n");
}

/// The same records in both encodings, measured in turn.
void show_windows1251(const std::vector<Contender>& all, const Export& utf8, const Export& windows1251,
                      std::size_t rounds) {
    const std::vector<Contender> contenders =
        named(all, {"our splitter", our_records, our_check, expat_records});
    prove_equal(contenders, windows1251);
    std::vector<Runs> in_utf8(contenders.size());
    std::vector<Runs> in_windows1251(contenders.size());
    for (std::size_t round = 0; round < rounds; ++round) {
        for (std::size_t i = 0; i < contenders.size(); ++i) {
            in_utf8[i].add(read(contenders[i], utf8.files));
            in_windows1251[i].add(read(contenders[i], windows1251.files));
        }
    }
    fmt::print("{:<26}{:>12}{:>14}{:>16}{:>18}\n", "windows-1251", "UTF-8 MB/s", "1251 MB/s",
               "ratio per byte", "ratio per record");
    for (std::size_t i = 0; i < contenders.size(); ++i) {
        const double wide = median(in_utf8[i].cpu);
        const double narrow = median(in_windows1251[i].cpu);
        const double wide_rate = static_cast<double>(utf8.bytes) / 1e6 / wide;
        const double narrow_rate = static_cast<double>(windows1251.bytes) / 1e6 / narrow;
        fmt::print("{:<26}{:>12.0f}{:>14.0f}{:>16.2f}{:>18.2f}\n", contenders[i].name, wide_rate, narrow_rate,
                   narrow_rate / wide_rate, wide / narrow);
    }
    fmt::print("\n");
}

/// What a program costs that does next to nothing.
void show_start_up(const Programs& programs, const fs::path& directory) {
    constexpr std::size_t runs = 20;
    const fs::path file = directory / "one.xml";
    std::string content =
        "\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<КоммерческаяИнформация "
        "ВерсияСхемы=\"2.07\">\n"
        "<Каталог СодержитТолькоИзменения=\"false\"><Ид>c</Ид><Наименование>Каталог</Наименование><Товары>\n"
        "<Товар><Ид>p</Ид><Наименование>Болт</Наименование><Описание>";
    content.append(500, 'x');
    content += "</Описание></Товар>\n</Товары></Каталог></КоммерческаяИнформация>\n";
    std::ofstream(file, std::ios::binary) << content;
    const std::vector<std::vector<std::string>> commands{
        {"/bin/true"}, {programs.obmen, "--version"}, {programs.obmen, "check", file}};
    std::vector<Runs> measured(commands.size());
    for (std::size_t run = 0; run < runs; ++run) {
        for (std::size_t i = 0; i < commands.size(); ++i) {
            measured[i].add(succeed(commands[i]));
        }
    }
    const char* const names[] = {"/bin/true", "obmen --version", "obmen check, 1 KB"};
    fmt::print("{:<26}{:>12}{:>12}   (median of {} runs)\n", "start-up", "wall ms", "CPU ms", runs);
    for (std::size_t i = 0; i < commands.size(); ++i) {
        fmt::print("{:<26}{:>12.2f}{:>12.2f}\n", names[i], median(measured[i].wall) * 1e3,
                   median(measured[i].cpu) * 1e3);
    }
}

bool can_run_php() {
    return measure({"php", "-r",
                    "exit(class_exists('XMLReader') && function_exists('simplexml_import_dom') ? 0 : 1);"})
               .exit_code == 0;
}

void compare(const Arguments& arguments) {
    const Programs programs;
    const bool with_php = !arguments.without_php && can_run_php();
    const std::vector<Contender> contenders = all_contenders(programs, with_php);
    const TemporaryDirectory directory(arguments.directory);

    std::array<double, 3> load{};
    static_cast<void>(::getloadavg(load.data(), 3));
    fmt::print("{} rounds, interleaved; medians; MB = 10^6 bytes; load average before: {:.2f}\n",
               arguments.rounds, load[0]);
    if (!with_php) {
        fmt::print("without PHP: php-cli and php-xml are not here, or not wanted\n");
    }

    const bool generated = arguments.files.empty();
    Export large{.files = arguments.files, .bytes = 0, .digest = {}};
    if (generated) {
        large = generate(programs, directory.path() / "utf8", {"--size", std::to_string(arguments.bytes)});
    }
    large.bytes = size_of(large.files);
    fmt::print("{} files, {:.1f} MB\n", large.files.size(), static_cast<double>(large.bytes) / 1e6);
    prove_equal(contenders, large);
    const std::vector<Runs> runs = measure_all(contenders, large.files, arguments.rounds);
    show_table(contenders, runs, large.bytes);
    if (generated) {
        const Export small = generate(programs, directory.path() / "small", {"--size", "10000000"});
        show_memory(contenders, small, large, runs);
        const Export windows1251 =
            generate(programs, directory.path() / "windows-1251",
                     {"--products", number_in(large.digest, "products"), "--encoding", "windows-1251"});
        show_windows1251(contenders, large, windows1251, arguments.rounds);
    }
    show_start_up(programs, directory.path());
}

int run(int argc, char** argv) {
    Arguments arguments;
    CLI::App app("Compares readers of CommerceML files in one run", "bench_reader");
    auto* files = app.add_option("files", arguments.files, "files to read");
    app.add_option("--size", arguments.bytes, "make files of so many bytes together instead: 200MB, 1GB")
        ->transform(CLI::AsSizeValue(true))
        ->excludes(files);
    app.add_option("--rounds", arguments.rounds, "how often each is measured")->check(CLI::PositiveNumber);
    app.add_option("--directory", arguments.directory,
                   "where files are made; the system's temporary directory");
    app.add_flag("--without-php", arguments.without_php, "leave out PHP, which takes the longest");
    CLI11_PARSE(app, argc, argv);
    if (arguments.files.empty() && arguments.bytes == 0) {
        fmt::print(stderr, "bench_reader: FILE… or --size\n");
        return 2;
    }
    std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
    compare(arguments);
    return 0;
}

}  // namespace
}  // namespace obmen::bench

int main(int argc, char** argv) {
    try {
        return obmen::bench::run(argc, argv);
    } catch (const std::exception& error) {
        fmt::print(stderr, "bench_reader: {}\n", error.what());
        return 1;
    }
}
