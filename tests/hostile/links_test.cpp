#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "commands/exchange.hpp"
#include "daemon/watched_exchange.hpp"
#include "servers/server_process.hpp"

/// Symbolic links where obmen keeps its own: somebody who can write there must not lead it elsewhere.
namespace obmen::tests {
namespace {

constexpr const char* foreign_text = "somebody else's\n";

/// An exchange that has been at work, and is not now.
class PlantedLinks : public ::testing::Test {
  protected:
    void SetUp() override {
        ASSERT_EQ(push("first"), 0);
        std::filesystem::create_directory(elsewhere());
        // What a sweep of the spool would take for left over, and what one of the outbox would.
        write_file(elsewhere() / ".20260101000000-00000.tmp/0001.xml", foreign_text);
        write_file(elsewhere() / "20260101000000-00001/0001.xml", foreign_text);
        write_file(elsewhere() / "victim", foreign_text);
    }

    int push(const std::string& name) {
        const auto file = exchange.directory() / (name + ".xml");
        write_file(file, export_of(1, name));
        last = exchange.run({"push", "--settings", exchange.settings().string(), file.string()});
        return last.exit_code;
    }
    int watch_once() {
        last = exchange.run({"watch", "--once", exchange.settings().string()});
        return last.exit_code;
    }
    [[nodiscard]] bool says(const std::string& text) const {
        return (last.out + last.error).find(text) != std::string::npos;
    }
    [[nodiscard]] std::filesystem::path state() const { return exchange.directory() / "state"; }
    [[nodiscard]] std::filesystem::path elsewhere() const { return exchange.directory() / "elsewhere"; }
    void expect_nothing_done_elsewhere() const {
        std::size_t files = 0;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(elsewhere())) {
            if (entry.is_regular_file()) {
                ++files;
                EXPECT_EQ(read_file(entry.path()), foreign_text) << entry.path();
            }
        }
        EXPECT_EQ(files, 3U) << "files were made or removed behind a link";
    }

    WatchedExchange exchange;
    ProcessResult last;
};

TEST_F(PlantedLinks, ForTheLedgerAndItsLogsAreRefused) {
    for (const char* const name : {"ledger.db", "ledger.db-wal", "ledger.db-shm", "ledger.db-journal"}) {
        const std::filesystem::path own = state() / name;
        const std::filesystem::path kept = exchange.directory() / "kept";
        const bool was_there = std::filesystem::exists(own);
        if (was_there) {
            std::filesystem::rename(own, kept);
        }
        std::filesystem::create_symlink(elsewhere() / "victim", own);
        EXPECT_EQ(push("second"), 4) << name << last.out << last.error;
        EXPECT_TRUE(says("SYS-LINK") && says(own.string())) << last.error;
        EXPECT_EQ(watch_once(), 4) << name << last.out << last.error;
        EXPECT_EQ(exchange.run({"status", "--state", state().string()}).exit_code, 4) << name;
        expect_nothing_done_elsewhere();
        std::filesystem::remove(own);
        if (was_there) {
            std::filesystem::rename(kept, own);
        }
    }
    EXPECT_EQ(push("second"), 0) << last.out << last.error;
}

TEST_F(PlantedLinks, ForDirectoriesOfTheStateAreRefused) {
    ASSERT_EQ(watch_once(), 0) << last.error;
    for (const char* const name : {"spool", "landing", "outbox", "limits", "daemon"}) {
        const std::filesystem::path own = state() / name;
        const std::filesystem::path kept = exchange.directory() / "kept";
        const bool was_there = std::filesystem::exists(own);
        if (was_there) {
            std::filesystem::rename(own, kept);
        }
        std::filesystem::create_directory_symlink(elsewhere(), own);
        EXPECT_EQ(watch_once(), 4) << name << last.out << last.error;
        EXPECT_TRUE(says("SYS-LINK") && says(own.string())) << last.error;
        expect_nothing_done_elsewhere();
        std::filesystem::remove(own);
        if (was_there) {
            std::filesystem::rename(kept, own);
        }
    }
    EXPECT_EQ(watch_once(), 0) << last.out << last.error;
}

TEST_F(PlantedLinks, OfOneSourceAreRefusedAndTheOthersGoOn) {
    ASSERT_EQ(watch_once(), 0) << last.error;
    ASSERT_FALSE(std::filesystem::is_empty(state() / "landing"));
    for (const auto& source : std::filesystem::directory_iterator(state() / "landing")) {
        const std::filesystem::path own = source.path();
        std::filesystem::remove_all(own);
        std::filesystem::create_directory_symlink(elsewhere(), own);
    }
    EXPECT_NE(watch_once(), 0);
    EXPECT_TRUE(says("SYS-LINK")) << last.out << last.error;
    expect_nothing_done_elsewhere();
}

TEST_F(PlantedLinks, AnAdministratorsOwnForTheWholeStateDirectoryIsFollowed) {
    const std::filesystem::path disk = exchange.directory() / "other-disk/obmen";
    std::filesystem::create_directories(disk.parent_path());
    std::filesystem::rename(state(), disk);
    std::filesystem::create_directory_symlink(disk, state());
    EXPECT_EQ(push("second"), 0) << last.out << last.error;
    EXPECT_EQ(watch_once(), 0) << last.out << last.error;
    EXPECT_EQ(exchange.run({"status", "--state", state().string()}).exit_code, 0);
    EXPECT_TRUE(std::filesystem::is_symlink(state()));
    EXPECT_TRUE(std::filesystem::exists(disk / "ledger.db"));
}

}  // namespace
}  // namespace obmen::tests
