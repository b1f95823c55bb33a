#include "random_faults.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "control.hpp"
#include "portal_under_test.hpp"

namespace obmen::sandbox {
namespace {

/// What so many requests draw, as one text.
std::string drawn(const Json& order, int requests, std::size_t commands = 50, bool application = false) {
    RandomFaults faults(order);
    std::string all;
    for (int number = 0; number < requests; ++number) {
        const auto fault = faults.draw(commands, application);
        all += fault ? fault->drawn + std::to_string(fault->commands) + " " : "- ";
    }
    return all;
}

TEST(RandomFaults, AreTheSameForTheSameSeed) {
    const Json order{{"seed", 42}, {"share", 0.3}};
    EXPECT_EQ(drawn(order, 200), drawn(order, 200));
    EXPECT_NE(drawn(order, 200), drawn(Json{{"seed", 43}, {"share", 0.3}}, 200));
    EXPECT_TRUE(drawn(order, 200).starts_with(drawn(order, 20)));
}

TEST(RandomFaults, KeepToTheirShareAndTheirKinds) {
    RandomFaults faults(Json{{"seed", 7}, {"share", 0.2}, {"kinds", Json::array({"bom", "partial"})}});
    std::map<std::string, int> counts;
    for (int number = 0; number < 2000; ++number) {
        const auto fault = faults.draw(5, true);
        ++counts[fault ? fault->drawn : ""];
        EXPECT_LE(fault.value_or(Fault{}).commands, 5);
    }
    EXPECT_EQ(counts.size(), 3U);
    EXPECT_NEAR(counts["bom"], 200, 60);
    EXPECT_NEAR(counts["partial"], 200, 60);
}

TEST(RandomFaults, EndWhenTheirTimesAreUsedUp) {
    RandomFaults faults(Json{{"seed", 1}, {"share", 1}, {"times", 3}, {"kinds", Json::array({"bom"})}});
    int acted = 0;
    for (int number = 0; number < 20; ++number)
        acted += faults.draw(1, false) ? 1 : 0;
    EXPECT_EQ(acted, 3);
    EXPECT_EQ(faults.state()["seen"], 20);
}

TEST(RandomFaults, OnlyTokensExpire) {
    const Json order{{"seed", 1}, {"share", 1}, {"kinds", Json::array({"expired_token"})}};
    EXPECT_EQ(drawn(order, 2, 1, false), "- - ");
    EXPECT_EQ(drawn(order, 2, 1, true), "expired_token0 expired_token0 ");
}

class OrderedByChance : public testing::Test {
  protected:
    WebReply order(const Json& body) {
        return answer_control(portal.engine,
                              {.verb = "POST", .target = "/sandbox/faults/random", .body = body.dump()});
    }
    Json read(const char* what) {
        return Json::parse(answer_control(portal.engine, {.target = std::string("/sandbox/") + what}).body);
    }

    PortalUnderTest portal;
};

TEST_F(OrderedByChance, TheJournalSaysWhatWasDrawn) {
    ASSERT_EQ(
        order(Json{{"seed", 3}, {"share", 0.5}, {"kinds", Json::array({"truncate", "drop_before"})}}).status,
        200);
    for (int number = 0; number < 20; ++number)
        portal.send("crm.company.add", Json{{"fields", Json{{"TITLE", "x"}}}});
    const Json requests = read("requests");
    ASSERT_EQ(requests.size(), 20U);
    std::map<std::string, int> counts;
    for (const Json& request : requests) {
        ++counts[request["fault"]];
        EXPECT_EQ(request["method"], "crm.company.add");
        EXPECT_EQ(request["commands"], request["fault"] == "drop_before" ? 0 : 1);
        EXPECT_EQ(request["status"], request["fault"] == "drop_before" ? 0 : 200);
    }
    EXPECT_GT(counts["truncate"], 0);
    EXPECT_GT(counts["drop_before"], 0);
    EXPECT_EQ(read("verdict")["faults"]["truncate"], counts["truncate"]);
    for (const Json& write : read("journal"))
        EXPECT_EQ(write["fault"], requests[write["request"].get<std::size_t>() - 1]["fault"]);
}

TEST_F(OrderedByChance, ACommandCanFailInside) {
    ASSERT_EQ(order(Json{{"seed", 3}, {"share", 1}, {"kinds", Json::array({"command_error"})}}).status, 200);
    const Json maps = portal.batch(Json{{"a", "crm.company.add?fields[TITLE]=1"},
                                        {"b", "crm.company.add?fields[TITLE]=2"},
                                        {"c", "crm.company.add?fields[TITLE]=3"}});
    EXPECT_EQ(maps["result"].size(), 2U);
    ASSERT_EQ(maps["result_error"].size(), 1U);
    EXPECT_EQ(maps["result_error"].begin().value()["error"], "INTERNAL_SERVER_ERROR");
    EXPECT_EQ(portal.verdict()["refused_commands"].size(), 1U);
}

TEST_F(OrderedByChance, AnOrderIsCheckedAndTakenBack) {
    for (const char* wrong : {R"({"share":1})", R"({"seed":1,"share":2})", R"({"seed":1,"share":1,"knd":1})",
                              R"({"seed":1,"share":1,"kinds":["drop"]})", R"({"seed":"x","share":1})"})
        EXPECT_EQ(order(Json::parse(wrong)).status, 400) << wrong;
    ASSERT_EQ(order(Json{{"seed", 1}, {"share", 1}, {"kinds", Json::array({"unavailable"})}}).status, 200);
    EXPECT_EQ(portal.send("profile").status, 503);
    EXPECT_EQ(read("faults")[0]["acted"], 1);
    EXPECT_EQ(answer_control(portal.engine, {.verb = "DELETE", .target = "/sandbox/faults"}).status, 200);
    EXPECT_EQ(portal.send("profile").status, 200);
}

TEST(Repeat, RunsEverythingTwiceAndAnswersLate) {
    PortalUnderTest portal;
    portal.engine.faults.add(Json::parse(R"({"action":"repeat","milliseconds":30})"));
    const WebReply reply =
        portal.send("crm.product.add", Json{{"fields", Json{{"NAME", "n"}, {"XML_ID", "k"}}}});
    EXPECT_EQ(Json::parse(reply.body)["result"], 5002);
    EXPECT_EQ(reply.delay, 30);
    EXPECT_EQ(portal.verdict()["duplicates"].size(), 1U);
    EXPECT_EQ(portal.verdict()["most_creations_of_a_key"], 2);
}

}  // namespace
}  // namespace obmen::sandbox
