#include "limits.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "portal_under_test.hpp"

namespace obmen::sandbox {
namespace {

TEST(RequestRate, LetsTheBurstThroughAndThenTheRate) {
    RequestRate rate;
    for (int number = 0; number < 50; ++number)
        EXPECT_TRUE(rate.admit("a", 0, 50, 2));
    EXPECT_FALSE(rate.admit("a", 0, 50, 2));
    EXPECT_TRUE(rate.admit("b", 0, 50, 2));
    EXPECT_FALSE(rate.admit("a", 0.4, 50, 2));
    EXPECT_TRUE(rate.admit("a", 0.6, 50, 2));
    EXPECT_FALSE(rate.admit("a", 0.6, 50, 2));
}

TEST(OperatingTime, DropsABasketAfterTenMinutes) {
    OperatingTime operating;
    operating.add("m", 30, 400);
    operating.add("m", 100, 90);
    EXPECT_DOUBLE_EQ(operating.used("m", 110), 490);
    EXPECT_DOUBLE_EQ(operating.used("other", 110), 0);
    EXPECT_DOUBLE_EQ(operating.until_reset("m", 110), 490);
    EXPECT_DOUBLE_EQ(operating.used("m", 599), 490);
    EXPECT_DOUBLE_EQ(operating.used("m", 600), 90);
    EXPECT_DOUBLE_EQ(operating.until_reset("m", 600), 60);
}

TEST(Limits, RefuseBeforeAnythingRuns) {
    PortalUnderTest portal;
    portal.engine.settings.burst = 2;
    portal.engine.settings.rate = 0.001;
    portal.add("crm.company", Json{{"TITLE", "1"}});
    portal.batch(Json{{"a", "profile"}, {"b", "profile"}, {"c", "profile"}});
    const WebReply refused = portal.send("crm.company.add", Json{{"fields", Json{{"TITLE", "2"}}}});
    EXPECT_EQ(refused.status, 503);
    EXPECT_EQ(Json::parse(refused.body)["error"], "QUERY_LIMIT_EXCEEDED");
    EXPECT_EQ(portal.verdict()["rows"]["company"], 1);
    EXPECT_EQ(portal.verdict()["refused_for_rate"], 1);
}

TEST(Limits, OperatingTimeBlocksOneMethodEvenInABatch) {
    PortalUnderTest portal;
    portal.engine.settings.operating_costs = {{"crm.company.add", 300}};
    const Json maps = portal.batch(Json{{"a", "crm.company.add?fields[TITLE]=1"},
                                        {"b", "crm.company.add?fields[TITLE]=2"},
                                        {"c", "crm.company.add?fields[TITLE]=3"},
                                        {"d", "crm.contact.add?fields[NAME]=4"}});
    EXPECT_EQ(maps["result"]["b"], 702);
    EXPECT_EQ(maps["result_time"]["b"]["operating"], 600.0);
    EXPECT_EQ(maps["result_error"]["c"]["error"], "OPERATION_TIME_LIMIT");
    EXPECT_EQ(maps["result"]["d"], 9001);
    EXPECT_EQ(portal.send("crm.company.add", Json{{"fields", Json{{"TITLE", "5"}}}}).status, 429);
    EXPECT_EQ(portal.verdict()["refused_for_operating_time"], 2);
}

TEST(Limits, ATimeScaleShortensTheWait) {
    PortalUnderTest portal(100'000);
    portal.engine.settings.operating_costs = {{"profile", 1000}};
    ASSERT_EQ(portal.send("profile").status, 200);
    // Ten minutes last 6 ms now.
    int status = 429;
    for (int attempt = 0; attempt < 500 && status != 200; ++attempt) {
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
        status = portal.send("profile").status;
    }
    EXPECT_EQ(status, 200);
}

TEST(Limits, ResetTimeLiesWithinTenMinutes) {
    PortalUnderTest portal;
    const Json time = portal.call("profile")["time"];
    const double wait = time["operating_reset_at"].get<double>() - time["start"].get<double>();
    EXPECT_GT(wait, 500);
    EXPECT_LE(wait, 601);
}

}  // namespace
}  // namespace obmen::sandbox
