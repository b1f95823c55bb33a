#include <gtest/gtest.h>

#include "portal_under_test.hpp"

namespace obmen::sandbox {
namespace {

TEST(Dictionaries, UnitsCanBeAddedOnceForEachCode) {
    PortalUnderTest portal;
    const Json fields{{"CODE", "006"}, {"MEASURE_TITLE", "Метр"}};
    EXPECT_TRUE(portal.call("crm.measure.add", Json{{"fields", fields}}).contains("error"));
    EXPECT_TRUE(portal.call("crm.measure.add", Json{{"fields", Json{{"CODE", "111"}}}}).contains("error"));
    const std::string id = portal.add("crm.measure", Json{{"CODE", "111"}, {"MEASURE_TITLE", "Мл"}});
    EXPECT_EQ(portal.result("crm.measure.update", Json{{"id", id}, {"fields", Json{{"SYMBOL_RUS", "мл"}}}}),
              true);
    EXPECT_EQ(portal.result("crm.measure.get", Json{{"id", id}})["SYMBOL_RUS"], "мл");
    EXPECT_EQ(portal.result("crm.measure.delete", Json{{"id", id}}), true);
    EXPECT_EQ(portal.call("crm.measure.get", Json{{"id", id}})["error_description"], "Not found");
    EXPECT_EQ(portal.verdict()["removals"], 1);
}

TEST(Dictionaries, RatesAndCurrenciesCanBeAdded) {
    PortalUnderTest portal;
    const std::string vat = portal.add("crm.vat", Json{{"NAME", "НДС 12%"}, {"RATE", 12}, {"ACTIVE", "Y"}});
    EXPECT_EQ(portal.result("crm.vat.get", Json{{"id", vat}})["RATE"], "12.00");
    EXPECT_EQ(portal.add("crm.currency", Json{{"CURRENCY", "AMD"}, {"AMOUNT", "23.1"}}), "\"AMD\"");
    EXPECT_EQ(portal.result("crm.currency.get", Json{{"id", "AMD"}})["AMOUNT"], "23.1");
    EXPECT_TRUE(portal.call("crm.currency.add", Json{{"fields", Json{{"CURRENCY", "AMD"}, {"AMOUNT", "1"}}}})
                    .contains("error"));
    EXPECT_EQ(portal.result("crm.product.add",
                            Json{{"fields", Json{{"NAME", "a"}, {"PRICE", 1}, {"CURRENCY_ID", "AMD"}}}}),
              5001);
}

TEST(Dictionaries, OnlyAnAdministratorWritesThem) {
    PortalUnderTest portal;
    portal.engine.settings.administrator = false;
    EXPECT_EQ(portal.call("crm.measure.add", Json{{"fields", Json::array()}})["error_description"],
              "Access denied.");
}

class UserFields : public testing::Test {
  protected:
    Json company(const std::string& id) { return portal.result("crm.company.get", Json{{"id", id}}); }

    PortalUnderTest portal;
};

TEST_F(UserFields, ExistOnlyOnceTheyAreMade) {
    const Json fields{{"TITLE", "A"}, {"UF_CRM_1C_CODE", "0001"}};
    EXPECT_FALSE(company(portal.add("crm.company", fields)).contains("UF_CRM_1C_CODE"));
    EXPECT_EQ(portal.verdict()["unknown_fields"]["crm.company.add"][0], "UF_CRM_1C_CODE");
    EXPECT_EQ(portal.add("crm.company.userfield", Json{{"FIELD_NAME", "1C_CODE"}}), "501");
    EXPECT_TRUE(
        portal.call("crm.company.userfield.add", Json{{"fields", Json{{"FIELD_NAME", "UF_CRM_1C_CODE"}}}})
            .contains("error"));
    EXPECT_EQ(company(portal.add("crm.company", fields))["UF_CRM_1C_CODE"], "0001");
    EXPECT_TRUE(company("701")["UF_CRM_1C_CODE"].is_null());
    // A field of companies is none of contacts.
    EXPECT_FALSE(
        portal
            .result("crm.contact.get", Json{{"id", portal.add("crm.contact", Json{{"UF_CRM_1C_CODE", "1"}})}})
            .contains("UF_CRM_1C_CODE"));
    EXPECT_EQ(portal.result("crm.company.userfield.list").size(), 1U);
    EXPECT_EQ(portal.result("crm.deal.userfield.list").dump(), "[]");
}

TEST_F(UserFields, ComeInListsByMaskAndCanBeFiltered) {
    portal.add("crm.company.userfield", Json{{"FIELD_NAME", "UF_CRM_N"}, {"USER_TYPE_ID", "integer"}});
    for (const char* number : {"5", "17"})
        portal.add("crm.company", Json{{"TITLE", number}, {"UF_CRM_N", number}});
    const auto rows = [&](const Json& parameters) { return portal.result("crm.company.list", parameters); };
    EXPECT_FALSE(rows(Json::object())[0].contains("UF_CRM_N"));
    EXPECT_FALSE(rows({{"select", Json::array({"*"})}})[0].contains("UF_CRM_N"));
    EXPECT_EQ(rows({{"select", Json::array({"ID", "UF_*"})}})[0].dump(), R"({"ID":"701","UF_CRM_N":"5"})");
    EXPECT_EQ(rows({{"select", Json::array({"UF_CRM_N"})}, {"filter", Json{{">UF_CRM_N", 6}}}}).dump(),
              R"([{"UF_CRM_N":"17"}])");
}

TEST_F(UserFields, MayHoldSeveralValues) {
    portal.add("crm.company.userfield", Json{{"FIELD_NAME", "UF_CRM_M"}, {"MULTIPLE", "Y"}});
    const std::string id = portal.add("crm.company", Json{{"UF_CRM_M", Json::array({"a", "", "b"})}});
    EXPECT_EQ(company(id)["UF_CRM_M"].dump(), R"(["a","b"])");
    EXPECT_EQ(company(portal.add("crm.company", Json{{"TITLE", "x"}}))["UF_CRM_M"], false);
}

}  // namespace
}  // namespace obmen::sandbox
