#include <gtest/gtest.h>

#include "portal_under_test.hpp"

namespace obmen::sandbox {
namespace {

class Deals : public testing::Test {
  protected:
    std::string add(Json fields = Json::object()) {
        if (fields.empty())
            fields["TITLE"] = "Заказ";
        return portal.add("crm.deal", fields);
    }
    Json deal(const std::string& id) { return portal.result("crm.deal.get", Json{{"id", id}}); }
    Json update(const std::string& id, const Json& fields) {
        return portal.call("crm.deal.update", Json{{"id", id}, {"fields", fields}});
    }
    Json contacts(const std::string& id) {
        return portal.result("crm.deal.contact.items.get", Json{{"id", id}});
    }
    Json listed(const Json& parameters) { return portal.result("crm.deal.list", parameters); }

    PortalUnderTest portal;
};

TEST_F(Deals, GetTheDefaultsOfThePortal) {
    const Json row = deal(portal.add("crm.deal", Json{{"NONSENSE", "x"}, {"ORIGIN_VERSION", "1"}}));
    EXPECT_EQ(row["TITLE"], "Сделка #3001");
    EXPECT_EQ(row["STAGE_ID"], "NEW");
    EXPECT_EQ(row["STAGE_SEMANTIC_ID"], "P");
    EXPECT_EQ(row["CATEGORY_ID"], "0");
    EXPECT_EQ(row["OPPORTUNITY"], "0.00");
    EXPECT_EQ(row["IS_MANUAL_OPPORTUNITY"], "N");
    EXPECT_EQ(row["CURRENCY_ID"], "RUB");
    EXPECT_EQ(row["CLOSED"], "N");
    EXPECT_NE(row["BEGINDATE"], row["CLOSEDATE"]);
    EXPECT_FALSE(row.contains("CONTACT_IDS"));
    EXPECT_EQ(portal.verdict()["unknown_fields"]["crm.deal.add"].dump(), R"(["NONSENSE","ORIGIN_VERSION"])");
}

TEST_F(Deals, TakeOnlyStagesOfTheirFunnel) {
    EXPECT_EQ(deal(add({{"STAGE_ID", "PREPARATION"}}))["STAGE_ID"], "PREPARATION");
    const Json wholesale = deal(add({{"CATEGORY_ID", 1}}));
    EXPECT_EQ(wholesale["STAGE_ID"], "C1:NEW");
    EXPECT_EQ(wholesale["CATEGORY_ID"], "1");
    // A stage of another funnel is dropped without a word; so is a funnel that does not exist.
    EXPECT_EQ(deal(add({{"STAGE_ID", "C1:WON"}}))["STAGE_ID"], "NEW");
    EXPECT_EQ(deal(add({{"CATEGORY_ID", 7}}))["CATEGORY_ID"], "0");
    EXPECT_EQ(portal.verdict()["unknown_fields"]["crm.deal.add"].dump(),
              R"(["CATEGORY_ID=7","STAGE_ID=C1:WON"])");
    const std::string id = add({{"STAGE_ID", "EXECUTING"}});
    EXPECT_EQ(update(id, {{"STAGE_ID", "NO_SUCH"}})["result"], true);
    EXPECT_EQ(deal(id)["STAGE_ID"], "EXECUTING");
    portal.engine.settings.unknown_stage = Reaction::refuse;
    EXPECT_EQ(update(id, {{"STAGE_ID", "NO_SUCH"}})["error"], "");
}

TEST_F(Deals, CannotBeMovedToAnotherFunnel) {
    const std::string id = add();
    update(id, {{"CATEGORY_ID", 1}, {"STAGE_SEMANTIC_ID", "S"}});
    EXPECT_EQ(deal(id)["CATEGORY_ID"], "0");
    EXPECT_EQ(deal(id)["STAGE_SEMANTIC_ID"], "P");
}

TEST_F(Deals, AreClosedByTheirStage) {
    const std::string id = add();
    const Json before = deal(id);
    update(id, {{"STAGE_ID", "WON"}});
    Json row = deal(id);
    EXPECT_EQ(row["STAGE_SEMANTIC_ID"], "S");
    EXPECT_EQ(row["CLOSED"], "Y");
    EXPECT_EQ(row["IS_NEW"], "N");
    EXPECT_NE(row["CLOSEDATE"], before["CLOSEDATE"]);
    update(id, {{"STAGE_ID", "APOLOGY"}});
    EXPECT_EQ(deal(id)["STAGE_SEMANTIC_ID"], "F");
}

TEST_F(Deals, AnEmptyTitleOrDateChangesNothing) {
    const std::string id = add({{"TITLE", "Заказ"}, {"BEGINDATE", "2026-02-01"}});
    update(id, {{"TITLE", " "}, {"BEGINDATE", ""}});
    EXPECT_EQ(deal(id)["TITLE"], "Заказ");
    EXPECT_EQ(deal(id)["BEGINDATE"], "2026-02-01T00:00:00+03:00");
}

TEST_F(Deals, RefuseACurrencyThatThePortalDoesNotHave) {
    const Json answer = portal.call("crm.deal.add", Json{{"fields", Json{{"CURRENCY_ID", "XXX"}}}});
    EXPECT_EQ(answer["error"], "");
    EXPECT_EQ(answer["error_description"], "Invalid value for the \"Currency\" field");
    EXPECT_EQ(portal.verdict()["rows"]["deal"], 0);
}

TEST_F(Deals, TheListOfContactsIsReplacedWhole) {
    for (const char* name : {"a", "b", "c"})
        portal.add("crm.contact", Json{{"NAME", name}});
    const std::string id = add({{"CONTACT_IDS", Json::array({9001, 9002})}});
    EXPECT_EQ(deal(id)["CONTACT_ID"], "9001");
    update(id, {{"CONTACT_IDS", Json::array({9003, "9002"})}});
    EXPECT_EQ(contacts(id).dump(), R"([{"CONTACT_ID":9003,"SORT":10,"ROLE_ID":0,"IS_PRIMARY":"Y"},)"
                                   R"({"CONTACT_ID":9002,"SORT":20,"ROLE_ID":0,"IS_PRIMARY":"N"}])");
    // The single field of old: one that is linked changes nothing, another drives all others out.
    update(id, {{"CONTACT_ID", 9002}});
    EXPECT_EQ(contacts(id).size(), 2U);
    update(id, {{"CONTACT_ID", 9001}});
    EXPECT_EQ(contacts(id).size(), 1U);
    EXPECT_EQ(deal(id)["CONTACT_ID"], "9001");
    update(id, {{"TITLE", "x"}});
    EXPECT_EQ(contacts(id).size(), 1U);
}

TEST_F(Deals, TheListOfContactsCanNeitherBeSelectedNorFiltered) {
    add({{"CONTACT_IDS", Json::array({9001})}});
    add();
    EXPECT_EQ(listed({{"select", Json::array({"ID", "CONTACT_IDS"})}}).dump(),
              R"([{"ID":"3001"},{"ID":"3002"}])");
    EXPECT_EQ(listed({{"filter", Json{{"CONTACT_IDS", 9001}}}}).size(), 2U);
    EXPECT_EQ(portal.verdict()["unknown_filters"]["crm.deal.list"][0], "CONTACT_IDS");
}

TEST_F(Deals, AreFoundByManyKeysAtOnce) {
    for (const char* key : {"d1", "d2", "d3"})
        add({{"ORIGINATOR_ID", "1C"}, {"ORIGIN_ID", key}});
    const Json rows =
        listed({{"filter", Json{{"=ORIGINATOR_ID", "1C"}, {"@ORIGIN_ID", Json::array({"D1", "d3"})}}},
                {"select", Json::array({"ID", "ORIGIN_ID"})}});
    EXPECT_EQ(rows.dump(), R"([{"ID":"3001","ORIGIN_ID":"d1"},{"ID":"3003","ORIGIN_ID":"d3"}])");
    EXPECT_EQ(listed({{"filter", Json{{"@ID", Json::array({3002, 3003})}}}}).size(), 2U);
}

TEST_F(Deals, RefuseWhatIsNoArrayAndWhatIsNotThere) {
    EXPECT_EQ(portal.call("crm.deal.add", Json{{"fields", "x"}})["error_description"],
              "Parameter 'fields' must be array.");
    EXPECT_EQ(
        portal.call("crm.deal.add", Json{{"fields", Json::array()}, {"params", "x"}})["error_description"],
        "Parameter 'params' must be array.");
    EXPECT_EQ(update("5", {{"TITLE", "x"}})["error_description"], "Not found");
    EXPECT_EQ(portal.call("crm.deal.get", Json::object())["error_description"],
              "ID is not defined or invalid.");
}

TEST_F(Deals, KnowWhoMadeAndWhoChangedThem) {
    const std::string id = add();
    const WebReply reply =
        portal.send_as(7, "crm.deal.update", Json{{"id", id}, {"fields", Json{{"STAGE_ID", "EXECUTING"}}}});
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(deal(id)["CREATED_BY_ID"], "1");
    EXPECT_EQ(deal(id)["MODIFY_BY_ID"], "7");
    EXPECT_EQ(deal(id)["MOVED_BY_ID"], "7");
    EXPECT_EQ(portal.engine.journal.writes()[1]["user"], 7);
}

TEST_F(Deals, StagesAreStatusesOfTheirFunnel) {
    const Json stages = portal.result("crm.status.list", Json{{"filter", Json{{"ENTITY_ID", "DEAL_STAGE"}}},
                                                              {"order", Json{{"SORT", "ASC"}}},
                                                              {"select", Json::array({"NAME"})}});
    ASSERT_EQ(stages.size(), 8U);
    EXPECT_EQ(stages[0]["STATUS_ID"], "NEW");
    EXPECT_TRUE(stages[0]["SEMANTICS"].is_null());
    EXPECT_EQ(stages[0]["EXTRA"]["SEMANTICS"], "process");
    EXPECT_EQ(stages[5]["SEMANTICS"], "S");
    EXPECT_EQ(stages[6]["EXTRA"]["SEMANTICS"], "failure");
    const Json wholesale =
        portal.result("crm.status.list", Json{{"filter", Json{{"ENTITY_ID", "DEAL_STAGE_1"}}}});
    EXPECT_EQ(wholesale[0]["STATUS_ID"], "C1:NEW");
    EXPECT_EQ(wholesale[0]["CATEGORY_ID"], "1");
    for (const char* entity : {"SOURCE", "COMPANY_TYPE", "CONTACT_TYPE", "DEAL_TYPE", "HONORIFIC"})
        EXPECT_GT(portal.result("crm.status.list", Json{{"filter", Json{{"ENTITY_ID", entity}}}}).size(), 1U);
}

TEST_F(Deals, FunnelsAreTypedAndWrappedOrOfTheOldKind) {
    const Json answer = portal.call("crm.category.list", Json{{"entityTypeId", 2}});
    EXPECT_EQ(answer["total"], 2);
    const Json& funnels = answer["result"]["categories"];
    EXPECT_EQ(funnels[0]["id"], 0);
    EXPECT_EQ(funnels[0]["isDefault"], "Y");
    EXPECT_EQ(funnels[1]["sort"], 200);
    EXPECT_EQ(portal.call("crm.category.list")["error"], "100");
    const Json old = portal.result("crm.dealcategory.list");
    ASSERT_EQ(old.size(), 1U);
    EXPECT_EQ(old[0]["ID"], "1");
}

class DealRows : public Deals {
  protected:
    Json set(const std::string& id, const Json& rows) {
        return portal.call("crm.deal.productrows.set", Json{{"id", id}, {"rows", rows}});
    }
    Json rows(const std::string& id) { return portal.result("crm.deal.productrows.get", Json{{"id", id}}); }
};

TEST_F(DealRows, AreReplacedWholeAndGiveTheSum) {
    const std::string id = add({{"OPPORTUNITY", "5"}});
    EXPECT_EQ(deal(id)["OPPORTUNITY"], "5.00");
    EXPECT_EQ(
        set(id, Json::array({Json{{"PRODUCT_NAME", "a"}, {"PRICE", 120}, {"QUANTITY", 2}, {"TAX_RATE", 20}},
                             Json{{"PRODUCT_NAME", "b"}, {"PRICE", "0.55"}}}))["result"],
        true);
    EXPECT_EQ(deal(id)["OPPORTUNITY"], "240.55");
    EXPECT_EQ(deal(id)["TAX_VALUE"], "40.00");
    // What is sent for the sum does not count as long as there are rows.
    update(id, {{"OPPORTUNITY", "1"}});
    EXPECT_EQ(deal(id)["OPPORTUNITY"], "240.55");
    set(id, Json::array({Json{{"PRODUCT_NAME", "c"}, {"PRICE", 7}}}));
    EXPECT_EQ(rows(id).size(), 1U);
    EXPECT_EQ(deal(id)["OPPORTUNITY"], "7.00");
    EXPECT_EQ(portal.verdict()["rows"]["deal_row"], 1);
}

TEST_F(DealRows, LeaveASumThatIsKeptByHand) {
    const std::string id = add({{"OPPORTUNITY", "99.5"}, {"IS_MANUAL_OPPORTUNITY", "Y"}});
    set(id, Json::array({Json{{"PRICE", 1}}}));
    EXPECT_EQ(deal(id)["OPPORTUNITY"], "99.50");
    update(id, {{"IS_MANUAL_OPPORTUNITY", "N"}});
    EXPECT_EQ(deal(id)["OPPORTUNITY"], "1.00");
}

TEST_F(DealRows, TakeNameAndUnitFromTheProduct) {
    portal.add("crm.product", Json{{"NAME", "Болт"}, {"MEASURE", 9}});
    const std::string id = add();
    set(id, Json::array({Json{{"PRODUCT_ID", "5001"}, {"PRICE", "10.5"}, {"SORT", 1}},
                         Json{{"PRODUCT_ID", 77}, {"SORT", 2}},
                         Json{{"PRODUCT_ID", 0},
                              {"PRODUCT_NAME", "Доставка"},
                              {"MEASURE_CODE", 166},
                              {"MEASURE_NAME", "кг"},
                              {"SORT", 3}}}));
    const Json all = rows(id);
    EXPECT_EQ(all[0]["PRODUCT_NAME"], "Болт");
    EXPECT_EQ(all[0]["MEASURE_CODE"], 796);
    EXPECT_EQ(all[0]["MEASURE_NAME"], "шт");
    EXPECT_EQ(all[1]["PRODUCT_NAME"], "[77]");
    EXPECT_EQ(all[1]["MEASURE_CODE"], 0);
    EXPECT_EQ(all[2]["MEASURE_CODE"], 166);
    // The verdict knows rows of products that do not exist.
    EXPECT_EQ(portal.verdict()["orphans"][0]["kind"], "deal_row");
}

TEST_F(DealRows, ComeBackAsTextsAndNumbersMixed) {
    const std::string id = add();
    set(id, Json::array({Json{{"PRICE", "899.1"}, {"QUANTITY", "2.000"}, {"TAX_RATE", ""}}}));
    const Json row = rows(id)[0];
    EXPECT_EQ(row["ID"], "17001");
    EXPECT_EQ(row["OWNER_ID"], id);
    EXPECT_EQ(row["OWNER_TYPE"], "D");
    EXPECT_EQ(row["PRODUCT_ID"], 0);
    EXPECT_EQ(row["PRICE"].dump(), "899.1");
    EXPECT_EQ(row["QUANTITY"].dump(), "2");
    EXPECT_EQ(row["PRICE_ACCOUNT"], "899.10");
    EXPECT_EQ(row["DISCOUNT_TYPE_ID"], 2);
    EXPECT_TRUE(row["TAX_RATE"].is_null());
    EXPECT_EQ(row["TAX_INCLUDED"], "N");
    EXPECT_EQ(row["XML_ID"], "sale_basket_601");
}

TEST_F(DealRows, ComeInTheOrderOfSortAndNotOfIds) {
    const std::string id = add();
    set(id, Json::array({Json{{"PRODUCT_NAME", "a"}}, Json{{"PRODUCT_NAME", "b"}}}));
    EXPECT_EQ(rows(id)[0]["PRODUCT_NAME"], "b");
    set(id,
        Json::array({Json{{"PRODUCT_NAME", "a"}, {"SORT", 10}}, Json{{"PRODUCT_NAME", "b"}, {"SORT", 20}}}));
    EXPECT_EQ(rows(id)[0]["PRODUCT_NAME"], "a");
}

TEST_F(DealRows, ADiscountNeedsItsFigure) {
    const std::string id = add();
    const Json refused = set(id, Json::array({Json{{"PRICE", 90}, {"DISCOUNT_TYPE_ID", 2}}}));
    EXPECT_EQ(refused["error"], "ERROR_CORE");
    EXPECT_TRUE(set(id, Json::array({Json{{"PRICE", 90}, {"DISCOUNT_TYPE_ID", 1}}})).contains("error"));
    set(id, Json::array({Json{{"PRICE", 90}, {"DISCOUNT_TYPE_ID", 1}, {"DISCOUNT_SUM", 10}}}));
    Json row = rows(id)[0];
    EXPECT_EQ(row["DISCOUNT_RATE"], 10);
    EXPECT_EQ(row["PRICE_NETTO"], 100);
    set(id, Json::array(
                {Json{{"PRICE", 108}, {"TAX_RATE", 20}, {"DISCOUNT_TYPE_ID", 2}, {"DISCOUNT_RATE", 10}}}));
    row = rows(id)[0];
    EXPECT_EQ(row["PRICE_EXCLUSIVE"], 90);
    EXPECT_EQ(row["DISCOUNT_SUM"], 10);
    EXPECT_EQ(row["PRICE_BRUTTO"], 120);
    EXPECT_EQ(deal(id)["OPPORTUNITY"], "108.00");
}

TEST_F(DealRows, ThatAreLostOnTheWayEmptyTheDeal) {
    const std::string id = add();
    const Json one = Json::array({Json{{"PRICE", 1}}});
    set(id, one);
    EXPECT_EQ(portal.call("crm.deal.productrows.set", Json{{"id", id}})["result"], true);
    EXPECT_EQ(rows(id).dump(), "[]");
    EXPECT_EQ(deal(id)["OPPORTUNITY"], "0.00");
    set(id, one);
    // PHP counts from 0: rows under other keys are not seen.
    set(id, Json{{"r1", one[0]}});
    EXPECT_EQ(rows(id).dump(), "[]");
    set(id, one);
    EXPECT_EQ(set(id, "Array")["error_description"], "The parameter rows must be array.");
    EXPECT_EQ(rows(id).size(), 1U);
    EXPECT_EQ(set("77", one)["error_description"], "Not found.");
}

TEST_F(DealRows, AreWrittenInABatchBehindTheirDeal) {
    const Json maps = portal.batch(
        Json{{"p", "crm.product.add?fields[NAME]=P&fields[XML_ID]=p1"},
             {"d", "crm.deal.add?fields[TITLE]=T&fields[ORIGIN_ID]=d1&fields[ORIGINATOR_ID]=1C"},
             {"r",
              "crm.deal.productrows.set?id=$result[d]&rows[0][PRODUCT_ID]=$result[p]&rows[0][PRICE]=3"
              "&rows[0][QUANTITY]=2&rows[0][PRODUCT_NAME]=P&rows[0][NO_SUCH]=1"},
             {"g", "crm.deal.productrows.get?id=$result[d]"}},
        1);
    EXPECT_EQ(maps["result"]["g"][0]["PRODUCT_ID"], 5001);
    EXPECT_EQ(deal("3001")["OPPORTUNITY"], "6.00");
    const Json journal = portal.engine.journal.writes();
    ASSERT_EQ(journal.size(), 3U);
    EXPECT_EQ(journal[2]["kind"], "deal_row");
    EXPECT_EQ(journal[2]["operation"], "update");
    EXPECT_EQ(journal[2]["key"], "1C/d1");
    EXPECT_EQ(journal[2]["id"], 3001);
    EXPECT_EQ(portal.verdict()["unknown_fields"]["crm.deal.productrows.set"][0], "rows.NO_SUCH");
}

TEST_F(DealRows, GoWithTheirDeal) {
    const std::string id = add();
    set(id, Json::array({Json{{"PRICE", 1}}}));
    EXPECT_EQ(portal.result("crm.deal.delete", Json{{"id", id}}), true);
    EXPECT_EQ(portal.verdict()["rows"]["deal_row"], 0);
    EXPECT_EQ(portal.call("crm.deal.productrows.get", Json{{"id", id}})["error_description"], "Not found.");
}

}  // namespace
}  // namespace obmen::sandbox
