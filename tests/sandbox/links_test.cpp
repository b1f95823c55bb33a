#include <gtest/gtest.h>

#include "portal_under_test.hpp"

namespace obmen::sandbox {
namespace {

class Links : public testing::Test {
  protected:
    Links() {
        for (const char* name : {"A", "B", "C"})
            portal.add("crm.company", Json{{"TITLE", name}});
        for (const char* name : {"x", "y"})
            portal.add("crm.contact", Json{{"NAME", name}});
    }
    Json call(const char* method, int id, const Json& fields) {
        return portal.call(method, Json{{"id", id}, {"fields", fields}});
    }
    std::string companies(int contact) {
        return ids(portal.result("crm.contact.company.items.get", Json{{"id", contact}}), "COMPANY_ID");
    }
    std::string contacts(int company) {
        return ids(portal.result("crm.company.contact.items.get", Json{{"id", company}}), "CONTACT_ID");
    }
    /// The primary one has a star.
    static std::string ids(const Json& items, const char* field) {
        std::string all;
        for (const Json& item : items)
            all += item.at(field).dump() + (item.at("IS_PRIMARY") == "Y" ? "* " : " ");
        return all;
    }
    Json primary(int contact) {
        return portal.result("crm.contact.get", Json{{"id", contact}})["COMPANY_ID"];
    }

    PortalUnderTest portal;
};

TEST_F(Links, AreTheSameFromBothSides) {
    EXPECT_EQ(call("crm.company.contact.add", 701, {{"CONTACT_ID", 9001}})["result"], true);
    EXPECT_EQ(call("crm.company.contact.add", 701, {{"CONTACT_ID", 9001}})["result"], false);
    EXPECT_EQ(call("crm.contact.company.add", 9001, {{"COMPANY_ID", 701}})["result"], false);
    EXPECT_EQ(call("crm.contact.company.add", 9001, {{"COMPANY_ID", 702}, {"IS_PRIMARY", "Y"}})["result"],
              true);
    EXPECT_EQ(companies(9001), "701 702* ");
    EXPECT_EQ(contacts(701), "9001 ");
    EXPECT_EQ(contacts(702), "9001* ");
    EXPECT_EQ(primary(9001), "702");
    EXPECT_EQ(portal.verdict()["links"], 2);
}

TEST_F(Links, TheFirstThatIsLeftBecomesPrimary) {
    for (const int company : {701, 702})
        call("crm.contact.company.add", 9001, {{"COMPANY_ID", company}});
    EXPECT_EQ(call("crm.company.contact.delete", 701, {{"CONTACT_ID", 9001}})["result"], true);
    EXPECT_EQ(primary(9001), "702");
    EXPECT_EQ(call("crm.contact.company.delete", 9001, {{"COMPANY_ID", 702}})["result"], true);
    EXPECT_TRUE(primary(9001).is_null());
    EXPECT_EQ(call("crm.contact.company.delete", 9001, {{"COMPANY_ID", 702}})["error_description"],
              "Not found");
}

TEST_F(Links, ItemsReplaceTheWholeSet) {
    call("crm.contact.company.add", 9001, {{"COMPANY_ID", 701}});
    const Json items = Json::array(
        {Json{{"COMPANY_ID", 702}, {"SORT", 5}}, Json{{"COMPANY_ID", "703"}, {"IS_PRIMARY", "Y"}}});
    EXPECT_EQ(portal.result("crm.contact.company.items.set", Json{{"id", 9001}, {"items", items}}), true);
    EXPECT_EQ(companies(9001), "702 703* ");
    const Json both = Json::array({Json{{"CONTACT_ID", 9001}}, Json{{"CONTACT_ID", 9002}}});
    EXPECT_EQ(portal.result("crm.company.contact.items.set", Json{{"id", 701}, {"items", both}}), true);
    EXPECT_EQ(contacts(701), "9001 9002* ");
    EXPECT_EQ(companies(9001), "702 703* 701 ");
    // Items that got lost are none.
    EXPECT_EQ(portal.result("crm.company.contact.items.set", Json{{"id", 701}}), true);
    EXPECT_EQ(contacts(701), "");
    EXPECT_EQ(portal.result("crm.contact.company.items.delete", Json{{"id", 9001}}), true);
    EXPECT_EQ(companies(9001), "");
}

TEST_F(Links, RefuseWhatIsNotThere) {
    EXPECT_EQ(portal.call("crm.contact.company.items.get")["error_description"],
              "The parameter 'ownerEntityID' is invalid or not defined.");
    EXPECT_EQ(call("crm.contact.company.add", 9001, {{"COMPANY", 701}})["error_description"],
              "The parameter 'fields' is not valid.");
    EXPECT_EQ(portal.call("crm.contact.company.add", Json{{"id", 9001}})["error_description"],
              "The parameter 'fields' is not valid.");
    EXPECT_EQ(call("crm.contact.company.add", 9001, {{"COMPANY_ID", 799}})["error_description"], "Not found");
    EXPECT_EQ(call("crm.company.contact.add", 799, {{"CONTACT_ID", 9001}})["error_description"], "Not found");
    EXPECT_EQ(portal.verdict()["links"], 0);
}

TEST_F(Links, TheSingleCompanyOfOldDrivesTheOthersOut) {
    for (const int company : {701, 702})
        call("crm.contact.company.add", 9001, {{"COMPANY_ID", company}});
    call("crm.contact.update", 9001, {{"COMPANY_ID", 702}});
    EXPECT_EQ(companies(9001), "701* 702 ");
    call("crm.contact.update", 9001, {{"COMPANY_ID", 703}});
    EXPECT_EQ(companies(9001), "703* ");
    call("crm.contact.update", 9001, {{"COMPANY_ID", ""}});
    EXPECT_EQ(companies(9001), "");
}

TEST_F(Links, ContactsOfACompanyAreReplacedWhole) {
    call("crm.company.update", 701, {{"CONTACT_ID", Json::array({9001, 9002})}});
    EXPECT_EQ(contacts(701), "9001* 9002* ");
    call("crm.company.update", 701, {{"CONTACT_ID", Json::array({9002})}});
    EXPECT_EQ(contacts(701), "9002* ");
    call("crm.company.update", 701, {{"TITLE", "A2"}});
    EXPECT_EQ(contacts(701), "9002* ");
    EXPECT_EQ(portal.result("crm.company.list", Json{{"filter", Json{{"CONTACT_ID", 9002}}}}).size(), 3U);
}

TEST_F(Links, EndWithWhatTheyLead) {
    call("crm.contact.company.add", 9001, {{"COMPANY_ID", 701}});
    const std::string deal =
        portal.add("crm.deal", Json{{"COMPANY_ID", 701}, {"CONTACT_IDS", Json::array({9001, 9002})}});
    portal.call("crm.company.delete", Json{{"id", 701}});
    portal.call("crm.contact.delete", Json{{"id", 9001}});
    const Json row = portal.result("crm.deal.get", Json{{"id", deal}});
    EXPECT_TRUE(row["COMPANY_ID"].is_null());
    EXPECT_EQ(row["CONTACT_ID"], "9002");
    EXPECT_EQ(portal.verdict()["orphans"].dump(), "[]");
}

}  // namespace
}  // namespace obmen::sandbox
