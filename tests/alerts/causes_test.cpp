#include "alerts/causes.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "alerts/watchman.hpp"
#include "harness/temporary_directory.hpp"
#include "ledger/packages.hpp"
#include "ledger/receipt_deliveries.hpp"
#include "ledger/source_files.hpp"
#include "portal/fakes.hpp"

namespace obmen::alerts {
namespace {

using portal::test::FakeClock;
using portal::test::MemoryLog;
using std::chrono::hours;
using std::chrono::minutes;

constexpr UtcTime now{Duration{1'768'000'000'000}};
const Message down{"SRC-CONNECT", {"ftp://server", "refused"}};
const Message locked{"SRC-LOGIN", {"ftp://server", "user", "530"}};

Snapshot quiet_day() {
    return {
        .now = now, .patience = minutes(15), .watched_for = hours(100), .disk_free = 2000, .disk_low = 1000};
}

SourceView source_failing(const Message& why, Duration since, bool needs_person = false) {
    return {.name = "1c",
            .trouble = Trouble{.message = why, .since = now - since, .needs_person = needs_person},
            .last_arrival = now};
}

std::vector<std::string> causes_of(const Snapshot& snapshot) {
    std::vector<std::string> causes;
    for (const Standing& standing : standing_causes(snapshot)) {
        causes.push_back(standing.cause + (standing.kind == AlertKind::one_off ? " once" : ""));
    }
    return causes;
}

TEST(Causes, AreThoseThatMustStandNow) {
    struct Case {
        const char* what;
        std::function<void(Snapshot&)> change;
        std::vector<std::string> causes;
    };
    const std::vector<Case> cases{
        {"nothing", [](Snapshot&) {}, {}},
        {"a source that has just failed",
         [](Snapshot& s) { s.sources = {source_failing(down, minutes(14))}; },
         {}},
        {"a source that fails for long",
         [](Snapshot& s) { s.sources = {source_failing(down, minutes(15))}; },
         {"source:1c"}},
        {"a source that needs a person",
         [](Snapshot& s) { s.sources = {source_failing(locked, minutes(0), true)}; },
         {"source:1c"}},
        {"a source that a person has paused",
         [](Snapshot& s) {
             s.sources = {source_failing(locked, hours(50), true)};
             s.sources[0].paused = true;
         },
         {}},
        {"files that cannot be put away yet",
         [](Snapshot& s) {
             s.sources = {
                 {.name = "1c",
                  .left_behind = Trouble{.message = {"SRC-NOT-PUT-AWAY"}, .since = now - minutes(14)},
                  .last_arrival = now}};
         },
         {}},
        {"files that cannot be put away",
         [](Snapshot& s) {
             s.sources = {
                 {.name = "1c",
                  .left_behind = Trouble{.message = {"SRC-NOT-PUT-AWAY"}, .since = now - minutes(15)},
                  .last_arrival = now}};
         },
         {"archive:1c"}},
        {"a quiet source",
         [](Snapshot& s) {
             s.sources = {{.name = "1c", .quiet_hours = 24, .last_arrival = now - hours(24)}};
         },
         {"quiet:1c"}},
        {"a source that may be quiet",
         [](Snapshot& s) {
             s.sources = {{.name = "1c", .quiet_hours = 0, .last_arrival = now - hours(9999)}};
         },
         {}},
        {"a source that is not quiet yet",
         [](Snapshot& s) {
             s.sources = {{.name = "1c", .quiet_hours = 24, .last_arrival = now - hours(23)}};
         },
         {}},
        {"nobody has been looking",
         [](Snapshot& s) {
             s.watched_for = minutes(1);
             s.sources = {{.name = "1c", .quiet_hours = 24, .last_arrival = now - hours(60)}};
         },
         {}},
        {"a failing source is not quiet as well",
         [](Snapshot& s) {
             s.sources = {source_failing(down, hours(30))};
             s.sources[0].quiet_hours = 24;
             s.sources[0].last_arrival = now - hours(30);
         },
         {"source:1c"}},
        {"receipts that have just failed",
         [](Snapshot& s) {
             s.receipts = {{"1c", {.message = down, .since = now - minutes(1)}}};
         },
         {}},
        {"receipts that fail for long",
         [](Snapshot& s) {
             s.receipts = {{"1c", {.message = down, .since = now - minutes(15)}}};
         },
         {"receipts:1c"}},
        {"packages",
         [](Snapshot& s) {
             s.packages = {{PackageView::What::held, "a", {"PKG-REMOVALS-HELD"}},
                           {PackageView::What::rejected, "b", {"XML-EMPTY"}},
                           {PackageView::What::expired, "c", {"PKG-EXPIRED"}}};
         },
         {"held:a", "package:b once", "expired:c once"}},
        {"a portal that hesitates",
         [](Snapshot& s) { s.portal = Trouble{.message = {"B24-DOWN"}, .since = now - minutes(14)}; },
         {}},
        {"a portal that is down",
         [](Snapshot& s) { s.portal = Trouble{.message = {"B24-DOWN"}, .since = now - minutes(15)}; },
         {"portal"}},
        {"a portal that needs a person",
         [](Snapshot& s) {
             s.portal = Trouble{.message = {"B24-NOT-ADMIN"}, .since = now, .needs_person = true};
         },
         {"portal"}},
        {"a disk that has enough", [](Snapshot& s) { s.disk_free = 1000; }, {}},
        {"a disk that is low", [](Snapshot& s) { s.disk_free = 999; }, {"disk"}},
        {"a disk that was low and is not well yet",
         [](Snapshot& s) {
             s.disk_free = 1099;
             s.standing = {"disk"};
         },
         {"disk"}},
        {"a disk that is well again",
         [](Snapshot& s) {
             s.disk_free = 1100;
             s.standing = {"disk"};
         },
         {}},
        {"a disk that nobody minds",
         [](Snapshot& s) {
             s.disk_free = 0;
             s.disk_low = 0;
         },
         {}},
    };
    for (const Case& test_case : cases) {
        Snapshot snapshot = quiet_day();
        test_case.change(snapshot);
        EXPECT_EQ(causes_of(snapshot), test_case.causes) << test_case.what;
        for (const Standing& standing : standing_causes(snapshot)) {
            EXPECT_TRUE(is_watched_cause(standing.cause)) << standing.cause;
        }
    }
    EXPECT_FALSE(is_watched_cause("clock"));
    EXPECT_FALSE(is_watched_cause("clock:1c"));
}

class WatchmanTest : public testing::Test {
  protected:
    WatchmanTest() {
        settings.state_directory = directory.path();
        settings.alerts.disk_low_bytes = 0;
        settings.sources.emplace_back().name = "1c";
    }
    void look() { watchman.look(portal); }
    void add_package(const std::string& id, ledger::PackageState state, const std::string& origin,
                     const Finding& finding) {
        ledger::Packages packages(database);
        packages.add({.id = id, .source = "", .state = state, .received_at = clock.now(), .origin = origin});
        packages.add_finding(id, finding);
    }
    using Causes = std::vector<std::string>;

    tests::TemporaryDirectory directory;
    config::Settings settings;
    FakeClock clock;
    MemoryLog log;
    ledger::Database database{":memory:"};
    Alarm alarm{database, settings.alerts, Language::english, clock, log};
    Watchman watchman{database, settings, alarm, clock};
    std::optional<Trouble> portal;
};

TEST_F(WatchmanTest, SeesWhatTheLedgerSays) {
    look();
    EXPECT_EQ(alarm.standing(), Causes{});
    database.execute(
        "INSERT INTO source_state (source, failing_since, attempts, code, arguments)"
        " VALUES ('1c', 1, 3, 'SRC-CONNECT', '[\"ftp://server\",\"refused\"]')");
    add_package("rejected", ledger::PackageState::rejected, "1c", {Severity::fatal, Message{"XML-EMPTY"}});
    add_package("by hand", ledger::PackageState::rejected, "", {Severity::fatal, Message{"XML-EMPTY"}});
    add_package("expired", ledger::PackageState::applied, "1c",
                {Severity::warning, Message{"PKG-EXPIRED", {"72", "expired"}}});
    add_package("held", ledger::PackageState::applied, "1c",
                {Severity::warning, Message{"PKG-REMOVALS-HELD", {"K", "20", "30", "held"}}});
    database.execute(
        "INSERT INTO source_system (id, name) VALUES (1, '1C');"
        "INSERT INTO catalogue (id, source_system, name) VALUES (1, 1, 'k');"
        "INSERT INTO hold (package, catalogue, present, missing, finding)"
        " SELECT p.number, 1, 30, 20, f.id FROM package p JOIN finding f"
        " ON f.package = p.number WHERE p.id = 'held'");
    ledger::ReceiptDeliveries deliveries(database);
    deliveries.add({.package = "rejected", .file = "a.receipt.xml", .target = "1c", .made_at = clock.now()});
    deliveries.add({.package = "expired", .file = "b.receipt.xml", .target = "gone", .made_at = clock.now()});
    deliveries.note_trouble({.target = "1c",
                             .attempts = 1,
                             .next_attempt = clock.now(),
                             .failing_since = clock.now(),
                             .failure = locked});
    portal = Trouble{.message = {"B24-NOT-ADMIN"}, .since = clock.now(), .needs_person = true};
    look();
    EXPECT_EQ(alarm.standing(), (Causes{"expired:expired", "held:held", "package:rejected", "portal",
                                        "receipts:1c", "receipts:gone", "source:1c"}));

    alarm.raise("clock", {"SYS-CLOCK", {"1 h"}});
    alarm.tell();
    portal.reset();
    deliveries.forget_trouble("1c");
    database.execute("DELETE FROM hold; DELETE FROM source_state; UPDATE receipt_delivery SET state = 1;");
    look();
    EXPECT_EQ(alarm.standing(), (Causes{"clock", "expired:expired", "package:rejected"}));
    alarm.tell();
    clock.advance(hours(24 * 8));
    look();
    EXPECT_EQ(alarm.standing(), Causes{"clock"}) << "what has happened is forgotten after a week";
}

TEST_F(WatchmanTest, MissesASourceThatHasNeverBroughtAnything) {
    settings.sources[0].quiet_hours = 24;
    look();
    clock.advance(hours(23));
    look();
    EXPECT_EQ(alarm.standing(), Causes{});
    clock.advance(hours(1));
    look();
    EXPECT_EQ(alarm.standing(), Causes{"quiet:1c"});
    database.execute("INSERT INTO source_state (source, arrived_at) VALUES ('1c', " +
                     std::to_string(clock.now().time_since_epoch().count()) + ")");
    look();
    EXPECT_EQ(alarm.standing(), Causes{});
}

TEST_F(WatchmanTest, SeesAnArchiveWithoutRoomUntilItHasSome) {
    settings.sources[0].archive = config::ArchivePolicy::move;
    add_package("done", ledger::PackageState::applied, "1c", {Severity::warning, Message{"CML-NO-DATA"}});
    add_package("open", ledger::PackageState::delivering, "1c", {Severity::warning, Message{"CML-NO-DATA"}});
    const auto put = [&](const std::string& name, const std::string& package,
                         const std::optional<Message>& reason) {
        ledger::SourceFiles(database, "1c")
            .put({.name = name, .state = 2, .package = package, .reason = reason});
    };
    put("a.xml", "done", Message{"SRC-FULL", {"folder:/srv/1c"}});
    put("b.xml", "done", Message{"SRC-FULL", {"folder:/srv/1c"}});
    put("c.xml", "open", Message{"SRC-FULL", {"folder:/srv/1c"}});
    clock.advance(minutes(20));
    look();
    EXPECT_EQ(alarm.standing(), Causes{"archive:1c"});
    const auto told = read_snapshot(database, settings, clock.now()).sources[0].left_behind;
    ASSERT_TRUE(told);
    EXPECT_EQ(told->message.arguments.at(1), "2");
    EXPECT_EQ(told->message.arguments.at(2), "a.xml");
    ledger::SourceFiles(database, "1c").forget("a.xml");
    ledger::SourceFiles(database, "1c").forget("b.xml");
    look();
    EXPECT_EQ(alarm.standing(), Causes{}) << "put away: all clear";
}

TEST_F(WatchmanTest, SeesTheDisk) {
    settings.alerts.disk_low_bytes = std::uint64_t{1} << 62U;
    look();
    EXPECT_EQ(alarm.standing(), Causes{"disk"});
}

}  // namespace
}  // namespace obmen::alerts
