#include <nlohmann/json.hpp>

#include <atomic>
#include <thread>

#include "exchange/package_actions.hpp"
#include "exchange/requests.hpp"
#include "life/life.hpp"
#include "support/error.hpp"

namespace obmen::tests {
namespace {

using ledger::PackageState;
using ledger::Verdict;

std::string code_of(const std::function<void()>& work) {
    try {
        work();
    } catch (const Error& error) {
        return std::string(error.finding().message.code.text());
    }
    return "";
}

TEST_F(Life, OneObjectIsForgottenAndFoundAgainByTheNextExport) {
    arrive(price_export("10"));
    round();
    ASSERT_EQ(products().size(), 1U);
    exchange::forget_object(m_exchange->database(), "1C", "Товар", "P1");
    const std::string again = arrive(price_export("10"));
    round();
    EXPECT_EQ(state_of(again), PackageState::applied);  // no repeat any more
    EXPECT_EQ(products().size(), 1U);
    EXPECT_GT(count(again, Verdict::linked) + count(again, Verdict::updated), 0U);
    EXPECT_EQ(code_of([&] { exchange::forget_object(m_exchange->database(), "1C", "product", "p9"); }),
              "PKG-OBJECT-UNKNOWN");
    EXPECT_EQ(code_of([&] { exchange::forget_object(m_exchange->database(), "1C", "warehouse", "p1"); }),
              "PKG-OBJECT-UNKNOWN");
}

TEST_F(Life, AForgottenPackageMayComeInAgain) {
    const std::string first = arrive(price_export("10"));
    round();
    exchange::forget_package(m_exchange->database(), first, m_exchange->settings());
    const std::string again = arrive(price_export("10"));
    round();
    EXPECT_EQ(state_of(again), PackageState::applied);
    EXPECT_EQ(code_of([&] { exchange::forget_package(m_exchange->database(), "nobody", {}); }),
              "PKG-UNKNOWN");
}

TEST_F(Life, ARejectedPackageIsReadAnew) {
    const std::string whole = price_export("10");
    const std::string id = arrive(whole.substr(0, whole.size() - 30));
    round();
    ASSERT_EQ(state_of(id), PackageState::rejected);
    write_file(m_exchange->spool() / id / package(id).files.at(0).spool_name, whole);
    exchange::retry_package(m_exchange->database(), m_exchange->spool(), id, false);
    round();
    EXPECT_EQ(state_of(id), PackageState::applied);
    ASSERT_EQ(receipts_of(id).size(), 2U);
    EXPECT_EQ(products().size(), 1U);
}

TEST_F(Life, AStaleExportIsAppliedWhenAPersonRetriesItByForce) {
    arrive(price_export("20"));
    round();
    std::string old = price_export("10");
    old.replace(old.find("2026-01-15"), 10, "2026-01-14");
    const std::string id = arrive(old);
    round();
    ASSERT_EQ(state_of(id), PackageState::rejected);
    exchange::retry_package(m_exchange->database(), m_exchange->spool(), id, false);
    round();
    EXPECT_EQ(state_of(id), PackageState::rejected);
    exchange::retry_package(m_exchange->database(), m_exchange->spool(), id, true);
    reopen();  // the run that knew of it was cut off
    round();
    EXPECT_EQ(state_of(id), PackageState::applied);
    EXPECT_EQ(products().at(0).at("PRICE").get<std::string>(), "10.00");
}

TEST_F(Life, ARetryDoesNotTouchWhatANewerPackageHasSpokenOf) {
    for (const char* key : {"p1", "p2"}) {
        m_sandbox.post("/sandbox/faults", nlohmann::json::array({{{"match", {{"key", key}}},
                                                                  {"times", 1},
                                                                  {"action", "command_error"},
                                                                  {"error", ""},
                                                                  {"description", "no"}}}));
    }
    const std::string older = arrive(catalogue_file({}, {{"p1", "A", "", "1"}, {"p2", "B", "", "1"}}));
    round();
    ASSERT_EQ(count(older, Verdict::failed), 2U);
    const std::string newer = arrive(catalogue_file({}, {{"p1", "A", "", "5"}}, true));
    round();
    ASSERT_EQ(count(newer, Verdict::created), 1U);

    exchange::retry_package(m_exchange->database(), m_exchange->spool(), older, false);
    round();
    EXPECT_EQ(state_of(older), PackageState::applied);
    const ReceiptView receipt = receipts_of(older).back();
    EXPECT_EQ(receipt.find("Товар", "p1")->action, "Ошибка");
    EXPECT_EQ(receipt.find("Товар", "p2")->action, "Создан");
    ASSERT_EQ(products().size(), 2U);
    for (const nlohmann::json& product : products()) {
        EXPECT_EQ(product.at("PRICE"), product.at("NAME") == "A" ? "5.00" : "1.00");
    }
    EXPECT_EQ(
        code_of([&] { exchange::retry_package(m_exchange->database(), m_exchange->spool(), older, false); }),
        "PKG-NOT-RETRYABLE");
}

TEST_F(Life, WhatCannotBeRetriedIsRefusedWithTheReason) {
    const std::string clean = arrive(price_export("10"));
    round();
    const std::string repeat = arrive(price_export("10"));
    round();
    const auto retry = [&](const std::string& id) {
        return code_of(
            [&] { exchange::retry_package(m_exchange->database(), m_exchange->spool(), id, false); });
    };
    EXPECT_EQ(retry(clean), "PKG-NOT-RETRYABLE");
    EXPECT_EQ(retry(repeat), "PKG-NOT-RETRYABLE");
    EXPECT_EQ(retry("nobody"), "PKG-UNKNOWN");
    const std::string rejected = arrive("<nonsense/>");
    round();
    std::filesystem::remove_all(m_exchange->spool() / rejected);
    EXPECT_EQ(retry(rejected), "PKG-NOT-RETRYABLE");
}

TEST_F(Life, AGuestIsAnsweredByTheOwner) {
    const std::string id = arrive(price_export("10"));
    round();
    std::atomic<bool> done{false};
    std::string refusal;
    std::optional<nlohmann::json> forgotten;
    std::thread guest([&] {
        ledger::Database database(m_settings.state_directory / "ledger.db", ledger::Opening::guest);
        SystemClock clock;
        const exchange::RunContext context{.clock = clock, .log = m_log};
        refusal = code_of([&] {
            static_cast<void>(exchange::ask_owner(database, "approve", {{"package", id}},
                                                  std::chrono::seconds(60), context));
        });
        forgotten =
            exchange::ask_owner(database, "forget", {{"package", id}}, std::chrono::seconds(60), context)
                .answer;
        done = true;
    });
    while (!done) {
        exchange::execute_requests(*m_exchange);
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    guest.join();
    EXPECT_EQ(refusal, "PKG-NOTHING-HELD");
    EXPECT_TRUE(forgotten);
}

TEST_F(Life, ARequestThatNobodyAnswersStaysOnRecord) {
    ledger::Database database(m_settings.state_directory / "ledger.db", ledger::Opening::guest);
    const exchange::OwnersAnswer silence = exchange::ask_owner(database, "wake", nlohmann::json::object(),
                                                               Duration{0}, {.clock = m_clock, .log = m_log});
    EXPECT_FALSE(silence.answer || silence.withdrawn);
    reopen();
    EXPECT_EQ(exchange::execute_requests(*m_exchange), 1U);
    EXPECT_EQ(exchange::execute_requests(*m_exchange), 0U);
}

TEST_F(Life, ARequestThatItsAskerMustDoHimselfIsTakenBack) {
    ledger::Database database(m_settings.state_directory / "ledger.db", ledger::Opening::guest);
    const exchange::OwnersAnswer own =
        exchange::ask_owner(database, "wake", nlohmann::json::object(), std::chrono::seconds(60),
                            {.clock = m_clock, .log = m_log}, [] { return true; });
    EXPECT_TRUE(own.withdrawn && !own.answer);
    reopen();
    EXPECT_EQ(exchange::execute_requests(*m_exchange), 0U);
}

}  // namespace
}  // namespace obmen::tests
