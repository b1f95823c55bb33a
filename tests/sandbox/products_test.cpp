#include <gtest/gtest.h>

#include "portal_under_test.hpp"

namespace obmen::sandbox {
namespace {

Json named(const char* name) {
    return Json{{"NAME", name}};
}

class Products : public testing::Test {
  protected:
    Json product(const std::string& id) { return portal.result("crm.product.get", Json{{"id", id}}); }
    Json update(const std::string& id, const Json& fields) {
        return portal.call("crm.product.update", Json{{"id", id}, {"fields", fields}});
    }
    std::size_t found(const Json& filter) {
        return portal.result("crm.product.list", Json{{"filter", filter}}).size();
    }
    void add_with_keys(std::initializer_list<const char*> keys) {
        for (const char* key : keys)
            portal.add("crm.product", Json{{"NAME", key}, {"XML_ID", key}});
    }

    PortalUnderTest portal;
};

TEST_F(Products, GetDefaultsAndAnAutomaticCode) {
    const std::string id = portal.add("crm.product", named("Болт М8 «Щука»"));
    const Json row = product(id);
    EXPECT_EQ(row["CODE"], "bolt_m8_shchuka");
    EXPECT_EQ(row["XML_ID"], id);
    EXPECT_EQ(row["ACTIVE"], "Y");
    EXPECT_EQ(row["SORT"], "500");
    EXPECT_EQ(row["CATALOG_ID"], "25");
    EXPECT_TRUE(row["PRICE"].is_null());
    const Json longest = product(portal.add("crm.product", Json{{"NAME", std::string(300, 'x')}}));
    EXPECT_EQ(longest["CODE"].get<std::string>().size(), 100U);
}

TEST_F(Products, NeedAName) {
    EXPECT_EQ(portal.send("crm.product.add", Json{{"fields", Json{{"XML_ID", "a"}}}}).status, 400);
    EXPECT_EQ(portal.send("crm.product.add", Json{{"fields", named("  ")}}).status, 400);
    EXPECT_EQ(portal.send("crm.productsection.add", Json{{"fields", Json{{"XML_ID", "a"}}}}).status, 400);
    EXPECT_EQ(portal.verdict()["writes"], 0);
}

TEST_F(Products, AreNotUniqueByXmlId) {
    add_with_keys({"g", "g"});
    EXPECT_EQ(found(Json{{"XML_ID", "g"}}), 2U);
    EXPECT_EQ(portal.verdict()["duplicates"].dump(), R"([{"kind":"product","key":"g","ids":[5001,5002]}])");
}

TEST_F(Products, CompareKeysWithoutCaseUnlessSwitchedOff) {
    add_with_keys({"Ключ-A"});
    EXPECT_EQ(found(Json{{"XML_ID", "кЛЮЧ-a"}}), 1U);
    portal.engine.settings.fold_keys = false;
    EXPECT_EQ(found(Json{{"XML_ID", "кЛЮЧ-a"}}), 0U);
    EXPECT_EQ(found(Json{{"XML_ID", "Ключ-A"}}), 1U);
}

TEST_F(Products, IgnoreAPriceWithoutCurrencyOrRefuseIt) {
    const std::string id = portal.add("crm.product", Json{{"NAME", "a"}, {"PRICE", "10"}});
    EXPECT_TRUE(product(id)["PRICE"].is_null());
    update(id, Json{{"PRICE", "12.345"}, {"CURRENCY_ID", "USD"}});
    EXPECT_EQ(product(id)["PRICE"], "12.35");
    update(id, Json{{"PRICE", "99"}});
    EXPECT_EQ(product(id)["PRICE"], "12.35");
    portal.engine.settings.price_without_currency = Reaction::refuse;
    EXPECT_TRUE(update(id, Json{{"PRICE", "99"}}).contains("error"));
    EXPECT_TRUE(update(id, Json{{"PRICE", "99"}, {"CURRENCY_ID", "XXX"}}).contains("error"));
}

TEST_F(Products, CheckTheIdsOfUnitsRatesAndSections) {
    const std::string id = portal.add("crm.product", Json{{"NAME", "a"}, {"MEASURE", 9}, {"VAT_ID", 11}});
    EXPECT_EQ(product(id)["MEASURE"], "9");
    EXPECT_TRUE(update(id, Json{{"MEASURE", 796}}).contains("error"));
    EXPECT_TRUE(update(id, Json{{"VAT_ID", 20}}).contains("error"));
    EXPECT_EQ(update(id, Json{{"SECTION_ID", 12345}})["error"], "");
    EXPECT_EQ(update(id, Json{{"SECTION_ID", "$result[s]"}})["result"], true);
    EXPECT_TRUE(product(id)["SECTION_ID"].is_null());
}

TEST_F(Products, IgnoreUnknownFieldsButTheVerdictNamesThem) {
    const std::string id = portal.add("crm.product", Json{{"NAME", "a"}, {"name", "b"}, {"PROPERTY_1", "x"}});
    EXPECT_EQ(product(id)["NAME"], "a");
    EXPECT_EQ(portal.verdict()["unknown_fields"].dump(), R"({"crm.product.add":["PROPERTY_1","name"]})");
}

TEST_F(Products, UnknownFilterKeysBringEverything) {
    add_with_keys({"a", "b"});
    EXPECT_EQ(found(Json{{"XMLID", "a"}}), 2U);
    EXPECT_EQ(found(Json{{"@XML_ID", Json::array({"a"})}}), 2U);
    EXPECT_EQ(found(Json{{"&gt;ID", 9999}}), 2U);
    EXPECT_EQ(portal.verdict()["unknown_filters"]["crm.product.list"].dump(),
              R"(["&gt;ID","@XML_ID","XMLID"])");
    EXPECT_EQ(found(Json{{"XML_ID", ""}}), 2U);
    portal.engine.settings.empty_filter = EmptyFilter::empty_rows;
    EXPECT_EQ(found(Json{{"XML_ID", ""}}), 0U);
}

TEST_F(Products, UnderstandAnArrayAsTheSwitchSays) {
    add_with_keys({"a", "b", "c"});
    portal.add("crm.productsection", Json{{"NAME", "s"}, {"XML_ID", "s"}});
    const Json keys{{"XML_ID", Json::array({"a", "b"})}};
    EXPECT_EQ(found(keys), 2U);
    portal.engine.settings.in_array = ArrayFilter::first;
    EXPECT_EQ(found(keys), 1U);
    portal.engine.settings.in_array = ArrayFilter::ignored;
    EXPECT_EQ(found(keys), 3U);
    EXPECT_EQ(portal.result("crm.productsection.list", Json{{"filter", keys}}).size(), 1U);
}

TEST_F(Products, KnowPrefixesOrderAndSelection) {
    add_with_keys({"a", "b", "c"});
    EXPECT_EQ(found(Json{{">ID", 5001}, {"<=ID", 5003}}), 2U);
    EXPECT_EQ(found(Json{{"!XML_ID", "a"}}), 2U);
    EXPECT_EQ(found(Json{{"SECTION_ID", 0}, {"catalog_id", 25}}), 3U);
    EXPECT_EQ(found(Json{{">ID", "$result[p0][49][ID]"}}), 3U);
    const Json rows = portal.result(
        "crm.product.list", Json{{"order", Json{{"ID", "DESC"}}}, {"select", Json::array({"ID", "XML_ID"})}});
    EXPECT_EQ(rows.dump(),
              R"([{"ID":"5003","XML_ID":"c"},{"ID":"5002","XML_ID":"b"},{"ID":"5001","XML_ID":"a"}])");
}

TEST_F(Products, KeepPropertiesAsTheirTypeWants) {
    const std::string text =
        portal.add("crm.product.property", Json{{"NAME", "Цвет"}, {"PROPERTY_TYPE", "S"}});
    const std::string several =
        portal.add("crm.product.property", Json{{"NAME", "Теги"}, {"PROPERTY_TYPE", "S"}, {"MULTIPLE", "Y"}});
    const std::string list = portal.add(
        "crm.product.property",
        Json{{"NAME", "Размер"},
             {"PROPERTY_TYPE", "L"},
             {"VALUES", Json{{"n0", Json{{"VALUE", "S"}, {"XML_ID", "s"}}}, {"n1", Json{{"VALUE", "M"}}}}}});
    EXPECT_EQ(portal.result("crm.product.property.get", Json{{"id", list}})["VALUES"]["41"]["VALUE"], "S");
    const std::string id = portal.add("crm.product", Json{{"NAME", "a"},
                                                          {"PROPERTY_" + text, "red"},
                                                          {"PROPERTY_" + several, Json::array({"x", "y"})},
                                                          {"PROPERTY_" + list, Json{{"value", "42"}}}});
    Json row = product(id);
    EXPECT_EQ(row["PROPERTY_" + text].dump(), R"({"valueId":"27001","value":"red"})");
    EXPECT_EQ(row["PROPERTY_" + list]["value"], "42");
    update(id, Json{{"PROPERTY_" + several, Json::array({Json{{"valueId", "27003"}, {"value", "y"}}, "z"})},
                    {"PROPERTY_" + list, "S"}});
    row = product(id);
    EXPECT_EQ(row["PROPERTY_" + several].dump(),
              R"([{"valueId":"27003","value":"y"},{"valueId":"27005","value":"z"}])");
    EXPECT_TRUE(row["PROPERTY_" + list].is_null());
    const Json select = Json::array({"ID", "PROPERTY_*"});
    EXPECT_TRUE(portal.result("crm.product.list", Json{{"select", select}})[0].contains("PROPERTY_" + text));
    EXPECT_FALSE(portal.result("crm.product.list")[0].contains("PROPERTY_" + text));
}

TEST_F(Products, SectionsFormATreeWithoutCircles) {
    const std::string top = portal.add("crm.productsection", named("top"));
    const std::string below = portal.add("crm.productsection", Json{{"NAME", "below"}, {"SECTION_ID", top}});
    EXPECT_EQ(portal.result("crm.productsection.list", Json{{"filter", Json{{"SECTION_ID", 0}}}}).size(), 1U);
    EXPECT_TRUE(
        portal.call("crm.productsection.update", Json{{"id", top}, {"fields", Json{{"SECTION_ID", below}}}})
            .contains("error"));
    portal.add("crm.product", Json{{"NAME", "p"}, {"SECTION_ID", below}});
    EXPECT_EQ(portal.result("crm.productsection.delete", Json{{"id", top}}), true);
    EXPECT_EQ(portal.verdict()["rows"]["product"], 0);
}

TEST_F(Products, IdsGrowAndAreNeverUsedAgain) {
    const std::string first = portal.add("crm.product", named("a"));
    portal.call("crm.product.delete", Json{{"id", first}});
    EXPECT_EQ(portal.add("crm.product", named("b")), "5002");
    EXPECT_TRUE(portal.call("crm.product.delete", Json{{"id", first}}).contains("error"));
}

TEST_F(Products, FieldsDescribeThemselves) {
    EXPECT_EQ(portal.result("crm.product.fields")["NAME"]["isRequired"], true);
    EXPECT_EQ(portal.result("crm.productsection.fields")["CATALOG_ID"]["isImmutable"], true);
}

}  // namespace
}  // namespace obmen::sandbox
