#include <gtest/gtest.h>

#include "portal_under_test.hpp"

namespace obmen::sandbox {
namespace {

class Items : public testing::Test {
  protected:
    static constexpr int deal = 2;
    static constexpr int contact = 3;
    static constexpr int company = 4;

    Json add(int type, const Json& fields) {
        return portal.call("crm.item.add", Json{{"entityTypeId", type}, {"fields", fields}});
    }
    Json update(int type, int id, const Json& fields) {
        return portal.call("crm.item.update", Json{{"entityTypeId", type}, {"id", id}, {"fields", fields}});
    }
    Json read(int type, int id) {
        return portal.result("crm.item.get", Json{{"entityTypeId", type}, {"id", id}})["item"];
    }
    Json listed(int type, const Json& filter) {
        return portal.call("crm.item.list", Json{{"entityTypeId", type}, {"filter", filter}});
    }

    PortalUnderTest portal;
};

TEST_F(Items, AreTheRowsOfTheOldMethods) {
    const Json added = add(company, Json{{"title", "ООО"},
                                         {"typeId", "SUPPLIER"},
                                         {"originatorId", "1C"},
                                         {"originId", "g1"},
                                         {"nonsense", 1},
                                         {"TITLE", "no"}});
    EXPECT_EQ(added["result"]["item"]["id"], 701);
    const Json old = portal.result("crm.company.get", Json{{"id", 701}});
    EXPECT_EQ(old["TITLE"], "ООО");
    EXPECT_EQ(old["COMPANY_TYPE"], "SUPPLIER");
    portal.add("crm.contact", Json{{"NAME", "Иван"}, {"COMPANY_ID", 701}});
    EXPECT_EQ(read(contact, 9001)["companyIds"].dump(), "[701]");
    EXPECT_EQ(read(contact, 9001)["companyId"], 701);
    EXPECT_EQ(read(company, 701)["contactIds"].dump(), "[9001]");
    const Json verdict = portal.verdict();
    EXPECT_EQ(verdict["unknown_fields"]["crm.item.add"].dump(), R"(["TITLE","nonsense"])");
    EXPECT_EQ(verdict["creations"], 2);
    EXPECT_EQ(portal.engine.journal.writes()[0]["kind"], "company");
    EXPECT_EQ(portal.engine.journal.writes()[0]["key"], "1C/g1");
    EXPECT_EQ(portal.engine.journal.writes()[0]["method"], "crm.item.add");
}

TEST_F(Items, RefuseWithCodes) {
    EXPECT_EQ(portal.call("crm.item.get", Json{{"id", 1}})["error"], 100);
    EXPECT_EQ(portal.call("crm.item.get", Json{{"entityTypeId", 5}, {"id", 1}})["error"],
              "ENTITY_TYPE_NOT_SUPPORTED");
    EXPECT_EQ(update(company, 1, Json{{"title", "x"}})["error"], "NOT_FOUND");
    EXPECT_EQ(add(deal, Json{{"stageId", "C9:NEW"}})["error"], "CRM_FIELD_ERROR_VALUE_NOT_VALID");
    EXPECT_EQ(add(deal, Json{{"currencyId", "XXX"}})["error"], "CRM_FIELD_ERROR_VALUE_NOT_VALID");
    EXPECT_EQ(listed(company, Json{{"xmlId", "a"}})["error"], "INVALID_ARG_VALUE");
    EXPECT_EQ(portal.verdict()["writes"], 0);
}

TEST_F(Items, MultiFieldsChangeByIdAndAppendWithoutOne) {
    const auto phone = [](const char* value) {
        return Json{{"typeId", "PHONE"}, {"valueType", "WORK"}, {"value", value}};
    };
    add(contact, Json{{"name", "Иван"}, {"fm", Json::array({phone("1"), Json{{"value", "typeless"}}})}});
    EXPECT_EQ(read(contact, 9001)["fm"].dump(),
              R"([{"id":210001,"valueType":"WORK","value":"1","typeId":"PHONE"}])");
    update(contact, 9001, Json{{"fm", Json::array({phone("2")})}});
    EXPECT_EQ(read(contact, 9001)["fm"].size(), 2U);
    update(
        contact, 9001,
        Json{{"fm",
              Json{{"210001", phone("3")}, {"210002", phone("")}, {"777", phone("4")}, {"n0", phone("5")}}}});
    EXPECT_EQ(portal.result("crm.contact.get", Json{{"id", 9001}})["PHONE"].dump(),
              R"([{"ID":"210001","VALUE_TYPE":"WORK","VALUE":"3","TYPE_ID":"PHONE"},)"
              R"({"ID":"210003","VALUE_TYPE":"WORK","VALUE":"4","TYPE_ID":"PHONE"},)"
              R"({"ID":"210004","VALUE_TYPE":"WORK","VALUE":"5","TYPE_ID":"PHONE"}])");
    update(contact, 9001, Json{{"fm", Json{{"210001", Json{{"value", "6"}}}}}});
    EXPECT_EQ(read(contact, 9001)["fm"][0]["value"], "3");
    EXPECT_FALSE(listed(contact, Json::object())["result"]["items"][0].contains("fm"));
    EXPECT_TRUE(portal
                    .result("crm.item.list",
                            Json{{"entityTypeId", contact}, {"select", Json::array({"*"})}})["items"][0]
                    .contains("fm"));
}

TEST_F(Items, FiltersKnowPrefixesAndGroups) {
    for (const char* key : {"a", "b", "c"})
        add(company, Json{{"title", key}, {"originatorId", "1C"}, {"originId", key}});
    EXPECT_EQ(listed(company, Json{{"@originId", Json::array({"a", "c"})}})["total"], 2);
    EXPECT_EQ(listed(company, Json{{">id", 701}, {"!originId", "c"}})["total"], 1);
    const Json any{{"logic", "OR"}, {"0", Json{{"=title", "a"}}}, {"1", Json{{"=title", "b"}}}};
    EXPECT_EQ(listed(company, Json{{"0", any}})["total"], 2);
    const Json row = portal.result("crm.item.list", Json{{"entityTypeId", company},
                                                         {"select", Json::array({"id", "title"})},
                                                         {"order", Json{{"id", "desc"}}}})["items"][0];
    EXPECT_EQ(row.dump(), R"({"id":703,"title":"c"})");
}

TEST_F(Items, EmptyValuesClearOrNotAsTheSwitchSays) {
    add(company, Json{{"title", "T"}, {"comments", "C"}});
    portal.engine.settings.empty_clears_item = false;
    update(company, 701, Json{{"comments", ""}});
    EXPECT_EQ(read(company, 701)["comments"], "C");
    portal.engine.settings.empty_clears_item = true;
    update(company, 701, Json{{"comments", ""}});
    EXPECT_TRUE(read(company, 701)["comments"].is_null());
}

TEST_F(Items, UserFieldsHaveTwoNames) {
    const auto field = [&](const char* name, const char* type) {
        portal.add("crm.company.userfield", Json{{"FIELD_NAME", name}, {"USER_TYPE_ID", type}});
    };
    field("UF_CRM_OBMEN_HASH", "string");
    field("UF_CRM_1639669411", "boolean");
    add(company, Json{{"title", "T"}, {"ufCrmObmenHash", "h"}, {"ufCrm_1639669411", "Y"}});
    EXPECT_EQ(read(company, 701)["ufCrmObmenHash"], "h");
    EXPECT_EQ(read(company, 701)["ufCrm_1639669411"], "Y");
    EXPECT_EQ(listed(company, Json{{"ufCrm_1639669411", 1}})["total"], 1);
    const Json original = portal.result(
        "crm.item.get", Json{{"entityTypeId", company}, {"id", 701}, {"useOriginalUfNames", "Y"}})["item"];
    EXPECT_EQ(original["UF_CRM_OBMEN_HASH"], "h");
    EXPECT_FALSE(original.contains("ufCrmObmenHash"));
}

TEST_F(Items, DealsMoveBetweenFunnelsAndHaveRows) {
    add(deal, Json{{"title", "Заказ"}, {"originId", "d"}, {"stageId", "PREPARATION"}});
    EXPECT_EQ(read(deal, 3001)["categoryId"], 0);
    EXPECT_EQ(update(deal, 3001, Json{{"categoryId", 1}})["result"]["item"]["stageId"], "C1:NEW");
    EXPECT_TRUE(update(deal, 3001, Json{{"categoryId", 0}, {"currencyId", "XXX"}}).contains("error"));
    EXPECT_EQ(read(deal, 3001)["categoryId"], 1);
    const auto set = [&](const Json& rows) {
        return portal.call("crm.item.productrow.set",
                           Json{{"ownerType", "D"}, {"ownerId", 3001}, {"productRows", rows}});
    };
    const Json bolt{{"productName", "Болт"}, {"price", 5}, {"quantity", 2}};
    const Json nut{{"productName", "Гайка"}, {"price", 1}, {"sort", 10}};
    EXPECT_EQ(set(Json::array({bolt, nut}))["result"]["productRows"][0]["id"], 17001);
    EXPECT_EQ(read(deal, 3001)["opportunity"], 11);
    const Json filter{{"=ownerType", "D"}, {"=ownerId", 3001}};
    EXPECT_EQ(portal.result("crm.item.productrow.list", Json{{"filter", filter}})["productRows"].size(), 2U);
    EXPECT_EQ(portal.call("crm.item.productrow.list", Json{{"filter", Json{{"=ownerId", 3001}}}})["error"],
              100);
    EXPECT_EQ(set(Json::array({Json{{"id", 17002}, {"price", 4}}}))["result"]["productRows"][0]["id"], 17002);
    EXPECT_EQ(read(deal, 3001)["opportunity"], 4);
    portal.call("crm.item.productrow.update", Json{{"id", 17002}, {"fields", Json{{"quantity", 3}}}});
    EXPECT_EQ(read(deal, 3001)["opportunity"], 12);
    portal.call("crm.item.productrow.delete", Json{{"id", 17002}});
    EXPECT_EQ(portal.result("crm.deal.productrows.get", Json{{"id", 3001}}).size(), 0U);
    EXPECT_EQ(portal.call("crm.item.delete", Json{{"entityTypeId", deal}, {"id", 3001}})["result"].dump(),
              "[]");
}

TEST_F(Items, AreImportedEachForItself) {
    const Json data = Json::array({Json{{"title", "A"}}, Json{{"title", "B"}, {"currencyId", "XXX"}}});
    const Json items =
        portal.result("crm.item.batchImport", Json{{"entityTypeId", deal}, {"data", data}})["items"];
    EXPECT_EQ(items[0]["item"]["id"], 3001);
    EXPECT_EQ(items[1]["error"], "CRM_FIELD_ERROR_VALUE_NOT_VALID");
    const Json many(21, Json{{"title", "A"}});
    EXPECT_EQ(portal.call("crm.item.batchImport", Json{{"entityTypeId", deal}, {"data", many}})["error"],
              "MAX_IMPORT_BATCH_SIZE_EXCEEDED");
}

}  // namespace
}  // namespace obmen::sandbox
