#pragma once

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.hpp"
#include "daemon/source_places.hpp"
#include "daemon/watched_exchange.hpp"
#include "endpoint/endpoint.hpp"
#include "exchange/source_memory.hpp"
#include "ledger/receipt_deliveries.hpp"
#include "ledger/source_files.hpp"
#include "ledger/source_states.hpp"
#include "servers/private_mount.hpp"

namespace obmen::tests {

using SourcePlaces = std::map<std::string, std::unique_ptr<SourcePlace>>;

/// Servers are started once for the tests of their kind; each test has folders of its own.
inline SourcePlaces& source_places() {
    static SourcePlaces all;
    return all;
}

/// The same promises over every kind of source: the daemon, a practice portal, and a real server.
class Sources : public testing::TestWithParam<SourceKind> {
  protected:
    /// Disks of the tests' own must be seen by the servers: first of all.
    static void SetUpTestSuite() { static_cast<void>(PrivateMount::why_not()); }
    void SetUp() override {
        const std::string why_not = GetParam().why_not();
        if (!why_not.empty()) {
            GTEST_SKIP() << why_not;
        }
        std::unique_ptr<SourcePlace>& known = source_places()[GetParam().name];
        if (!known) {
            known = GetParam().make();
        }
        m_place = known.get();
        for (const std::string& folder : {own(), out(), in()}) {
            std::filesystem::create_directory(served(folder));
            ::chmod(served(folder).c_str(), 0777);
        }
    }
    void TearDown() override {
        if (m_is_away) {
            come_back();  // the server is needed by the tests after one that failed
        }
    }
    static void TearDownTestSuite() { source_places().clear(); }

    [[nodiscard]] SourcePlace& place() { return *m_place; }
    [[nodiscard]] std::filesystem::path served(const std::string& name) { return place().served() / name; }
    /// Folders of this test, within the place.
    [[nodiscard]] static std::string own() {
        const std::string name = testing::UnitTest::GetInstance()->current_test_info()->name();
        return name.substr(0, name.find('/'));
    }
    [[nodiscard]] static std::string out() { return own() + "/out"; }
    [[nodiscard]] static std::string in() { return own() + "/in"; }

    /// \param source_more keys of the source, `more` further tables.
    void write_settings(const std::string& source_more = {}, const std::string& more = {}) {
        exchange.write_all_settings(
            "language = \"en\"\n[portal]\nurl = \"@portal\"\n[state]\ndirectory = \"state\"\n"
            "[[source]]\nname = \"1c\"\narchive = \"move\"\npoll_seconds = 20\nsettle_seconds = 10\n"
            "partner_seconds = 100\n" +
            source_more + place().settings(out()) + "[source.receipts]\n" + place().settings(in()) + more);
    }
    /// \returns where the files of the folder are meanwhile
    std::filesystem::path go_away() {
        m_is_away = true;
        return place().go_away(out());
    }
    void come_back() {
        m_is_away = false;
        place().come_back(out());
    }
    void drop(const std::string& name, const std::string& bytes) { place().put(out() + "/" + name, bytes); }
    [[nodiscard]] bool lies_there(const std::string& name) {
        return std::filesystem::exists(served(out() + "/" + name));
    }
    /// As an uploader does that has no temporary names.
    void append(const std::string& name, std::string_view bytes) {
        std::ofstream(served(out() + "/" + name), std::ios::app | std::ios::binary) << bytes;
    }

    [[nodiscard]] std::vector<std::filesystem::path> receipts() {
        std::vector<std::filesystem::path> found;
        for (const auto& entry : std::filesystem::directory_iterator(served(in()))) {
            if (entry.path().string().ends_with(".receipt.xml")) {
                found.push_back(entry.path());
            }
        }
        return found;
    }
    /// How many receipts say so, by the name of the input.
    [[nodiscard]] std::map<std::string, int> answers(const std::string& state = "Выполнено") {
        std::map<std::string, int> count;
        for (const std::filesystem::path& path : receipts()) {
            if (read_receipt(path).state == state) {
                const std::string name = path.filename();
                ++count[name.substr(0, name.find('.'))];
            }
        }
        return count;
    }
    [[nodiscard]] std::vector<ledger::SourceFile> known_files() {
        ledger::Database database(exchange.directory() / "state/ledger.db", ledger::Opening::guest);
        return ledger::SourceFiles(database, "1c").all();
    }
    [[nodiscard]] ledger::SourceState state_of(const std::string& source) {
        ledger::Database database(exchange.directory() / "state/ledger.db", ledger::Opening::guest);
        return ledger::SourceStates(database).find(source);
    }

    /// While no daemon runs: everything that lies in the folder has been taken before.
    void remember_as_packaged() {
        const config::Settings settings =
            config::load_settings(exchange.settings(), {.home = exchange.directory().path().string()});
        SystemClock clock;
        SilentLog log;
        const auto source =
            endpoint::open_endpoint(settings.sources.front().place, {.clock = clock, .log = log});
        std::vector<arrival::RememberedFile> files;
        for (const endpoint::Entry& entry : source->list({}).entries) {
            if (entry.kind == endpoint::Entry::Kind::file) {
                files.push_back({.name = entry.name,
                                 .size = entry.size,
                                 .modified = entry.modified,
                                 .identity = entry.identity,
                                 .first_seen = clock.now(),
                                 .still_since = clock.now(),
                                 .state = arrival::SourceFileState::packaged,
                                 .sha256 = "00",
                                 .package = "of-another-time"});
            }
        }
        ledger::Database database(exchange.directory() / "state/ledger.db", ledger::Opening::guest);
        exchange::LedgerSourceMemory(database, "1c", settings.source_system).save(files, {});
    }
    /// Why receipts do not arrive; empty: no attempt has failed.
    [[nodiscard]] std::string receipt_failure() {
        ledger::Database database(exchange.directory() / "state/ledger.db", ledger::Opening::guest);
        const ledger::ReceiptDeliveries deliveries(database);
        const std::vector<ledger::WaitingReceipts> waiting = deliveries.all_waiting();
        if (waiting.empty() || !waiting.front().failing) {
            return {};
        }
        return std::string(waiting.front().failing->failure->code.text());
    }

    /// Each of `inputs` is answered once, as done, and has left the folder; the portal has all of `products`
    /// once.
    void expect_done(const std::vector<std::string>& inputs, int products) {
        ASSERT_TRUE(eventually([&] { return answers().size() == inputs.size(); })) << exchange.said();
        ASSERT_TRUE(eventually([&] { return is_moved_away(); })) << exchange.said();
        EXPECT_EQ(exchange.creations(), products + 1);
        EXPECT_FALSE(exchange.has_duplicates()) << exchange.sandbox().verdict().dump();
        for (const auto& [name, count] : answers()) {
            EXPECT_EQ(count, 1) << name;
            EXPECT_TRUE(std::ranges::find(inputs, name) != inputs.end()) << name;
        }
        for (const ledger::Package& package : exchange.packages()) {
            EXPECT_EQ(package.state, ledger::PackageState::applied) << package.id;
        }
        EXPECT_EQ(exchange.packages().size(), inputs.size());
    }
    /// Nothing regular is left where it was.
    [[nodiscard]] bool is_moved_away() {
        return std::ranges::none_of(std::filesystem::directory_iterator(served(out())),
                                    [](const std::filesystem::directory_entry& entry) {
                                        return !entry.is_symlink() && entry.is_regular_file();
                                    });
    }
    [[nodiscard]] std::map<std::string, std::string> archived() {
        std::map<std::string, std::string> files;
        const std::filesystem::path archive = served(out()) / ".obmen-archive";
        for (const auto& entry : std::filesystem::recursive_directory_iterator(archive)) {
            if (entry.is_regular_file()) {
                files[entry.path().filename()] = read_file(entry.path());
            }
        }
        return files;
    }

    WatchedExchange exchange{{"--latency", "5"}};

  private:
    SourcePlace* m_place = nullptr;
    bool m_is_away = false;
};

/// The same with few kinds of sources, where the kind matters little (some_source_kinds()).
class SomeSources : public Sources {};

}  // namespace obmen::tests
