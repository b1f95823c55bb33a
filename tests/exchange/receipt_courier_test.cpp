#include "exchange/receipt_courier.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <memory>

#include "exchange/package_steps.hpp"
#include "exchange/receipt_outbox.hpp"
#include "harness/temporary_directory.hpp"
#include "ledger/receipt_deliveries.hpp"
#include "portal/fakes.hpp"
#include "servers/ftp_server.hpp"

namespace obmen::exchange {
namespace {

using portal::test::FakeClock;
using portal::test::MemoryLog;

/// A state directory with a ledger that its owner has open, and one source.
class ReceiptCourierTest : public testing::Test {
  protected:
    ReceiptCourierTest() {
        settings.state_directory = directory / "state";
        settings.receipts.directory = directory / "receipts";
        settings.sources.emplace_back().name = "1c";
        make_directories(settings.state_directory);
        database = std::make_unique<ledger::Database>(settings.state_directory / "ledger.db");
    }

    std::string close(const std::string& id) {
        ledger::Packages(*database).add({.id = id,
                                         .source = "test",
                                         .state = ledger::PackageState::rejected,
                                         .files = {{"импорт.xml", "0", 5, "ab", ""}},
                                         .origin = "1c"});
        return read_whole_file(close_package(*database, id, true, settings, clock.now()));
    }
    CourierReport deliver() {
        return ReceiptCourier(settings, settings.sources[0], {.clock = clock, .log = log}).deliver();
    }
    /// A password in an endpoint of the source's own.
    void send_to(const std::string& url) {
        config::EndpointSettings& place = settings.sources[0].receipts.emplace();
        place.url = url;
        place.password = Secret("secret");
        place.stall_seconds = 5;
    }
    static std::map<std::string, std::string> files_in(const std::filesystem::path& folder) {
        std::map<std::string, std::string> files;
        for (const auto& entry : std::filesystem::directory_iterator(folder)) {
            files[entry.path().filename().string()] = read_whole_file(entry.path());
        }
        return files;
    }

    using Files = std::map<std::string, std::string>;
    tests::TemporaryDirectory directory;
    config::Settings settings;
    FakeClock clock;
    MemoryLog log;
    std::unique_ptr<ledger::Database> database;
};

TEST_F(ReceiptCourierTest, BringsReceiptsToTheDirectoryForReceipts) {
    const Files expected{{"импорт.p1.receipt.xml", close("p1")}, {"импорт.p2.receipt.xml", close("p2")}};
    EXPECT_EQ(deliver().delivered, 2U);
    EXPECT_EQ(files_in(settings.receipts.directory), expected);
    EXPECT_TRUE(files_in(outbox_of(settings)).empty());
}

TEST_F(ReceiptCourierTest, WaitsForAFolderThatIsNotThere) {
    const std::string bytes = close("p1");
    send_to("folder:" + (directory / "mount").string());
    const CourierReport report = deliver();
    EXPECT_EQ(report.waiting, 1U);
    ASSERT_TRUE(report.failure && report.next_attempt);
    EXPECT_EQ(report.failure->code, Code{"SRC-MISSING"});
    make_directories(directory / "mount");
    clock.advance(*report.next_attempt - clock.now());
    EXPECT_EQ(deliver().delivered, 1U);
    EXPECT_EQ(files_in(directory / "mount"), (Files{{"импорт.p1.receipt.xml", bytes}}));
}

TEST_F(ReceiptCourierTest, SweepsWhatHasArrived) {
    close("p1");
    const std::filesystem::path file = outbox_of(settings) / "импорт.p1.receipt.xml";
    const std::string bytes = read_whole_file(file);
    deliver();
    tests::write_file(file, bytes);  // as if we had been killed before it was removed
    deliver();
    EXPECT_FALSE(std::filesystem::exists(file));
}

TEST_F(ReceiptCourierTest, BringsReceiptsToRealFtpServers) {
    using Start = std::unique_ptr<tests::FtpServer> (*)(const tests::FtpServerOptions&);
    std::size_t servers = 0;
    for (const Start start : {Start{&tests::start_vsftpd}, Start{&tests::start_proftpd}}) {
        const auto server = start({});
        if (!server) {
            continue;
        }
        const std::string number = std::to_string(++servers);
        const std::string name = "импорт.a" + number + ".receipt.xml";
        Files expected{{name, close("a" + number)},
                       {"импорт.b" + number + ".receipt.xml", close("b" + number)}};
        const std::filesystem::path taken = server->served() / ("импорт.b" + number + ".2.receipt.xml");
        expected[taken.filename().string()] = expected["импорт.b" + number + ".receipt.xml"];
        expected["импорт.b" + number + ".receipt.xml"] = "somebody's";
        tests::write_file(server->served() / ("импорт.b" + number + ".receipt.xml"), "somebody's");
        send_to("ftp://" + server->place());
        const CourierReport report = deliver();
        EXPECT_EQ(report.delivered, 2U)
            << (report.failure ? sentence(*report.failure, Language::english) : "");
        EXPECT_EQ(files_in(server->served()), expected);

        settings.sources[0].receipts->password = Secret("wrong");
        close("c" + number);
        const CourierReport refused = deliver();
        ASSERT_TRUE(refused.failure && refused.next_attempt);
        EXPECT_EQ(refused.failure->code, Code{"SRC-LOGIN"});
        EXPECT_GE(*refused.next_attempt - clock.now(), std::chrono::minutes(4));
        ledger::ReceiptDeliveries(*database).forget_trouble("1c");
        settings.sources[0].receipts->password = Secret("secret");
        EXPECT_EQ(deliver().delivered, 1U);
    }
    if (servers == 0) {
        GTEST_SKIP() << "no FTP server on this machine";
    }
}

}  // namespace
}  // namespace obmen::exchange
