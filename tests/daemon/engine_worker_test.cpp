#include "daemon/engine_worker.hpp"

#include <gtest/gtest.h>

#include <chrono>

#include "daemon/fakes.hpp"

namespace obmen::daemon::test {
namespace {

using namespace std::chrono_literals;

class EngineWorkerTest : public testing::Test {
  protected:
    EngineWorkerTest()
        : worker(place.context(), [this] { return std::make_unique<ScriptedEngine>(calls); },
                 {.on_open = [this] { ++opened; },
                  .on_held = [this](const Message& who) { held_by += who.arguments.back() + ";"; },
                  .on_written = [this] { ++written; },
                  .on_round = [this] { ++rounds_told; },
                  .on_life = [this] { ++life; },
                  .on_result =
                      [this](const exchange::RoundResult& result) {
                          troubles.note_round(result, place.clock.now());
                      },
                  .on_turn =
                      [this](const std::optional<Failure>& failure) {
                          troubles.note_turn(failure, place.clock.now());
                      },
                  .on_refusal =
                      [this](const Failure&) {
                          ++refused;
                          return tries_again;
                      }}) {}

    void turn_after(Duration duration) {
        place.clock.pass(duration);
        static_cast<void>(worker.turn());
    }
    static exchange::RoundResult portal_is_down() {
        exchange::RoundResult result;
        result.stop = delivery::Stop{Message{"B24-UNREACHABLE", {"connection refused"}}, true};
        return result;
    }

    Workplace place;
    ScriptedEngine::Calls calls;
    int opened = 0;
    std::string held_by;
    int written = 0;
    int rounds_told = 0;
    int life = 0;
    int refused = 0;
    bool tries_again = true;
    EngineTroubles troubles;
    EngineWorker worker;
};

TEST_F(EngineWorkerTest, GoesOnWithWhatWasLeftAndThenWorksOnlyWhenThereIsSomething) {
    EXPECT_EQ(worker.turn(), 1s);
    EXPECT_EQ(calls.rounds, std::vector<bool>{false});
    EXPECT_EQ(opened, 1);
    for (int i = 0; i < 100; ++i) {
        turn_after(1s);
    }
    EXPECT_EQ(calls.rounds.size(), 1U);
    worker.take_up();
    turn_after(1s);
    EXPECT_EQ(calls.rounds.size(), 2U);
    EXPECT_EQ(rounds_told, 2);
    EXPECT_EQ(life, 102 + 2) << "each turn, and what the rounds themselves say";
}

TEST_F(EngineWorkerTest, GoesOnWithWhatComesWhileThePortalIsAwayAndTriesAgainWhenItIsTime) {
    calls.answer = portal_is_down;
    calls.next = place.clock.now() + 1min;
    turn_after(0s);
    EXPECT_EQ(place.log.count("B24-UNREACHABLE"), 1);
    const UtcTime since = place.clock.now();
    worker.take_up();
    turn_after(1s);
    EXPECT_EQ(calls.rounds.size(), 2U) << "the engine plans; it knows itself not to ask the portal";
    turn_after(58s);
    EXPECT_EQ(calls.rounds.size(), 2U);
    turn_after(1s);
    EXPECT_EQ(calls.rounds.size(), 3U) << "the time has come";
    ASSERT_TRUE(troubles.state().portal);
    EXPECT_EQ(troubles.state().portal->since, since);
    calls.answer = [] {
        exchange::RoundResult result;
        result.requests = 2;
        return result;
    };
    turn_after(1s);
    EXPECT_FALSE(troubles.state().portal);
    EXPECT_TRUE(troubles.state().portal_is_known);
}

TEST_F(EngineWorkerTest, TidiesUpOnceADayWhenThereIsNothingElseToDo) {
    for (int hour = 0; hour < 72; ++hour) {
        turn_after(1h);
    }
    EXPECT_EQ(calls.tidied, 3);
}

TEST_F(EngineWorkerTest, NoticesWhatPeopleWantWithinASecond) {
    turn_after(0s);
    calls.notice = {.written = true, .asked = true};
    turn_after(1s);
    EXPECT_EQ(written, 1);
    EXPECT_EQ(calls.rounds, (std::vector<bool>{false, true})) << "a person waits for no stored time";
    calls.notice = {.written = true};
    turn_after(1s);
    EXPECT_EQ(written, 2);
    EXPECT_EQ(calls.rounds.size(), 2U) << "nothing for the engine";
    calls.notice = {.written = true, .resumed = true};
    turn_after(1s);
    EXPECT_EQ(calls.rounds.size(), 3U);
}

TEST_F(EngineWorkerTest, TriesARoundThatFailedAgainWithGrowingPauses) {
    calls.answer = []() -> exchange::RoundResult { throw temporary({"SYS-DISK-FULL", {"x", "1", "0"}}); };
    turn_after(0s);
    turn_after(4s);
    EXPECT_EQ(calls.rounds.size(), 1U);
    EXPECT_TRUE(troubles.state().engine);
    turn_after(1s);
    EXPECT_EQ(calls.rounds.size(), 2U);
    calls.answer = nullptr;
    turn_after(10s);
    EXPECT_EQ(calls.rounds.size(), 3U);
    EXPECT_EQ(place.log.count("goes on"), 1);
    EXPECT_FALSE(troubles.state().engine);
    turn_after(1s);
    EXPECT_EQ(calls.rounds.size(), 3U);
    EXPECT_EQ(calls.opened, 1);
    EXPECT_EQ(refused, 0);
}

TEST_F(EngineWorkerTest, IsOpenedAnewAfterAnExceptionThatNobodyKnows) {
    calls.answer = []() -> exchange::RoundResult { throw std::runtime_error("odd"); };
    turn_after(0s);
    calls.answer = nullptr;
    turn_after(5s);
    EXPECT_EQ(calls.opened, 2);
    EXPECT_EQ(calls.rounds.size(), 2U);
}

TEST_F(EngineWorkerTest, ABrokenInvariantAndALostWriteEndTheProcess) {
    calls.answer = []() -> exchange::RoundResult {
        throw temporary({"SYS-FSYNC", {"ledger.db", "Input/output error"}});
    };
    EXPECT_THROW(static_cast<void>(worker.turn()), Error);
    calls.answer = []() -> exchange::RoundResult {
        throw Error(FailureClass::bug, Message{"SYS-INTERNAL", {"broken"}});
    };
    EXPECT_THROW(static_cast<void>(worker.turn()), Error);
}

TEST_F(EngineWorkerTest, WaitsForAsLongAsACommandHasTheStateDirectory) {
    calls.opening = [] { throw temporary({"SYS-LOCKED", {"/state", "4711"}}); };
    for (int i = 0; i < 1000; ++i) {
        turn_after(10s);
    }
    EXPECT_EQ(refused, 0);
    EXPECT_EQ(held_by, "4711;") << "told once";
    EXPECT_EQ(place.log.count("4711"), 1) << "once";
    EXPECT_LE(worker.turn(), 1s) << "and seen soon when it has ended";
    calls.opening = nullptr;
    turn_after(1s);
    EXPECT_EQ(opened, 1);
    EXPECT_EQ(place.log.count("the state directory is free"), 1);
}

TEST_F(EngineWorkerTest, ThatIsRefusedForGoodDoesNothingMore) {
    tries_again = false;
    calls.opening = [] { throw for_people({"SYS-LEDGER-PORTAL", {"a", "b"}}); };
    turn_after(0s);
    for (int i = 0; i < 10; ++i) {
        turn_after(1h);
    }
    EXPECT_EQ(calls.opened, 1);
    EXPECT_EQ(refused, 1);
}

}  // namespace
}  // namespace obmen::daemon::test
