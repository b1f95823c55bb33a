#include "exchange/receipt_run.hpp"

#include <gtest/gtest.h>

#include <memory>

#include "exchange/fake_endpoint.hpp"
#include "exchange/package_actions.hpp"
#include "exchange/package_steps.hpp"
#include "exchange/receipt_outbox.hpp"
#include "harness/temporary_directory.hpp"
#include "portal/fakes.hpp"

namespace obmen::exchange {
namespace {

using portal::test::FakeClock;
using portal::test::MemoryLog;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using test::Crash;
using test::FakeEndpoint;

Error temporary(Code code) {
    return {FailureClass::temporary, Message{code, {"fake://folder", "because"}}};
}
Error for_a_person(Code code) {
    return {FailureClass::bad_config, Message{code, {"fake://folder", "user", "because"}}};
}

class ReceiptRunTest : public testing::Test {
  protected:
    ReceiptRunTest() {
        settings.state_directory = directory / "state";
        settings.receipts.directory = directory / "receipts";
        settings.sources.emplace_back().name = "1c";
        make_directories(settings.state_directory);
        database = std::make_unique<ledger::Database>(settings.state_directory / "ledger.db");
    }

    /// A rejected package that came from `origin`, closed. \returns the path of its receipt
    std::filesystem::path close(const std::string& id, const std::string& origin = "1c") {
        ledger::Packages packages(*database);
        if (!packages.find(id)) {
            packages.add({.id = id,
                          .source = "test",
                          .state = ledger::PackageState::rejected,
                          .received_at = clock.now(),
                          .files = {{"import.xml", "0", 5, "ab", ""}},
                          .origin = origin});
        }
        return close_package(*database, id, true, settings, clock.now());
    }
    CourierReport deliver() {
        return ReceiptRun(*database, target, settings, "1c", {.clock = clock, .log = log}).deliver();
    }
    [[nodiscard]] ledger::ReceiptDelivery row(const std::string& id) const {
        return ledger::ReceiptDeliveries(*database).of_package(id).back();
    }
    [[nodiscard]] std::size_t outbox_size() const {
        std::size_t size = 0;
        for (const auto& entry : std::filesystem::directory_iterator(outbox_of(settings))) {
            size += entry.is_regular_file() ? 1 : 0;
        }
        return size;
    }
    [[nodiscard]] std::vector<std::string> names() const {
        std::vector<std::string> all;
        for (const auto& [name, bytes] : target.files) {
            all.push_back(name);
        }
        return all;
    }

    using Names = std::vector<std::string>;
    const std::string p1_name = "import.p1.receipt.xml";

    tests::TemporaryDirectory directory;
    config::Settings settings;
    FakeClock clock;
    MemoryLog log;
    std::unique_ptr<ledger::Database> database;
    FakeEndpoint target;
};

TEST_F(ReceiptRunTest, BringsAReceiptUnderItsNameAndEmptiesTheOutbox) {
    const std::string bytes = read_whole_file(close("p1"));
    EXPECT_EQ(outbox_size(), 1U);
    target.modified = clock.now();
    const CourierReport report = deliver();
    EXPECT_EQ(report.delivered, 1U);
    EXPECT_EQ(report.waiting, 0U);
    EXPECT_FALSE(report.next_attempt || report.failure);
    EXPECT_EQ(target.files, (std::map<std::string, std::string>{{p1_name, bytes}}));
    EXPECT_EQ(target.operations, (Names{"store", "look", "rename"}));
    EXPECT_EQ(target.disconnects, 1U);
    EXPECT_EQ(outbox_size(), 0U);
    EXPECT_EQ(row("p1").state, ledger::DeliveryState::delivered);
    EXPECT_EQ(row("p1").delivered_at, clock.now());
    EXPECT_EQ(row("p1").arrived_as, p1_name);
    EXPECT_EQ(deliver().delivered, 0U);
    EXPECT_EQ(target.operations.size(), 3U) << "nothing waits: nobody is asked";
}

TEST_F(ReceiptRunTest, LeavesWhatAPersonHandedOverInTheDirectoryForReceipts) {
    const std::filesystem::path path = close("p1", "");
    EXPECT_EQ(path, settings.receipts.directory / p1_name);
    EXPECT_EQ(deliver().delivered, 0U);
    close("p2", "a source that is not watched any more");
    EXPECT_TRUE(std::filesystem::exists(settings.receipts.directory / "import.p2.receipt.xml"));
}

TEST_F(ReceiptRunTest, DeliversExactlyOneReceiptWhereverItIsCutOff) {
    struct Cut {
        std::optional<std::size_t> before;
        std::optional<std::size_t> after;
    };
    // store, look, rename; and of the attempt that goes on: remove, look, (fetch | store, look, rename)
    const std::vector<std::pair<Cut, Cut>> cuts{
        {{0, {}}, {}},      {{{}, 0}, {}},      {{1, {}}, {}},      {{2, {}}, {}},
        {{{}, 2}, {}},      {{{}, 0}, {0, {}}}, {{{}, 0}, {{}, 0}}, {{{}, 2}, {1, {}}},
        {{{}, 2}, {3, {}}}, {{2, {}}, {{}, 2}}, {{2, {}}, {3, {}}}, {{2, {}}, {{}, 4}},
    };
    int number = 0;
    for (const auto& [first, second] : cuts) {
        const std::string id = "cut" + std::to_string(number++);
        const std::string bytes = read_whole_file(close(id));
        target.files.clear();
        for (const Cut& cut : {first, second, Cut{}}) {
            target.operations.clear();
            target.crash_before = cut.before;
            target.crash_after = cut.after;
            if (cut.before || cut.after) {
                EXPECT_THROW(deliver(), Crash) << id;
            } else {
                EXPECT_EQ(deliver().waiting, 0U) << id;
            }
        }
        EXPECT_EQ(target.files,
                  (std::map<std::string, std::string>{{"import." + id + ".receipt.xml", bytes}}))
            << id;
        EXPECT_EQ(row(id).state, ledger::DeliveryState::delivered) << id;
        EXPECT_EQ(outbox_size(), 0U) << id;
    }
}

TEST_F(ReceiptRunTest, RepeatsAStoreThatComesOutShort) {
    const std::string bytes = read_whole_file(close("p1"));
    target.short_stores = 1;
    EXPECT_EQ(deliver().delivered, 1U);
    EXPECT_EQ(target.files, (std::map<std::string, std::string>{{p1_name, bytes}}));

    close("p2");
    target.short_stores = 2;
    const CourierReport report = deliver();
    EXPECT_EQ(report.waiting, 1U);
    ASSERT_TRUE(report.failure);
    EXPECT_EQ(report.failure->code, Code{"SRC-SIZE"});
    EXPECT_EQ(names(), Names{p1_name}) << "nothing half is left";
    ASSERT_TRUE(report.next_attempt);
    EXPECT_GE(*report.next_attempt, clock.now() + seconds(8));
    EXPECT_LE(*report.next_attempt, clock.now() + seconds(12));
    EXPECT_EQ(deliver().waiting, 1U) << "not before its time";
    clock.advance(seconds(12));
    EXPECT_EQ(deliver().waiting, 0U);
}

TEST_F(ReceiptRunTest, RemovesWhatACutStoreHasLeft) {
    close("p1");
    target.faults = {{"store", temporary("SRC-STALLED")}};
    EXPECT_EQ(deliver().waiting, 1U);
    EXPECT_EQ(target.files.size(), 1U);
    EXPECT_FALSE(target.files.begin()->first.ends_with(".xml")) << "1C must not take it";
    EXPECT_EQ(row("p1").attempts, 1U);
    EXPECT_EQ(row("p1").failure->code, Code{"SRC-STALLED"});
    clock.advance(seconds(12));
    EXPECT_EQ(deliver().waiting, 0U);
    EXPECT_EQ(names(), Names{p1_name});
}

TEST_F(ReceiptRunTest, TakesAnotherNameWhereItsOwnIsTaken) {
    const std::string bytes = read_whole_file(close("p1"));
    target.files[p1_name] = "somebody's";
    EXPECT_EQ(deliver().delivered, 1U);
    EXPECT_EQ(names(), (Names{"import.p1.2.receipt.xml", p1_name}));
    EXPECT_EQ(target.files.at(p1_name), "somebody's");
    EXPECT_EQ(row("p1").arrived_as, "import.p1.2.receipt.xml");
}

TEST_F(ReceiptRunTest, RecognisesItsOwnReceiptUnderTheNameThatIsTaken) {
    target.files[p1_name] = read_whole_file(close("p1"));
    EXPECT_EQ(deliver().delivered, 1U);
    EXPECT_EQ(names(), Names{p1_name});
}

TEST_F(ReceiptRunTest, AsksARefusingLoginLessAndLessOften) {
    close("p1");
    target.faults = {{"", for_a_person("SRC-LOGIN"), 1000}};
    Duration waited{0};
    unsigned logins = 0;
    while (waited < hours(48)) {
        const std::size_t before = target.operations.size();
        const CourierReport report = deliver();
        logins += target.operations.size() > before ? 1 : 0;
        close("later" + std::to_string(logins));  // what comes anew is no reason to log in
        EXPECT_EQ(deliver().next_attempt, report.next_attempt);
        const Duration wait = *report.next_attempt - clock.now();
        EXPECT_GE(wait, minutes(4));
        EXPECT_LE(wait, hours(6) + minutes(72));
        clock.advance(wait);
        waited += wait;
    }
    EXPECT_LE(logins, 17U);
    target.faults.clear();
    EXPECT_EQ(deliver().waiting, 0U) << "never given up";
    EXPECT_FALSE(ledger::ReceiptDeliveries(*database).trouble("1c"));
}

TEST_F(ReceiptRunTest, TriesWhatWasPutOffWhenAPersonAsksAndSoonAfterARestart) {
    for (const auto& [target_fails, id] : {std::pair{true, "p1"}, std::pair{false, "p2"}}) {
        close(id);
        target.faults = {{"store", target_fails ? for_a_person("SRC-LOGIN") : temporary("SRC-DENIED"), 10}};
        for (int attempt = 0; attempt < 10; ++attempt) {
            ASSERT_EQ(deliver().delivered, 0U);
            clock.advance(hours(8));
        }
        target.faults.front().times = 1;
        ASSERT_EQ(deliver().delivered, 0U) << "put off once more";
        ReceiptRun run(*database, target, settings, "1c", {.clock = clock, .log = log});
        EXPECT_EQ(run.deliver().delivered, 0U) << "not yet";
        clock.advance(minutes(5) - seconds(1));
        EXPECT_EQ(run.deliver().delivered, 0U) << "restarts are no attempts";
        if (target_fails) {
            EXPECT_EQ(run.deliver(true).delivered, 1U) << "a person asks";
        } else {
            clock.advance(seconds(1));
            EXPECT_EQ(run.deliver().delivered, 1U) << "a person may have mended it before the restart";
        }
    }
}

TEST_F(ReceiptRunTest, TriesOneWhenTheTargetIsDownAndAllWhenItIsBack) {
    for (const char* id : {"p1", "p2", "p3"}) {
        close(id);
        clock.advance(seconds(1));
    }
    target.faults = {{"store", temporary("SRC-CONNECT"), 1}};
    CourierReport report = deliver();
    EXPECT_EQ(report.waiting, 3U);
    EXPECT_EQ(target.operations, Names{"store"});
    EXPECT_EQ(row("p2").attempts, 0U);
    clock.advance(seconds(12));
    EXPECT_EQ(deliver().delivered, 3U);
}

TEST_F(ReceiptRunTest, AClockThatIsSetBackHoldsNothingUp) {
    close("p1");
    ReceiptRun run(*database, target, settings, "1c", {.clock = clock, .log = log});
    for (const Code code :
         {Code{"SRC-CONNECT"}, Code{"SRC-DENIED"}}) {  // of the target, and of the receipt alone
        target.faults = {{"store", temporary(code), 1}};
        EXPECT_EQ(run.deliver().delivered, 0U);
        clock.set_wall_clock(-hours(2));
        EXPECT_EQ(run.deliver().delivered, 0U) << "too soon";
        EXPECT_EQ(target.faults.front().times, 0U);
        clock.advance(seconds(12 + 12));
    }
    EXPECT_EQ(run.deliver().delivered, 1U);
}

TEST_F(ReceiptRunTest, DoesNotLetOneReceiptHoldUpTheOthers) {
    for (const char* id : {"p1", "p2", "p3"}) {
        close(id);
        clock.advance(seconds(1));
    }
    target.faults = {{"rename", temporary("SRC-DENIED"), 1000, "import.p1."}};
    const CourierReport report = deliver();
    EXPECT_EQ(report.delivered, 2U);
    EXPECT_EQ(report.waiting, 1U);
    EXPECT_EQ(report.failure->code, Code{"SRC-DENIED"});
    EXPECT_FALSE(ledger::ReceiptDeliveries(*database).trouble("1c"));
}

TEST_F(ReceiptRunTest, TakesASecondFailureForOneOfTheTarget) {
    for (const char* id : {"p1", "p2", "p3", "p4"}) {
        close(id);
    }
    target.faults = {{"rename", temporary("SRC-DENIED"), 1000}};
    EXPECT_EQ(deliver().waiting, 4U);
    EXPECT_EQ(std::ranges::count(target.operations, "store"), 2);
    EXPECT_TRUE(ledger::ReceiptDeliveries(*database).trouble("1c"));
}

TEST_F(ReceiptRunTest, SendsTheNewestReceiptOfAPackageOnly) {
    close("p1");
    target.faults = {{"store", temporary("SRC-STALLED")}};
    deliver();
    close("p1");
    clock.advance(seconds(12));
    EXPECT_EQ(deliver().delivered, 1U);
    EXPECT_EQ(names(), Names{"import.p1.r2.receipt.xml"}) << "and what the first one had left is gone";
    const auto rows = ledger::ReceiptDeliveries(*database).of_package("p1");
    EXPECT_EQ(rows.at(0).state, ledger::DeliveryState::overtaken);
    sweep_outbox(*database, settings, clock.now());
    EXPECT_EQ(outbox_size(), 0U);
}

TEST_F(ReceiptRunTest, MakesAReceiptAnewThatSomebodyTookOutOfTheOutbox) {
    const std::filesystem::path path = close("p1");
    const std::string bytes = read_whole_file(path);
    std::filesystem::remove(path);
    EXPECT_EQ(deliver().delivered, 1U);
    EXPECT_EQ(target.files.at(p1_name), bytes);
}

TEST_F(ReceiptRunTest, ReplacesTheReceiptOfAPackageWhoseClosingWasCutOff) {
    tests::write_file(outbox_of(settings) / p1_name, "of an attempt that the ledger knows nothing of");
    close("p1");
    EXPECT_EQ(deliver().delivered, 1U);
    EXPECT_NE(target.files.at(p1_name).find("РезультатОбмена"), std::string::npos);
}

TEST_F(ReceiptRunTest, SaysThatTheClocksDiffer) {
    close("p1");
    close("p2");
    target.modified = clock.now() + seconds(150);
    deliver();
    const auto warnings = std::ranges::count_if(
        log.lines, [](const auto& line) { return line.second.find("150") != std::string::npos; });
    EXPECT_EQ(warnings, 1);
    auto& query = database->statement("SELECT skew FROM source_state WHERE source = '1c'");
    ASSERT_TRUE(query.next());
    EXPECT_EQ(query.integer(0), 150'000);
}

TEST_F(ReceiptRunTest, ThatLacksItsSourceEndsWhenItsPackageIsForgotten) {
    close("p1");
    config::Settings others;
    forget_package(*database, "p1", others);  // a command without the settings
    EXPECT_EQ(row("p1").state, ledger::DeliveryState::waiting);
    forget_package(*database, "p1", settings);
    EXPECT_EQ(row("p1").state, ledger::DeliveryState::waiting) << "somebody brings it";
    others.sources.emplace_back().name = "other";
    forget_package(*database, "p1", others);
    EXPECT_EQ(row("p1").state, ledger::DeliveryState::overtaken);
    EXPECT_EQ(deliver().waiting, 0U);
}

TEST_F(ReceiptRunTest, StopsWhenAsked) {
    close("p1");
    const std::atomic<bool> interrupted = true;
    ReceiptRun run(*database, target, settings, "1c",
                   {.clock = clock, .log = log, .interrupted = &interrupted});
    EXPECT_THROW(run.deliver(), Error);
    EXPECT_EQ(row("p1").attempts, 0U);
}

}  // namespace
}  // namespace obmen::exchange
