#include "delivery/batch_limits.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "portal/fakes.hpp"

namespace obmen::delivery {
namespace {

TEST(BatchLimits, HalveWhatFailsUntilItTravelsAlone) {
    std::vector<std::size_t> most;
    for (std::uint32_t attempts = 0; attempts < 9; ++attempts) {
        most.push_back(most_together(attempts));
    }
    EXPECT_EQ(most, (std::vector<std::size_t>{50, 50, 25, 12, 6, 3, 1, 1, 1}));
}

struct BatchLimitsTest : testing::Test {
    portal::test::FakeClock clock;
    portal::test::MemoryLog log;
    portal::test::FakeTransport transport{{portal::test::answered(
        200, R"({"result":{"result":{"c0":1},"result_error":[],"result_time":{"c0":{"duration":6}}}})")}};
    portal::Client client{portal::PortalAddress::parse(Secret("https://p.example/rest/1/topsecret/")),
                          transport, clock, log};
    DeliveryOptions options;
    BatchLimits limits{options, client};
    BatchPlan batch;
    std::int64_t next = 0;

    Sending sending(std::size_t bytes, std::uint32_t attempts = 0) {
        ledger::Operation operation;
        operation.entity = ++next;
        operation.key = crm::make_key(crm::SourceKind::product, std::to_string(next));
        operation.attempts = attempts;
        Sending result{operation, {}};
        result.built.command.method = "crm.product.add";
        result.bytes = bytes;
        return result;
    }
    /// How many of them travel together.
    std::size_t fill(std::size_t bytes, std::uint32_t attempts = 0) {
        batch.clear();
        while (true) {
            Sending one = sending(bytes, attempts);
            if (!limits.has_room(batch, one)) {
                return batch.sendings().size();
            }
            batch.add(std::move(one));
        }
    }
};

TEST_F(BatchLimitsTest, AreCommandsBytesAndSeconds) {
    EXPECT_EQ(fill(100), 50U);
    EXPECT_EQ(fill(300'000), 3U);
    EXPECT_EQ(fill(3'000'000), 1U);
    static_cast<void>(client.batch({{"crm.product.add", {}}}));
    EXPECT_EQ(fill(100), 4U) << "six seconds each, 25 together";
}

TEST_F(BatchLimitsTest, ARequestThatWasTooLargeIsNeverMadeAgain) {
    limits.too_large(400'000);
    EXPECT_EQ(fill(50'000), 4U);
    limits.too_large(900'000);
    EXPECT_EQ(fill(50'000), 4U);
}

TEST_F(BatchLimitsTest, SuspectsKeepToThemselves) {
    EXPECT_EQ(fill(100, 3), 12U);
    batch.clear();
    batch.add(sending(100, 2));
    EXPECT_FALSE(limits.has_room(batch, sending(100, 0)));
    EXPECT_FALSE(limits.has_room(batch, sending(100, 3)));
    EXPECT_TRUE(limits.has_room(batch, sending(100, 2)));
}

TEST_F(BatchLimitsTest, GiveUpAfterThreeFailuresAloneAlsoInEarlierRuns) {
    const Sending one = sending(100);
    for (int i = 0; i < 3; ++i) {
        EXPECT_FALSE(limits.given_up(one.operation));
        limits.failed_alone(one.operation.entity, Message{"B24-REFUSED", {"HTTP 413"}});
    }
    const auto reason = limits.given_up(one.operation);
    ASSERT_TRUE(reason);
    EXPECT_EQ(reason->code, Code{"B24-NOT-TAKEN"});
    EXPECT_NE(sentence(*reason, Language::english).find("HTTP 413"), std::string::npos);
    EXPECT_FALSE(limits.given_up(sending(100, 8).operation));
    EXPECT_TRUE(limits.given_up(sending(100, 9).operation));
}

}  // namespace
}  // namespace obmen::delivery
