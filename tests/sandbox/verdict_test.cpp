#include <gtest/gtest.h>

#include "parts.hpp"
#include "portal_under_test.hpp"

namespace obmen::sandbox {
namespace {

Json phones(std::initializer_list<const char*> numbers) {
    Json all = Json::array();
    for (const char* number : numbers)
        all.push_back(Json{{"VALUE", number}});
    return all;
}

class Verdict : public testing::Test {
  protected:
    std::string requisite(const Json& more) {
        Json fields{{"ENTITY_TYPE_ID", 4}, {"ENTITY_ID", 701}, {"PRESET_ID", 8}, {"NAME", "R"}};
        fields.update(more);
        return portal.add("crm.requisite", fields);
    }
    Json parts() { return portal.verdict()["duplicate_parts"]; }

    PortalUnderTest portal;
};

TEST_F(Verdict, CountsCreationsByKindAndByKey) {
    for (const char* key : {"a", "A", "b"})
        portal.add("crm.product", Json{{"NAME", "P"}, {"XML_ID", key}});
    portal.add("crm.company", Json{{"TITLE", "C"}});
    const Json verdict = portal.verdict();
    EXPECT_EQ(verdict["creations_by_kind"].dump(), R"({"product":3,"company":1})");
    EXPECT_EQ(verdict["keys_created"], 2);
    EXPECT_EQ(verdict["most_creations_of_a_key"], 2);
}

TEST_F(Verdict, SeesThePhoneThatACardHasTwice) {
    portal.add("crm.company",
               Json{{"TITLE", "C"}, {"PHONE", phones({"+7 (916) 000-00-01", "89160000001", "+7 1"})}});
    portal.add("crm.contact", Json{{"NAME", "N"}, {"EMAIL", phones({"a@b.ru", "A@B.ru", "c@b.ru"})}});
    portal.add("crm.contact", Json{{"NAME", "M"}, {"PHONE", phones({"+7 (916) 000-00-01"})}});
    const Json found = parts();
    ASSERT_EQ(found.size(), 2U) << found;
    EXPECT_EQ(found[0].dump(), R"({"kind":"phone","of":"company 701","value":"79160000001","times":2})");
    EXPECT_EQ(found[1]["kind"], "email");
    EXPECT_EQ(found[1]["value"], "a@b.ru");
}

TEST_F(Verdict, SeesRequisitesAndAccountsThatAreThereTwice) {
    portal.add("crm.company", Json{{"TITLE", "C"}});
    const std::string first = requisite({{"RQ_INN", "7707083893"}, {"XML_ID", "1"}});
    requisite({{"RQ_INN", "7707083893"}, {"XML_ID", "2"}});
    requisite({{"RQ_INN", "7707083893"}, {"RQ_KPP", "770701001"}});
    for (const char* account : {"40702810", "40702810", "40702811"})
        portal.add(
            "crm.requisite.bankdetail",
            Json{{"ENTITY_ID", first}, {"NAME", "B"}, {"RQ_ACC_NUM", account}, {"RQ_BIK", "044525225"}});
    const Json found = parts();
    ASSERT_EQ(found.size(), 2U) << found;
    EXPECT_EQ(found[0]["kind"], "requisite");
    EXPECT_EQ(found[0]["of"], "company 701");
    EXPECT_EQ(found[1]["kind"], "bank_detail");
    EXPECT_EQ(found[1]["of"], "requisite " + first);
}

TEST_F(Verdict, SeesChoicesAndRowsThatAreThereTwice) {
    portal.add(
        "crm.product.property",
        Json{{"NAME", "Цвет"},
             {"PROPERTY_TYPE", "L"},
             {"VALUES", Json{{"n0", Json{{"VALUE", "Красный"}}}, {"n1", Json{{"VALUE", "красный "}}}}}});
    portal.add("crm.deal", Json{{"TITLE", "D"}});
    const Json row{{"PRODUCT_NAME", "Болт"}, {"PRICE", 5}, {"QUANTITY", 2}};
    const Json other{{"PRODUCT_NAME", "Болт"}, {"PRICE", 5}, {"QUANTITY", 3}};
    portal.call("crm.deal.productrows.set", Json{{"id", 3001}, {"rows", Json::array({row, other, row})}});
    const Json found = parts();
    ASSERT_EQ(found.size(), 2U) << found;
    EXPECT_EQ(found[0].dump(), R"({"kind":"list_value","of":"property 101","value":"красный","times":2})");
    EXPECT_EQ(found[1]["kind"], "deal_row");
    EXPECT_EQ(found[1]["of"], "deal 3001");
}

TEST_F(Verdict, NamesPartsAndLinksWithoutAnOwner) {
    portal.add("crm.company", Json{{"TITLE", "C"}});
    portal.add("crm.contact", Json{{"NAME", "N"}, {"COMPANY_ID", 701}});
    portal.add("crm.deal", Json{{"TITLE", "D"}, {"CONTACT_IDS", Json::array({9001})}});
    const std::string of_company = requisite(Json::object());
    portal.add("crm.requisite.bankdetail", Json{{"ENTITY_ID", of_company}, {"NAME", "B"}});
    portal.add("crm.address", Json{{"TYPE_ID", 1}, {"ENTITY_TYPE_ID", 8}, {"ENTITY_ID", of_company}});
    EXPECT_EQ(portal.verdict()["orphans"].dump(), "[]");
    for (const char* kind : {"company", "contact", "requisite"}) {
        const auto rows = portal.engine.store.table(kind).rows();
        portal.engine.store.table(kind).erase(rows.begin()->first);
    }
    std::string kinds;
    const Json orphans = portal.verdict()["orphans"];
    for (const Json& orphan : orphans)
        kinds += orphan["kind"].get<std::string>() + " ";
    EXPECT_EQ(kinds, "deal bank_detail address deal ") << "its single contact, and its link to it";
}

TEST_F(Verdict, NamesValuesWhoseChoiceIsGone) {
    portal.add(
        "crm.product.property",
        Json{{"NAME", "Цвет"}, {"PROPERTY_TYPE", "L"}, {"VALUES", Json{{"n0", Json{{"VALUE", "Красный"}}}}}});
    portal.add("crm.product", Json{{"NAME", "P"}, {"XML_ID", "k"}, {"PROPERTY_101", "41"}});
    EXPECT_EQ(portal.verdict()["orphans"].dump(), "[]");
    Json property = *portal.engine.store.table("property").find(101);
    property["VALUES"] = Json::object();
    portal.engine.store.table("property").put(101, property);
    EXPECT_EQ(portal.verdict()["orphans"].dump(),
              R"([{"kind":"product","id":5001,"key":"k","PROPERTY_101":41}])");
}

TEST_F(Verdict, KnowsWhoWasTooQuickEvenWhereNothingIsRefused) {
    for (int number = 0; number < 50; ++number)
        portal.call("profile");
    EXPECT_EQ(portal.verdict()["over_limit"], 0);
    EXPECT_NEAR(portal.verdict()["peak_level"].get<double>(), 50, 2);
    for (int number = 0; number < 20; ++number)
        portal.call("profile");
    EXPECT_GT(portal.verdict()["over_limit"], 0);
    EXPECT_EQ(portal.verdict()["refused_for_rate"], 0);
}

}  // namespace
}  // namespace obmen::sandbox
