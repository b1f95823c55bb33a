#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <map>
#include <string>

#include "daemon/watched_exchange.hpp"
#include "ledger/receipt_deliveries.hpp"
#include "ledger/source_states.hpp"
#include "support/file.hpp"

/// What a person asks for at once: by a signal, or by running a command.
namespace obmen::tests {
namespace {

constexpr const char* obmen_program = OBMEN_BINARY_DIR "/src/obmen";

std::map<std::string, std::string> environment_of(const WatchedExchange& exchange) {
    return {{"OBMEN_TIME_SCALE", "0.01"},
            {"LC_ALL", "C.UTF-8"},
            {"OBMEN_PORTAL", ""},
            {"OBMEN_LIMITS", (exchange.directory() / "limits").string()}};
}

/// A ledger that others use, too.
ledger::Database ledger_of(const WatchedExchange& exchange) {
    return ledger::Database(exchange.directory() / "state/ledger.db", ledger::Opening::guest);
}

ProcessResult look_once(const WatchedExchange& exchange) {
    return exchange.run({"watch", "--once", exchange.settings().string()});
}

/// `source` has just failed so, and is to be tried again in six hours.
void note_failure(const WatchedExchange& exchange, const Message& failure) {
    ledger::Database database = ledger_of(exchange);
    const UtcTime now = SystemClock().now();
    ledger::SourceStates(database).note_failure("1c", failure, now, now + std::chrono::hours(6));
}

ledger::SourceState source_state(const WatchedExchange& exchange) {
    ledger::Database database = ledger_of(exchange);
    return ledger::SourceStates(database).find("1c");
}

TEST(WatchAsked, ToReadItsSettingsAgainBeforeItHasReadThemItGoesOn) {
    const WatchedExchange exchange;
    const std::filesystem::path settings = exchange.settings();
    const std::filesystem::path whole = exchange.directory() / "whole.toml";
    std::filesystem::rename(settings, whole);
    ASSERT_EQ(::mkfifo(settings.c_str(), 0600), 0);
    Process daemon({obmen_program, "watch", "--settings", settings.string()}, exchange.directory().path(),
                   environment_of(exchange));
    int pipe = -1;  // opens when somebody is about to read: the process looks for its language
    ASSERT_TRUE(eventually([&] {
        pipe = ::open(settings.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
        return pipe >= 0 || !daemon.is_running();
    }));
    daemon.signal(SIGHUP);
    std::filesystem::rename(whole, settings);
    ::close(pipe);
    EXPECT_TRUE(eventually([&] {
        return daemon.said().find("read again") != std::string::npos || !daemon.is_running();
    })) << daemon.said();
    ASSERT_TRUE(daemon.is_running()) << "ended by the signal: " << daemon.said();
    EXPECT_TRUE(eventually([&] { return daemon.said().find("watching") != std::string::npos; }))
        << daemon.said();
    daemon.signal(SIGTERM);
    EXPECT_EQ(daemon.wait().exit_code, 0);
}

/// Somebody else has the state directory for a moment: nothing of the exchange runs yet.
TEST(WatchAsked, ToTryNowBeforeItsSourcesAreWatchedItTriesThemAsSoonAsTheyAre) {
    WatchedExchange exchange;
    exchange.set_time_scale("1");  // five minutes are five minutes: nobody waits for them here
    exchange.write_settings("partner_seconds = 0\n", {}, 0);
    ASSERT_EQ(look_once(exchange).exit_code, 0);
    note_failure(exchange, Message{"SRC-LOGIN", {"folder:out", "no"}});
    exchange.drop("a.xml", export_of(5, "a"));
    {
        const DirectoryLock lock(exchange.directory() / "state");
        exchange.start();
        ASSERT_TRUE(eventually([&] { return exchange.said().find("held by another") != std::string::npos; }))
            << exchange.said();
        exchange.daemon().signal(SIGHUP);
        ASSERT_TRUE(eventually([&] { return exchange.said().find("read again") != std::string::npos; }))
            << exchange.said();
        EXPECT_EQ(source_state(exchange).attempts, 1U);
    }
    ASSERT_TRUE(eventually([&] { return exchange.receipt_count() == 1; })) << exchange.said();
    EXPECT_EQ(source_state(exchange).attempts, 0U);
    EXPECT_EQ(exchange.stop().exit_code, 0);
}

TEST(WatchAsked, ForOneLookItTriesWhatMayHavePassedByItselfAndAPersonAllOfIt) {
    WatchedExchange exchange;
    exchange.write_settings("partner_seconds = 0\n", {}, 0);
    ASSERT_EQ(look_once(exchange).exit_code, 0);
    note_failure(exchange, Message{"SRC-MISSING", {"folder:out", "out"}});
    exchange.drop("a.xml", export_of(5, "a"));
    std::filesystem::remove(exchange.directory() / "in");
    EXPECT_EQ(look_once(exchange).exit_code, 3) << "the receipt waits";
    ASSERT_EQ(exchange.packages().size(), 1U);
    EXPECT_EQ(source_state(exchange).attempts, 0U);
    std::filesystem::create_directory(exchange.directory() / "in");
    EXPECT_EQ(look_once(exchange).exit_code, 0);
    EXPECT_EQ(exchange.receipt_count(), 1U);

    note_failure(exchange, Message{"SRC-LOGIN", {"folder:out", "no"}});
    static_cast<void>(look_once(exchange));
    EXPECT_EQ(source_state(exchange).attempts, 1U) << "a refused login that is tried often locks the account";
    const std::string command = std::string(obmen_program) + " watch --once " + exchange.settings().string();
    const ProcessResult at_terminal = run_process({"/usr/bin/script", "-qec", command, "/dev/null"},
                                                  exchange.directory().path(), environment_of(exchange));
    EXPECT_EQ(at_terminal.exit_code, 0) << at_terminal.out << at_terminal.error;
    EXPECT_EQ(source_state(exchange).attempts, 0U);
}

}  // namespace
}  // namespace obmen::tests
