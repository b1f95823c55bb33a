#include <gtest/gtest.h>

#include <chrono>
#include <optional>

#include "commands/exchange.hpp"
#include "harness/waiting.hpp"
#include "ledger/packages.hpp"
#include "ledger/requests.hpp"
#include "support/file.hpp"

/// Commands beside one that owns the state directory, and what a command says while it waits.
namespace obmen::tests {
namespace {

std::size_t times_said(const std::string& text, const std::string& words) {
    std::size_t count = 0;
    for (std::size_t at = text.find(words); at != std::string::npos; at = text.find(words, at + 1)) {
        ++count;
    }
    return count;
}

std::size_t requests_on_record(const Exchange& exchange) {
    ledger::Database database(exchange.directory() / "state/ledger.db", ledger::Opening::guest);
    return ledger::Requests(database).waiting().size();
}

std::string only_package(const Exchange& exchange) {
    ledger::Database database(exchange.directory() / "state/ledger.db", ledger::Opening::guest);
    return ledger::Packages(database).list(0).front().id;
}

std::vector<std::string> forget_words(const Exchange& exchange, const std::string& package) {
    return {Exchange::program(),
            "forget",
            package,
            "--state",
            (exchange.directory() / "state").string(),
            "--lang",
            "en"};
}

TEST(Beside, APushDoesWhatOthersHaveAskedForMeanwhileBeforeItEnds) {
    Exchange exchange({"--latency", "300"});
    ASSERT_EQ(
        exchange.push({exchange.file("first.xml", catalogue_file(sample_groups(1), sample_products(2, 1)))})
            .exit_code,
        0);
    const std::string package = only_package(exchange);
    const int before = exchange.sandbox().verdict().at("requests").get<int>();
    const auto second =
        exchange.file("second.xml", catalogue_file(sample_groups(1), sample_products(150, 1, "s")));
    Process push(exchange.push_words({second}), exchange.directory().path(), exchange.environment());
    ASSERT_TRUE(eventually([&] { return exchange.sandbox().verdict().at("requests").get<int>() > before; }));
    const TemporaryDirectory elsewhere;
    const ProcessResult forget =
        run_process(forget_words(exchange, package), elsewhere.path(), exchange.environment());
    EXPECT_TRUE(forget.exit_code == 3 || forget.exit_code == 0) << forget.out << forget.error;
    const ProcessResult end = push.wait();
    EXPECT_EQ(end.exit_code, 0) << end.out << end.error;
    EXPECT_EQ(requests_on_record(exchange), 0U) << forget.out;
}

TEST(Beside, WhoseRequestNobodyDoesAnyMoreDoesItHimself) {
    Exchange exchange;
    ASSERT_EQ(
        exchange.push({exchange.file("first.xml", catalogue_file(sample_groups(1), sample_products(2, 1)))})
            .exit_code,
        0);
    std::optional<DirectoryLock> owner(std::in_place, exchange.directory() / "state");
    auto environment = exchange.environment();
    environment["OBMEN_TIME_SCALE"] = "1";
    const TemporaryDirectory elsewhere;
    Process forget(forget_words(exchange, only_package(exchange)), elsewhere.path(), environment);
    ASSERT_TRUE(eventually([&] { return requests_on_record(exchange) == 1; }));
    owner.reset();
    const ProcessResult end = forget.wait();
    EXPECT_EQ(end.exit_code, 0) << end.out << end.error;
    EXPECT_EQ(requests_on_record(exchange), 0U);
}

TEST(Beside, APortalThatDoesNotAnswerIsToldOfAtOnceAndOnce) {
    Exchange exchange;
    exchange.order_fault({{"match", {{"every", 1}}}, {"times", 4}, {"action", "status"}, {"status", 502}});
    const auto file = exchange.file("import.xml", catalogue_file(sample_groups(1), sample_products(5, 1)));
    const ProcessResult end = exchange.push({file});
    EXPECT_EQ(end.exit_code, 0) << end.out << end.error;
    EXPECT_EQ(times_said(end.error, "Waiting for the portal, 300 s at the most"), 1U) << end.error;
    EXPECT_EQ(times_said(end.error, "The portal answers again"), 1U) << end.error;

    exchange.order_fault({{"match", {{"every", 1}}}, {"times", 0}, {"action", "status"}, {"status", 502}});
    const auto later = exchange.file("later.xml", catalogue_file(sample_groups(1), sample_products(7, 1)));
    const ProcessResult given_up = exchange.push({later}, {"--json"});
    EXPECT_EQ(given_up.exit_code, 3);
    EXPECT_EQ(times_said(given_up.error, "\"waiting_for_portal\":true"), 1U) << given_up.error;
    EXPECT_EQ(times_said(given_up.error, "\"waiting_for_portal\":false"), 0U);
}

}  // namespace
}  // namespace obmen::tests
