#include <gtest/gtest.h>

#include "portal_under_test.hpp"

namespace obmen::sandbox {
namespace {

class Contragents : public testing::Test {
  protected:
    Json company(const std::string& id) { return portal.result("crm.company.get", Json{{"id", id}}); }
    Json update(const std::string& id, const Json& fields) {
        return portal.call("crm.company.update", Json{{"id", id}, {"fields", fields}});
    }
    std::size_t found(const Json& filter) {
        return portal.result("crm.company.list", Json{{"filter", filter}}).size();
    }
    static Json phone(const char* value) { return Json{{"VALUE", value}, {"VALUE_TYPE", "WORK"}}; }

    PortalUnderTest portal;
};

TEST_F(Contragents, MultiFieldsFollowTheirOwnRules) {
    const std::string id =
        portal.add("crm.company", Json{{"TITLE", "A"}, {"PHONE", Json::array({phone("1")})}});
    EXPECT_EQ(company(id)["PHONE"].dump(),
              R"([{"ID":"210001","VALUE_TYPE":"WORK","VALUE":"1","TYPE_ID":"PHONE"}])");
    // Without an id even the same text is added once more.
    update(id, Json{{"PHONE", Json::array({phone("1")})}});
    EXPECT_EQ(company(id)["PHONE"].size(), 2U);
    // An id changes; what is not mentioned is kept.
    update(id,
           Json{{"PHONE", Json::array({Json{{"ID", "210002"}, {"VALUE", "2"}, {"VALUE_TYPE", "HOME"}}})}});
    EXPECT_EQ(company(id)["PHONE"][1]["VALUE"], "2");
    EXPECT_EQ(company(id)["PHONE"].size(), 2U);
    update(id, Json{{"PHONE", Json::array({Json{{"ID", 210001}, {"DELETE", "Y"}, {"VALUE", "1"}}})}});
    update(id, Json{{"PHONE", Json::array({Json{{"ID", "210002"}, {"VALUE", ""}}})}});
    EXPECT_FALSE(company(id).contains("PHONE"));
    EXPECT_EQ(company(id)["HAS_PHONE"], "N");
    // Nobody else's entry can be changed.
    update(id, Json{{"PHONE", Json::array({Json{{"ID", "999"}, {"VALUE", "3"}}})}});
    EXPECT_FALSE(company(id).contains("PHONE"));
}

TEST_F(Contragents, ListsShowMultiFieldsOnlyByName) {
    portal.add("crm.company", Json{{"TITLE", "A"}, {"PHONE", Json::array({phone("1")})}});
    portal.add("crm.company", Json{{"TITLE", "B"}});
    EXPECT_FALSE(
        portal.result("crm.company.list", Json{{"select", Json::array({"*"})}})[0].contains("PHONE"));
    const Json rows = portal.result("crm.company.list", Json{{"select", Json::array({"ID", "PHONE"})}});
    EXPECT_EQ(rows[0]["PHONE"][0]["VALUE"], "1");
    EXPECT_EQ(rows[1].dump(), R"({"ID":"702"})");
    EXPECT_EQ(found(Json{{"PHONE", "1"}}), 1U);
}

TEST_F(Contragents, RefuseAnAddressThatIsNone) {
    const Json answer = portal.call(
        "crm.contact.add", Json{{"fields", Json{{"NAME", "x"}, {"EMAIL", Json::array({phone("no")})}}}});
    EXPECT_EQ(answer["error"], "ERROR_CORE");
    EXPECT_EQ(portal.verdict()["writes"], 0);
}

TEST_F(Contragents, FiltersKnowAllPrefixes) {
    for (const char* key : {"a", "b", "c"})
        portal.add("crm.company", Json{{"TITLE", key}, {"ORIGINATOR_ID", "1C"}, {"ORIGIN_ID", key}});
    portal.add("crm.company", Json{{"TITLE", "people's"}});
    EXPECT_EQ(found(Json{{"=ORIGINATOR_ID", "1C"}, {"@ORIGIN_ID", Json::array({"A", "b", "x"})}}), 2U);
    EXPECT_EQ(found(Json{{"!@ORIGIN_ID", Json::array({"a"})}}), 3U);
    EXPECT_EQ(found(Json{{"ORIGIN_ID", Json::array({"a", "b"})}}), 2U);
    EXPECT_EQ(found(Json{{"!=ORIGIN_ID", "a"}}), 3U);
    EXPECT_EQ(found(Json{{"%TITLE", "EOPL"}}), 1U);
    EXPECT_EQ(found(Json{{"=%TITLE", "%ople%"}}), 1U);
    EXPECT_EQ(found(Json{{">=ID", 703}}), 2U);
    EXPECT_EQ(found(Json{{"<ID", 703}}), 2U);
    EXPECT_EQ(found(Json{{"NO_SUCH", "a"}}), 4U);
}

TEST_F(Contragents, AreFoundByManyIdsAndShowWhatIsSelected) {
    for (const char* title : {"A", "B", "C"})
        portal.add("crm.company", Json{{"TITLE", title}, {"PHONE", Json::array({phone(title)})}});
    const Json rows =
        portal.result("crm.company.list", Json{{"filter", Json{{"@ID", Json::array({703, "701", 799})}}},
                                               {"select", Json::array({"ID", "PHONE", "EMAIL"})}});
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[1]["ID"], "703");
    EXPECT_EQ(rows[1]["PHONE"][0]["VALUE"], "C");
    EXPECT_FALSE(rows[1].contains("EMAIL"));
    EXPECT_FALSE(rows[1].contains("TITLE"));
    EXPECT_EQ(found({{"ID", Json::array({702})}}), 1U);
    EXPECT_EQ(found({{"!@ID", Json::array({701, 702})}}), 1U);
}

TEST_F(Contragents, KeysAreNotUnique) {
    const Json fields{{"TITLE", "A"}, {"ORIGINATOR_ID", "1C"}, {"ORIGIN_ID", "k"}};
    portal.add("crm.company", fields);
    portal.add("crm.company", fields);
    EXPECT_EQ(portal.verdict()["duplicates"].dump(), R"([{"kind":"company","key":"1c/k","ids":[701,702]}])");
}

TEST_F(Contragents, ContactsBelongToCompanies) {
    const std::string first = portal.add("crm.company", Json{{"TITLE", "A"}});
    const std::string second = portal.add("crm.company", Json{{"TITLE", "B"}});
    const std::string id = portal.add("crm.contact", Json{{"NAME", "x"}, {"COMPANY_ID", first}});
    const Json link{{"id", id}, {"fields", Json{{"COMPANY_ID", second}}}};
    EXPECT_EQ(portal.result("crm.contact.company.add", link), true);
    EXPECT_EQ(portal.result("crm.contact.company.add", link), false);
    EXPECT_EQ(portal.result("crm.contact.company.items.get", Json{{"id", id}}).dump(),
              R"([{"COMPANY_ID":701,"SORT":10,"ROLE_ID":0,"IS_PRIMARY":"Y"},)"
              R"({"COMPANY_ID":702,"SORT":20,"ROLE_ID":0,"IS_PRIMARY":"N"}])");
    EXPECT_EQ(portal.result("crm.contact.get", Json{{"id", id}})["COMPANY_ID"], "701");
    portal.call("crm.contact.update",
                Json{{"id", id}, {"fields", Json{{"COMPANY_IDS", Json::array({second})}}}});
    EXPECT_EQ(portal.result("crm.contact.company.items.get", Json{{"id", id}}).size(), 1U);
    EXPECT_EQ(portal.call("crm.contact.company.add",
                          Json{{"id", 1}, {"fields", Json{{"COMPANY_ID", first}}}})["error"],
              "");
}

TEST_F(Contragents, CompaniesBindContacts) {
    const std::string contact = portal.add("crm.contact", Json{{"NAME", "x"}});
    portal.add("crm.company", Json{{"TITLE", "A"}, {"CONTACT_ID", Json::array({contact})}});
    EXPECT_EQ(portal.result("crm.contact.get", Json{{"id", contact}})["COMPANY_ID"], "701");
}

TEST_F(Contragents, DatesComeBackAsThePortalWritesThem) {
    const std::string id = portal.add("crm.contact", Json{{"NAME", "x"}, {"BIRTHDATE", "11.11.2001"}});
    EXPECT_EQ(portal.result("crm.contact.get", Json{{"id", id}})["BIRTHDATE"], "2001-11-11T00:00:00+03:00");
}

}  // namespace
}  // namespace obmen::sandbox
