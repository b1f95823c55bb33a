#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "commands/exchange.hpp"
#include "daemon/watched_exchange.hpp"
#include "ledger/pending.hpp"

/// Several processes with one state directory, at the same time: each object once, each input answered.
namespace obmen::tests {
namespace {

TEST(Several, PushesAtOnceSendEverythingOnceAndAnswerEachOfThem) {
    Exchange exchange({"--latency", "100"});
    auto environment = exchange.environment();
    // Who waits for the one who has the directory waits for ten minutes: more than six seconds, under any
    // sanitizer.
    environment["OBMEN_TIME_SCALE"] = "0.1";
    std::vector<std::unique_ptr<Process>> pushes;
    for (const char* const prefix : {"a", "a", "b", "b", "c"}) {
        const std::string name = std::string(prefix) + std::to_string(pushes.size()) + ".xml";
        const auto file = exchange.file(name, export_of(20 + pushes.size(), prefix));
        pushes.push_back(
            std::make_unique<Process>(exchange.push_words({file}), exchange.directory().path(), environment));
    }
    for (const auto& push : pushes) {
        const ProcessResult result = push->wait();
        EXPECT_EQ(result.exit_code, 0) << result.out << result.error;
    }
    EXPECT_EQ(exchange.sandbox().rows("product").size(), 21U + 23U + 24U);
    EXPECT_TRUE(exchange.sandbox().verdict().at("duplicates").empty());
    EXPECT_EQ(exchange.receipt_count(), 5U);
}

/// The id of the only package whose receipt is not there yet; empty if there is none.
std::string package_in_delivery(const WatchedExchange& exchange) {
    for (const ledger::Package& package : exchange.packages()) {
        if (package.state == ledger::PackageState::delivering) {
            return package.id;
        }
    }
    return {};
}

TEST(Several, PeopleMayDoAnythingWhileTheDaemonDelivers) {
    WatchedExchange exchange({"--latency", "150"});
    exchange.start_and_wait();
    exchange.drop("big.xml", export_of(200, "big"));
    std::string id;
    ASSERT_TRUE(eventually([&] { return !(id = package_in_delivery(exchange)).empty(); })) << exchange.said();

    const std::string settings = exchange.settings().string();
    const auto file = exchange.directory() / "mine.xml";
    write_file(file, export_of(30, "mine"));
    const std::string program = Exchange::program();
    std::vector<std::unique_ptr<Process>> people;
    for (const std::vector<std::string>& words : {std::vector<std::string>{"push", file.string()},
                                                  {"retry", id},
                                                  {"retry", id, "--force"},
                                                  {"forget", id},
                                                  {"approve", id},
                                                  {"forget", "--object", "product", "big-1"},
                                                  {"status"},
                                                  {"report", id},
                                                  {"pause"},
                                                  {"resume"},
                                                  {"watch"}}) {
        std::vector<std::string> line{program};
        line.insert(line.end(), words.begin(), words.end());
        line.insert(line.end(), {"--settings", settings});
        people.push_back(
            std::make_unique<Process>(line, exchange.directory().path(),
                                      std::map<std::string, std::string>{
                                          {"OBMEN_TIME_SCALE", "0.01"},
                                          {"OBMEN_PORTAL", ""},
                                          {"OBMEN_LIMITS", (exchange.directory() / "limits").string()}}));
    }
    for (const auto& person : people) {
        const ProcessResult result = person->wait();
        EXPECT_TRUE((std::set<int>{0, 3, 4, 64}).contains(result.exit_code))
            << result.exit_code << result.error;
    }
    static_cast<void>(exchange.run({"resume", "--settings", settings}));
    ASSERT_TRUE(eventually([&] {
        return exchange.sandbox().rows("product").size() == 230 && package_in_delivery(exchange).empty();
    })) << exchange.said();
    EXPECT_FALSE(exchange.has_duplicates()) << exchange.sandbox().verdict().dump();
    EXPECT_TRUE(exchange.daemon().is_running()) << exchange.said();
    exchange.stop();
    for (const ledger::Package& package : exchange.packages()) {
        EXPECT_EQ(package.state, ledger::PackageState::applied) << package.id;
    }
}

TEST(Several, ADaemonThatIsKilledAndStartedAgainAmongPushesLosesNothing) {
    WatchedExchange exchange({"--latency", "50"});
    exchange.start_and_wait();
    std::vector<std::unique_ptr<Process>> pushes;
    for (int i = 0; i < 3; ++i) {
        exchange.drop("d" + std::to_string(i) + ".xml", export_of(20, "d" + std::to_string(i)));
        const auto file = exchange.directory() / ("p" + std::to_string(i) + ".xml");
        write_file(file, export_of(20, "p" + std::to_string(i)));
        pushes.push_back(
            std::make_unique<Process>(std::vector<std::string>{Exchange::program(), "push", "--settings",
                                                               exchange.settings().string(), file.string()},
                                      exchange.directory().path(),
                                      std::map<std::string, std::string>{
                                          {"OBMEN_TIME_SCALE", "0.01"},
                                          {"OBMEN_PORTAL", ""},
                                          {"OBMEN_LIMITS", (exchange.directory() / "limits").string()}}));
        exchange.kill();
        // A push may have the state directory now: the daemon waits for it, or is refused at once.
        exchange.start();
    }
    for (const auto& push : pushes) {
        static_cast<void>(push->wait());
    }
    ASSERT_TRUE(eventually([&] {
        if (!exchange.daemon().is_running()) {
            exchange.start();
        }
        return exchange.sandbox().rows("product").size() == 120;
    })) << exchange.said();
    EXPECT_FALSE(exchange.has_duplicates()) << exchange.sandbox().verdict().dump();
}

}  // namespace
}  // namespace obmen::tests
