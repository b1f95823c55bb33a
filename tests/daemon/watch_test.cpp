#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <optional>
#include <random>
#include <set>
#include <sstream>
#include <thread>

#include "daemon/watched_exchange.hpp"
#include "ledger/source_states.hpp"
#include "servers/smtp_server.hpp"
#include "support/file.hpp"

namespace obmen::tests {
namespace {

void rest(int milliseconds) {
    std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
}

TEST(Watch, SendsWhatIsDroppedAndBringsAReceiptForEachExport) {
    WatchedExchange exchange;
    exchange.start_and_wait();
    for (const std::string name : {"a", "b", "c"}) {
        exchange.drop("import-" + name + ".xml", export_of(20, name));
        ASSERT_TRUE(eventually([&] { return !exchange.packages().empty(); }));
    }
    ASSERT_TRUE(eventually([&] { return exchange.receipt_count() == 3; })) << exchange.said();
    for (const auto& path : exchange.receipts()) {
        const ReceiptView receipt = read_receipt(path);
        EXPECT_EQ(receipt.state, "Выполнено") << path;
        EXPECT_EQ(receipt.count("Товар", "Создан"), 20);
    }
    EXPECT_EQ(exchange.creations(), 60 + 1);
    EXPECT_FALSE(exchange.has_duplicates());

    const ProcessResult end = exchange.stop();
    EXPECT_EQ(end.exit_code, 0) << end.error;
    EXPECT_NE(end.error.find("shop/1c: package"), std::string::npos) << end.error;
    EXPECT_EQ(end.error.find("sandboxcode"), std::string::npos) << "no secret in the log";

    exchange.start_and_wait();
    exchange.drop("import-d.xml", export_of(5, "d"));
    ASSERT_TRUE(eventually([&] { return exchange.receipt_count() == 4; })) << exchange.said();
    EXPECT_EQ(exchange.packages().size(), 4U) << "what lies there since before is not taken again";
}

TEST(Watch, ASecondDaemonIsRefusedAtOnceAndIsToldByWhom) {
    WatchedExchange exchange;
    exchange.start_and_wait();
    const ProcessResult second = exchange.run({"watch", exchange.settings().string()});
    EXPECT_EQ(second.exit_code, 4);
    EXPECT_NE(second.error.find("SYS-LOCKED"), std::string::npos) << second.error;
    EXPECT_NE(second.error.find(std::to_string(exchange.daemon().id())), std::string::npos) << second.error;
    EXPECT_TRUE(exchange.daemon().is_running());
}

/// What systemd hears of a daemon.
class HeardByTheServiceManager {
  public:
    explicit HeardByTheServiceManager(WatchedExchange& exchange)
        : m_socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
        const std::string path = exchange.directory() / "notify";
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(static_cast<char*>(address.sun_path), sizeof address.sun_path - 1);
        if (::bind(m_socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
            throw std::runtime_error("no socket at " + path);
        }
        exchange.set_variable("NOTIFY_SOCKET", path);
    }
    /// All of it up to now.
    const std::string& said() {
        std::array<char, 4096> block{};
        for (ssize_t size = 0; (size = ::recv(m_socket.get(), block.data(), block.size(), 0)) > 0;) {
            m_said.append(block.data(), static_cast<std::size_t>(size)) += '\n';
        }
        return m_said;
    }
    [[nodiscard]] bool has_heard(const std::string& part) { return said().find(part) != std::string::npos; }

  private:
    FileDescriptor m_socket;
    std::string m_said;
};

TEST(Watch, WaitsForAPushThatHasTheStateDirectoryAndEndsAtOnceWhenItIsToldTo) {
    WatchedExchange exchange;
    exchange.set_time_scale("0.001");  // hours of its time pass
    HeardByTheServiceManager manager(exchange);
    std::filesystem::create_directories(exchange.directory() / "state");
    std::optional<DirectoryLock> push(exchange.directory() / "state");
    const std::string by = std::to_string(::getpid());
    const auto waits = [&] { return exchange.said().find(by) != std::string::npos; };
    exchange.start();
    ASSERT_TRUE(eventually(waits)) << exchange.said();
    EXPECT_EQ(exchange.stop().exit_code, 0) << "told to stop while it waits";

    exchange.start();
    ASSERT_TRUE(eventually([&] { return manager.has_heard("STATUS=State directory") && waits(); }));
    EXPECT_TRUE(manager.has_heard("EXTEND_TIMEOUT_USEC=")) << "its start is not given up";
    exchange.drop("import.xml", export_of(3, "a"));
    rest(2500);  // of a push that takes three quarters of an hour
    ASSERT_TRUE(exchange.daemon().is_running()) << exchange.said();
    EXPECT_FALSE(manager.has_heard("READY=1"));
    push.reset();
    EXPECT_TRUE(eventually([&] { return exchange.receipt_count() == 1; })) << exchange.said();
    EXPECT_TRUE(manager.has_heard("READY=1\nSTATUS=watching"));
}

TEST(Watch, AllMistakesOfAllSettingsAreShownAndNothingIsBegun) {
    WatchedExchange exchange;
    const auto write = [&](const std::string& name, const std::string& text) {
        write_file(exchange.directory() / name, text);
        return (exchange.directory() / name).string();
    };
    const std::string same = write("same.toml",
                                   "[portal]\nurl = \"@portal\"\n[state]\ndirectory = \"./x/../state\"\n"
                                   "[[source]]\nname = \"1c\"\nurl = \"folder:other\"\n");
    const std::string none = write("none.toml", "[portal]\nurl = \"@portal\"\n[state]\ndirectory = \"s2\"\n");
    const std::string typing = write("typing.toml", "[portla]\n");
    const ProcessResult result =
        exchange.run({"watch", "--lang", "en", exchange.settings().string(), same, none, typing});
    EXPECT_EQ(result.exit_code, 4);
    for (const std::string code : {"SYS-STATE-TWICE", "SYS-NO-SOURCE", "CFG-UNKNOWN-KEY"}) {
        EXPECT_NE(result.error.find(code), std::string::npos) << code << "\n" << result.error;
    }
    EXPECT_FALSE(std::filesystem::exists(exchange.directory() / "state"));
    EXPECT_EQ(exchange.run({"watch"}).exit_code, 64);
}

TEST(Watch, ToldToStopInMidDeliveryEndsSoonAndGoesOnAtTheNextStart) {
    WatchedExchange exchange({"--latency", "30"});
    exchange.start_and_wait();
    exchange.drop("import.xml", export_of(600, "p"));
    ASSERT_TRUE(eventually([&] { return exchange.creations() > 100; })) << exchange.said();
    const ProcessResult end = exchange.stop();
    EXPECT_EQ(end.exit_code, 0) << end.error;
    EXPECT_LT(exchange.creations(), 601) << "in the middle";

    exchange.start_and_wait();
    ASSERT_TRUE(eventually([&] { return exchange.creations() == 601; })) << exchange.said();
    ASSERT_TRUE(eventually([&] {
        return std::ranges::any_of(exchange.receipts(), [](const std::filesystem::path& path) {
            return read_receipt(path).state == "Выполнено";
        });
    })) << exchange.said();
    EXPECT_FALSE(exchange.has_duplicates());
}

TEST(Watch, ToldToStopWhileItBeginsItEnds) {
    WatchedExchange exchange;
    exchange.start_and_wait();
    EXPECT_EQ(exchange.stop().exit_code, 0);
    for (int milliseconds = 0; milliseconds < 60; milliseconds += 5) {
        exchange.start();
        rest(milliseconds);
        exchange.daemon().signal(SIGTERM);
        ASSERT_TRUE(eventually([&] { return !exchange.daemon().is_running(); }))
            << "told after " << milliseconds << " ms\n"
            << exchange.said();
    }
}

TEST(Watch, KilledAtAnyMomentAppliesEverythingOnceAndAnswersEveryInputOnce) {
    WatchedExchange exchange;
    std::minstd_rand random(20260115);
    constexpr int runs = 8;
    for (int i = 0; i < runs; ++i) {
        exchange.start();
        exchange.drop("import-" + std::to_string(i) + ".xml", export_of(15, "k" + std::to_string(i) + "-"));
        rest(static_cast<int>(random() % 900));
        exchange.kill();
    }
    exchange.start_and_wait();
    const auto answered = [&] {
        std::set<std::string> files;
        for (const auto& path : exchange.receipts()) {
            if (read_receipt(path).state == "Выполнено") {
                files.insert(path.filename().string().substr(0, path.filename().string().find('.')));
            }
        }
        return files.size();
    };
    ASSERT_TRUE(eventually([&] { return answered() == runs; })) << exchange.said();
    ASSERT_TRUE(eventually([&] { return exchange.creations() == runs * 15 + 1; })) << exchange.creations();
    EXPECT_FALSE(exchange.has_duplicates()) << exchange.sandbox().verdict().dump();
    for (const ledger::Package& package : exchange.packages()) {
        EXPECT_EQ(package.state, ledger::PackageState::applied) << package.id;
    }
    EXPECT_EQ(exchange.packages().size(), static_cast<std::size_t>(runs));
}

TEST(Watch, TheSameExportAgainAndAgainCostsThePortalNothing) {
    WatchedExchange exchange;
    const std::string bytes = export_of(10, "p");
    exchange.drop("import.xml", bytes);
    exchange.start_and_wait();
    ASSERT_TRUE(eventually([&] { return exchange.receipt_count() == 1; })) << exchange.said();
    const int requests = exchange.sandbox().verdict().at("requests").get<int>();
    for (int i = 0; i < 100; ++i) {
        const std::string folder = "out/" + std::to_string(i);  // an export of its own each
        std::filesystem::create_directories(exchange.directory() / folder);
        exchange.drop("import.xml", bytes, folder);
    }
    ASSERT_TRUE(eventually([&] {
        const auto packages = exchange.packages();
        return packages.size() == 101 && std::ranges::all_of(packages, [](const ledger::Package& package) {
                   return ledger::is_end(package.state) && !package.receipt_due;
               });
    })) << exchange.packages().size()
        << exchange.said();
    EXPECT_EQ(exchange.sandbox().verdict().at("requests").get<int>(), requests);
    EXPECT_EQ(exchange.stop().exit_code, 0);
    EXPECT_EQ(exchange.receipt_count(), 2U) << "one a day for repeats of one content";
}

TEST(Watch, APortalThatIsAwayHoldsNothingUpButTheSending) {
    WatchedExchange exchange;
    exchange.write_settings({}, "[log]\nlevel = \"debug\"\n");
    exchange.sandbox().post("/sandbox/faults", nlohmann::json::array({{{"match", nlohmann::json::object()},
                                                                       {"action", "status"},
                                                                       {"status", 502},
                                                                       {"times", 100000}}}));
    exchange.start_and_wait();
    exchange.drop("first.xml", export_of(10, "a"));
    ASSERT_TRUE(eventually([&] {
        const auto packages = exchange.packages();
        return !packages.empty() && packages.front().state == ledger::PackageState::deferred;
    })) << exchange.said();
    exchange.drop("second.xml", export_of(10, "b"));
    ASSERT_TRUE(eventually([&] {
        const auto packages = exchange.packages();  // the newest first
        return packages.size() == 2 && packages.front().was_planned;
    })) << "what comes meanwhile is read\n"
        << exchange.said();
    exchange.sandbox().clear_faults();
    EXPECT_EQ(exchange.run({"resume", "--settings", exchange.settings().string()}).exit_code, 0);
    ASSERT_TRUE(eventually([&] { return exchange.creations() == 21; })) << exchange.said();
    ASSERT_TRUE(eventually([&] {
        return std::ranges::all_of(exchange.packages(), [](const ledger::Package& package) {
            return package.state == ledger::PackageState::applied;
        });
    }));
    EXPECT_FALSE(exchange.has_duplicates());
}

TEST(Watch, AFolderThatIsWipedAtAnyMomentGivesWholePackagesOrNone) {
    WatchedExchange exchange;
    exchange.start_and_wait();
    for (int i = 0; i < 8; ++i) {
        exchange.drop("import.xml", export_of(80, "w" + std::to_string(i) + "-"));
        rest(i * 45);
        for (const auto& entry : std::filesystem::directory_iterator(exchange.directory() / "out")) {
            std::filesystem::remove_all(entry.path());
        }
    }
    exchange.drop("import.xml", export_of(80, "last-"));
    ASSERT_TRUE(eventually([&] {
        return std::ranges::any_of(exchange.receipts(), [](const std::filesystem::path& path) {
            return read_receipt(path).find("Товар", "last-0001") != nullptr;
        });
    })) << exchange.said();
    EXPECT_EQ(exchange.stop().exit_code, 0);
    for (const auto& path : exchange.receipts()) {
        const ReceiptView receipt = read_receipt(path);
        EXPECT_EQ(receipt.state, "Выполнено") << path;
        EXPECT_EQ(receipt.count("Товар", "Создан"), 80) << path;
    }
    EXPECT_FALSE(exchange.has_duplicates());
}

TEST(Watch, APausedSourceIsLeftAloneUntilItGoesOn) {
    WatchedExchange exchange;
    exchange.start_and_wait();
    const std::string settings = exchange.settings().string();
    ASSERT_EQ(exchange.run({"pause", "1c", "--settings", settings}).exit_code, 0);
    ASSERT_TRUE(eventually([&] { return exchange.said().find("shop/1c: paused") != std::string::npos; }));
    exchange.drop("import.xml", export_of(5, "p"));
    rest(300);
    EXPECT_TRUE(exchange.packages().empty());
    ASSERT_EQ(exchange.run({"resume", "1c", "--settings", settings}).exit_code, 0);
    ASSERT_TRUE(eventually([&] { return exchange.receipt_count() == 1; })) << exchange.said();
}

TEST(Watch, AForgottenPackageIsTakenFromTheSourceAgainWhileItRuns) {
    WatchedExchange exchange;
    exchange.start_and_wait();
    exchange.drop("import.xml", export_of(3, "p"));
    ASSERT_TRUE(eventually([&] { return exchange.receipt_count() == 1; })) << exchange.said();
    const std::string settings = exchange.settings().string();
    ASSERT_EQ(exchange.run({"forget", exchange.packages().at(0).id, "--settings", settings}).exit_code, 0);
    ASSERT_TRUE(eventually([&] { return exchange.receipt_count() == 2; })) << exchange.said();
    EXPECT_EQ(exchange.packages().size(), 2U);
    EXPECT_FALSE(exchange.has_duplicates());
}

TEST(Watch, ItsLogIsInTheLanguageOfTheSettings) {
    WatchedExchange exchange;
    std::string text = read_file(exchange.settings());
    write_file(exchange.settings(), text.replace(text.find("\"en\""), 4, "\"ru\""));
    exchange.start();
    exchange.drop("import.xml", export_of(1, "p"));
    ASSERT_TRUE(eventually([&] { return exchange.receipt_count() == 1; })) << exchange.said();
    const std::string settings = exchange.settings().string();
    ASSERT_EQ(exchange.run({"pause", "1c", "--settings", settings}).exit_code, 0);
    ASSERT_TRUE(
        eventually([&] { return exchange.said().find("остановлен человеком") != std::string::npos; }));
    exchange.stop();
    for (const char* english : {"watching", "has come", "receipt ", "paused", "told to", "stopped"}) {
        EXPECT_EQ(exchange.said().find(english), std::string::npos) << english << "\n" << exchange.said();
    }
}

TEST(Watch, APushBesideItIsDoneByIt) {
    WatchedExchange exchange;
    exchange.start_and_wait();
    write_file(exchange.directory() / "by-hand.xml", export_of(10, "h"));
    const ProcessResult push = exchange.run({"push", (exchange.directory() / "by-hand.xml").string(),
                                             "--settings", exchange.settings().string()});
    EXPECT_EQ(push.exit_code, 0) << push.out << push.error;
    EXPECT_EQ(exchange.creations(), 11);
    EXPECT_EQ(receipts_in(exchange.directory() / "state/receipts").size(), 1U)
        << "what a person hands over is answered where the settings say";
    EXPECT_EQ(exchange.receipt_count(), 0U);
}

TEST(Watch, ReadsItsSettingsAgainAndKeepsTheOldOnesIfTheNewHaveMistakes) {
    WatchedExchange exchange;
    exchange.start_and_wait();
    exchange.write_settings("nonsense = 1\n");
    exchange.daemon().signal(SIGHUP);
    ASSERT_TRUE(eventually([&] { return exchange.said().find("the old ones stand") != std::string::npos; }));
    EXPECT_NE(exchange.said().find("CFG-UNKNOWN-KEY"), std::string::npos);
    exchange.drop("a.xml", export_of(5, "a"));
    ASSERT_TRUE(eventually([&] { return exchange.receipt_count() == 1; })) << exchange.said();

    std::filesystem::create_directories(exchange.directory() / "second");
    exchange.write_settings({},
                            "[[source]]\nname = \"new\"\nurl = \"folder:second\"\npoll_seconds = 20\n"
                            "settle_seconds = 10\n");
    exchange.daemon().signal(SIGHUP);
    exchange.drop("b.xml", export_of(5, "b"), "second");
    ASSERT_TRUE(eventually([&] {
        return std::filesystem::exists(exchange.directory() / "state/receipts") &&
               receipts_in(exchange.directory() / "state/receipts").size() == 1;
    })) << exchange.said();
    exchange.drop("c.xml", export_of(5, "c"));
    ASSERT_TRUE(eventually([&] { return exchange.receipt_count() == 2; })) << exchange.said();
    EXPECT_EQ(exchange.creations(), 16);
}

TEST(Watch, ASourceThatFailsHoldsUpNobodyAndIsOnRecord) {
    WatchedExchange exchange;
    exchange.write_settings({},
                            "[[source]]\nname = \"gone\"\nurl = \"folder:not-there\"\npoll_seconds = 20\n"
                            "[[source]]\nname = \"dead\"\nurl = \"ftp://nobody@127.0.0.1:9/x\"\n");
    exchange.start_and_wait();
    exchange.drop("a.xml", export_of(5, "a"));
    ASSERT_TRUE(eventually([&] { return exchange.receipt_count() == 1; })) << exchange.said();
    ledger::Database database(exchange.directory() / "state/ledger.db", ledger::Opening::guest);
    const ledger::SourceStates states(database);
    for (const std::string name : {"gone", "dead"}) {
        ASSERT_TRUE(eventually([&] { return states.find(name).attempts > 1; })) << name << exchange.said();
        EXPECT_TRUE(states.find(name).failing_since) << name;
        EXPECT_TRUE(states.find(name).failure) << name;
    }
    EXPECT_EQ(states.find("1c").attempts, 0U);
    std::filesystem::create_directories(exchange.directory() / "not-there");
    ASSERT_TRUE(eventually([&] { return states.find("gone").attempts == 0; })) << exchange.said();
}

TEST(Watch, SeveralExchangesRunSideBySideAndOnlyOneHasASource) {
    WatchedExchange exchange;
    const auto other = exchange.directory() / "other.toml";
    write_file(
        other,
        "[portal]\nurl = \"@portal\"\n[state]\ndirectory = \"other\"\n[exchange]\nsource_system = \"2C\"\n"
        "[[source]]\nname = \"same\"\nurl = \"folder:out\"\n"
        "[[source]]\nname = \"own\"\nurl = \"folder:out2\"\npoll_seconds = 20\nsettle_seconds = 10\n");
    std::filesystem::create_directories(exchange.directory() / "out2");
    exchange.start_and_wait({other.string()});
    exchange.drop("a.xml", export_of(30, "a"));
    exchange.drop("b.xml", export_of(30, "b"), "out2");
    // Which of them was quicker to take the folder is not said: the other must not have it as well.
    const auto count_of_other = [&] {
        const auto receipts = exchange.directory() / "other/receipts";
        return std::filesystem::exists(receipts) ? receipts_in(receipts).size() : 0;
    };
    ASSERT_TRUE(eventually([&] { return exchange.receipt_count() + count_of_other() == 2; }))
        << exchange.said();
    EXPECT_NE(exchange.said().find("SRC-OWNER"), std::string::npos) << exchange.said();
    EXPECT_EQ(exchange.sandbox().verdict().at("refused_for_rate"), 0) << "they share the portal's limit";
}

TEST(Watch, ASourceThatFailsIsOneMailAndItsReturnAnother) {
    const SmtpServer server;
    WatchedExchange exchange;
    exchange.write_settings({},
                            "[[source]]\nname = \"gone\"\nurl = \"folder:not-there\"\npoll_seconds = 20\n"
                            "[alerts]\ndisk_low_bytes = 0\npatience_minutes = 0\n[alerts.mail]\nserver = \"" +
                                server.url() +
                                "\"\nfrom = \"obmen@example.org\"\nto = [\"admin@example.org\"]\n");
    exchange.start_and_wait();
    ASSERT_TRUE(eventually([&] { return server.mails().size() == 1; })) << exchange.said();
    exchange.drop("a.xml", export_of(5, "a"));
    ASSERT_TRUE(eventually([&] { return exchange.receipt_count() == 1; })) << exchange.said();
    rest(400);  // nobody is told twice
    ASSERT_EQ(server.mails().size(), 1U);
    EXPECT_EQ(server.mails().front().to, std::vector<std::string>{"admin@example.org"});
    EXPECT_NE(server.mails().front().text.find("SRC-MISSING"), std::string::npos)
        << server.mails().front().text;

    EXPECT_EQ(exchange.stop().exit_code, 0);
    exchange.start_and_wait();
    std::filesystem::create_directory(exchange.directory() / "not-there");
    ASSERT_TRUE(eventually([&] { return server.mails().size() == 2; })) << exchange.said();
    rest(400);
    EXPECT_EQ(server.mails().size(), 2U) << server.mails().back().text;
    EXPECT_EQ(exchange.receipt_count(), 1U);
}

TEST(Watch, AReceiptWhoseSourceIsGoneIsShownUntilItIsForgotten) {
    WatchedExchange exchange;
    std::filesystem::remove(exchange.directory() / "in");
    exchange.start_and_wait();
    exchange.drop("a.xml", export_of(5, "a"));
    ASSERT_TRUE(eventually([&] {
        const auto packages = exchange.packages();
        return !packages.empty() && packages.front().state == ledger::PackageState::applied;
    })) << exchange.said();
    EXPECT_EQ(exchange.stop().exit_code, 0);
    const std::string settings = exchange.settings().string();
    std::string text = read_file(settings);
    text.replace(text.find("name = \"1c\""), 11, "name = \"other\"");
    exchange.write_all_settings(text);
    const std::string package = exchange.packages().front().id;
    const std::string shown = exchange.run({"status", "--settings", settings}).out;
    EXPECT_NE(shown.find("SYS-MISSING-SETTING"), std::string::npos) << shown;
    EXPECT_NE(shown.find("obmen forget " + package), std::string::npos) << shown;
    EXPECT_EQ(exchange.run({"forget", package, "--settings", settings}).exit_code, 0);
    const std::string after = exchange.run({"status", "--settings", settings}).out;
    EXPECT_EQ(after.find("Receipt not delivered"), std::string::npos) << after;
}

TEST(Watch, OnceIsForThoseWhoHaveCron) {
    WatchedExchange exchange;
    exchange.drop("a.xml", export_of(5, "a"));
    exchange.write_settings({}, "[log]\njournal = \"journal.jsonl\"\n",
                            1);  // of the wall clock, between runs
    int looks = 0;
    while (exchange.receipt_count() == 0 && looks < 20) {
        ++looks;
        const ProcessResult result = exchange.run({"watch", "--once", exchange.settings().string()});
        ASSERT_EQ(result.exit_code, 0) << result.error;
        rest(150);
    }
    EXPECT_EQ(exchange.receipt_count(), 1U);
    std::istringstream lines(read_file(exchange.directory() / "journal.jsonl"));
    std::set<std::string> operations;
    for (std::string line; std::getline(lines, line);) {
        operations.insert(nlohmann::json::parse(line).at("operation").get<std::string>());
    }
    EXPECT_TRUE(operations.contains("planned"));
    EXPECT_TRUE(operations.contains("receipt"));
}

}  // namespace
}  // namespace obmen::tests
