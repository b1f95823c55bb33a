#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "portal/facts.hpp"
#include "support/error.hpp"

namespace obmen::portal {
namespace {

using nlohmann::json;
using Kind = crm::RequisitePreset::Kind;

/// The facts of a portal that answers `answers` (by method) and refuses everything else that it may.
PortalFacts facts_of(const std::map<std::string, std::string>& answers) {
    std::vector<CommandAnswer> out;
    for (const Command& command : start_up_commands("1C")) {
        const auto known = answers.find(command.method);
        const bool needed = command.method == "profile" || command.method == "crm.product.list" ||
                            command.method == "crm.productsection.list";
        if (known != answers.end()) {
            out.emplace_back(Done{json::parse(known->second)});
        } else if (needed) {
            out.emplace_back(Done{json::parse("[]")});
        } else {
            out.emplace_back(Refused{"", "Access denied."});
        }
    }
    return read_start_up(out, "1C");
}

TEST(CatalogId, IsThatOfTheCataloguePeopleUse) {
    EXPECT_EQ(facts_of({{"crm.catalog.list", R"([{"ID":"31","ORIGINATOR_ID":"shop","ORIGIN_ID":"1"},
        {"ID":25,"ORIGINATOR_ID":null,"ORIGIN_ID":""},{"ID":"26"}])"}})
                  .catalog_id,
              "25");
    EXPECT_EQ(facts_of({{"crm.catalog.list", "[]"}}).catalog_id, "");
}

TEST(Presets, AreFoundByXmlIdAndElseByCountryAndName) {
    const PortalFacts facts = facts_of({{"crm.requisite.preset.list", R"([
        {"ID":"4","COUNTRY_ID":"1","NAME":"Организация","XML_ID":"","ACTIVE":"Y"},
        {"ID":"5","COUNTRY_ID":"1","NAME":"Наши клиенты","XML_ID":"#CRM_REQUISITE_PRESET_DEF_RU_COMPANY#"},
        {"ID":"6","COUNTRY_ID":4,"NAME":"ИП","XML_ID":null,"ACTIVE":"Y"},
        {"ID":7,"COUNTRY_ID":1,"NAME":"ип ","XML_ID":null,"ACTIVE":"Y"},
        {"ID":"8","COUNTRY_ID":"1","NAME":"Физ. лицо","XML_ID":"","ACTIVE":"N"}])"}});
    EXPECT_EQ(preset_id(facts, {"RU", Kind::company}), "5");
    EXPECT_EQ(preset_id(facts, {"RU", Kind::sole_trader}), "7");
    EXPECT_EQ(preset_id(facts, {"BY", Kind::sole_trader}), "6");
    EXPECT_EQ(preset_id(facts, {"RU", Kind::person}), std::nullopt) << "it is switched off";
    EXPECT_EQ(preset_id(facts, {"KZ", Kind::company}), std::nullopt);
    EXPECT_EQ(preset_id(facts, {"ZZ", Kind::company}), std::nullopt);
}

const char* all_stages() {
    return R"([{"ENTITY_ID":"DEAL_STAGE","STATUS_ID":"WON","SORT":"5","SEMANTICS":"S"},
        {"ENTITY_ID":"DEAL_STAGE","STATUS_ID":"EXECUTING","SORT":30,"SEMANTICS":null,"EXTRA":{"SEMANTICS":"process"}},
        {"ENTITY_ID":"DEAL_STAGE","STATUS_ID":"NEW","SORT":"10"},
        {"ENTITY_ID":"DEAL_STAGE","STATUS_ID":"LOSE","SORT":"20","EXTRA":{"SEMANTICS":"failure"}},
        {"ENTITY_ID":"DEAL_STAGE_9","STATUS_ID":"C9:NEW","SORT":"10"},
        {"ENTITY_ID":"DEAL_STAGES","STATUS_ID":"X","SORT":"10"},
        {"ENTITY_ID":"SOURCE","STATUS_ID":"CALL","SORT":"10"}])";
}

TEST(Stages, StandInTheirOrderWithTheFinalOnesLast) {
    // Every status command answers everything, as a portal does that ignores the filter.
    const PortalFacts facts = facts_of({{"crm.status.list", all_stages()}});
    EXPECT_EQ(facts.stages.size(), 2U);
    EXPECT_EQ(stage_order(facts, "NEW"), 0);
    EXPECT_EQ(stage_order(facts, "EXECUTING"), 1);
    EXPECT_EQ(stage_order(facts, "WON"), 2) << "its SORT is the least, but it ends the deal";
    EXPECT_EQ(stage_order(facts, "LOSE"), 3);
    EXPECT_EQ(stage_order(facts, "C9:NEW"), 0);
    EXPECT_EQ(stage_order(facts, "CALL"), std::nullopt);
    EXPECT_EQ(stage_order(facts, ""), std::nullopt);
}

TEST(Stages, OfEachFunnelAreAskedForByItsPlaceInTheListOfFunnels) {
    const std::vector<Command> commands = start_up_commands("1C");
    std::size_t categories = 0;
    std::size_t asked = 0;
    for (std::size_t i = 0; i < commands.size(); ++i) {
        const std::string text = encoded(commands[i]);
        if (commands[i].method == "crm.category.list") {
            categories = i;
            EXPECT_EQ(text, "crm.category.list?entityTypeId=2");
        } else if (text.find("DEAL_STAGE_") != std::string::npos) {
            EXPECT_NE(text.find("DEAL_STAGE_%24result%5Bc" + std::to_string(categories) +
                                "%5D%5Bcategories%5D%5B" + std::to_string(asked) + "%5D%5Bid%5D"),
                      std::string::npos)
                << text;
            ++asked;
        }
    }
    EXPECT_GT(categories, 0U);
    EXPECT_EQ(asked, 10U);
}

TEST(FactsJson, KeepsWhatPeopleHaveSetUp) {
    PortalFacts facts = facts_of({{"crm.status.list", all_stages()}});
    facts.catalog_id = "25";
    facts.presets = {{"5", "1", "Организация", "#X#"}};
    facts.complete[crm::EntityKind::deal] = {{"5", "guid", ""}};
    facts.many_keys[crm::EntityKind::bank_account] = true;
    const std::string text = facts_to_json(facts);
    const PortalFacts again = facts_from_json(text);
    EXPECT_EQ(again.catalog_id, "25");
    EXPECT_EQ(again.presets, facts.presets);
    EXPECT_EQ(again.stages, facts.stages);
    EXPECT_EQ(again.complete.at(crm::EntityKind::deal).at(0).key, "guid");
    EXPECT_TRUE(again.many_keys.at(crm::EntityKind::bank_account));
    EXPECT_EQ(facts_to_json(again), text);
}

TEST(FactsJson, RefusesSettingsItCannotRead) {
    for (const char* text :
         {R"({"presets":{}})", R"({"presets":[{"name":"a"}]})", R"({"stages":[]})", R"({"stages":{"x":[]}})",
          R"({"stages":{"-1":[]}})", R"({"stages":{"0":{}}})", R"({"stages":{"0":[{"sort":1}]}})"}) {
        EXPECT_THROW(static_cast<void>(facts_from_json(text)), Error) << text;
    }
}

}  // namespace
}  // namespace obmen::portal
