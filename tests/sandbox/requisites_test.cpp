#include <gtest/gtest.h>

#include "portal_under_test.hpp"

namespace obmen::sandbox {
namespace {

class Requisites : public testing::Test {
  protected:
    Requisites() { portal.add("crm.company", Json{{"TITLE", "ООО"}}); }

    static Json fields(Json others = Json::object()) {
        Json all{{"ENTITY_TYPE_ID", 4}, {"ENTITY_ID", 701}, {"PRESET_ID", 8}, {"NAME", "Реквизиты"}};
        all.update(others);
        return all;
    }
    Json add(const Json& sent) { return portal.call("crm.requisite.add", Json{{"fields", sent}}); }
    Json address(const char* operation, const Json& sent) {
        Json key{{"TYPE_ID", 6}, {"ENTITY_TYPE_ID", 8}, {"ENTITY_ID", 4001}};
        key.update(sent);
        return portal.call(std::string("crm.address.") + operation, Json{{"fields", key}});
    }
    std::size_t found(const Json& filter) {
        return portal.result("crm.requisite.list", Json{{"filter", filter}}).size();
    }
    Json rows() { return portal.verdict()["rows"]; }

    PortalUnderTest portal;
};

TEST_F(Requisites, NeedAnOwnerATemplateAndAName) {
    const std::pair<Json, const char*> wrong[] = {
        {Json{{"ENTITY_TYPE_ID", 2}}, "ENTITY_TYPE_ID is not defined or invalid."},
        {Json{{"ENTITY_ID", ""}}, "ENTITY_ID is not defined or invalid."},
        {Json{{"ENTITY_ID", "$result[c]"}}, "ENTITY_ID is not defined or invalid."},
        {Json{{"PRESET_ID", 0}}, "PRESET_ID is not defined or invalid."},
        {Json{{"NAME", " "}}, "NAME is not defined or invalid."},
        {Json{{"ENTITY_ID", 999}}, "Entity not found."},
        // 701 is a company, not a contact.
        {Json{{"ENTITY_TYPE_ID", 3}}, "Entity not found."}};
    for (const auto& [changes, text] : wrong) {
        const Json answer = add(fields(changes));
        EXPECT_EQ(answer["error"], "") << changes;
        EXPECT_EQ(answer["error_description"], text);
    }
    EXPECT_EQ(rows()["requisite"], 0);
    // Whether the template exists is not looked at, but the verdict knows.
    EXPECT_EQ(add(fields({{"PRESET_ID", 1}}))["result"], 4001);
    EXPECT_EQ(portal.verdict()["orphans"][0]["PRESET_ID"], 1);
}

TEST_F(Requisites, ComeBackAsTextsAndKeepTheirOwner) {
    portal.add("crm.company", Json{{"TITLE", "Другая"}});
    add(fields({{"RQ_INN", 7707083893}, {"XML_ID", "k1"}, {"NONSENSE", "x"}}));
    EXPECT_EQ(
        portal.result("crm.requisite.update",
                      Json{{"id", 4001}, {"fields", Json{{"ENTITY_ID", 702}, {"RQ_KPP", "770701001"}}}}),
        true);
    const Json row = portal.result("crm.requisite.get", Json{{"id", 4001}});
    EXPECT_EQ(row["ID"], "4001");
    EXPECT_EQ(row["ENTITY_TYPE_ID"], "4");
    EXPECT_EQ(row["ENTITY_ID"], "701");
    EXPECT_EQ(row["RQ_INN"], "7707083893");
    EXPECT_EQ(row["RQ_KPP"], "770701001");
    EXPECT_TRUE(row["RQ_OGRN"].is_null());
    EXPECT_EQ(portal.call("crm.requisite.get", Json{{"id", 57}})["error_description"],
              "The Requisite with ID '57' is not found");
    EXPECT_EQ(portal.verdict()["unknown_fields"]["crm.requisite.add"][0], "NONSENSE");
}

TEST_F(Requisites, AreFoundByOwnerKeyAndNumber) {
    for (const char* number : {"1", "2", "3"})
        add(fields({{"RQ_INN", number}, {"XML_ID", std::string("k") + number}}));
    EXPECT_EQ(found({{"RQ_INN", Json::array({"1", "3"})}}), 2U);
    EXPECT_EQ(found({{"@RQ_INN", Json::array({"2"})}}), 1U);
    EXPECT_EQ(found({{"XML_ID", "K2"}}), 1U);
    EXPECT_EQ(found({{"ENTITY_TYPE_ID", 4}, {"ENTITY_ID", Json::array({701, 702})}}), 3U);
    EXPECT_EQ(found({{"ENTITY_ID", 702}}), 0U);
    EXPECT_EQ(found({{"NO_SUCH", 702}}), 3U);
}

TEST_F(Requisites, TemplatesHaveToBeLookedUp) {
    const Json all = portal.result("crm.requisite.preset.list",
                                   Json{{"filter", Json{{"COUNTRY_ID", 1}}}, {"order", Json{{"ID", "ASC"}}}});
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[0]["ID"], "3");
    EXPECT_EQ(all[0]["XML_ID"], "#CRM_REQUISITE_PRESET_DEF_RU_INDIVIDUAL#");
    EXPECT_EQ(all[2]["NAME"], "Организация");
    EXPECT_EQ(all[2]["ENTITY_TYPE_ID"], "8");
    EXPECT_EQ(portal.result("crm.requisite.preset.list").size(), 4U);
}

TEST_F(Requisites, HaveBankDetails) {
    add(fields());
    const Json account{{"ENTITY_ID", 4001}, {"NAME", "Счёт"}, {"RQ_BIK", "044525225"}, {"XML_ID", "a1"}};
    EXPECT_EQ(portal.add("crm.requisite.bankdetail", account), "6001");
    Json row = portal.result("crm.requisite.bankdetail.get", Json{{"id", 6001}});
    EXPECT_EQ(row["ENTITY_TYPE_ID"], "8");
    EXPECT_EQ(row["COUNTRY_ID"], "1");
    EXPECT_EQ(row["RQ_BIK"], "044525225");
    portal.call("crm.requisite.bankdetail.update",
                Json{{"id", 6001}, {"fields", Json{{"RQ_ACC_NUM", "40702810900000000001"}}}});
    const Json listed = portal.result("crm.requisite.bankdetail.list",
                                      Json{{"filter", Json{{"ENTITY_ID", 4001}, {"XML_ID", "A1"}}},
                                           {"select", Json::array({"ID", "RQ_ACC_NUM"})}});
    EXPECT_EQ(listed.dump(), R"([{"ID":"6001","RQ_ACC_NUM":"40702810900000000001"}])");
    Json orphan = account;
    orphan["ENTITY_ID"] = 9;
    EXPECT_TRUE(portal.call("crm.requisite.bankdetail.add", Json{{"fields", orphan}}).contains("error"));
    orphan["ENTITY_ID"] = 4001;
    orphan.erase("NAME");
    EXPECT_TRUE(portal.call("crm.requisite.bankdetail.add", Json{{"fields", orphan}}).contains("error"));
    EXPECT_EQ(portal.result("crm.requisite.bankdetail.delete", Json{{"id", 6001}}), true);
    EXPECT_EQ(rows()["bank_detail"], 0);
}

TEST_F(Requisites, HaveOneAddressOfEachType) {
    add(fields());
    EXPECT_EQ(address("add", {{"CITY", "Москва"}})["result"], true);
    EXPECT_EQ(address("add", {{"CITY", "Тверь"}})["error_description"], "TypeAddress exists.");
    EXPECT_EQ(address("add", {{"TYPE_ID", "1"}, {"CITY", "Тверь"}})["result"], true);
    EXPECT_EQ(address("update", {{"ADDRESS_1", "ул. Ленина, 1"}})["result"], true);
    EXPECT_EQ(address("update", {{"TYPE_ID", 4}, {"CITY", "x"}})["error_description"],
              "TypeAddress not found.");
    const Json answer = portal.call("crm.address.list", Json{{"filter", Json{{"ENTITY_ID", 4001}}},
                                                             {"order", Json{{"TYPE_ID", "DESC"}}}});
    EXPECT_EQ(answer["total"], 50);
    EXPECT_FALSE(answer.contains("next"));
    ASSERT_EQ(answer["result"].size(), 2U);
    const Json& row = answer["result"][0];
    EXPECT_EQ(row["TYPE_ID"], "6");
    EXPECT_EQ(row["CITY"], "Москва");
    EXPECT_EQ(row["ADDRESS_1"], "ул. Ленина, 1");
    EXPECT_EQ(row["ANCHOR_ID"], "701");
    EXPECT_FALSE(row.contains("ID"));
    EXPECT_FALSE(row.contains("KEY"));
    EXPECT_EQ(address("delete", Json::object())["result"], true);
    EXPECT_EQ(address("delete", Json::object())["error_description"], "TypeAddress not found.");
    EXPECT_EQ(address("add", Json::object())["result"], true);
}

TEST_F(Requisites, RefuseAddressesOfTheWrongKind) {
    add(fields());
    EXPECT_EQ(address("add", {{"TYPE_ID", 2}})["error_description"], "TYPE_ID is not defined or invalid.");
    EXPECT_EQ(address("add", {{"ENTITY_TYPE_ID", 4}})["error_description"],
              "ENTITY_TYPE_ID is not defined or invalid.");
    EXPECT_EQ(address("add", {{"ENTITY_ID", ""}})["error_description"],
              "ENTITY_ID is not defined or invalid.");
    EXPECT_EQ(address("add", {{"ENTITY_ID", 701}})["error_description"], "Entity not found.");
    EXPECT_EQ(portal.result("crm.enum.addresstype").size(), 6U);
}

TEST_F(Requisites, FollowTheirCompanyInABatch) {
    const Json maps = portal.batch(
        Json{{"c", "crm.company.add?fields[TITLE]=C&fields[ORIGINATOR_ID]=1C&fields[ORIGIN_ID]=k9"},
             {"r",
              "crm.requisite.add?fields[ENTITY_TYPE_ID]=4&fields[ENTITY_ID]=$result[c]&fields[PRESET_ID]=8"
              "&fields[NAME]=R&fields[XML_ID]=k9&fields[RQ_INN]=1"},
             {"b", "crm.requisite.bankdetail.add?fields[ENTITY_ID]=$result[r]&fields[NAME]=B"},
             {"a",
              "crm.address.add?fields[TYPE_ID]=6&fields[ENTITY_TYPE_ID]=8&fields[ENTITY_ID]=$result[r]"
              "&fields[CITY]=%D0%9C"}},
        1);
    EXPECT_EQ(maps["result_error"].dump(), "[]");
    const Json journal = portal.engine.journal.writes();
    ASSERT_EQ(journal.size(), 5U);
    EXPECT_EQ(journal[2]["kind"], "requisite");
    EXPECT_EQ(journal[2]["key"], "k9");
    EXPECT_EQ(journal[2]["parameters"]["fields"]["ENTITY_ID"], "702");
    EXPECT_EQ(journal[3]["kind"], "bank_detail");
    EXPECT_EQ(journal[4]["kind"], "address");
    EXPECT_EQ(journal[4]["key"], "6/8/4001");
    EXPECT_EQ(journal[4]["operation"], "create");
}

TEST_F(Requisites, AChainBreaksAtAFailureWithoutHalt) {
    const Json maps = portal.batch(
        Json{{"c", "crm.company.add?fields[PHONE]=1&fields[EMAIL][0][VALUE]=none"},
             {"r",
              "crm.requisite.add?fields[ENTITY_TYPE_ID]=4&fields[ENTITY_ID]=$result[c]&fields[PRESET_ID]=8"
              "&fields[NAME]=R"}});
    EXPECT_EQ(maps["result_error"].size(), 2U);
    EXPECT_EQ(maps["result_error"]["r"]["error_description"], "ENTITY_ID is not defined or invalid.");
}

TEST_F(Requisites, GoWithTheirCompany) {
    add(fields());
    address("add", Json::object());
    portal.add("crm.requisite.bankdetail", Json{{"ENTITY_ID", 4001}, {"NAME", "Счёт"}});
    EXPECT_EQ(portal.result("crm.company.delete", Json{{"id", 701}}), true);
    for (const char* kind : {"company", "requisite", "bank_detail", "address"})
        EXPECT_EQ(rows()[kind], 0) << kind;
    EXPECT_EQ(portal.verdict()["removals"], 4);
}

}  // namespace
}  // namespace obmen::sandbox
