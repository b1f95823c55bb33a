#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "daemon/read_only_folder.hpp"
#include "daemon/sources_fixture.hpp"
#include "fault_proxy/fault_proxy.hpp"

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

TEST_P(SomeSources, WhatGrowsForLongerThanItSettlesIsTakenOnceAndWhole) {
    write_settings();
    exchange.start_and_wait();
    const std::string bytes = export_of(60, "s");
    const std::size_t part = bytes.size() / 8 + 1;
    for (std::size_t at = 0; at < bytes.size(); at += part) {
        append("import.xml", std::string_view(bytes).substr(at, part));
        std::this_thread::sleep_for(std::chrono::milliseconds(at % (3 * part) == 0 ? 200 : 40));
    }
    expect_done({"import"}, 60);
}

TEST_P(Sources, AnUploadThatBrokeOffIsRejectedAndTheWholeOneIsTakenLater) {
    write_settings("stub_seconds = 120\n");
    exchange.start_and_wait();
    std::string bytes = export_of(20, "h");
    bytes.insert(bytes.find("<Классификатор>"), "<!-- " + std::string(300'000, 'x') + " -->");
    place().break_off_upload(out() + "/import.xml", std::string_view(bytes).substr(0, 250'000));
    ASSERT_TRUE(lies_there("import.xml")) << "servers leave what has come under its final name";
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

    place().break_off_upload(out() + "/import.xml", std::string_view(bytes).substr(0, 200'000));
    write_file(served(out() + "/import.xml"), bytes);  // the sender tries again
    ASSERT_TRUE(eventually([&] { return answers().size() == 1; })) << exchange.said();
    EXPECT_EQ(receipts().size(), 2U) << "the second stub was not given up yet";
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

TEST_P(SomeSources, NothingIsLostWhenTheFolderIsWipedAfterTheCopy) {
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

TEST_P(SomeSources, KilledAtTheCopyInMidSendingAndBeforeTheReceiptItDoesEverythingOnce) {
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

TEST_P(SomeSources, ARefusedLoginIsTriedOnceOnRecordAndHoldsUpNobody) {
    if (place().port() == 0) {
        GTEST_SKIP() << "nobody has to log in";
    }
    const fault_proxy::FaultProxy proxy(place().port());
    exchange.set_time_scale("0.1");  // what is refused is tried again after minutes
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

TEST_P(SomeSources, AReceiptWaitsForAPlaceThatTakesNothing) {
    const ReadOnlyFolder locked(served(in()));
    if (!locked.is_kept()) {
        GTEST_SKIP() << "root may write everywhere here";
    }
    write_settings();
    exchange.start_and_wait();
    drop("import.xml", export_of(10, "r"));
    ASSERT_TRUE(eventually([&] { return receipt_failure() == "SRC-DENIED"; })) << exchange.said();
    const std::string text = exchange.run({"status", "--settings", exchange.settings().string()}).out;
    const std::size_t line = text.find("Receipt not delivered: import");
    EXPECT_NE(text.find("SRC-DENIED", line), std::string::npos) << text;
    EXPECT_EQ(exchange.creations(), 11);
    EXPECT_EQ(receipts().size(), 0U);
    locked.end();
    expect_done({"import"}, 10);
}

INSTANTIATE_TEST_SUITE_P(Kinds, Sources, testing::ValuesIn(all_source_kinds()),
                         [](const testing::TestParamInfo<SourceKind>& info) { return info.param.name; });

}  // namespace
}  // namespace obmen::tests
