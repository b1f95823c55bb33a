#include "exchange/package_actions.hpp"
#include "life/life.hpp"

namespace obmen::tests {
namespace {

using ledger::PackageState;
using ledger::Verdict;

TEST_F(Life, APortalThatIsAwayIsAskedAgainAtAStoredTimeLaterEachTime) {
    break_portal();
    const std::string id = arrive(price_export("10"));
    const exchange::RoundResult first = round();
    EXPECT_EQ(state_of(id), PackageState::deferred);
    EXPECT_EQ(package(id).attempts, 1U);
    ASSERT_TRUE(first.next_attempt);
    const Duration delay = *first.next_attempt - m_clock.now();
    EXPECT_GT(delay, std::chrono::seconds(20));
    EXPECT_LE(delay, std::chrono::seconds(36));

    const int asked = requests();
    round();
    reopen();
    round();
    EXPECT_EQ(requests(), asked);  // before its time nobody asks, not after a restart either

    m_clock.move(std::chrono::seconds(40));
    const exchange::RoundResult second = round();
    EXPECT_GT(requests(), asked);
    ASSERT_TRUE(second.next_attempt);
    EXPECT_GT(*second.next_attempt - m_clock.now(), std::chrono::seconds(45));

    for (int i = 0; i < 8; ++i) {
        m_clock.move(std::chrono::minutes(40));
        round();
    }
    EXPECT_LE(*m_exchange->next_attempt() - m_clock.now(), std::chrono::minutes(37));
    EXPECT_EQ(receipts_of(id).size(), 1U);  // it has been told that it waits; nothing is news since

    m_sandbox.clear_faults();
    round(/*at_once=*/true);
    EXPECT_EQ(state_of(id), PackageState::applied);
    EXPECT_FALSE(m_exchange->next_attempt());
    EXPECT_EQ(package(id).attempts, 0U);
    EXPECT_EQ(products().size(), 1U);
}

TEST_F(Life, WhatCouldNotBeSentInItsLifetimeIsGivenUpAndCanBeRetried) {
    break_portal();
    const std::string id = arrive(price_export("10"));
    round();
    m_clock.move(std::chrono::hours(71));
    round();
    EXPECT_EQ(state_of(id), PackageState::deferred);
    m_clock.move(std::chrono::hours(2));
    round();
    EXPECT_GT(count(id, Verdict::failed), 0U);
    EXPECT_EQ(count(id, Verdict::planned), 0U);
    EXPECT_EQ(ledger::Pending(m_exchange->database()).count(), 0U);
    EXPECT_TRUE(has_finding(id, "PKG-EXPIRED"));
    m_sandbox.clear_faults();
    round();  // nothing is left to be sent
    EXPECT_EQ(state_of(id), PackageState::applied);
    EXPECT_TRUE(products().empty());
    const std::vector<ReceiptView> receipts = receipts_of(id);
    EXPECT_EQ(receipts.back().state, "ВыполненоСОшибками");

    exchange::retry_package(m_exchange->database(), m_exchange->spool(), id, false);
    round();
    EXPECT_EQ(state_of(id), PackageState::applied);
    EXPECT_EQ(count(id, Verdict::failed), 0U);
    EXPECT_EQ(products().size(), 1U);
    EXPECT_EQ(receipts_of(id).back().state, "Выполнено");
    EXPECT_GT(receipts_of(id).size(), receipts.size());
}

TEST_F(Life, APhoneThatArrivedUnheardOfIsOursThoughItsUpdateWasGivenUp) {
    const auto company = [](const std::string& phone) {
        return contragents_file({{.id = "c1", .name = "Фирма", .contacts = {{"Телефон рабочий", phone}}}});
    };
    arrive(company("+74950000001"));
    round();
    const nlohmann::json unheard = {{"action", "drop_after"}, {"match", {{"method", "crm.company.update"}}}};
    // What the card has is read before each update: the second time the portal will not tell.
    const nlohmann::json untold = {{"action", "command_error"},
                                   {"error", "ERROR_CORE"},
                                   {"description", "Refused"},
                                   {"match", {{"method", "crm.company.get"}, {"request", 2}}}};
    m_sandbox.post("/sandbox/faults", nlohmann::json::array({unheard, untold}));
    const std::string id = arrive(company("+74950000002"));
    round();
    ASSERT_EQ(count(id, Verdict::failed), 1U);
    m_sandbox.clear_faults();
    arrive(company("+74950000003"));
    round(/*at_once=*/true);
    const nlohmann::json phones = m_sandbox.rows("company").at(0).at("PHONE");
    ASSERT_EQ(phones.size(), 1U) << phones.dump();
    EXPECT_EQ(phones.at(0).at("VALUE"), "+74950000003");
}

TEST_F(Life, APriceWhoseProductNeverComesFailsWhenItsLifetimeIsOver) {
    const std::string whole = price_export("10");
    const auto begin = whole.find("<Классификатор>");
    const auto offers = whole.find("<ПакетПредложений");
    const std::string id = arrive(whole.substr(0, begin) + whole.substr(offers));
    round();
    EXPECT_EQ(count(id, Verdict::deferred), 1U);
    m_clock.move(std::chrono::hours(73));
    round();
    EXPECT_EQ(count(id, Verdict::deferred), 0U);
    EXPECT_EQ(count(id, Verdict::failed), 1U);
    ASSERT_EQ(receipts_of(id).size(), 2U);
    EXPECT_EQ(receipts_of(id).back().objects.at(0).code, "PKG-EXPIRED");
}

TEST_F(Life, AClockThatIsSetEndsNoLifetimeAndNoPause) {
    break_portal();
    const std::string id = arrive(price_export("10"));
    round();
    for (const int hours : {100, -250, 160}) {  // a wrong battery, and the time from the network
        m_clock.set(std::chrono::hours(hours));
        reopen();
        const auto next = round().next_attempt;
        ASSERT_TRUE(next);
        EXPECT_LE(*next - m_clock.now(), std::chrono::minutes(2)) << "the pause is as long as it was";
        EXPECT_GT(*next - m_clock.now(), std::chrono::seconds(-30));
        EXPECT_EQ(state_of(id), PackageState::deferred);
        EXPECT_FALSE(has_finding(id, "PKG-EXPIRED")) << "after " << hours;
    }
    m_clock.move(std::chrono::hours(71));
    round();
    EXPECT_FALSE(has_finding(id, "PKG-EXPIRED"));
    m_clock.move(std::chrono::hours(2));
    round();
    EXPECT_TRUE(has_finding(id, "PKG-EXPIRED")) << "so much time has really passed";
}

TEST_F(Life, WhatIsParkedLivesAsLongAsTimeReallyPasses) {
    const std::string whole = price_export("10");
    const auto begin = whole.find("<Классификатор>");
    const auto offers = whole.find("<ПакетПредложений");
    const std::string id = arrive(whole.substr(0, begin) + whole.substr(offers));
    round();
    m_clock.set(std::chrono::hours(1000));
    round();
    EXPECT_EQ(count(id, Verdict::deferred), 1U);
    m_clock.set(std::chrono::hours(-1000));
    m_clock.move(std::chrono::hours(73));
    round();
    EXPECT_EQ(count(id, Verdict::failed), 1U);
}

TEST_F(Life, NothingIsSentWhileTheSendingIsPaused) {
    exchange::pause(m_exchange->database(), m_settings, "", true);
    const std::string id = arrive(price_export("10"));
    round();
    EXPECT_EQ(state_of(id), PackageState::planned);
    EXPECT_EQ(requests(), 0);
    const exchange::RoundResult asked = round(/*at_once=*/true);
    ASSERT_TRUE(asked.stop);
    EXPECT_EQ(asked.stop->reason.code.text(), "SYS-PAUSED");
    EXPECT_EQ(requests(), 0);
    exchange::pause(m_exchange->database(), m_settings, "", false);
    round();
    EXPECT_EQ(state_of(id), PackageState::applied);
}

}  // namespace
}  // namespace obmen::tests
