#include "torture/world.hpp"

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <thread>
#include <utility>

#include "harness/temporary_directory.hpp"
#include "ledger/receipt_deliveries.hpp"
#include "support/error.hpp"
#include "support/hash.hpp"

namespace obmen::torture {

namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

constexpr const char* webhook_code = "sandboxcode";  // of the practice portal

void write_private(const fs::path& path, const std::string& bytes) {
    tests::write_file(path, bytes);
    fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
}

std::vector<tests::SourceKind> kinds_at_hand() {
    std::vector<tests::SourceKind> kinds;
    for (tests::SourceKind& kind : tests::all_source_kinds()) {
        if (kind.why_not().empty()) {
            kinds.push_back(std::move(kind));
        }
    }
    return kinds;
}

/// Takes SIGHUP for a wish: one that has only begun would be ended by it.
bool listens(const tests::Process& daemon) {
    try {
        const std::string status = tests::read_file(fmt::format("/proc/{}/status", daemon.id()));
        constexpr std::string_view label = "SigBlk:";
        const std::size_t at = status.find(label);
        if (at == std::string::npos) {
            return false;
        }
        const std::uint64_t blocked = std::stoull(status.substr(at + label.size()), nullptr, 16);
        return (blocked >> (SIGHUP - 1) & 1U) != 0;
    } catch (const std::exception&) {
        return false;  // it has ended
    }
}

/// Without the archive. Files may vanish while they are counted.
std::size_t files_in(const fs::path& folder) {
    std::error_code error;
    std::size_t files = 0;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
        ++files;
    }
    return files;
}

}  // namespace

std::size_t kinds_of_sources() {
    return kinds_at_hand().size();
}

World::World(const Plan& plan, const Programs& programs, fs::path directory)
    : m_plan(plan), m_programs(programs), m_directory(std::move(directory)), m_disk(m_directory / "disk") {
    m_portal =
        std::make_unique<tests::SandboxProcess>(m_directory, std::vector<std::string>{"--time-scale", "100"});
    const auto kinds = kinds_at_hand();
    for (std::size_t i = 0; i < plan.kinds.size(); ++i) {
        const tests::SourceKind& kind = kinds.at(plan.kinds[i] % kinds.size());
        m_places.push_back(std::make_unique<Place>(
            fmt::format("s{}", i), kind, Shop(fmt::format("s{}-", i), plan.products[i], plan.shops[i])));
        say("source " + m_places.back()->name() + ": " + kind.name);
    }
    m_truth.missing_deactivates = true;
    m_truth.secrets.insert(webhook_code);
    for (const auto& place : m_places) {
        for (const std::string& secret : place->secrets()) {
            m_truth.secrets.insert(secret);
        }
    }
    write_settings();
}

void World::write_settings() {
    const std::int64_t not_moved = 0;
    std::ofstream(m_directory / "moved", std::ios::binary)
        .write(reinterpret_cast<const char*>(&not_moved), sizeof not_moved);
    write_private(m_directory / "portal", m_portal->url() + "\n");
    tests::write_file(m_directory / "mapping.toml", "[product]\nmissing = \"deactivate\"\n");
    std::string text = fmt::format(
        "language = \"en\"\n[portal]\nurl = \"@portal\"\napi = \"{}\"\ntimeout_seconds = 1\npatience_seconds "
        "= 20\n"
        "[state]\ndirectory = \"{}\"\n[receipts]\ndirectory = \"receipts\"\n[mapping]\nfile = "
        "\"mapping.toml\"\n"
        "[alerts]\ndisk_low_bytes = 0\n[log]\njournal = \"journal.jsonl\"\n",
        m_plan.catalog_methods ? "catalog" : "crm", (m_disk.directory() / "state").string());
    for (const auto& place : m_places) {
        std::string source = place->settings(m_directory);
        source.insert(source.find("poll_seconds"),
                      m_plan.leaves_files ? "archive = \"leave\"\n" : "archive = \"move\"\n");
        text += source;
    }
    write_private(m_directory / "shop.toml", text);
    fs::create_directories(m_directory / "receipts");
}

std::map<std::string, std::string> World::environment(const std::string& failpoints) const {
    return {{"OBMEN_TIME_SCALE", "0.01"},
            {"LC_ALL", "C.UTF-8"},
            {"OBMEN_PORTAL", ""},
            {"OBMEN_LIMITS", (m_directory / "limits").string()},
            {"OBMEN_FAILPOINTS", failpoints},
            {"OBMEN_MOVED_TIME", (m_directory / "moved").string()},
            {"LD_PRELOAD", m_programs.moved_time.string()},
            // A library before the sanitizer's own: it only calls the next one.
            {"ASAN_OPTIONS", "verify_asan_link_order=0:detect_leaks=0"}};
}

void World::start(const std::string& failpoints) {
    m_daemon = std::make_unique<tests::Process>(
        std::vector<std::string>{m_programs.obmen.string(), "watch", (m_directory / "shop.toml").string()},
        m_directory, environment(failpoints));
    m_end_is_expected = !failpoints.empty();
    try {
        std::string line = tests::read_file(fmt::format("/proc/{}/cmdline", m_daemon->id()));
        std::ranges::replace(line, '\0', ' ');
        m_truth.command_lines.push_back(std::move(line));
    } catch (const std::exception&) {
        return;  // it has ended already
    }
}

void World::keep_running() {
    if (m_daemon && !m_daemon->is_running()) {
        note_end();
        std::this_thread::sleep_for(milliseconds(50));
        start();
    }
}

/// Why it has ended, and whether it may.
void World::note_end() {
    const tests::ProcessResult result = m_daemon->wait();
    for (const char* crime : {"AddressSanitizer", "runtime error:", "terminate called", "SYS-INTERNAL"}) {
        if (result.error.find(crime) != std::string::npos) {
            m_outcome.violations.push_back(fmt::format("obmen said «{}»", crime));
        }
    }
    constexpr int told_before_it_listened = 128 + SIGHUP;
    constexpr int cannot_go_on = 4;
    const bool may_end = m_end_is_expected || result.exit_code == told_before_it_listened ||
                         (m_disk_was_full && result.exit_code == cannot_go_on);
    if (!may_end) {
        m_outcome.violations.push_back(
            fmt::format("obmen ended by itself with {}: {}", result.exit_code,
                        result.error.substr(result.error.size() > 500 ? result.error.size() - 500 : 0)));
    }
    m_outcome.kills += result.exit_code == 128 + SIGKILL ? 1 : 0;
    m_end_is_expected = false;
    m_daemon.reset();
    look_into_archives();
}

/// What a package names of a file.
std::vector<std::string> World::contents_of_file(const std::string& sha256) const {
    const auto drop = std::ranges::find(m_truth.drops, sha256, &Drop::sha256);
    if (drop == m_truth.drops.end() || drop->expectation == Expectation::companion) {
        return {};
    }
    return drop->entries.empty() || drop->expectation == Expectation::rejected ? std::vector{sha256}
                                                                               : drop->entries;
}

void World::look_into_archives() {
    std::map<std::string, bool> has_ended;  // of a content: one of its packages
    for (const ledger::Package& package : packages()) {
        for (const ledger::PackageFile& file : package.files) {
            bool& ended = has_ended[file.sha256];
            ended = ended || ledger::is_end(package.state) || m_reopened.contains(package.id);
        }
    }
    for (const auto& place : m_places) {
        std::error_code error;
        const fs::path archive = place->out() / ".obmen-archive";
        for (fs::recursive_directory_iterator at(archive, error), end; !error && at != end;
             at.increment(error)) {
            if (!at->is_regular_file() || !m_archived.insert(at->path().string()).second) {
                continue;
            }
            for (const std::string& content : contents_of_file(sha256_hex(tests::read_file(at->path())))) {
                if (!has_ended[content]) {
                    m_outcome.violations.push_back(fmt::format("{} was put away before its package had ended",
                                                               at->path().filename().string()));
                }
            }
        }
    }
}

void World::wait(milliseconds time) {
    const auto until = std::chrono::steady_clock::now() + time;
    do {
        keep_running();
        std::this_thread::sleep_for(milliseconds(10));
    } while (std::chrono::steady_clock::now() < until);
}

void World::say(const std::string& deed) {
    const auto since = std::chrono::steady_clock::now() - m_began;
    m_outcome.deeds.push_back(fmt::format("{:6.2f} {}", std::chrono::duration<double>(since).count(), deed));
}

std::vector<ledger::Package> World::packages() const {
    for (int attempt = 0; attempt < 50; ++attempt) {
        try {
            ledger::Database database(m_disk.directory() / "state/ledger.db", ledger::Opening::guest);
            return ledger::Packages(database).list(0);
        } catch (const Error&) {
            std::this_thread::sleep_for(milliseconds(100));  // busy, or not there yet
        }
    }
    return {};
}

Outcome World::run() {
    try {
        play();
    } catch (const std::exception& error) {
        m_outcome.violations.push_back(std::string("the run was cut off: ") + error.what());
    }
    if (!m_outcome.violations.empty()) {
        m_disk.keep(m_directory / "disk-kept");
    }
    return m_outcome;
}

void World::play() {
    start();
    for (const auto& place : m_places) {
        drop(*place, place->shop().full(0));
        drop(*place, place->shop().contragents());
    }
    settle();  // what orders and price lists speak of is there
    say("the first exports are applied");
    for (const Step& step : m_plan.steps) {
        wait(milliseconds(step.pause_milliseconds));
        ++m_now;
        act(step);
    }
    end_faults();
    settle();
    for (int round = 0; round < 5 && retry_what_failed(); ++round) {
        settle();
    }
    for (int attempt = 0; attempt < 1000 && !listens(*m_daemon); ++attempt) {
        wait(milliseconds(20));
    }
    m_end_is_expected = true;
    m_daemon->signal(SIGTERM);
    const tests::ProcessResult result = m_daemon->wait();
    if (result.exit_code != 0) {
        m_outcome.violations.push_back(fmt::format("obmen does not end in order: {}", result.exit_code));
    }
    std::map<std::string_view, int> states;
    for (const ledger::Package& package : packages()) {
        ++states[ledger::name_of(package.state)];
        ++m_outcome.packages;
    }
    say("check");
    for (const auto& [state, count] : states) {
        say(fmt::format("  {}: {}", state, count));
    }
    for (std::string& violation : violations(m_truth, places())) {
        m_outcome.violations.push_back(std::move(violation));
    }
}

Places World::places() const {
    Places places;
    places.portal = m_portal.get();
    places.state = m_disk.directory() / "state";
    places.receipts = {m_directory / "receipts"};
    for (const auto& place : m_places) {
        places.sources[place->name()] = place->out();
        places.receipts.push_back(place->in());
    }
    places.written = {m_directory / "journal.jsonl", m_directory / "limits"};
    for (const auto& entry : fs::directory_iterator(m_directory)) {
        if (entry.path().filename().string().starts_with("process-") &&
            tests::read_file(entry.path()).find("practice portal") == std::string::npos) {
            places.written.push_back(entry.path());
        }
    }
    std::erase_if(places.written, [&](const fs::path& path) {  // the practice portal tells its own address
        return path.extension() == ".out" && tests::read_file(path).starts_with("http://");
    });
    return places;
}

void World::end_faults() {
    m_portal->clear_faults();
    m_portal->post("/sandbox/down", {{"seconds", 0}});
    m_disk.free();
    for (const auto& place : m_places) {
        place->come_back();
        if (place->proxy() != nullptr) {
            place->proxy()->clear();
            place->proxy()->set_down(false);
        }
    }
    keep_running();
    // What lies in the spool without a package is dropped when it is old.
    for (const auto& entry : fs::directory_iterator(m_disk.directory() / "state/spool")) {
        std::error_code error;
        fs::last_write_time(entry.path(), fs::file_time_type::clock::now() - std::chrono::hours(24 * 400),
                            error);
    }
    static_cast<void>(order("resume", {}));
    for (const auto& place : m_places) {
        static_cast<void>(order("resume", {place->name()}));
    }
    if (m_daemon->is_running()) {  // without failpoints
        kill(SIGTERM);
    }
    keep_running();
    say("all faults have ended");
}

std::string World::progress() const {
    std::string text = m_portal->verdict().at("writes").dump();
    for (const ledger::Package& package : packages()) {
        text +=
            fmt::format(" {} {} {}", package.id, ledger::name_of(package.state), package.receipt_revision);
    }
    for (const auto& place : m_places) {
        text += fmt::format(" {} {}", files_in(place->out()), files_in(place->in()));
    }
    return text;
}

bool World::is_settled() const {
    std::set<std::string> contents;
    std::set<std::pair<std::string, std::string>> files;  // name, hash
    for (const ledger::Package& package : packages()) {
        if (!ledger::is_end(package.state) || package.receipt_due || package.retrying) {
            return false;
        }
        for (const ledger::PackageFile& file : package.files) {
            contents.insert(file.sha256);
            files.emplace(file.name, file.sha256);
        }
    }
    for (const Drop& drop : m_truth.drops) {
        if (drop.fate == Fate::gone || drop.expectation == Expectation::companion) {
            continue;
        }
        const bool has_a_name = drop.entries.empty() && !drop.source.empty();
        if (has_a_name ? !files.contains({drop.name, drop.sha256})
                       : !contents.contains(drop.entries.empty() ? drop.sha256 : drop.entries.front())) {
            return false;
        }
    }
    try {
        ledger::Database database(m_disk.directory() / "state/ledger.db", ledger::Opening::guest);
        return ledger::ReceiptDeliveries(database).all_waiting().empty();
    } catch (const Error&) {
        return false;
    }
}

/// As long as anything moves: a run that hangs is seen by what it leaves undone.
void World::settle() {
    constexpr auto patience = std::chrono::seconds(120);
    std::string known;
    auto moved = std::chrono::steady_clock::now();
    auto settled_since = std::chrono::steady_clock::time_point::max();
    while (true) {
        keep_running();
        if (listens(*m_daemon)) {
            m_daemon->signal(SIGHUP);  // pauses are of wall time, which nobody scales
        }
        wait(milliseconds(300));
        const auto now = std::chrono::steady_clock::now();
        if (std::string present = progress(); present != known) {
            known = std::move(present);
            moved = now;
            settled_since = std::chrono::steady_clock::time_point::max();
        }
        if (is_settled()) {
            settled_since = std::min(settled_since, now);
            // Whatever else is on its way would have come: a second look of every source, the archive.
            if (now - settled_since > milliseconds(1200)) {
                break;
            }
        } else if (now - moved > patience) {
            say("nothing moves any more");
            return;
        }
    }
    ++m_now;
    for (Drop& drop : m_truth.drops) {
        drop.answered_at = drop.answered_at == 0 ? m_now : drop.answered_at;
    }
    ++m_now;
}

/// \returns whether anything is to be tried again
bool World::retry_what_failed() {
    bool any = false;
    for (const ledger::Package& package : packages()) {
        std::uint64_t failed = 0;
        ledger::Database database(m_disk.directory() / "state/ledger.db", ledger::Opening::guest);
        for (const ledger::Totals& totals : ledger::Packages(database).totals(package.id)) {
            failed += totals.count.at(static_cast<std::size_t>(ledger::Verdict::failed));
        }
        if (failed > 0) {
            m_reopened.insert(package.id);
            static_cast<void>(order("retry", {package.id}));
            any = true;
        }
    }
    return any;
}

}  // namespace obmen::torture
