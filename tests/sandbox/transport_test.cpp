#include <gtest/gtest.h>

#include "portal_under_test.hpp"

namespace obmen::sandbox {
namespace {

TEST(Transport, AcceptsEveryFormOfTheAddress) {
    PortalUnderTest portal;
    for (const char* target :
         {"/rest/1/practice/profile", "/rest/1/practice/profile.json", "//rest/1/practice//profile/",
          "/rest/1/practice/Profile.json/", "/rest/1/practice/PROFILE?bx24_sdk_ver=2.2.0"}) {
        const WebReply reply = portal.get(target);
        EXPECT_EQ(reply.status, 200) << target;
        EXPECT_EQ(Json::parse(reply.body)["result"]["ID"], "1") << target;
    }
}

TEST(Transport, AnswersAsADocumentWhereItsNameIsAskedFor) {
    PortalUnderTest portal;
    portal.add("crm.company", Json{{"TITLE", "A & <B>"}});
    const WebReply reply =
        portal.get("/rest/1/practice/crm.company.list.xml?select[]=TITLE&filter[TITLE]=A+%26+%3CB%3E");
    EXPECT_EQ(reply.content_type, "text/xml; charset=utf-8");
    EXPECT_TRUE(reply.body.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?><response><result><item>"))
        << reply.body;
    EXPECT_NE(reply.body.find("<TITLE>A &amp; &lt;B&gt;</TITLE></item></result><total>1</total><time>"),
              std::string::npos)
        << reply.body;
    const WebReply refused = portal.get("/rest/1/practice/crm.nothing.list.XML");
    EXPECT_EQ(refused.status, 404);
    EXPECT_NE(refused.body.find("<response><error>ERROR_METHOD_NOT_FOUND</error>"), std::string::npos)
        << refused.body;
}

TEST(Transport, RefusesWrongAndMissingCredentials) {
    PortalUnderTest portal;
    const WebReply wrong = portal.get("/rest/1/wrong/profile");
    EXPECT_EQ(wrong.status, 401);
    EXPECT_EQ(Json::parse(wrong.body)["error"], "INVALID_CREDENTIALS");
    const WebReply missing = portal.get("/rest/profile");
    EXPECT_EQ(missing.status, 401);
    EXPECT_EQ(Json::parse(missing.body)["error"], "NO_AUTH_FOUND");
}

TEST(Transport, RefusesUnknownMethodsAndThoseOfApplications) {
    PortalUnderTest portal;
    const WebReply unknown = portal.send("crm.nothing.add");
    EXPECT_EQ(unknown.status, 404);
    EXPECT_EQ(Json::parse(unknown.body)["error"], "ERROR_METHOD_NOT_FOUND");
    const Json application = portal.call("event.bind");
    EXPECT_EQ(application["error"], "ACCESS_DENIED");
    EXPECT_EQ(application["error_description"], "Access denied! Application context required");
}

TEST(Transport, ReadsQueryFormJsonAndMultipart) {
    PortalUnderTest portal;
    const WebRequest post{.verb = "POST", .target = "/rest/1/practice/crm.company.add"};
    WebRequest in_form = post;
    in_form.content_type = "application/x-www-form-urlencoded; charset=UTF-8";
    in_form.body = "FIELDS%5BTITLE%5D=C%26D";
    WebRequest in_parts = post;
    in_parts.content_type = "multipart/form-data; boundary=x";
    in_parts.parts = {{"fields[TITLE]", "E+F"}};
    EXPECT_EQ(portal.get("/rest/1/practice/crm.company.add?fields[TITLE]=A+B").status, 200);
    EXPECT_EQ(answer_rest(portal.engine, in_form).status, 200);
    EXPECT_EQ(answer_rest(portal.engine, in_parts).status, 200);
    portal.add("crm.company", Json{{"TITLE", "G"}});
    const Json rows = portal.result("crm.company.list", Json{{"SELECT", Json::array({"TITLE"})}});
    EXPECT_EQ(rows.dump(), R"([{"TITLE":"A B"},{"TITLE":"C&D"},{"TITLE":"E+F"},{"TITLE":"G"}])");
}

TEST(Transport, RefusesBrokenJson) {
    PortalUnderTest portal;
    const WebReply reply = answer_rest(portal.engine, {.verb = "POST",
                                                       .target = "/rest/1/practice/profile",
                                                       .content_type = "application/json",
                                                       .body = "{"});
    EXPECT_EQ(reply.status, 400);
}

TEST(Envelope, HasAllEightTimes) {
    PortalUnderTest portal;
    const Json time = portal.call("profile")["time"];
    for (const char* name : {"start", "finish", "duration", "processing", "date_start", "date_finish",
                             "operating_reset_at", "operating"})
        EXPECT_TRUE(time.contains(name)) << name;
    EXPECT_TRUE(time["date_start"].get<std::string>().ends_with("+03:00"));
    portal.engine.settings.operating_in_time = false;
    EXPECT_FALSE(portal.call("profile")["time"].contains("operating"));
}

TEST(Envelope, OldMethodsRefuseWithAnEmptyCode) {
    PortalUnderTest portal;
    const WebReply reply =
        portal.send("crm.product.update", Json{{"id", 1}, {"fields", Json{{"NAME", "x"}}}});
    EXPECT_EQ(reply.status, 400);
    EXPECT_EQ(reply.body, R"({"error":"","error_description":"Product is not found"})");
    EXPECT_EQ(portal.call("crm.company.add")["error_description"], "Parameter 'fields' must be array.");
    EXPECT_EQ(portal.call("crm.company.get")["error_description"], "ID is not defined or invalid.");
}

TEST(Envelope, ValuesOfRowsAreTextsOrNull) {
    PortalUnderTest portal;
    portal.add("crm.product", Json{{"NAME", "Болт"}, {"PRICE", 10.5}, {"CURRENCY_ID", "RUB"}});
    const Json row = portal.result("crm.product.list")[0];
    EXPECT_EQ(row["ID"], "5001");
    EXPECT_EQ(row["PRICE"], "10.50");
    for (const auto& item : row.items())
        EXPECT_TRUE(item.value().is_string() || item.value().is_null()) << item.key();
}

TEST(Envelope, ListsHavePagesOfFifty) {
    PortalUnderTest portal;
    for (int number = 0; number < 101; ++number)
        portal.add("crm.company", Json{{"TITLE", std::to_string(number)}});
    const Json first = portal.call("crm.company.list");
    EXPECT_EQ(first["result"].size(), 50U);
    EXPECT_EQ(first["next"], 50);
    EXPECT_EQ(first["total"], 101);
    const Json last = portal.call("crm.company.list", Json{{"start", 100}});
    EXPECT_EQ(last["result"].size(), 1U);
    EXPECT_FALSE(last.contains("next"));
    const Json uncounted = portal.call("crm.company.list", Json{{"start", -1}});
    EXPECT_EQ(uncounted["result"].size(), 50U);
    EXPECT_FALSE(uncounted.contains("total"));
    EXPECT_FALSE(uncounted.contains("next"));
    EXPECT_EQ(portal.call("crm.company.list", Json{{"start", 75}})["result"].size(), 26U);
}

TEST(Rights, FollowTheSwitches) {
    PortalUnderTest portal;
    EXPECT_EQ(portal.result("method.get", Json{{"name", "crm.product.add"}}).dump(),
              R"({"isExisting":true,"isAvailable":true})");
    portal.engine.settings.administrator = false;
    EXPECT_EQ(portal.result("profile")["ADMIN"], false);
    EXPECT_EQ(portal.call("crm.product.add", Json{{"fields", Json{{"NAME", "x"}}}})["error_description"],
              "Access denied.");
    portal.engine.settings.scopes = {"catalog"};
    EXPECT_EQ(portal.result("scope").dump(), R"(["catalog"])");
    const WebReply refused = portal.send("crm.company.list");
    EXPECT_EQ(refused.status, 403);
    EXPECT_EQ(Json::parse(refused.body)["error"], "insufficient_scope");
    EXPECT_EQ(portal.result("method.get", Json{{"name", "crm.product.add"}})["isAvailable"], false);
}

TEST(Dictionaries, AreThereFromTheFirstDay) {
    PortalUnderTest portal;
    EXPECT_EQ(portal.result("crm.catalog.list")[0]["ID"], "25");
    for (const Json& measure : portal.result("crm.measure.list"))
        EXPECT_NE(measure["ID"], measure["CODE"]);
    EXPECT_TRUE(portal.result("crm.vat.list")[0]["RATE"].is_null());
    EXPECT_EQ(portal.call("crm.currency.list")["total"], 0);
    EXPECT_EQ(portal.result("crm.currency.base.get"), "RUB");
    EXPECT_EQ(portal.call("crm.vat.list", Json{{"select", Json::array({"NONE"})}})["error"],
              "Inadmissible fields for selection");
    EXPECT_EQ(portal.add("crm.measure", Json{{"CODE", "839"}, {"MEASURE_TITLE", "Комплект"}}), "20");
    EXPECT_EQ(portal.result("crm.measure.list", Json{{"filter", Json{{"CODE", 839}}}})[0]["ID"], "20");
}

}  // namespace
}  // namespace obmen::sandbox
