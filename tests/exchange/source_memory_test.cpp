#include "exchange/source_memory.hpp"

#include <gtest/gtest.h>

#include "harness/temporary_directory.hpp"
#include "ledger/history.hpp"
#include "ledger/packages.hpp"

namespace obmen::exchange {
namespace {

constexpr UtcTime memory_time(std::int64_t milliseconds) {
    return UtcTime(Duration(milliseconds));
}

class SourceMemoryTest : public ::testing::Test {
  protected:
    void add_package(const std::string& id, const std::string& origin, ledger::PackageState state,
                     int revision) {
        ledger::Packages packages(database);
        packages.add({.id = id,
                      .source = "folder",
                      .received_at = memory_time(1),
                      .receipt_revision = revision,
                      .files = {{.name = "a.xml", .spool_name = "0001.xml", .size = 10, .sha256 = "00"}},
                      .origin = origin});
        packages.set_state(id, state);
    }
    ledger::Database database{":memory:"};
    LedgerSourceMemory memory{database, "1c", "1C"};
};

TEST_F(SourceMemoryTest, IsToldOnceWhichPackagesAPersonHasForgotten) {
    memory.save({{.name = "a.xml", .state = arrival::SourceFileState::packaged, .package = "p1"},
                 {.name = "b.xml", .state = arrival::SourceFileState::packaged, .package = "p2"}},
                {});
    LedgerSourceMemory other(database, "other", "1C");
    ledger::forget_source_files(database, "p1");
    EXPECT_EQ(memory.load().files.size(), 1U);
    EXPECT_TRUE(other.take_forgotten_packages().empty());
    EXPECT_EQ(memory.take_forgotten_packages(), std::vector<std::string>{"p1"});
    EXPECT_TRUE(memory.take_forgotten_packages().empty());
}

TEST_F(SourceMemoryTest, RemembersEverythingOfAFile) {
    const arrival::RememberedFile file{.name = std::string("a\xFF\0b.xml", 8),
                                       .size = std::uint64_t{1} << 40U,
                                       .modified = memory_time(5),
                                       .identity = "8:15",
                                       .first_seen = memory_time(6),
                                       .still_since = memory_time(7),
                                       .state = arrival::SourceFileState::copied,
                                       .attempts = 3,
                                       .copy = "000001",
                                       .sha256 = "ab",
                                       .package = "",
                                       .reason = Message{"XML-TRUNCATED", {"a"}}};
    arrival::RememberedFile bare{.name = "b.xml"};
    memory.save({file, bare}, {});
    memory.note_listing(memory_time(9));
    LedgerSourceMemory other(database, "other", "1C");
    EXPECT_TRUE(other.load().files.empty());
    const arrival::RememberedSource source = LedgerSourceMemory(database, "1c", "1C").load();
    EXPECT_EQ(source.listed_at, memory_time(9));
    EXPECT_FALSE(source.has_both_halves);
    ASSERT_EQ(source.files.size(), 2U);
    const arrival::RememberedFile& found =
        source.files[0].name == file.name ? source.files[0] : source.files[1];
    EXPECT_EQ(found.name, file.name);
    EXPECT_EQ(found.size, file.size);
    EXPECT_EQ(found.modified, file.modified);
    EXPECT_EQ(found.identity, file.identity);
    EXPECT_EQ(found.first_seen, file.first_seen);
    EXPECT_EQ(found.still_since, file.still_since);
    EXPECT_EQ(found.state, file.state);
    EXPECT_EQ(found.attempts, file.attempts);
    EXPECT_EQ(found.copy, file.copy);
    EXPECT_EQ(found.sha256, file.sha256);
    EXPECT_EQ(found.reason, file.reason);
    memory.save({}, {file.name});
    ASSERT_EQ(memory.load().files.size(), 1U);
    EXPECT_FALSE(memory.load().files[0].modified);
}

TEST_F(SourceMemoryTest, KnowsWhichPackagesHaveEndedAndWhatIsAhead) {
    using State = ledger::PackageState;
    add_package("applied", "1c", State::applied, 1);
    add_package("no-receipt", "1c", State::applied, 0);
    add_package("rejected", "1c", State::rejected, 1);
    add_package("repeat", "1c", State::repeat, 0);
    add_package("superseded", "1c", State::superseded, 1);
    add_package("deferred", "1c", State::deferred, 1);
    add_package("received", "1c", State::received, 0);
    add_package("by-hand", "", State::received, 0);
    std::vector<arrival::RememberedFile> files;
    for (const char* id :
         {"applied", "no-receipt", "rejected", "repeat", "superseded", "deferred", "received"}) {
        files.push_back({.name = id, .state = arrival::SourceFileState::packaged, .package = id});
    }
    memory.save(files, {});
    std::vector<std::string> ended = memory.ended_packages();
    std::ranges::sort(ended);
    EXPECT_EQ(ended, (std::vector<std::string>{"applied", "rejected", "repeat", "superseded"}));
    EXPECT_EQ(memory.backlog().files, 2U);
    EXPECT_EQ(memory.backlog().bytes, 20U);
}

TEST_F(SourceMemoryTest, CountsFailuresUntilOneLookSucceeds) {
    ledger::SourceStates states(database);
    states.note_success("1c");
    states.note_failure("1c", Message{"SRC-BUSY", {"ftp://host", "530"}}, memory_time(10), memory_time(40));
    states.note_failure("1c", Message{"SRC-CONNECT", {"ftp://host", "refused"}}, memory_time(40),
                        memory_time(100));
    ledger::SourceState state = states.find("1c");
    EXPECT_EQ(state.failing_since, memory_time(10));
    EXPECT_EQ(state.attempts, 2U);
    EXPECT_EQ(state.next_attempt, memory_time(100));
    ASSERT_TRUE(state.failure);
    EXPECT_EQ(state.failure->code, Code{"SRC-CONNECT"});
    states.set_paused("1c", true);
    states.set_skew("1c", Duration(-1500));
    states.note_success("1c");
    state = states.find("1c");
    EXPECT_FALSE(state.failing_since || state.next_attempt || state.failure);
    EXPECT_EQ(state.attempts, 0U);
    EXPECT_TRUE(state.paused);
    EXPECT_EQ(state.skew, Duration(-1500));
    EXPECT_FALSE(states.find("other").paused);
}

}  // namespace
}  // namespace obmen::exchange
