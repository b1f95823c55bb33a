#include "access.hpp"

#include <gtest/gtest.h>

#include "control.hpp"
#include "portal_under_test.hpp"

namespace obmen::sandbox {
namespace {

class Access : public testing::Test {
  protected:
    WebReply ask(const std::string& host, const std::string& authorization = {}) {
        return answer_rest(
            portal.engine,
            {.target = "/rest/1/practice/profile?a=b", .host = host, .authorization = authorization});
    }

    PortalUnderTest portal;
};

TEST_F(Access, TheWallOfTheWebServerWantsItsPassword) {
    portal.engine.settings.basic_user = "кто";
    portal.engine.settings.basic_password = "a:b";
    const WebReply refused = ask("h");
    EXPECT_EQ(refused.status, 401);
    EXPECT_EQ(refused.authenticate, "Basic realm=\"Restricted area\"");
    EXPECT_TRUE(refused.content_type.starts_with("text/html"));
    EXPECT_FALSE(Json::accept(refused.body));
    EXPECT_EQ(ask("h", "Basic 0LrRgtC+OmE6Yg==").status, 200);
    EXPECT_EQ(ask("h", "Basic 0LrRgtC+OmE6Yw==").status, 401);
}

TEST_F(Access, APortalThatWasRenamedSendsToItsNewName) {
    portal.engine.settings.renamed_to = "localhost:8025";
    const WebReply moved = ask("127.0.0.1:8025");
    EXPECT_EQ(moved.status, 302);
    EXPECT_EQ(moved.location, "http://localhost:8025/rest/1/practice/profile?a=b");
    EXPECT_EQ(ask("LOCALHOST:8025").status, 200);
}

TEST_F(Access, APlanWithoutRestRefusesEverything) {
    portal.engine.settings.rest_in_plan = false;
    const WebReply refused = ask("h");
    EXPECT_EQ(refused.status, 403);
    EXPECT_EQ(Json::parse(refused.body)["error"], "ACCESS_DENIED");
    EXPECT_NE(Json::parse(refused.body)["error_description"].get<std::string>().find("commercial plans"),
              std::string::npos);
}

TEST_F(Access, RightsToTheCatalogueCanBeMissing) {
    portal.add("crm.product", Json{{"NAME", "x"}});
    portal.engine.settings.catalogue_rights = CatalogueRights::read;
    const Json added = portal.call("crm.product.add", Json{{"fields", Json{{"NAME", "x"}}}});
    EXPECT_EQ(added["error"], "");
    EXPECT_EQ(added["error_description"], "Access denied.");
    EXPECT_EQ(portal.result("crm.product.list").size(), 1U);
    EXPECT_EQ(portal.add("crm.company", Json{{"TITLE", "x"}}), "701") << "cards are no part of it";
    portal.engine.settings.catalogue_rights = CatalogueRights::none;
    EXPECT_EQ(portal.call("crm.product.list")["error_description"], "Access denied.");
    EXPECT_TRUE(portal.call("crm.product.fields").contains("result"));
}

TEST(Down, LastsForSecondsOfThePortalClock) {
    PortalUnderTest portal(1000);
    const auto order = [&](const char* body) {
        return answer_control(portal.engine, {.verb = "POST", .target = "/sandbox/down", .body = body})
            .status;
    };
    EXPECT_EQ(order(R"({"seconds":1000000})"), 200);
    const WebReply down = portal.send("profile");
    EXPECT_EQ(down.status, 503);
    EXPECT_FALSE(Json::accept(down.body));
    EXPECT_EQ(order(R"({"seconds":0})"), 200);
    EXPECT_EQ(portal.send("profile").status, 200);
    EXPECT_EQ(order(R"({})"), 400);

    portal.engine.faults.add(Json::parse(R"({"action":"down","seconds":1000000,"match":{"request":2}})"));
    EXPECT_EQ(portal.send("profile").status, 200);
    EXPECT_EQ(portal.send("profile").status, 503);
    EXPECT_EQ(portal.send("profile").status, 503) << "the fault acts once, but it lasts";
    portal.engine.reset();
    EXPECT_EQ(portal.send("profile").status, 200);
}

TEST(Zone, MovesEveryDateOfAnAnswer) {
    PortalUnderTest portal;
    const std::string id = portal.add("crm.deal", Json{{"TITLE", "x"}, {"BEGINDATE", "2026-01-15"}});
    const std::string stored = portal.result("crm.deal.get", Json{{"id", id}})["DATE_CREATE"];
    portal.engine.settings.zone = "-02:30";
    const Json deal = portal.result("crm.deal.get", Json{{"id", id}});
    EXPECT_EQ(deal["BEGINDATE"], "2026-01-15T00:00:00-02:30") << "a day is that day everywhere";
    EXPECT_TRUE(deal["DATE_CREATE"].get<std::string>().ends_with("-02:30"));
    EXPECT_TRUE(portal.call("profile")["time"]["date_start"].get<std::string>().ends_with("-02:30"));
    Json moved = "2026-01-15T04:10:05+03:00";
    put_into_zone(moved, "-02:30");
    EXPECT_EQ(moved, "2026-01-14T22:40:05-02:30");
    for (const char* wrong : {"", "03:00", "+3:00", "+03:60", "+15:00", "+0a:00"})
        EXPECT_FALSE(zone_offset(wrong)) << wrong;
    EXPECT_EQ(zone_offset("+05:30"), 19800);
}

TEST(Zone, IsCheckedWhenItIsSet) {
    Settings settings;
    EXPECT_THROW(apply_settings(settings, Json{{"zone", "Moscow"}}), Refusal);
    EXPECT_EQ(settings.zone, "+03:00");
}

TEST(UncountedTotal, IsNothingOrZero) {
    PortalUnderTest portal;
    portal.add("crm.company", Json{{"TITLE", "x"}});
    EXPECT_FALSE(portal.call("crm.company.list", Json{{"start", -1}}).contains("total"));
    portal.engine.settings.uncounted_total = true;
    EXPECT_EQ(portal.call("crm.company.list", Json{{"start", -1}})["total"], 0);
    EXPECT_EQ(portal.call("crm.company.list")["total"], 1);
}

}  // namespace
}  // namespace obmen::sandbox
