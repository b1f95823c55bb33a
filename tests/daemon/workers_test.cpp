#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <sstream>

#include "daemon/clock_watch.hpp"
#include "daemon/daemon_log.hpp"
#include "daemon/fakes.hpp"
#include "daemon/journal_file.hpp"
#include "daemon/side_workers.hpp"
#include "harness/temporary_directory.hpp"
#include "ledger/journal.hpp"

namespace obmen::daemon::test {
namespace {

using namespace std::chrono_literals;

TEST(Backoff, PausesVaryByAQuarterAndSoDoPollsByATenth) {
    const auto least = [] { return 0.0; };
    const auto most = [] { return 0.999; };
    EXPECT_EQ(pause_after(FailureClass::temporary, 1, least), 3750ms);
    EXPECT_LT(pause_after(FailureClass::temporary, 1'000'000, most), 12min + 31s);
    EXPECT_GT(pause_after(FailureClass::bad_config, 1'000'000, most), 7h);
    EXPECT_LE(pause_after(FailureClass::bad_config, 1'000'000, most), longest_pause);
    EXPECT_EQ(spread(30s, least), 27s);
}

TEST(ClockWatch, NoticesAClockThatWasSetAndNotAMachineThatSlept) {
    const UtcTime start{1'768'000'000s};
    ClockWatch watch(start, 100s);
    EXPECT_FALSE(watch.look(start + 30s, 130s));
    EXPECT_FALSE(watch.look(start + 10h, 10h + 100s)) << "both went on";
    EXPECT_EQ(watch.look(start + 9h, 10h + 130s), -1h - 30s);
    EXPECT_FALSE(watch.look(start + 9h + 30s, 10h + 160s)) << "once";
    EXPECT_FALSE(watch.look(start + 9h + 4min, 10h + 170s)) << "too little for a word";
}

TEST(Bell, KeepsARingUntilSomebodyWaits) {
    Bell bell;
    EXPECT_FALSE(bell.wait(0ms));
    bell.ring();
    bell.ring();
    EXPECT_TRUE(bell.wait(1h));
    EXPECT_FALSE(bell.wait(0ms));
}

struct CountingWorker : Worker {
    Duration turn() override {
        ++turns;
        if (end) {
            throw Error(FailureClass::bug, Message{"SYS-INTERNAL", {"broken"}});
        }
        return 1h;
    }
    std::atomic<int> turns{0};
    std::atomic<bool> end{false};
};

TEST(WorkerThread, RestsUntilItIsWokenAndTellsHowItEnded) {
    CountingWorker worker;
    std::atomic<bool> stopping{false};
    Bell ended;
    std::exception_ptr how;
    {
        const WorkerThread thread(worker, stopping, 1.0, [&](const std::exception_ptr& end) {
            how = end;
            ended.ring();
        });
        while (worker.turns == 0) {
            std::this_thread::yield();
        }
        worker.end = true;
        worker.wake();
        EXPECT_TRUE(ended.wait(1min));
        EXPECT_TRUE(how);
    }
    worker.end = false;
    {
        const WorkerThread thread(worker, stopping, 1.0, [&](const std::exception_ptr& end) { how = end; });
        stopping = true;
        worker.wake();
    }
    EXPECT_FALSE(how) << "told to stop";
}

struct ScriptedCourier : Courier {
    ScriptedCourier(exchange::CourierReport& what, int& times) : report(what), asked(times) {}
    exchange::CourierReport deliver(bool at_once) override {
        asked += at_once ? 1 : 0;
        return report;
    }
    exchange::CourierReport& report;
    int& asked;
};

TEST(CourierWorker, RestsUntilTheNextAttemptAndSaysOnceWhyReceiptsWait) {
    Workplace place;
    exchange::CourierReport report{.waiting = 1,
                                   .next_attempt = place.clock.now() + 20s,
                                   .failure = Message{"SRC-CONNECT", {"ftp://host", "refused"}}};
    int asked = 0;
    CourierWorker worker(place.context(), [&] { return std::make_unique<ScriptedCourier>(report, asked); });
    EXPECT_EQ(worker.turn(), 20s);
    EXPECT_EQ(worker.turn(), 20s);
    EXPECT_EQ(asked, 0);
    worker.deliver_now();
    EXPECT_EQ(worker.turn(), 20s);
    EXPECT_EQ(worker.turn(), 20s);
    EXPECT_EQ(asked, 1) << "a person asks once";
    EXPECT_EQ(place.log.count("SRC-CONNECT"), 1);
    report = {};
    report.delivered = 1;
    EXPECT_EQ(worker.turn(), 1min);
    EXPECT_EQ(place.log.count("receipts delivered: 1"), 1);
}

TEST(DaemonLog, WritesOneMaskedLineForEachEventAndLevelsAsJournaldReadsThem) {
    const tests::TemporaryDirectory directory;
    const std::filesystem::path path = directory / "log";
    FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT, 0600));
    DaemonLog log(LogLevel::debug, true, file.get());
    NamedLog named("shop/1c", log, LogLevel::info);
    named.debug("not this");
    named.warning("https://x.bitrix24.ru/rest/1/SECRET/\nsecond");
    DaemonLog(LogLevel::info, false, file.get()).error("plain");
    const std::string text = tests::read_file(path);
    EXPECT_TRUE(text.starts_with("<4>shop/1c: https://x.bitrix24.ru/rest/1/***")) << text;
    EXPECT_EQ(text.find("SECRET"), std::string::npos);
    EXPECT_EQ(std::ranges::count(text, '\n'), 2);
    EXPECT_TRUE(text.ends_with("Z error plain\n")) << text;
}

class JournalFileTest : public testing::Test {
  protected:
    void happens(const std::string& package) {
        ledger::Journal(database).write({.time = UtcTime{Duration{1'768'000'000'123}},
                                         .operation = "planned",
                                         .source_system = "1C",
                                         .target_system = "portal",
                                         .package = package,
                                         .object_id = {},
                                         .status = "ok",
                                         .details = "d"});
    }
    [[nodiscard]] static std::vector<std::string> packages_in(const std::filesystem::path& path) {
        std::istringstream lines(tests::read_file(path));
        std::vector<std::string> packages;
        for (std::string line; std::getline(lines, line);) {
            const auto parsed = nlohmann::json::parse(line, nullptr, false);
            packages.push_back(parsed.is_discarded() ? "?" : parsed.at("package").get<std::string>());
        }
        return packages;
    }

    tests::TemporaryDirectory directory;
    std::filesystem::path path = directory / "journal.jsonl";
    ledger::Database database{":memory:"};
};

TEST_F(JournalFileTest, HasALineForEachRowAlsoOverRestartsAndWhenTheFileIsMovedAway) {
    happens("a");
    JournalFile first(path, "shop", database);
    EXPECT_FALSE(first.write_on());
    happens("b");
    EXPECT_FALSE(JournalFile(path, "shop", database).write_on());
    EXPECT_EQ(packages_in(path), (std::vector<std::string>{"a", "b"}));
    struct stat info {};
    ASSERT_EQ(::stat(path.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0600U);
    const auto line =
        nlohmann::json::parse(tests::read_file(path).substr(0, tests::read_file(path).find('\n')));
    EXPECT_EQ(line.at("exchange"), "shop");
    EXPECT_EQ(line.at("timestamp"), "2026-01-09T23:06:40.123Z");

    std::filesystem::rename(path, directory / "journal.1");
    first.reopen();
    happens("c");
    EXPECT_FALSE(first.write_on());
    EXPECT_EQ(packages_in(path), std::vector<std::string>{"c"});
}

TEST_F(JournalFileTest, AFullDiskLosesNoRowAndHalfALineSpoilsNoOther) {
    happens("a");
    EXPECT_THROW(JournalFile("/dev/full", "shop", database).write_on(), Error);
    tests::write_file(path, "{\"half\": ");
    EXPECT_FALSE(JournalFile(path, "shop", database).write_on());
    EXPECT_EQ(packages_in(path), (std::vector<std::string>{"?", "a"}));
}

TEST_F(JournalFileTest, ThatCannotBeWrittenIsTriedAgainLater) {
    Workplace place;
    JournalWorker worker(place.context(), directory / "missing/journal", "shop", [&] {
        auto opened = std::make_unique<ledger::Database>(directory / "ledger.db");
        ledger::Journal(*opened).write({.time = {},
                                        .operation = "planned",
                                        .source_system = {},
                                        .target_system = {},
                                        .package = "a",
                                        .object_id = {},
                                        .status = {},
                                        .details = {}});
        return opened;
    });
    EXPECT_EQ(worker.turn(), 5s);
    std::filesystem::create_directory(directory / "missing");
    EXPECT_EQ(worker.turn(), 1s);
    EXPECT_EQ(packages_in(directory / "missing/journal"), std::vector<std::string>{"a"});
}

}  // namespace
}  // namespace obmen::daemon::test
