#include "power/disk_exchange.hpp"

#include <signal.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "commands/portal_view.hpp"
#include "harness/receipt_view.hpp"
#include "ledger/database.hpp"
#include "ledger/source_files.hpp"

namespace obmen::tests {

namespace {

using Path = std::filesystem::path;

constexpr const char* program = OBMEN_BINARY_DIR "/src/obmen";
constexpr const char* archive = ".obmen-archive";
constexpr const char* broken_export = R"(<?xml version="1.0" encoding="UTF-8"?>
<КоммерческаяИнформация ВерсияСхемы="2.09"><Каталог><Товар></Каталог></КоммерческаяИнформация>
)";

void write_private(const Path& path, const std::string& bytes) {
    write_file(path, bytes);
    std::filesystem::permissions(path,
                                 std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

/// Without the day of an archive and the number of a second file with the same name.
std::string plain_name(const Path& path, const Path& folder) {
    static const std::regex day("/[0-9]{4}-[0-9]{2}-[0-9]{2}/");
    return std::regex_replace(std::filesystem::relative(path, folder).string(), day, "/DAY/");
}

template <typename Take>
void for_each_file(const Path& folder, Take take) {
    std::error_code none_yet;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, none_yet)) {
        if (entry.is_regular_file()) {
            take(entry.path());
        }
    }
}

/// Copies that wait to be packages, and receipts that wait to be brought.
std::vector<Path> passing_files(const Path& state) {
    std::vector<Path> files;
    for (const char* passing : {"landing", "outbox"}) {
        for_each_file(state / passing, [&](const Path& path) {
            if (!path.filename().string().ends_with(".tmp")) {
                files.push_back(path);
            }
        });
    }
    return files;
}

/// What a receipt says, without numbers and times that are other ones each time. Whether an object that is as
/// it should be was made for this package or for the one beside it, which has it too, depends on which came
/// first.
std::string told_by(const ReceiptView& receipt) {
    static const std::set<std::string> well{"Создан", "Обновлён", "БезИзменений", "Связан", "Заменён"};
    std::set<std::string> rows;
    for (const ReceiptView::Row& row : receipt.objects) {
        rows.insert(row.kind + " " + row.id + " " + (well.contains(row.action) ? "is well" : row.action) +
                    " " + row.code);
    }
    std::string text = receipt.state;
    for (const std::string& row : rows) {
        text += "\n    " + row;
    }
    return text;
}

std::string shown(const std::multiset<std::string>& values) {
    constexpr std::size_t most_characters = 400;
    std::string text;
    for (const std::string& value : values) {
        text += "\n      " + value.substr(0, most_characters);
    }
    return text;
}

/// Only what one of the two has.
void compare(const std::string& what, const std::multiset<std::string>& found,
             const std::multiset<std::string>& expected, std::string& differences) {
    std::multiset<std::string> more;
    std::multiset<std::string> less;
    std::ranges::set_difference(found, expected, std::inserter(more, more.end()));
    std::ranges::set_difference(expected, found, std::inserter(less, less.end()));
    if (!more.empty()) {
        differences += "\n  " + what + " has more:" + shown(more);
    }
    if (!less.empty()) {
        differences += "\n  " + what + " lacks:" + shown(less);
    }
}

using Values = std::map<std::string, std::multiset<std::string>>;
void compare_all(const std::string& what, const Values& found, const Values& expected,
                 std::string& differences) {
    std::set<std::string> keys;
    for (const Values* values : {&found, &expected}) {
        for (const auto& [key, value] : *values) {
            keys.insert(key);
        }
    }
    const auto of = [](const Values& values, const std::string& key) {
        const auto row = values.find(key);
        return row == values.end() ? std::multiset<std::string>{} : row->second;
    };
    for (const std::string& key : keys) {
        compare(what + " " + key, of(found, key), of(expected, key), differences);
    }
}

}  // namespace

DiskExchange::DiskExchange() : m_disk(m_directory / "disk") {
    m_sandbox = std::make_unique<SandboxProcess>(
        m_directory.path(), std::vector<std::string>{"--time-scale", "1000", "--burst", "0"});
    write_private(m_directory / "portal", m_sandbox->url() + "\n");
    begin();
}

void DiskExchange::move_disk(const Path& disk) {
    m_disk = disk;
}

void DiskExchange::write_settings() const {
    write_private(
        m_directory / "shop.toml",
        "language = \"en\"\n[portal]\nurl = \"@portal\"\n[state]\ndirectory = \"" + state().string() +
            "\"\n[alerts]\ndisk_low_bytes = 0\n[[source]]\nname = \"1c\"\nurl = \"folder:" +
            (m_disk / "out").string() +
            "\"\nsettle_seconds = 0\npartner_seconds = 1\narchive = \"move\"\n[source.receipts]\nurl = "
            "\"folder:" +
            (m_disk / "in").string() + "\"\n");
}

void DiskExchange::begin() {
    std::filesystem::create_directories(m_disk);
    for (const auto& entry : std::filesystem::directory_iterator(m_disk)) {
        std::filesystem::remove_all(entry.path());
    }
    std::filesystem::copy(OBMEN_SOURCE_DIR "/samples/everything-2.09", m_disk / "out",
                          std::filesystem::copy_options::recursive);
    write_file(m_disk / "out/broken.xml", broken_export);
    std::filesystem::create_directories(m_disk / "in");
    write_settings();
    m_sandbox->post("/sandbox/reset", nlohmann::json::object());
}

std::vector<std::string> DiskExchange::words(bool once) const {
    std::vector<std::string> words{program, "watch", (m_directory / "shop.toml").string()};
    if (once) {
        words.emplace_back("--once");
    }
    return words;
}

std::map<std::string, std::string> DiskExchange::environment() const {
    return {{"OBMEN_TIME_SCALE", "0.01"},
            {"LC_ALL", "C.UTF-8"},
            {"OBMEN_PORTAL", ""},
            {"OBMEN_LIMITS", (m_disk / "limits").string()}};
}

ProcessResult DiskExchange::once(const std::vector<std::string>& runner,
                                 const std::map<std::string, std::string>& environment) const {
    std::vector<std::string> all = runner;
    std::ranges::copy(words(true), std::back_inserter(all));
    std::map<std::string, std::string> variables = environment;
    variables.merge(this->environment());
    return run_process(all, m_directory.path(), variables);
}

bool DiskExchange::is_done() const {
    bool done = passing_files(state()).empty();
    for (const auto& entry : std::filesystem::directory_iterator(m_disk / "out")) {
        done = done && !entry.is_regular_file();
    }
    return done;
}

bool DiskExchange::gets_done_by(Process& daemon) const {
    const bool done = eventually([&] {
        if (daemon.said().find("watching") != std::string::npos && daemon.is_running()) {
            daemon.signal(SIGHUP);  // before that nobody listens
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
        return is_done() || !daemon.is_running();
    });
    return done && daemon.is_running();
}

std::string DiskExchange::finish() const {
    constexpr int most_runs = 4;
    ProcessResult last;
    for (int run = 0; run < most_runs; ++run) {
        last = once();
        if (is_done()) {
            return {};
        }
    }
    Process daemon(words(false), m_directory.path(), environment());
    if (!gets_done_by(daemon)) {
        return "not done; the last run ended with " + std::to_string(last.exit_code) + "\n" + last.error +
               "\nthe daemon said\n" + daemon.said();
    }
    daemon.signal(SIGTERM);
    static_cast<void>(daemon.wait());
    static_cast<void>(once());
    return {};
}

ExchangeEnd DiskExchange::end() const {
    ExchangeEnd end;
    end.portal = comparable(m_sandbox->state());
    const nlohmann::json verdict = m_sandbox->verdict();
    end.creations = verdict.at("creations_by_kind").get<std::map<std::string, int>>();
    for (const char* list : {"duplicates", "duplicate_rows", "duplicate_parts", "orphans"}) {
        for (const auto& row : verdict.at(list)) {
            end.left.insert(std::string(list) + " " + row.dump());
        }
    }
    std::set<std::string> created;
    for_each_file(m_disk / "in", [&](const Path& path) {
        const std::string name = path.filename().string();
        if (!name.ends_with(".receipt.xml")) {
            end.left.insert("in/" + path.extension().string());
            return;
        }
        ReceiptView receipt;
        try {
            receipt = read_receipt(path);
        } catch (const std::runtime_error& error) {
            end.left.insert(error.what());
            return;
        }
        if (receipt.state == "Отложено") {
            return;
        }
        end.receipts[name.substr(0, name.find('.'))].insert(told_by(receipt));
        for (const ReceiptView::Row& row : receipt.objects) {
            if (row.action == "Создан" && !created.insert(row.kind + " " + row.id).second) {
                end.left.insert("created twice: " + row.kind + " " + row.id);
            }
        }
    });
    for_each_file(m_disk / "out", [&](const Path& path) {
        end.source[plain_name(path, m_disk / "out")].insert(read_file(path));
    });
    for (const Path& path : passing_files(state())) {
        end.left.insert(path.parent_path().filename().string() + "/" + path.filename().string());
    }
    for_each_file(state() / "spool", [&](const Path& path) {
        const bool rejected = path.filename() == "reason.json" &&
                              std::filesystem::exists(path.parent_path() / "0001.xml") &&
                              read_file(path.parent_path() / "0001.xml") == broken_export;
        end.quarantined += rejected ? 1 : 0;
    });
    return end;
}

const ExchangeEnd& DiskExchange::undisturbed() {
    static const ExchangeEnd calm = [] {
        const DiskExchange exchange;
        if (const std::string failure = exchange.finish(); !failure.empty()) {
            throw std::runtime_error(failure);
        }
        return exchange.end();
    }();
    return calm;
}

std::vector<std::string> DiskExchange::files_taken() const {
    // A look changes what it looks at: the log is replayed.
    const Path copy = m_directory / "look";
    std::filesystem::remove_all(copy);
    std::filesystem::create_directories(copy);
    for (const char* name : {"ledger.db", "ledger.db-wal"}) {
        std::error_code none;
        std::filesystem::copy_file(state() / name, copy / name, none);
    }
    std::vector<std::string> names;
    if (!std::filesystem::exists(copy / "ledger.db") || std::filesystem::is_empty(copy / "ledger.db")) {
        return names;
    }
    constexpr int copied = 1;  // arrival::SourceFileState
    ledger::Database database(copy / "ledger.db", ledger::Opening::guest);
    for (const ledger::SourceFile& file : ledger::SourceFiles(database, "1c").all()) {
        if (file.state >= copied) {
            names.push_back(file.name);
        }
    }
    return names;
}

std::string DiskExchange::differences(bool with_source) const {
    std::string differences = finish();
    if (!differences.empty()) {
        return differences;
    }
    const ExchangeEnd& expected = undisturbed();
    const ExchangeEnd found = end();
    compare_all("the portal's", found.portal, expected.portal, differences);
    if (found.creations != expected.creations) {
        differences += "\n  other numbers of creations: " + nlohmann::json(found.creations).dump() +
                       " instead of " + nlohmann::json(expected.creations).dump();
    }
    compare_all("receipt for", found.receipts, expected.receipts, differences);
    if (with_source) {
        compare_all("source file", found.source, expected.source, differences);
    }
    compare("what should be empty", found.left, expected.left, differences);
    if (found.quarantined != expected.quarantined) {
        differences += "\n  quarantine keeps " + std::to_string(found.quarantined);
    }
    return differences;
}

std::string trouble_told(const ProcessResult& result) {
    static const std::regex code("(SYS|SRC|RCP|PKG)-[A-Z-]+");
    std::set<std::string> codes;
    const std::sregex_iterator first(result.error.begin(), result.error.end(), code);
    std::transform(first, std::sregex_iterator(), std::inserter(codes, codes.end()),
                   [](const std::smatch& found) { return found.str(); });
    std::string told;
    for (const std::string& text : codes) {
        told += (told.empty() ? "" : ", ") + text;
    }
    return told;
}

bool is_orderly_end(const ProcessResult& result) {
    constexpr int first_signal = 128;
    constexpr int worst_verdict = 2;  // a package that cannot be read is one of the samples
    const std::string told = trouble_told(result);
    return result.exit_code >= 0 && result.exit_code < first_signal &&
           (result.exit_code <= worst_verdict || !told.empty()) &&
           told.find("SYS-INTERNAL") == std::string::npos;
}

std::vector<std::size_t> cases_tried(std::size_t count, std::size_t most) {
    std::size_t share = 0;
    std::size_t shares = 1;
    if (const char* text = std::getenv("OBMEN_POWER_SHARE")) {
        char slash = '/';
        std::istringstream(text) >> share >> slash >> shares;
    }
    const char* const first = std::getenv("OBMEN_POWER_FIRST");
    const std::size_t from = first == nullptr ? 0 : std::strtoull(first, nullptr, 10);
    std::vector<std::size_t> tried;
    if (is_complete_run()) {
        for (std::size_t i = from + share; i < count; i += shares) {
            tried.push_back(i);
        }
    } else {
        for (std::size_t i = 0; i < std::min(count, most); ++i) {
            tried.push_back(i * count / std::min(count, most));
        }
    }
    std::cout << "  " << tried.size() << " of " << count << " cases\n" << std::flush;
    return tried;
}

}  // namespace obmen::tests
