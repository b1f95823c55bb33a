#include "support/failpoint.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <set>
#include <sstream>

#include "daemon/broken_exchange.hpp"
#include "ledger/pending.hpp"
#include "ledger/raw_sql.hpp"
#include "ledger/requests.hpp"

/// Breaks a whole exchange at every named place there is (support/failpoint.hpp), starts it again, and
/// compares what has become of it with what an undisturbed exchange makes. OBMEN_COMPLETE=1: also the second
/// to fifth time that a place is passed.
namespace obmen::tests {
namespace {

constexpr int killed = 128 + SIGKILL;

/// How a place is reached.
enum class Way {
    export_,  ///< by any export
    refusal,  ///< by a file that cannot be read
    person,   ///< by a person who wants something of a running exchange
    history,  ///< by a daemon that tidies up
    backup,   ///< by `obmen backup`
};

struct Place {
    const char* name;
    Way way = Way::export_;
    const char* after = "";  ///< what has to break first; empty: nothing
};

/// What breaks first: the portal has done what a batch wants, and nobody has heard of it.
constexpr const char* lost_answer = "lost answer";

constexpr std::array places{Place{"file.write"},
                            Place{"file.sync"},
                            Place{"file.close"},
                            Place{"file.synced"},
                            Place{"file.name"},
                            Place{"file.published"},
                            Place{"ledger.commit"},
                            Place{"ledger.committed"},
                            Place{"ledger.close"},
                            Place{"folder.list"},
                            Place{"folder.fetch"},
                            Place{"folder.store"},
                            Place{"folder.stored"},
                            Place{"folder.rename"},
                            Place{"folder.renamed"},
                            Place{"folder.remove", Way::export_, "receipt.stored=kill@1"},
                            Place{"folder.removed", Way::export_, "receipt.stored=kill@1"},
                            Place{"source.listed"},
                            Place{"source.seen"},
                            Place{"source.fetched"},
                            Place{"source.copied"},
                            Place{"source.noted"},
                            Place{"package.linked"},
                            Place{"package.named"},
                            Place{"package.recorded"},
                            Place{"source.archived", Way::export_, "receipt.delivered=kill@2"},
                            Place{"source.forgotten", Way::export_, "receipt.delivered=kill@2"},
                            Place{"package.reading"},
                            Place{"planning.chunk"},
                            Place{"package.read"},
                            Place{"merge.chunk"},
                            Place{"package.planned"},
                            Place{"quarantine.reason", Way::refusal},
                            Place{"package.rejected", Way::refusal},
                            Place{"batch.marked"},
                            Place{"request.leaving"},
                            Place{"answer.arrived"},
                            Place{"answer.settled"},
                            Place{"doubt.marked", Way::export_, "batch.marked=kill@1"},
                            Place{"doubt.looked", Way::export_, lost_answer},
                            Place{"doubt.settled", Way::export_, lost_answer},
                            Place{"receipt.written"},
                            Place{"receipt.issued"},
                            Place{"receipt.noted"},
                            Place{"receipt.stored"},
                            Place{"receipt.renamed"},
                            Place{"receipt.delivered"},
                            Place{"request.done", Way::person},
                            Place{"request.answered", Way::person},
                            Place{"history.copies", Way::history},
                            Place{"history.pruned", Way::history},
                            Place{"backup.copied", Way::backup}};

/// Tests of this many places have an exchange of their own; the shares of CTest run them side by side.
constexpr std::size_t places_at_once = 9;

class Failpoints : public ::testing::TestWithParam<std::size_t> {
  protected:
    void break_at(const Place& place, unsigned time) {
        const std::string wish = fmt::format("{}=kill@{}", place.name, time);
        SCOPED_TRACE(wish);
        prepare(place);
        const ProcessResult end = reach(place, wish);
        if (time == 1) {
            ASSERT_EQ(end.exit_code, killed) << "it was not passed\n" << end.error;
        }
        exchange.finish();
    }

    BrokenExchange exchange;

  private:
    void prepare(const Place& place) {
        if (place.way == Way::refusal) {
            exchange.drop_broken();
        } else if (place.way == Way::export_) {
            exchange.drop();
        } else if (place.way == Way::person) {
            want_a_package_forgotten();
        } else if (place.way == Way::history) {
            make_all_packages_old();
        }
        if (place.after == lost_answer) {
            lose_answer();
        } else if (*place.after != '\0') {
            ASSERT_EQ(exchange.run(place.after).exit_code, killed) << "what breaks first was not passed";
        }
    }

    ProcessResult reach(const Place& place, const std::string& wish) {
        if (place.way == Way::backup) {
            exchange.exchange().set_variable("OBMEN_FAILPOINTS", wish);
            return exchange.exchange().run({"backup", (directory() / "backup").string(), "--settings",
                                            exchange.exchange().settings().string()});
        }
        if (place.way != Way::history) {
            return exchange.run(wish);
        }
        exchange.exchange().set_variable("OBMEN_FAILPOINTS", wish);
        exchange.exchange().set_time_scale("0.0002");  // ten minutes after its start it tidies up
        exchange.exchange().start();
        exchange.exchange().set_time_scale("0.01");
        return exchange.exchange().daemon().wait();
    }

    void lose_answer() {
        for (int answers = 1; answers < 9; ++answers) {
            ASSERT_EQ(exchange.run(fmt::format("answer.arrived=kill@{}", answers)).exit_code, killed);
            ledger::Database database(directory() / "state/ledger.db", ledger::Opening::guest);
            if (!ledger::Pending(database).in_state(ledger::OperationState::sent).empty()) {
                return;
            }
        }
        FAIL() << "nothing was on its way";
    }

    void want_a_package_forgotten() {
        ledger::Database database(directory() / "state/ledger.db", ledger::Opening::guest);
        const std::string id = ledger::Packages(database).list(1).at(0).id;
        ledger::Requests(database).add("forget", nlohmann::json{{"package", id}}.dump(), SystemClock().now());
    }

    void make_all_packages_old() {
        ledger::run_raw(directory() / "state/ledger.db",
                        "UPDATE package SET settled_at = 1000, received_at = 1000");
    }

    [[nodiscard]] std::filesystem::path directory() const { return exchange.exchange().directory().path(); }
};

TEST_P(Failpoints, AKillChangesNothingOfWhatComesOutInTheEnd) {
    const std::size_t first = GetParam() * places_at_once;
    const std::size_t end = std::min(first + places_at_once, places.size());
    const unsigned times = is_complete_run() ? 5 : 1;
    for (std::size_t i = first; i < end; ++i) {
        for (unsigned time = 1; time <= times; ++time) {
            break_at(places.at(i), time);
            if (HasFatalFailure()) {
                return;
            }
        }
    }
    exchange.expect_truth();
}

INSTANTIATE_TEST_SUITE_P(Places, Failpoints,
                         ::testing::Range(std::size_t{0},
                                          (places.size() + places_at_once - 1) / places_at_once));

TEST(FailpointTable, HasNoPlaceThatNobodyBreaks) {
    std::set<std::string> tried;
    for (const Place& place : places) {
        tried.insert(place.name);
    }
    for (const Failpoint& row : failpoints) {
        EXPECT_TRUE(tried.contains(std::string(row.name))) << row.name;
    }
}

/// A fault that the caller of a place has to take.
struct Fault {
    const char* wish;
    const char* code;  ///< that the log names
};

constexpr std::array faults{
    Fault{"file.write=ENOSPC", "SYS-DISK-FULL"}, Fault{"file.write=EDQUOT@2", "SYS-DISK-FULL"},
    Fault{"file.write=EIO", "SYS-FILE"},         Fault{"file.sync=ENOSPC@3", "SYS-DISK-FULL"},
    Fault{"file.sync=EIO", "SYS-FSYNC"},         Fault{"file.sync=EIO@4", "SYS-FSYNC"},
    Fault{"file.close=EIO@1", "SYS-FSYNC"},      Fault{"file.close=ENOSPC@2", "SYS-DISK-FULL"},
    Fault{"file.name=ENOSPC", "SYS-DISK-FULL"},  Fault{"file.name=EROFS@1", "SYS-FILE"},
    Fault{"folder.list=EIO", "SRC-PROTOCOL"},    Fault{"folder.fetch=EIO", "SRC-PROTOCOL"},
    Fault{"folder.store=ENOSPC", "SRC-FULL"},    Fault{"folder.stored=EIO@1", "SRC-PROTOCOL"},
    Fault{"folder.rename=EROFS", "SRC-DENIED"},  Fault{"folder.renamed=EIO@1", "SRC-PROTOCOL"},
};
constexpr std::size_t faults_at_once = 8;

class Faults : public ::testing::TestWithParam<std::size_t> {};

TEST_P(Faults, AreNamedAndNothingIsLostThatTheyHoldUp) {
    BrokenExchange exchange;
    const std::size_t first = GetParam() * faults_at_once;
    for (std::size_t i = first; i < std::min(first + faults_at_once, faults.size()); ++i) {
        const Fault& fault = faults.at(i);
        SCOPED_TRACE(fault.wish);
        exchange.drop();
        const ProcessResult end = exchange.run(fault.wish);
        EXPECT_NE(end.error.find(fault.code), std::string::npos) << end.error;
        exchange.let_pauses_pass();
        exchange.finish();
    }
    exchange.expect_truth();
}

INSTANTIATE_TEST_SUITE_P(Errors, Faults,
                         ::testing::Range(std::size_t{0},
                                          (faults.size() + faults_at_once - 1) / faults_at_once));

}  // namespace
}  // namespace obmen::tests
