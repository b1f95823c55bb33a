#include "exchange/source_intake.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <thread>

#include "exchange/package_steps.hpp"
#include "harness/temporary_directory.hpp"
#include "ledger/packages.hpp"
#include "support/error.hpp"
#include "support/hash.hpp"

namespace obmen::exchange {
namespace {

using std::chrono::seconds;

class IntakeClock : public Clock {
  public:
    [[nodiscard]] UtcTime now() const override { return UtcTime(m_time + std::chrono::hours(480'000)); }
    [[nodiscard]] Duration steady() const override { return m_time; }
    void sleep(Duration duration) override { m_time += duration; }

  private:
    Duration m_time{0};
};

class SourceIntakeTest : public ::testing::Test {
  protected:
    SourceIntakeTest() {
        std::filesystem::create_directory(exports());
        std::filesystem::create_directory(directory / "state");
        open_ledger();
        settings.state_directory = directory / "state";
        settings.portal.limits_directory = directory / "limits";
        settings.alerts.disk_low_bytes = 0;
        source.name = "1c";
        source.place.url = "folder:" + exports().string();
    }
    void open_ledger() { database = std::make_unique<ledger::Database>(directory / "state" / "ledger.db"); }
    [[nodiscard]] std::filesystem::path exports() const { return directory / "webdata"; }
    void copy_sample(const std::string& name) const {
        std::filesystem::copy(
            samples / name, exports(),
            std::filesystem::copy_options::recursive | std::filesystem::copy_options::overwrite_existing);
    }

    const std::filesystem::path samples = std::filesystem::path(OBMEN_SOURCE_DIR) / "samples";
    tests::TemporaryDirectory directory;
    std::unique_ptr<ledger::Database> database;
    config::Settings settings;
    config::SourceSettings source;
    IntakeClock clock;
    SilentLog log;
    RunContext context{clock, log};
};

TEST_F(SourceIntakeTest, AnExportInAFolderBecomesAPackageThatCanBePlanned) {
    copy_sample("shop-2.04");
    SourceIntake intake(settings, source, context);
    IntakeReport report = intake.look();
    EXPECT_EQ(report.files, 2U);
    EXPECT_EQ(report.waiting, 2U);
    EXPECT_EQ(report.look_again_in, Duration(seconds(20)));
    clock.sleep(seconds(20));
    report = intake.look();
    ASSERT_EQ(report.packages.size(), 1U);
    EXPECT_EQ(report.waiting, 0U);
    const ledger::Package package = ledger::Packages(*database).find(report.packages[0]).value();
    EXPECT_EQ(package.origin, "1c");
    EXPECT_EQ(package.state, ledger::PackageState::received);
    ASSERT_EQ(package.files.size(), 2U);
    EXPECT_EQ(package.files[1].name, "offers.xml");
    EXPECT_EQ(tests::read_file(settings.state_directory / "spool" / package.id / package.files[1].spool_name),
              tests::read_file(samples / "shop-2.04/offers.xml"));
    EXPECT_FALSE(plan_package(*database, package.id, settings.state_directory / "spool", settings).fault);
    EXPECT_FALSE(std::filesystem::exists(exports() / "lock"));
}

TEST_F(SourceIntakeTest, APacketOfTheBitrixModuleIsOnePackage) {
    copy_sample("bitrix-3.1");
    SourceIntake intake(settings, source, context);
    intake.look();
    clock.sleep(seconds(20));
    const IntakeReport report = intake.look();
    ASSERT_EQ(report.packages.size(), 1U);
    EXPECT_EQ(ledger::Packages(*database).find(report.packages[0])->files.size(), 8U);
}

TEST_F(SourceIntakeTest, PicturesComeAlong) {
    copy_sample("everything-2.09");
    SourceIntake intake(settings, source, context);
    intake.look();
    clock.sleep(seconds(20));
    const IntakeReport report = intake.look();
    ASSERT_EQ(report.packages.size(), 3U) << "goods with offers, contragents, orders";
    EXPECT_TRUE(std::filesystem::exists(settings.state_directory / "spool" / report.packages[0] / "p00001"));
}

TEST_F(SourceIntakeTest, OneSourceHasOneOwner) {
    const SourceIntake intake(settings, source, context);
    config::Settings others = settings;
    others.state_directory = directory / "other";
    std::filesystem::create_directory(others.state_directory);
    const ledger::Database ledger(others.state_directory / "ledger.db");
    try {
        const SourceIntake second(others, source, context);
        ADD_FAILURE() << "no Error";
    } catch (const Error& error) {
        EXPECT_EQ(error.failure_class(), FailureClass::temporary);
        EXPECT_EQ(
            error.finding().message,
            (Message{"SRC-OWNER", {"1c", settings.state_directory.string(), std::to_string(::getpid())}}));
    }
}

/// A process that looks until it is killed.
pid_t start_looking(const config::Settings& settings, const config::SourceSettings& source) {
    const pid_t child = ::fork();
    if (child == 0) {
        SystemClock clock;
        SilentLog log;
        try {
            SourceIntake intake(settings, source, {clock, log});
            while (true) {
                intake.look();
            }
        } catch (const std::exception&) {
            ::_exit(1);
        }
    }
    return child;
}

TEST_F(SourceIntakeTest, NothingIsLostOrTakenTwiceWhereverItIsKilled) {
    source.settle_seconds = 0;
    source.partner_seconds = 3600;  // a half alone would show
    constexpr int exports_written = 12;
    database.reset();  // no connection may be carried into another process
    std::map<std::string, int> expected;
    for (int i = 0; i < exports_written; ++i) {
        const std::string number = std::to_string(i);
        // Written in one go, as a rename does: that a file is still being written is another test's.
        for (const char* part : {"import", "offers"}) {
            const std::string bytes = tests::read_file(samples / "shop-2.04" / (std::string(part) + ".xml")) +
                                      "<!-- " + number + " -->";
            tests::write_file(exports() / ".new.xml", bytes);
            std::filesystem::rename(exports() / ".new.xml", exports() / (part + number + "_1.xml"));
            ++expected[sha256_hex(bytes)];
        }
        const pid_t child = start_looking(settings, source);
        std::this_thread::sleep_for(std::chrono::milliseconds(7 * i));
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
    }
    open_ledger();
    SourceIntake intake(settings, source, context);
    for (int i = 0; i < 3; ++i) {
        intake.look();
        clock.sleep(seconds(1));
    }
    std::map<std::string, int> taken;
    for (const ledger::Package& package : ledger::Packages(*database).list(0)) {
        EXPECT_EQ(package.files.size(), 2U);
        for (const ledger::PackageFile& file : package.files) {
            const auto copy = settings.state_directory / "spool" / package.id / file.spool_name;
            EXPECT_EQ(sha256_hex(tests::read_file(copy)), file.sha256);
            ++taken[file.sha256];
        }
    }
    EXPECT_EQ(taken, expected);
    EXPECT_TRUE(std::filesystem::is_empty(settings.state_directory / "landing" / "1c"));
}

}  // namespace
}  // namespace obmen::exchange
