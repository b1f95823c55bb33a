#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <map>
#include <thread>

#include "daemon/read_only_folder.hpp"
#include "daemon/source_places.hpp"
#include "daemon/watched_exchange.hpp"
#include "fault_proxy/fault_proxy.hpp"
#include "ledger/source_files.hpp"
#include "ledger/source_states.hpp"

/// The same promises over every kind of source: the daemon, a practice portal, and a real server.
namespace obmen::tests {
namespace {

/// What 1C writes as two files: goods, and their offers.
struct ExportPair {
    std::string import;
    std::string offers;
};

ExportPair pair_of(std::size_t count, const std::string& prefix) {
    const std::string whole = export_of(count, prefix);
    const std::size_t offers = whole.find("<ПакетПредложений");
    const std::string head = whole.substr(0, whole.find("<Классификатор>"));
    return {whole.substr(0, offers) + "</КоммерческаяИнформация>\n", head + whole.substr(offers)};
}

using SourcePlaces = std::map<std::string, std::unique_ptr<SourcePlace>>;

/// Servers are started once for the tests of their kind; each test has folders of its own.
SourcePlaces& source_places() {
    static SourcePlaces all;
    return all;
}

class Sources : public testing::TestWithParam<SourceKind> {
  protected:
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

TEST_P(Sources, APairIsOnePackageWithOneReceiptAndIsMovedAway) {
    write_settings();
    exchange.start_and_wait();
    const ExportPair pair = pair_of(30, "p");
    drop("import.xml", pair.import);
    drop("offers.xml", pair.offers);
    expect_done({"import"}, 30);
    ASSERT_EQ(receipts().size(), 1U);
    EXPECT_EQ(read_receipt(receipts().front()).count("Товар", "Создан"), 30);
    const auto files = archived();
    ASSERT_EQ(files.size(), 2U);
    for (const auto& [name, bytes] : files) {
        EXPECT_TRUE(bytes == pair.import || bytes == pair.offers) << name;
    }
    EXPECT_EQ(exchange.stop().exit_code, 0);
}

TEST_P(Sources, WhatGrowsForSecondsIsTakenOnceAndWhole) {
    write_settings();
    exchange.start_and_wait();
    const std::string bytes = export_of(200, "s");
    const std::size_t part = bytes.size() / 12 + 1;
    for (std::size_t at = 0; at < bytes.size(); at += part) {
        append("import.xml", std::string_view(bytes).substr(at, part));
        std::this_thread::sleep_for(std::chrono::milliseconds(at % (3 * part) == 0 ? 300 : 50));
    }
    expect_done({"import"}, 200);
}

TEST_P(Sources, AnUploadThatBrokeOffIsRejectedAndTheWholeOneIsTakenLater) {
    write_settings("stub_seconds = 300\n");
    exchange.start_and_wait();
    const std::string bytes = export_of(20, "h");
    append("import.xml", std::string_view(bytes).substr(0, bytes.size() / 2));
    ASSERT_TRUE(eventually([&] {
        const auto files = known_files();
        return !files.empty() && files.front().reason.has_value();
    })) << "it is waited for\n"
        << exchange.said();
    ASSERT_TRUE(eventually([&] { return receipts().size() == 1; })) << exchange.said();
    const ReceiptView rejection = read_receipt(receipts().front());
    EXPECT_EQ(rejection.state, "Отклонено");
    EXPECT_TRUE(rejection.has_code("PKG-STUB"));
    ASSERT_TRUE(eventually([&] { return !lies_there("import.xml"); })) << exchange.said();
    EXPECT_LE(exchange.creations(), 0);
    ASSERT_EQ(exchange.packages().size(), 1U);
    EXPECT_EQ(exchange.packages().front().state, ledger::PackageState::rejected);

    append("import.xml", bytes);
    ASSERT_TRUE(eventually([&] { return answers().size() == 1; })) << exchange.said();
    EXPECT_EQ(receipts().size(), 2U);
    EXPECT_EQ(exchange.creations(), 21);
    EXPECT_FALSE(exchange.has_duplicates());
}

TEST_P(Sources, WhatIsDroppedWhileTheServerIsAwayIsTakenWhenItComesBack) {
    write_settings();
    exchange.start_and_wait();
    drop("first.xml", export_of(20, "a"));
    drop("second.xml", export_of(20, "b"));
    std::filesystem::path meanwhile = go_away();  // at some moment of the work on those
    ASSERT_TRUE(eventually([&] { return state_of("1c").attempts > 0; })) << exchange.said();
    write_file(meanwhile / "third.xml", export_of(20, "c"));
    come_back();
    expect_done({"first", "second", "third"}, 60);

    meanwhile = go_away();  // with nothing to do
    write_file(meanwhile / "fourth.xml", export_of(20, "d"));
    ASSERT_TRUE(eventually([&] { return state_of("1c").attempts > 0; })) << exchange.said();
    come_back();
    expect_done({"first", "second", "third", "fourth"}, 80);
}

TEST_P(Sources, NamesAreTakenAsTheyAreAndLinksAndPipesAreLeftAlone) {
    std::filesystem::create_directory(served(own() + "/other"));
    write_file(served(own() + "/other/secret.xml"), export_of(5, "z"));
    std::filesystem::create_symlink("../other/secret.xml", served(out() + "/link.xml"));
    std::filesystem::create_directory_symlink("../other", served(out() + "/folder"));
    std::filesystem::create_symlink("nowhere", served(out() + "/dead.xml"));
    ASSERT_EQ(::mkfifo(served(out() + "/pipe.xml").c_str(), 0666), 0);
    write_settings();
    exchange.start_and_wait();
    const std::vector<std::string> names{"Выгрузка товаров", "50% & скидка #1", "-лист  два", "it's [1] $x"};
    for (std::size_t i = 0; i < names.size(); ++i) {
        drop(names[i] + ".xml", export_of(5, "n" + std::to_string(i) + "-"));
    }
    expect_done({"Выгрузка_товаров", "50____скидка__1", "-лист__два", "it_s__1___x"}, 20);
    EXPECT_EQ(archived().size(), names.size());
    for (const char* name : {"link.xml", "folder", "dead.xml", "pipe.xml"}) {
        EXPECT_TRUE(std::filesystem::is_symlink(served(out() + "/" + name)) ||
                    std::filesystem::is_fifo(served(out() + "/" + name)))
            << name;
    }
    EXPECT_EQ(read_file(served(own() + "/other/secret.xml")), export_of(5, "z"));
}

TEST_P(Sources, NothingIsLostWhenTheFolderIsWipedAfterTheCopy) {
    write_settings("stub_seconds = 6000\n");
    exchange.start_and_wait();
    const ExportPair pair = pair_of(30, "w");
    drop("import.xml", pair.import);
    ASSERT_TRUE(eventually([&] {
        const auto files = known_files();
        return !files.empty() && (!files.front().copy.empty() || !files.front().package.empty());
    })) << exchange.said();
    std::filesystem::remove(served(out() + "/import.xml"));
    ASSERT_TRUE(eventually([&] { return receipts().size() == 1; })) << exchange.said();
    drop("offers.xml", pair.offers);
    ASSERT_TRUE(eventually([&] { return answers().size() == 2; })) << exchange.said();
    EXPECT_EQ(exchange.creations(), 31);
    EXPECT_FALSE(exchange.has_duplicates());
}

TEST_P(Sources, KilledAtTheCopyInMidSendingAndBeforeTheReceiptItDoesEverythingOnce) {
    write_settings();
    exchange.start_and_wait();
    drop("first.xml", export_of(60, "a"));
    ASSERT_TRUE(eventually([&] { return !known_files().empty(); })) << exchange.said();
    exchange.kill();

    exchange.start_and_wait();
    drop("second.xml", export_of(60, "b"));
    ASSERT_TRUE(eventually([&] { return exchange.creations() > 65; })) << exchange.said();
    exchange.kill();

    exchange.start_and_wait();
    drop("third.xml", export_of(60, "c"));
    ASSERT_TRUE(eventually([&] {
        const auto packages = exchange.packages();
        return packages.size() == 3 && std::ranges::all_of(packages, [](const ledger::Package& package) {
                   return package.state == ledger::PackageState::applied;
               });
    })) << exchange.said();
    exchange.kill();

    exchange.start_and_wait();
    expect_done({"first", "second", "third"}, 180);
}

TEST_P(Sources, ARefusedLoginIsTriedOnceOnRecordAndHoldsUpNobody) {
    if (place().port() == 0) {
        GTEST_SKIP() << "nobody has to log in";
    }
    const fault_proxy::FaultProxy proxy(place().port());
    exchange.set_time_scale("1");  // what is refused is tried again after minutes
    write_settings("", "[[source]]\nname = \"locked\"\npoll_seconds = 1\nsettle_seconds = 0\n" +
                           place().refused_settings(out(), proxy.port()) +
                           "[[source]]\nname = \"other\"\nurl = \"folder:out\"\npoll_seconds = 1\n"
                           "settle_seconds = 0\n[source.receipts]\nurl = \"folder:in\"\n");
    exchange.start_and_wait();
    ASSERT_TRUE(eventually([&] { return state_of("locked").attempts > 0; })) << exchange.said();
    exchange.drop("a.xml", export_of(5, "a"));
    ASSERT_TRUE(eventually([&] { return exchange.receipt_count() == 1; })) << exchange.said();
    exchange.drop("b.xml", export_of(5, "b"));
    ASSERT_TRUE(eventually([&] { return exchange.receipt_count() == 2; })) << exchange.said();
    const std::vector<std::string> status{"status", "--settings", exchange.settings().string()};
    const std::string text = exchange.run(status).out;
    EXPECT_NE(text.find("SRC-LOGIN"), std::string::npos) << text;
    EXPECT_EQ(text.find("not-the-password"), std::string::npos);
    EXPECT_EQ(proxy.connections(), 1U);

    EXPECT_EQ(exchange.stop().exit_code, 0);
    exchange.start_and_wait();
    exchange.drop("c.xml", export_of(5, "c"));
    ASSERT_TRUE(eventually([&] { return exchange.receipt_count() == 3; })) << exchange.said();
    EXPECT_EQ(proxy.connections(), 1U) << "a restart is no reason to try again";
}

TEST_P(Sources, AReceiptWaitsForAPlaceThatTakesNothing) {
    const ReadOnlyFolder locked(served(in()));
    if (!locked.is_kept()) {
        GTEST_SKIP() << "root may write everywhere here";
    }
    write_settings();
    exchange.start_and_wait();
    drop("import.xml", export_of(10, "r"));
    const std::vector<std::string> status{"status", "--settings", exchange.settings().string()};
    ASSERT_TRUE(eventually([&] {
        const std::string text = exchange.run(status).out;
        const std::size_t line = text.find("Receipt not delivered: import");
        return line != std::string::npos && text.find("SRC-DENIED", line) != std::string::npos;
    })) << exchange.said();
    EXPECT_EQ(exchange.creations(), 11);
    EXPECT_EQ(receipts().size(), 0U);
    locked.end();
    expect_done({"import"}, 10);
}

INSTANTIATE_TEST_SUITE_P(Kinds, Sources, testing::ValuesIn(all_source_kinds()),
                         [](const testing::TestParamInfo<SourceKind>& info) { return info.param.name; });

}  // namespace
}  // namespace obmen::tests
