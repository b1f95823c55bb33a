#include "faults.hpp"

#include <gtest/gtest.h>

#include "control.hpp"
#include "portal_under_test.hpp"

namespace obmen::sandbox {
namespace {

class Faults : public testing::Test {
  protected:
    void order(const char* rules) { portal.engine.faults.add(Json::parse(rules)); }
    WebReply add(const char* key) {
        return portal.send("crm.product.add", Json{{"fields", Json{{"NAME", "n"}, {"XML_ID", key}}}});
    }
    std::size_t products() { return portal.engine.store.table("product").rows().size(); }

    PortalUnderTest portal;
};

TEST_F(Faults, DropBeforeRunsNothingAndDropAfterEverything) {
    order(R"([{"action":"drop_before"},{"action":"drop_after"}])");
    EXPECT_TRUE(add("a").dropped);
    EXPECT_EQ(products(), 0U);
    EXPECT_TRUE(add("b").dropped);
    EXPECT_EQ(products(), 1U);
    EXPECT_EQ(add("c").status, 200);
}

TEST_F(Faults, PartialRunsTheFirstCommands) {
    order(R"({"action":"partial","commands":2})");
    const WebReply reply = portal.send("batch", Json{{"cmd", Json{{"a", "crm.product.add?fields[NAME]=1"},
                                                                  {"b", "crm.product.add?fields[NAME]=2"},
                                                                  {"c", "crm.product.add?fields[NAME]=3"}}}});
    EXPECT_EQ(reply.status, 504);
    EXPECT_EQ(reply.content_type, "text/html; charset=utf-8");
    EXPECT_EQ(products(), 2U);
}

TEST_F(Faults, StatusComesAsJsonOrHtml) {
    order(
        R"([{"action":"status","status":500},{"action":"status","status":502},{"action":"status","status":504,"run":true}])");
    const WebReply internal = add("a");
    EXPECT_EQ(internal.status, 500);
    EXPECT_EQ(Json::parse(internal.body)["error"], "INTERNAL_SERVER_ERROR");
    const WebReply gateway = add("b");
    EXPECT_EQ(gateway.status, 502);
    EXPECT_FALSE(Json::accept(gateway.body));
    EXPECT_EQ(products(), 0U);
    EXPECT_EQ(add("c").status, 504);
    EXPECT_EQ(products(), 1U);
}

TEST_F(Faults, SpoilAnswersOfRequestsThatRan) {
    order(R"([{"action":"truncate"},{"action":"bom"},{"action":"content_type","content_type":"text/plain"},)"
          R"({"action":"slow","milliseconds":70},{"action":"html200"}])");
    const WebReply cut = add("a");
    EXPECT_EQ(cut.status, 200);
    EXPECT_FALSE(Json::accept(cut.body));
    EXPECT_TRUE(add("b").body.starts_with("\xEF\xBB\xBF{"));
    EXPECT_EQ(add("c").content_type, "text/plain");
    EXPECT_EQ(add("d").delay, 70);
    EXPECT_EQ(products(), 4U);
    const WebReply page = add("e");
    EXPECT_EQ(page.status, 200);
    EXPECT_TRUE(page.body.starts_with("<html>"));
    EXPECT_EQ(products(), 4U);
}

TEST_F(Faults, RedirectLimitAndOverloadRunNothing) {
    order(
        R"([{"action":"redirect","location":"http://127.0.0.1:1/rest/"},{"action":"query_limit"},{"action":"overload"}])");
    const WebReply moved = add("a");
    EXPECT_EQ(moved.status, 302);
    EXPECT_EQ(moved.location, "http://127.0.0.1:1/rest/");
    EXPECT_EQ(Json::parse(add("b").body)["error"], "QUERY_LIMIT_EXCEEDED");
    EXPECT_EQ(Json::parse(add("c").body)["error"], "OVERLOAD_LIMIT");
    EXPECT_EQ(products(), 0U);
}

TEST_F(Faults, CommandErrorRefusesJustThatCommand) {
    order(R"({"action":"command_error","match":{"key":"bad"},"error":"","description":"No."})");
    const Json maps = portal.batch(Json{{"a", "crm.product.add?fields[NAME]=1&fields[XML_ID]=good"},
                                        {"b", "crm.product.add?fields[NAME]=2&fields[XML_ID]=bad-1"},
                                        {"c", "crm.product.add?fields[NAME]=3&fields[XML_ID]=bad-2"}});
    EXPECT_EQ(maps["result_error"].dump(), R"({"b":{"error":"","error_description":"No."}})");
    EXPECT_EQ(products(), 2U);
}

TEST_F(Faults, CommandErrorKnowsTheKeyOfAnUpdatedRow) {
    add("known");
    order(R"({"action":"command_error","match":{"key":"known","method":"crm.product.update"},"times":0})");
    const Json update{{"id", 5001}, {"fields", Json{{"NAME", "x"}}}};
    EXPECT_EQ(portal.send("crm.product.update", update).status, 400);
    EXPECT_EQ(portal.send("crm.product.update", update).status, 400);
    EXPECT_EQ(add("known").status, 200);
}

TEST_F(Faults, MatchByNumberMethodKeyAndBody) {
    order(
        R"([{"action":"status","match":{"request":2}},{"action":"status","status":501,"match":{"method":"crm.product.LIST"}},)"
        R"({"action":"status","status":502,"match":{"key":"kk"}},{"action":"status","status":503,"match":{"body":"zz"}}])");
    EXPECT_EQ(portal.send("profile").status, 200);
    EXPECT_EQ(portal.send("profile").status, 500);
    EXPECT_EQ(portal.send("batch", Json{{"cmd", Json{{"a", "crm.product.list"}}}}).status, 501);
    EXPECT_EQ(add("a-kk").status, 502);
    EXPECT_EQ(portal.send("profile", Json{{"x", "zz"}}).status, 503);
    EXPECT_EQ(portal.send("profile").status, 200);
}

TEST_F(Faults, EveryCountsWhatFits) {
    order(R"({"action":"status","times":0,"match":{"every":3,"method":"profile"}})");
    std::string statuses;
    for (int number = 0; number < 6; ++number) {
        portal.send("server.time");
        statuses += portal.send("profile").status == 200 ? '.' : 'x';
    }
    EXPECT_EQ(statuses, "..x..x");
}

TEST_F(Faults, AMisspeltRuleIsRefused) {
    for (const char* body : {R"({"action":"drop"})", R"({"action":"slow","milisconds":1})",
                             R"([{"action":"bom"},{"action":"bom","match":{"methd":"x"}}])", R"({})", "x"}) {
        const WebReply reply =
            answer_control(portal.engine, {.verb = "POST", .target = "/sandbox/faults", .body = body});
        EXPECT_EQ(reply.status, 400) << body;
    }
    EXPECT_TRUE(portal.engine.faults.empty());
}

}  // namespace
}  // namespace obmen::sandbox
