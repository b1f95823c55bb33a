#include "daemon/source_worker.hpp"

#include <gtest/gtest.h>

#include <chrono>

#include "daemon/fakes.hpp"
#include "harness/temporary_directory.hpp"

namespace obmen::daemon::test {
namespace {

using namespace std::chrono_literals;

exchange::IntakeReport look_again(Duration in, std::vector<std::string> packages = {}) {
    exchange::IntakeReport report;
    report.packages = std::move(packages);
    report.look_again_in = in;
    return report;
}

/// A worker with a source that does as the test says.
class SourceWorkerTest : public testing::Test {
  protected:
    SourceWorker& worker() {
        if (!m_worker) {
            start();
        }
        return *m_worker;
    }
    /// As after a restart of the process.
    void start() {
        m_worker = std::make_unique<SourceWorker>(
            place.context(),
            [this]() -> std::unique_ptr<Source> {
                ++opened;
                return std::make_unique<ScriptedSource>(script, looks);
            },
            ledger::SourceStates(database), "1c", rhythm,
            [this](const exchange::IntakeReport& report) {
                packages += static_cast<int>(report.packages.size());
            },
            std::move(watch));
    }
    void then_fails(const Error& error, int times = 1) {
        for (int i = 0; i < times; ++i) {
            script->push_back([error]() -> exchange::IntakeReport { throw error; });
        }
    }
    void turn_after(Duration duration) {
        place.clock.pass(duration);
        static_cast<void>(worker().turn());
    }
    std::int64_t stored(const std::string& column) {
        const std::string sql = "SELECT coalesce(" + column + ", -1) FROM source_state WHERE source = '1c'";
        ledger::Statement& row = database.statement(sql);
        const std::int64_t value = row.next() ? row.integer(0) : -2;
        row.reset();
        return value;
    }
    void pause(bool paused) {
        database.execute("INSERT INTO source_state (source, paused) VALUES ('1c', " + std::to_string(paused) +
                         ") ON CONFLICT (source) DO UPDATE SET paused = excluded.paused");
    }

    Workplace place;
    ledger::Database database{":memory:"};
    std::shared_ptr<std::deque<ScriptedSource::Step>> script =
        std::make_shared<std::deque<ScriptedSource::Step>>();
    SourceRhythm rhythm{.poll = 30s};
    std::unique_ptr<FolderWatch> watch;
    int looks = 0;
    int opened = 0;
    int packages = 0;

  private:
    std::unique_ptr<SourceWorker> m_worker;
};

TEST_F(SourceWorkerTest, LooksAtOnceAndThenWhenThePollIsDue) {
    EXPECT_EQ(worker().turn(), 30s);
    EXPECT_EQ(looks, 1);
    turn_after(29s);
    EXPECT_EQ(looks, 1) << "woken too early it waits on";
    turn_after(1s);
    EXPECT_EQ(looks, 2);
    EXPECT_EQ(opened, 1);
}

TEST_F(SourceWorkerTest, LooksAgainWhenTheSourceSaysThatSomethingMayBeReady) {
    script->push_back([] { return look_again(3s); });
    EXPECT_EQ(worker().turn(), 3s);
    script->push_back([] { return look_again(2min, {"a", "b"}); });
    turn_after(3s);
    EXPECT_EQ(packages, 2);
    turn_after(30s);
    EXPECT_EQ(looks, 3) << "the poll comes before";
}

TEST_F(SourceWorkerTest, TriesATemporaryFailureAgainLaterAndLaterUpToTenMinutes) {
    then_fails(temporary({"SRC-CONNECT", {"ftp://host", "refused"}}), 12);
    EXPECT_EQ(worker().turn(), 5s);
    EXPECT_EQ(stored("attempts"), 1);
    EXPECT_EQ(stored("failing_since"), place.clock.now().time_since_epoch().count());
    EXPECT_EQ(stored("next_attempt"), (place.clock.now() + 5s).time_since_epoch().count());
    turn_after(5s);
    EXPECT_EQ(looks, 2);
    turn_after(9s);
    EXPECT_EQ(looks, 2);
    turn_after(1s);
    EXPECT_EQ(looks, 3);
    for (int i = 0; i < 9; ++i) {
        turn_after(10min);
    }
    EXPECT_EQ(looks, 12) << "ten minutes is the longest";
    turn_after(10min);
    EXPECT_EQ(looks, 13);
    EXPECT_EQ(stored("attempts"), 0) << "it can be read again";
    EXPECT_EQ(stored("failing_since"), -1);
    EXPECT_EQ(place.log.count("can be read again"), 1);
    EXPECT_EQ(opened, 1);
}

TEST_F(SourceWorkerTest, NeverTriesARefusedLoginIntoALockOut) {
    then_fails(for_people({"SRC-LOGIN", {"ftp://host", "user", "530"}}), 100);
    worker();
    for (Duration passed{0}; passed < 24h; passed += 1min) {
        turn_after(1min);
    }
    // 0, 5, 15, 35, 75, 155, 315, 635 minutes, then every six hours.
    EXPECT_LE(looks, 10) << "in a day";
    EXPECT_GE(looks, 9);
}

TEST_F(SourceWorkerTest, IsMadeAnewAfterWhatAPersonHasToMend) {
    then_fails(for_people({"SRC-LOGIN", {"ftp://host", "user", "530"}}));
    static_cast<void>(worker().turn());
    worker().look_now();
    turn_after(0s);
    EXPECT_EQ(opened, 2) << "the key or the password may be another one";
    EXPECT_EQ(looks, 2);
    EXPECT_FALSE(worker().is_failing());
}

TEST_F(SourceWorkerTest, RestartsOneAfterTheOtherAreNoAttemptsOneAfterTheOther) {
    then_fails(for_people({"SRC-LOGIN", {"ftp://host", "user", "530"}}), 6);
    static_cast<void>(worker().turn());
    for (int i = 0; i < 5; ++i) {
        turn_after(6h);
    }
    ASSERT_EQ(looks, 6);
    for (int i = 0; i < 20; ++i) {
        start();
        turn_after(10s);
    }
    EXPECT_EQ(looks, 6) << "twenty restarts";
    turn_after(5min);
    EXPECT_EQ(looks, 7) << "but a person may have mended it before the restart";
}

TEST_F(SourceWorkerTest, AStoredTimeThatIsFarAwayBecauseTheClockWasSetBackIsNotWaitedFor) {
    then_fails(temporary({"SRC-CONNECT", {"ftp://host", "refused"}}));
    static_cast<void>(worker().turn());
    place.clock.set_wall(place.clock.now() - 24h * 365);
    start();
    turn_after(0s);
    turn_after(5min);
    EXPECT_EQ(looks, 2);
}

TEST_F(SourceWorkerTest, LeavesAPausedSourceAloneAndLooksAtOnceWhenItGoesOn) {
    pause(true);
    EXPECT_EQ(worker().turn(), 1min);
    EXPECT_EQ(opened, 0);
    turn_after(10min);
    EXPECT_EQ(looks, 0);
    pause(false);
    turn_after(1s);
    EXPECT_EQ(looks, 1);
    EXPECT_EQ(place.log.count("paused"), 1);
}

TEST_F(SourceWorkerTest, SaysNothingOfAFailureThatTheEndOfTheProcessHasMade) {
    script->push_back([this]() -> exchange::IntakeReport {
        place.stopping = true;
        throw temporary({"SYS-INTERRUPTED"});
    });
    EXPECT_EQ(worker().turn(), 0s);
    EXPECT_EQ(stored("attempts"), -2);
    EXPECT_TRUE(place.log.lines.empty());
}

TEST_F(SourceWorkerTest, LetsABrokenInvariantEndTheProcessButNotAStrangeException) {
    script->push_back([]() -> exchange::IntakeReport { throw std::runtime_error("odd"); });
    script->push_back([]() -> exchange::IntakeReport {
        throw Error(FailureClass::bug, Message{"SYS-INTERNAL", {"broken"}});
    });
    EXPECT_EQ(worker().turn(), 5s);
    EXPECT_EQ(place.log.count("odd"), 1);
    place.clock.pass(5s);
    EXPECT_THROW(static_cast<void>(worker().turn()), Error);
    EXPECT_EQ(opened, 2) << "what threw the strange one is not used any more";
}

TEST_F(SourceWorkerTest, GoesByItsScheduleAndMakesUpForWhatWasMissed) {
    rhythm.next_by_schedule = [](UtcTime time) {  // every full hour
        return std::chrono::floor<std::chrono::hours>(time) + 1h;
    };
    place.clock.set_wall(UtcTime{Duration{1'768'003'200'000}});  // a full hour
    EXPECT_EQ(worker().turn(), 1min) << "never seen before: nothing was missed";
    EXPECT_EQ(looks, 0);
    turn_after(59min);
    EXPECT_EQ(looks, 0);
    script->push_back([] { return look_again(20s); });
    turn_after(1min);
    EXPECT_EQ(looks, 1);
    turn_after(20s);
    EXPECT_EQ(looks, 2) << "what waits is seen to";

    database.execute("INSERT INTO source_state (source, listed_at) VALUES ('1c', " +
                     std::to_string(place.clock.now().time_since_epoch().count()) +
                     ") ON CONFLICT (source) DO UPDATE SET listed_at = excluded.listed_at");
    place.clock.pass(3h);
    start();
    turn_after(0s);
    EXPECT_EQ(looks, 3);
}

TEST_F(SourceWorkerTest, AFileThatComesWakesIt) {
    const tests::TemporaryDirectory directory;
    std::filesystem::create_directories(directory / "in/deep");
    watch = std::make_unique<FolderWatch>(directory / "in", 2, place.log);
    static_cast<void>(worker().turn());
    EXPECT_TRUE(wait_for_any({worker().event_descriptor()}, 0ms).empty());
    tests::write_file(directory / "in/deep/import.xml", "<a/>");
    EXPECT_FALSE(wait_for_any({worker().event_descriptor()}, 10s).empty());
    turn_after(0s);
    EXPECT_EQ(looks, 1) << "not twice within a second";
    turn_after(1s);
    EXPECT_EQ(looks, 2);
    turn_after(1s);
    EXPECT_EQ(looks, 2) << "nothing has happened since";
}

TEST(FolderWatch, SeesFoldersThatComeAndAFolderThatComesBack) {
    KeptLog log;
    const tests::TemporaryDirectory directory;
    FolderWatch watch(directory / "in", 3, log);
    EXPECT_FALSE(watch.take()) << "there is no folder yet";
    std::filesystem::create_directories(directory / "in");
    watch.refresh();
    std::filesystem::create_directories(directory / "in/webdata");
    EXPECT_TRUE(watch.take());
    watch.refresh();
    tests::write_file(directory / "in/webdata/import.xml", "<a/>");
    EXPECT_TRUE(watch.take());
    std::filesystem::remove_all(directory / "in");
    EXPECT_TRUE(watch.take());
    std::filesystem::create_directories(directory / "in");
    watch.refresh();
    tests::write_file(directory / "in/import.xml", "<a/>");
    EXPECT_TRUE(watch.take());
    EXPECT_FALSE(watch.take());
}

}  // namespace
}  // namespace obmen::daemon::test
