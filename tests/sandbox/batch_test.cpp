#include <gtest/gtest.h>

#include "portal_under_test.hpp"

namespace obmen::sandbox {
namespace {

TEST(Batch, RunsInOrderAndResolvesReferences) {
    PortalUnderTest portal;
    const Json maps = portal.batch(Json{
        {"s", "crm.productsection.add?fields[NAME]=S&fields[XML_ID]=g%231"},
        {"p", "crm.product.add?fields%5BNAME%5D=P&fields%5BSECTION_ID%5D=%24result%5Bs%5D&fields[XML_ID]=p"},
        {"l", "crm.product.list?filter[XML_ID]=p"},
        {"u", "crm.product.update?id=$result[l][0][ID]&fields[NAME]=New-$result[s]"}});
    EXPECT_EQ(maps["result"]["s"], 301);
    EXPECT_EQ(maps["result"]["u"], true);
    const Json product = portal.result("crm.product.get", Json{{"id", 5001}});
    EXPECT_EQ(product["SECTION_ID"], "301");
    EXPECT_EQ(product["NAME"], "New-301");
    EXPECT_EQ(maps["result_total"].dump(), R"({"l":1})");
}

TEST(Batch, UnresolvedReferencesStayLiteral) {
    PortalUnderTest portal;
    portal.batch(Json{
        {"p", "crm.product.add?fields[NAME]=$result[none][0][ID]&fields[SECTION_ID]=%24result%5Bnone%5D"}});
    const Json product = portal.result("crm.product.get", Json{{"id", 5001}});
    EXPECT_EQ(product["NAME"], "$result[none][0][ID]");
    EXPECT_TRUE(product["SECTION_ID"].is_null());
    EXPECT_EQ(portal.verdict()["unresolved_references"], 2);
}

TEST(Batch, AReferenceToAFailedCommandRaisesNoError) {
    PortalUnderTest portal;
    const Json maps =
        portal.batch(Json{{"s", "crm.productsection.add?fields[XML_ID]=nameless"},
                          {"p", "crm.product.add?fields[NAME]=P&fields[SECTION_ID]=$result[s]"}});
    EXPECT_TRUE(maps["result_error"].contains("s"));
    EXPECT_EQ(maps["result"]["p"], 5001);
}

TEST(Batch, FailedCommandsHaveNeitherResultNorTime) {
    PortalUnderTest portal;
    const Json maps = portal.batch(Json{{"a", "crm.product.update?id=1&fields[NAME]=x"}, {"b", "profile"}});
    EXPECT_EQ(maps["result_error"]["a"].dump(), R"({"error":"","error_description":"Product is not found"})");
    EXPECT_FALSE(maps["result"].contains("a"));
    EXPECT_FALSE(maps["result_time"].contains("a"));
    EXPECT_TRUE(maps["result_time"]["b"].contains("operating_reset_at"));
}

TEST(Batch, EachMapIsAListOrAnObjectOnItsOwn) {
    PortalUnderTest portal;
    const Json good = portal.batch(Json::array({"profile", "server.time"}));
    EXPECT_TRUE(good["result"].is_array());
    EXPECT_TRUE(good["result_time"].is_array());
    EXPECT_EQ(good["result_error"].dump(), "[]");
    EXPECT_EQ(good["result_next"].dump(), "[]");
    const Json mixed = portal.batch(Json{{"0", "no.such"}, {"7", "profile"}});
    EXPECT_TRUE(mixed["result_error"].is_array());
    EXPECT_TRUE(mixed["result"].is_object());
    EXPECT_EQ(portal.batch(Json::object())["result"].dump(), "[]");
}

TEST(Batch, HaltStopsAtTheFirstFailure) {
    PortalUnderTest portal;
    const Json maps = portal.batch(
        Json{{"a", "profile"}, {"b", "no.such"}, {"c", "crm.company.add?fields[TITLE]=never"}}, 1);
    EXPECT_TRUE(maps["result"].contains("a"));
    EXPECT_TRUE(maps["result_error"].contains("b"));
    EXPECT_FALSE(maps["result"].contains("c"));
    EXPECT_FALSE(maps["result_error"].contains("c"));
    EXPECT_EQ(portal.verdict()["writes"], 0);
}

TEST(Batch, RefusesWhatIsPastTheFiftieth) {
    PortalUnderTest portal;
    Json commands = Json::object();
    for (int number = 0; number < 53; ++number)
        commands["c" + std::to_string(number)] = "crm.company.add?fields[TITLE]=x";
    const Json maps = portal.batch(commands);
    EXPECT_EQ(maps["result"].size(), 50U);
    EXPECT_EQ(maps["result_error"].size(), 3U);
    EXPECT_EQ(maps["result_error"]["c50"]["error"], "ERROR_BATCH_LENGTH_EXCEEDED");
    EXPECT_EQ(portal.verdict()["rows"]["company"], 50);
}

TEST(Batch, RefusesABatchInside) {
    PortalUnderTest portal;
    const Json maps = portal.batch(Json{{"a", "Batch?cmd[x]=profile"}});
    EXPECT_EQ(maps["result_error"]["a"]["error"], "ERROR_BATCH_METHOD_NOT_ALLOWED");
}

TEST(Batch, MayComeAsAFormOrInTheAddress) {
    PortalUnderTest portal;
    const std::string form = "halt=0&cmd[p]=crm.company.add%3Ffields%255BTITLE%255D%3DA%2526B";
    const WebReply posted = answer_rest(portal.engine, {.verb = "POST",
                                                        .target = "/rest/1/practice/batch",
                                                        .content_type = "application/x-www-form-urlencoded",
                                                        .body = form});
    EXPECT_EQ(Json::parse(posted.body)["result"]["result"]["p"], 701);
    EXPECT_EQ(Json::parse(portal.get("/rest/1/practice/batch?" + form).body)["result"]["result"]["p"], 702);
    EXPECT_EQ(portal.result("crm.company.get", Json{{"id", 702}})["TITLE"], "A&B");
}

TEST(Batch, ListsInsideSayWhetherThereIsMore) {
    PortalUnderTest portal;
    for (int number = 0; number < 51; ++number)
        portal.add("crm.company", Json{{"TITLE", "x"}});
    const Json maps = portal.batch(Json{{"a", "crm.company.list"}, {"b", "crm.company.list?start=-1"}});
    EXPECT_EQ(maps["result_next"].dump(), R"({"a":50})");
    EXPECT_EQ(maps["result_total"].dump(), R"({"a":51})");
}

}  // namespace
}  // namespace obmen::sandbox
