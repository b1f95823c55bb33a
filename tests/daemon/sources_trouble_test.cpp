#include <gtest/gtest.h>
#include <sys/stat.h>
#include <zip.h>

#include <chrono>
#include <stdexcept>
#include <thread>

#include "arrival/zip_bytes.hpp"
#include "daemon/sources_fixture.hpp"

/// Disks that are full, clocks that are wrong, archives that lie: over every kind of source.
namespace obmen::tests {
namespace {

std::filesystem::file_time_type hours_from_now(int hours) {
    return std::filesystem::file_time_type::clock::now() + std::chrono::hours(hours);
}

/// An export of `count` products with so many bytes that mean nothing: some of them, told not to be read.
std::string padded_export(std::size_t count, const std::string& prefix, std::size_t bytes) {
    std::string text = export_of(count, prefix);
    const std::string comment = "<!-- " + std::string(4000, 'x') + " -->\n";
    std::string padding;
    padding.reserve(bytes + comment.size());
    while (padding.size() < bytes) {
        padding += comment;
    }
    return text.insert(text.find("<Классификатор>"), padding);
}

/// The most memory that a process has had at once, in KiB.
std::size_t most_memory_of(pid_t process) {
    std::ifstream status("/proc/" + std::to_string(process) + "/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmHWM:")) {
            return std::stoul(line.substr(6));
        }
    }
    return 0;
}

/// An archive with one entry, packed well.
std::string packed_zip(const std::string& name, const std::string& content) {
    const TemporaryDirectory directory;
    const std::filesystem::path path = directory / "packed.zip";
    zip_t* archive = ::zip_open(path.c_str(), ZIP_CREATE, nullptr);
    zip_source_t* source =
        archive == nullptr ? nullptr : ::zip_source_buffer(archive, content.data(), content.size(), 0);
    if (source == nullptr || ::zip_file_add(archive, name.c_str(), source, 0) < 0 ||
        ::zip_close(archive) != 0) {
        throw std::runtime_error("zip");
    }
    return read_file(path);
}

/// An archive whose one entry is so many zeros.
std::string bomb_of(std::size_t bytes) {
    return packed_zip("import.xml", std::string(bytes, '\0'));
}

TEST_P(Sources, AReceiptWaitsForRoomOnTheServersDiskAndNothingHalfHasItsName) {
    if (!PrivateMount::why_not().empty()) {
        GTEST_SKIP() << PrivateMount::why_not();
    }
    PrivateMount disk(served(in()), 256);
    disk.fill();
    write_settings();
    exchange.start_and_wait();
    drop("import.xml", export_of(10, "r"));
    ASSERT_TRUE(eventually([&] { return !receipt_failure().empty(); })) << exchange.said();
    EXPECT_EQ(receipt_failure(), "SRC-FULL") << exchange.said();
    EXPECT_EQ(exchange.creations(), 11);
    EXPECT_EQ(receipts().size(), 0U);
    for (const auto& entry : std::filesystem::directory_iterator(served(in()))) {
        EXPECT_TRUE(entry.path().string().ends_with(".tmp")) << entry.path();
    }
    disk.clear();
    expect_done({"import"}, 10);
    EXPECT_EQ(read_receipt(receipts().front()).count("Товар", "Создан"), 10);
    EXPECT_EQ(exchange.stop().exit_code, 0);
    disk.end();
}

TEST_P(Sources, AServerWhoseClockIsHoursOffLosesNothingAndGivesNothingHalf) {
    write_settings();
    exchange.start_and_wait();
    for (const int hours : {2, -2}) {
        const std::string name = hours > 0 ? "ahead" : "behind";
        const std::string bytes = export_of(30, name + "-");
        const std::filesystem::path file = served(out() + "/" + name + ".xml");
        const auto time = hours_from_now(hours);
        const std::size_t part = bytes.size() / 3 + 1;
        for (std::size_t at = 0; at < bytes.size(); at += part) {
            append(name + ".xml", std::string_view(bytes).substr(at, part));
            std::filesystem::last_write_time(file, time);  // which never moves
            std::this_thread::sleep_for(std::chrono::milliseconds(60));
        }
    }
    expect_done({"ahead", "behind"}, 60);
}

TEST_P(SomeSources, ArchivesThatLieAreRejectedAndWriteNothingOutside) {
    write_settings();
    exchange.start_and_wait();
    const std::string bytes = export_of(5, "z");
    drop("slip.zip", arrival::ZipBytes()
                         .add({.name = "import.xml", .content = bytes})
                         .add({.name = "../../../../slipped.xml", .content = bytes})
                         .bytes());
    drop("bomb.zip", bomb_of(std::size_t{32} << 20U));
    drop("whole.zip", arrival::ZipBytes().add({.name = "import.xml", .content = bytes}).bytes());
    ASSERT_TRUE(eventually([&] { return receipts().size() == 3; })) << exchange.said();
    std::map<std::string, std::string> code_of;
    for (const std::filesystem::path& path : receipts()) {
        const ReceiptView receipt = read_receipt(path);
        const std::string name = path.filename();
        for (const char* code : {"PKG-ZIP-NAME", "PKG-ZIP-LIMIT"}) {
            if (receipt.state == "Отклонено" && receipt.has_code(code)) {
                code_of[name.substr(0, name.find('.'))] = code;
            }
        }
    }
    EXPECT_EQ(code_of,
              (std::map<std::string, std::string>{{"slip", "PKG-ZIP-NAME"}, {"bomb", "PKG-ZIP-LIMIT"}}));
    EXPECT_EQ(answers(), (std::map<std::string, int>{{"import", 1}})) << "of whole.zip";
    EXPECT_EQ(exchange.creations(), 6);
    std::size_t reasons = 0;
    for (const std::filesystem::path& root : {exchange.directory().path(), place().served()}) {
        for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
            EXPECT_NE(entry.path().filename(), "slipped.xml") << entry.path();
            reasons += entry.path().filename() == "reason.json" ? 1 : 0;
        }
    }
    EXPECT_EQ(reasons, 2U);
}

TEST_P(SomeSources, AFullDiskOfOurOwnHoldsExportsBackUntilThereIsRoom) {
    if (!PrivateMount::why_not().empty()) {
        GTEST_SKIP() << PrivateMount::why_not();
    }
    const std::filesystem::path state = exchange.directory() / "state";
    std::filesystem::create_directory(state);
    PrivateMount disk(state, 16 << 10);
    write_settings("", "[alerts]\ndisk_low_bytes = 0\n");
    exchange.start_and_wait();
    drop("first.xml", export_of(10, "a"));
    expect_done({"first"}, 10);

    disk.fill(600);  // less than the next one has
    drop("second.xml", padded_export(10, "b", std::size_t{1} << 20U));
    ASSERT_TRUE(eventually([&] { return exchange.said().find("SYS-DISK-LOW") != std::string::npos; }))
        << exchange.said();
    EXPECT_TRUE(lies_there("second.xml"));
    disk.clear();
    expect_done({"first", "second"}, 20);

    disk.fill();  // not even the ledger can write
    drop("third.xml", export_of(10, "c"));
    const auto has_trouble = [&] {
        const std::string said = exchange.said();
        return said.find("SYS-DISK-FULL") != std::string::npos ||
               said.find("SYS-LEDGER") != std::string::npos;
    };
    ASSERT_TRUE(eventually(has_trouble)) << exchange.said();
    EXPECT_TRUE(exchange.daemon().is_running()) << exchange.said();
    EXPECT_TRUE(lies_there("third.xml"));
    EXPECT_EQ(exchange.creations(), 21);
    disk.clear();
    expect_done({"first", "second", "third"}, 30);
    EXPECT_EQ(exchange.stop().exit_code, 0) << exchange.said();
    disk.end();
}

TEST_P(SomeSources, AnArchiveThatWaitsForRoomLaysNothingOldOverWhatCameLater) {
    if (!PrivateMount::why_not().empty()) {
        GTEST_SKIP() << PrivateMount::why_not();
    }
    if (!is_complete_run() && GetParam().name != "Folder") {
        GTEST_SKIP() << "with OBMEN_COMPLETE=1";
    }
    const auto priced = [](const std::string& price, const std::string& hour) {
        std::string text = catalogue_file(sample_groups(1), {{"p1", "One", "g0", price}});
        const std::string formed = "2026-01-15T10:00:00";
        return text.replace(text.find(formed), formed.size(), "2026-01-15T" + hour + ":00:00");
    };
    const std::filesystem::path state = exchange.directory() / "state";
    std::filesystem::create_directory(state);
    PrivateMount disk(state, 16 << 10);
    write_settings("", "[alerts]\ndisk_low_bytes = 0\n");
    exchange.start_and_wait();
    disk.fill(6000);  // enough for the archive, not for what is in it
    std::string older = priced("10.00", "10");
    std::string digits;  // which a zip makes half as long: what is packed too well is refused
    for (std::uint32_t number = 1; digits.size() < std::size_t{6} << 20U;) {
        number = number * 1'664'525U + 1'013'904'223U;
        digits += std::to_string(number >> 8U);
    }
    older.insert(older.find("<Классификатор>"), "<!-- " + digits + " -->");
    drop("older.zip", packed_zip("older.xml", older));
    ASSERT_TRUE(eventually([&] { return exchange.said().find("SYS-DISK-LOW") != std::string::npos; }))
        << exchange.said();
    drop("newer.xml", priced("20.00", "11"));
    ASSERT_TRUE(eventually([&] {
        const auto files = known_files();
        return files.size() == 2 &&
               std::ranges::none_of(files, [](const ledger::SourceFile& file) { return file.copy.empty(); });
    })) << exchange.said();
    std::this_thread::sleep_for(std::chrono::milliseconds(600));  // some more looks
    EXPECT_TRUE(exchange.packages().empty());
    disk.clear();
    ASSERT_TRUE(eventually([&] { return answers().size() == 2; })) << exchange.said();
    EXPECT_EQ(answers(), (std::map<std::string, int>{{"older", 1}, {"newer", 1}}));
    const ReceiptView receipt = read_receipt(receipts().front());
    const auto product = exchange.sandbox()
                             .call("crm.product.get", {{"id", receipt.find("Товар", "p1")->remote_id}})
                             .at("result");
    EXPECT_EQ(std::stod(product.at("PRICE").get<std::string>()), 20.0);
    EXPECT_EQ(exchange.stop().exit_code, 0) << exchange.said();
    disk.end();
}

TEST_P(SomeSources, ThousandsOfKnownFilesCostNothingAndWhatIsNewAmongThemIsTakenOnce) {
    if (!is_complete_run() && GetParam().name != "Vsftpd") {
        GTEST_SKIP() << "with OBMEN_COMPLETE=1";
    }
    // With the new ones fewer than 10,000, after which pure-ftpd ends its listings; more than are asked for
    // times.
    const int known = is_complete_run() ? 9'700 : 2'300;
    const int added = is_complete_run() ? 290 : 8;
    write_settings();
    exchange.start_and_wait();
    drop("first.xml", export_of(5, "first-"));
    expect_done({"first"}, 5);
    EXPECT_EQ(exchange.stop().exit_code, 0);
    for (int i = 0; i < known; ++i) {
        std::ofstream(served(out() + "/known-" + std::to_string(i) + ".xml")) << "<x/>";
    }
    remember_as_packaged();

    exchange.start_and_wait();
    std::vector<std::string> names{"first"};
    for (int i = 0; i < added; ++i) {
        names.push_back("new-" + std::to_string(i));
        drop(names.back() + ".xml", export_of(1, names.back() + "-"));
    }
    ASSERT_TRUE(eventually([&] { return answers().size() == names.size(); })) << exchange.said();
    EXPECT_EQ(exchange.packages().size(), names.size()) << "what was fetched would be a package";
    EXPECT_EQ(exchange.creations(), 6 + added);
    EXPECT_FALSE(exchange.has_duplicates());
    EXPECT_TRUE(eventually([&] { return known_files().size() == static_cast<std::size_t>(known); }))
        << known_files().size();
}

TEST_P(SomeSources, ALargeFileIsTakenInMemoryThatStaysFlat) {
    if (!is_complete_run() && GetParam().name != "OpenSsh") {
        GTEST_SKIP() << "with OBMEN_COMPLETE=1";
    }
    const std::size_t size = std::size_t{is_complete_run() ? 1024U : 16U} << 20U;
    write_settings();
    exchange.start_and_wait();
    drop("small.xml", export_of(10, "s"));
    expect_done({"small"}, 10);
    const std::size_t before = most_memory_of(exchange.daemon().id());
    drop("large.xml", padded_export(10, "l", size));
    expect_done({"small", "large"}, 20);
    const std::size_t after = most_memory_of(exchange.daemon().id());
    RecordProperty("kib_before", static_cast<int>(before));
    RecordProperty("kib_after", static_cast<int>(after));
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // which keep what has been freed
    EXPECT_LT(after - before, 12U << 10U) << before << " KiB and then " << after;
#endif
    EXPECT_EQ(exchange.stop().exit_code, 0);
}

INSTANTIATE_TEST_SUITE_P(Kinds, SomeSources, testing::ValuesIn(some_source_kinds()),
                         [](const testing::TestParamInfo<SourceKind>& info) { return info.param.name; });

}  // namespace
}  // namespace obmen::tests
