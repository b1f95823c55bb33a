#include "exchange/package_actions.hpp"
#include "exchange/pruning.hpp"
#include "ledger/overview.hpp"
#include "life/life.hpp"

namespace obmen::tests {
namespace {

using ledger::PackageState;
using ledger::Verdict;

TEST_F(Life, HistoryIsPrunedAndTheExportGoesOnAsBefore) {
    const std::string old = arrive(price_export("10"));
    round();
    m_clock.move(std::chrono::hours(24 * 89));
    EXPECT_EQ(exchange::prune_history(*m_exchange), 0U);
    const std::string young = arrive(price_export("20"));
    round();
    m_clock.move(std::chrono::hours(24 * 2));
    EXPECT_EQ(exchange::prune_history(*m_exchange), 1U);
    EXPECT_FALSE(std::filesystem::exists(m_exchange->spool() / old));
    EXPECT_TRUE(std::filesystem::exists(m_exchange->spool() / young));
    EXPECT_TRUE(package(old).pruned);
    EXPECT_TRUE(ledger::Packages(m_exchange->database()).totals(old).empty());
    EXPECT_TRUE(ledger::journal_of(m_exchange->database(), old, 100).empty());
    EXPECT_FALSE(ledger::journal_of(m_exchange->database(), young, 100).empty());
    EXPECT_EQ(exchange::prune_history(*m_exchange), 0U);

    const std::string again = arrive(price_export("20"));
    round();
    EXPECT_EQ(state_of(again), PackageState::repeat);
    EXPECT_EQ(products().size(), 1U);
}

TEST_F(Life, WhatIsStillNeededIsNotPruned) {
    break_portal();
    const std::string waiting = arrive(price_export("10"));
    const std::string rejected = arrive("<nonsense/>");
    round();
    ASSERT_EQ(state_of(waiting), PackageState::deferred);
    ASSERT_EQ(state_of(rejected), PackageState::rejected);
    m_clock.move(std::chrono::hours(24 * 100));
    EXPECT_EQ(exchange::prune_history(*m_exchange), 1U);
    EXPECT_TRUE(std::filesystem::exists(m_exchange->spool() / waiting));
    EXPECT_FALSE(std::filesystem::exists(m_exchange->spool() / rejected));
    EXPECT_THROW(exchange::retry_package(m_exchange->database(), m_exchange->spool(), rejected, false),
                 Error);
}

TEST_F(Life, ARejectedPackageWithoutAReceiptGetsOneInTheNextRound) {
    const std::string id = arrive(price_export("10"));
    // As a source records an archive that cannot be opened.
    ledger::Packages(m_exchange->database())
        .add_finding(id, {.severity = Severity::fatal, .message = Message{"PKG-ZIP", {"a.zip", "?"}}});
    ledger::Packages(m_exchange->database()).set_state(id, PackageState::rejected);
    const exchange::RoundResult result = round();
    ASSERT_EQ(result.packages.size(), 1U);
    EXPECT_EQ(receipts_of(id).size(), 1U);
    EXPECT_TRUE(round().packages.empty());
    EXPECT_EQ(receipts_of(id).size(), 1U);
}

}  // namespace
}  // namespace obmen::tests
