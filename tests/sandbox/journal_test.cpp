#include <gtest/gtest.h>

#include "control.hpp"
#include "page.hpp"
#include "portal_under_test.hpp"

namespace obmen::sandbox {
namespace {

class Control : public testing::Test {
  protected:
    Json read(const char* what) {
        return Json::parse(answer_control(portal.engine, {.target = std::string("/sandbox/") + what}).body);
    }
    WebReply post(const char* what, const Json& body) {
        return answer_control(
            portal.engine, {.verb = "POST", .target = std::string("/sandbox/") + what, .body = body.dump()});
    }

    PortalUnderTest portal;
};

TEST_F(Control, TheJournalHasEveryWriteInOrder) {
    portal.call("profile");
    portal.batch(
        Json{{"s", "crm.productsection.add?fields[NAME]=S&fields[XML_ID]=g1"},
             {"x", "crm.product.add?fields[XML_ID]=nameless"},
             {"p", "crm.product.add?fields[NAME]=P&fields[XML_ID]=g2&fields[SECTION_ID]=$result[s]"}});
    portal.call("crm.product.update", Json{{"id", 5001}, {"fields", Json{{"NAME", "Q"}}}});
    const Json journal = read("journal");
    ASSERT_EQ(journal.size(), 3U);
    EXPECT_EQ(journal[1]["number"], 2);
    EXPECT_EQ(journal[1]["request"], 2);
    EXPECT_EQ(journal[1]["batch_index"], 2);
    EXPECT_EQ(journal[1]["command"], "p");
    EXPECT_EQ(journal[1]["operation"], "create");
    EXPECT_EQ(journal[1]["key"], "g2");
    EXPECT_EQ(journal[1]["id"], 5001);
    EXPECT_EQ(journal[1]["parameters"]["fields"]["SECTION_ID"], "301");
    EXPECT_EQ(journal[2]["operation"], "update");
    EXPECT_EQ(journal[2]["key"], "g2");
    EXPECT_TRUE(journal[2]["batch_index"].is_null());
}

TEST_F(Control, TheVerdictCounts) {
    portal.add("crm.productsection", Json{{"NAME", "S"}});
    portal.add("crm.product", Json{{"NAME", "P"}, {"SECTION_ID", 301}, {"NONSENSE", 1}});
    portal.call("crm.product.update", Json{{"id", 1}, {"fields", Json{{"NAME", "x"}}}});
    const Json verdict = read("verdict");
    EXPECT_EQ(verdict["requests"], 3);
    EXPECT_EQ(verdict["writes"], 2);
    EXPECT_EQ(verdict["creations"], 2);
    EXPECT_EQ(verdict["updates"], 0);
    EXPECT_EQ(verdict["peak_rate"], 3);
    EXPECT_EQ(verdict["rows"]["product"], 1);
    EXPECT_EQ(verdict["duplicates"].dump(), "[]");
    EXPECT_EQ(verdict["orphans"].dump(), "[]");
    EXPECT_EQ(verdict["refused_commands"][0]["error_description"], "Product is not found");
    EXPECT_EQ(verdict["unknown_fields"]["crm.product.add"][0], "NONSENSE");
}

TEST_F(Control, TheVerdictNamesOrphans) {
    portal.add("crm.productsection", Json{{"NAME", "S"}});
    portal.add("crm.product", Json{{"NAME", "P"}, {"XML_ID", "k"}, {"SECTION_ID", 301}});
    portal.engine.store.table("section").erase(301);
    EXPECT_EQ(read("verdict")["orphans"].dump(),
              R"([{"kind":"product","id":5001,"key":"k","SECTION_ID":301}])");
}

TEST_F(Control, TheStateComesBackAsItWas) {
    portal.add("crm.product", Json{{"NAME", "P"}, {"XML_ID", "k"}});
    portal.add("crm.company", Json{{"TITLE", "C"}, {"PHONE", Json::array({Json{{"VALUE", "1"}}})}});
    const Json state = read("state");
    EXPECT_EQ(post("reset", Json::object()).status, 200);
    EXPECT_EQ(read("verdict")["rows"]["product"], 0);
    EXPECT_EQ(read("verdict")["requests"], 0);
    EXPECT_EQ(post("state", state).status, 200);
    EXPECT_EQ(read("state"), state);
    EXPECT_EQ(portal.add("crm.product", Json{{"NAME", "Q"}}), "5002");
    EXPECT_EQ(portal.result("crm.product.list", Json{{"filter", Json{{"XML_ID", "K"}}}}).size(), 1U);
    EXPECT_EQ(post("state", Json{{"version", 2}}).status, 400);
}

TEST_F(Control, AllRowsOfAKindCanBeRead) {
    portal.add("crm.deal", Json{{"TITLE", "Заказ"}, {"CONTACT_IDS", Json::array({9001})}});
    EXPECT_EQ(read("rows/deal")[0]["TITLE"], "Заказ");
    EXPECT_EQ(read("rows/deal")[0]["CONTACT_LINKS"][0]["CONTACT_ID"], 9001);
    EXPECT_EQ(read("rows/product").dump(), "[]");
    EXPECT_EQ(answer_control(portal.engine, {.target = "/sandbox/rows/nonsense"}).status, 404);
}

TEST_F(Control, SettingsChangeWhileItRuns) {
    EXPECT_EQ(post("settings",
                   Json{{"in_array", "first"}, {"burst", 7}, {"operating_costs", Json{{"b", 1}, {"a", 2}}}})
                  .status,
              200);
    EXPECT_EQ(portal.engine.settings.in_array, ArrayFilter::first);
    EXPECT_EQ(read("settings")["burst"], 7);
    for (const Json& wrong :
         {Json{{"in_arry", "on"}}, Json{{"in_array", "some"}}, Json{{"burst", "many"}}, Json::array()})
        EXPECT_EQ(post("settings", wrong).status, 400) << wrong;
    EXPECT_EQ(portal.engine.settings.in_array, ArrayFilter::first);
    EXPECT_EQ(post("nothing", Json::object()).status, 404);
}

TEST_F(Control, ThePageShowsTheTreeAndEscapesNames) {
    portal.add("crm.productsection", Json{{"NAME", "<b>Раздел"}});
    portal.add("crm.product", Json{{"NAME", "Товар & Ко"}, {"SECTION_ID", 301}});
    portal.add("crm.company", Json{{"TITLE", "ООО"},
                                   {"PHONE", Json::array({Json{{"VALUE", "+7"}}, Json{{"VALUE", "+8"}}})}});
    portal.add("crm.requisite", Json{{"ENTITY_TYPE_ID", 4},
                                     {"ENTITY_ID", 701},
                                     {"PRESET_ID", 8},
                                     {"NAME", "R"},
                                     {"RQ_INN", "7707083893"}});
    portal.add("crm.deal", Json{{"TITLE", "Заказ"}, {"COMPANY_ID", 701}, {"STAGE_ID", "EXECUTING"}});
    portal.call("crm.deal.productrows.set",
                Json{{"id", 3001}, {"rows", Json::array({Json{{"PRODUCT_NAME", "Болт"}, {"PRICE", 5}}})}});
    const std::string html = page(portal.engine);
    EXPECT_NE(html.find("7707083893"), std::string::npos);
    EXPECT_NE(html.find("<td>Болт<td>1 <td>5"), std::string::npos);
    EXPECT_NE(html.find("5.00 RUB"), std::string::npos);
    EXPECT_NE(html.find("Стадия:</span> В работе"), std::string::npos);
    EXPECT_NE(html.find("Клиент:</span> ООО"), std::string::npos);
    EXPECT_NE(html.find("&lt;b&gt;Раздел"), std::string::npos);
    EXPECT_NE(html.find("Товар &amp; Ко"), std::string::npos);
    EXPECT_NE(html.find("+7, +8"), std::string::npos);
}

}  // namespace
}  // namespace obmen::sandbox
